"""Settings every installation shares. The environment is read in `environment.py` only."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import dj_email_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.settings.environment import BASE_DIR, read_environment

env = read_environment()

DUIJIE_DATA_DIR: Path = env.DUIJIE_DATA_DIR.resolve()
DUIJIE_DEMO = env.DUIJIE_DEMO
SECRET_KEY = env.SECRET_KEY
DEBUG = False
ALLOWED_HOSTS: list[str] = [host.strip() for host in env.ALLOWED_HOSTS.split(",") if host.strip()]

CITY_NAME = {"zh": "宁波", "en": "Ningbo"}
CITY_CODE = "330200"
FILING_NUMBERS = env.filing_numbers
# Who answers for the portal, and whom to write to about personal data.
OPERATOR = env.DUIJIE_OPERATOR
PRIVACY_CONTACT = env.DUIJIE_PRIVACY_CONTACT
SITE_URL = env.SITE_URL or f"http://127.0.0.1:{env.PORT}"

INSTALLED_APPS = [
    "portal.demo",
    "cms",
    "matching",
    "portal.community",
    "portal.evidence",
    "portal.organisations",
    "portal.discovery",
    "portal.accounts",
    "portal.vocabulary",
    "search",
    "portal.web",
    "portal.foundation",
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.gitlab",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.foundation.middleware.Measured",
    "portal.foundation.visitor_cache.VisitorCacheMiddleware",
    # Within the cache, so that a kept page is compressed once.
    "portal.foundation.middleware.CompressedForVisitors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.gate.Gate",
    "axes.middleware.AxesMiddleware",
    "portal.foundation.middleware.NoNulAddress",
    "portal.foundation.files.uploads.BoundedBody",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.foundation.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "portal.web.forms.Renderer"

DATABASES = {
    "default": dj_database_url.parse(
        env.DATABASE_URL or f"sqlite:///{DUIJIE_DATA_DIR / 'db.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
            ),
        }
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Kept apart, so that a flood of searches pushes out no other entries.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Only in the browser that signed up: whoever came to post a need goes on where they were.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.forms.SignupForm"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    provider: {"APPS": [{"client_id": keys.client_id, "secret": keys.secret}]}
    for provider in ("github", "gitlab")
    if (keys := env.social_keys(provider))
}
if oidc_keys := env.social_keys("openid_connect"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.OPENID_CONNECT_NAME,
                "client_id": oidc_keys.client_id,
                "secret": oidc_keys.secret,
                "settings": {"server_url": env.OPENID_CONNECT_SERVER_URL},
            }
        ]
    }
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAccountAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Duijie"
MFA_ADAPTER = "portal.accounts.adapters.MFAAdapter"

AXES_CLIENT_IP_CALLABLE = "portal.foundation.limits.address_of"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_USERNAME_CALLABLE = "portal.accounts.lockout.address"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
# The security log tells of sign-ins, without addresses as they were typed.
AXES_DISABLE_ACCESS_LOG = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# Ours first, then what allauth says in Chinese, in our words.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "allauth"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = True

STATIC_URL = "/static/"
STATIC_ROOT = DUIJIE_DATA_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = DUIJIE_DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

WAGTAIL_SITE_NAME = "Duijie"
# The stock database search finds no Chinese word inside unspaced text; this one finds any part of
# it, in the admin only: visitors search through `portal.discovery`.
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database.fallback"}}
WAGTAILADMIN_BASE_URL = SITE_URL
# Passwords and addresses are changed on the account pages, which confirm and limit.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "pptx", "txt", "xlsx", "zip"]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

_email = dj_email_url.parse(env.EMAIL_URL or "console:")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = _email.get("EMAIL_TIMEOUT") or 10
DEFAULT_FROM_EMAIL = env.DEFAULT_FROM_EMAIL
SERVER_EMAIL = env.DEFAULT_FROM_EMAIL

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/", "/django-admin/"),
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "portal.foundation.files.uploads.CheckedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_MAX_BYTES = env.DUIJIE_FILE_MB * 1024 * 1024
FILE_REQUEST_BYTES = 4 * FILE_MAX_BYTES
FILE_DAY_BYTES = env.DUIJIE_FILE_DAY_MB * 1024 * 1024
FILE_MAX_PIXELS = 64_000_000

ELASTICSEARCH_URLS = env.elasticsearch_urls
SEARCH_INDEX_PREFIX = env.DUIJIE_INDEX_PREFIX
SEARCH_REQUEST_TIMEOUT = 0.8
INDEX_SWEEP_MINUTES = env.DUIJIE_SWEEP_MINUTES

METRICS_ALLOWED = env.metrics_allowed
METRICS_TOKEN = env.DUIJIE_METRICS_TOKEN

SENTENCE_ENCODER = env.DUIJIE_ENCODER
SENTENCE_ENCODER_URL = env.DUIJIE_ENCODER_URL
SENTENCE_ENCODER_MODEL = env.DUIJIE_ENCODER_MODEL
SENTENCE_ENCODER_KEY = env.DUIJIE_ENCODER_KEY
VOCABULARY_SECONDS: float = env.DUIJIE_VOCABULARY_SECONDS

# The law wants at least six months.
SECURITY_LOG_DAYS = env.DUIJIE_SECURITY_LOG_DAYS
ERASURE_DAYS = 7
EXPORT_DAYS = 7
COMPLAINT_DAYS = 15
COMPLAINTS_PER_DAY = 5
READY_ALLOWED = env.ready_allowed
MIN_FREE_BYTES = env.DUIJIE_MIN_FREE_MB * 1024 * 1024

NEED_MODERATION = env.DUIJIE_NEED_MODERATION
INTRODUCTION_DAYS = 14
# Days after which a deadline of a job is told: first to who has to act, then to officers.
LATE_REMIND_DAYS, LATE_ESCALATE_DAYS = 1, 7
CONFIRM_REMIND_DAYS, CONFIRM_ESCALATE_DAYS = 3, 14
# How long the other side may write its review, once one is written.
REVIEW_DAYS = 14
READS_PER_MINUTE = env.DUIJIE_READS_PER_MINUTE
SUGGESTIONS_PER_MINUTE = env.DUIJIE_SUGGESTIONS_PER_MINUTE
NOTIFICATION_DAYS = env.DUIJIE_NOTIFICATION_DAYS
# Where robots of group chats live; nothing else is sent there as a robot's message.
ROBOT_HOSTS = {"wecom": ["qyapi.weixin.qq.com"], "dingtalk": ["oapi.dingtalk.com"]}
OUTBOUND_ALLOWED_HOSTS = [h.strip() for h in env.DUIJIE_OUTBOUND_HOSTS.split(",") if h.strip()]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "elastic_transport": {"level": "ERROR"},
        # Its warnings quote addresses whole; the query of a robot's is its secret.
        "urllib3": {"level": "ERROR"},
        # Its warnings name the address somebody tried; the security log has what matters.
        "axes": {"level": "ERROR"},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
