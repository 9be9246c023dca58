"""Every address of the portal; with the settings the only module that knows every room."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.accounts.views.account import admin_sign_in
from portal.foundation.views import healthz, metrics_page, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics_page, name="metrics"),
    path("admin/login/", admin_sign_in),
    path("admin/", include(wagtailadmin_urls)),
    path("django-admin/login/", admin_sign_in),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
    path("i18n/", include("django.conf.urls.i18n")),
    # Pictures only: documents may be closed to some, which `documents/` looks at.
    *(
        path(f"media/{folder}/<path:path>", serve, {"document_root": settings.MEDIA_ROOT / folder})
        for folder in ("images", "original_images", "avatar_images")
    ),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        path("", include("portal.accounts.urls")),
        path("", include("portal.foundation.urls")),
        path("", include("portal.foundation.files.urls")),
        path("", include("portal.discovery.urls")),
        path("", include("portal.organisations.urls")),
        path("", include("portal.evidence.urls")),
        path("", include("matching.urls")),
        path("", include("portal.community.urls")),
        path("", include("portal.web.urls")),
        # Wagtail's own sign-in page knows no second factor either.
        path("_util/login/", admin_sign_in),
        path("", include(wagtail_urls)),
        prefix_default_language=True,
    ),
]
