"""What stands before every page for whoever is signed in: a second step for those who have a role
of the city, and the notices that have to be agreed to after a sign-in.

Without the second step no role counts (`User.roles_asleep`, which the permission table asks), and
the gate leads to where it is set up or shown."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from portal.accounts import second_step

NOTICES_DUE = "notices_due"
"""In the session of somebody who has signed in and not yet agreed to what is in force."""

OPEN = ("/static/", "/media/", "/i18n/", "/healthz", "/readyz", "/metrics")
OPEN_PAGES = (
    "accounts/",
    "privacy/",
    "terms/",
    "accessibility/",
    "complaints/new/",
    "theme/",
)


class Gate:
    """Leads aside those who have something to do first; nobody else pays for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._aside(request) or self.get_response(request)

    def _aside(self, request: HttpRequest) -> HttpResponseBase | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not request.user.is_authenticated:
            return None
        request.user.roles_asleep = not second_step.was_shown(request)
        if _is_open(request.path_info):
            return None
        if request.user.roles_asleep and request.user.has_role:
            return _led(request, "accounts:second-step")
        if request.session.get(NOTICES_DUE):
            return _led(request, "accounts:notices")
        return None


def _led(request: HttpRequest, name: str) -> HttpResponseBase:
    """To the page `name`, and afterwards on to where one was going."""
    target = reverse(name)
    if request.method in ("GET", "HEAD"):
        target = f"{target}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def _is_open(path: str) -> bool:
    if path.startswith(OPEN):
        return True
    language, _slash, rest = path.removeprefix("/").partition("/")
    # `/django-admin/accounts/…` is none of these pages.
    return language in dict(settings.LANGUAGES) and rest.startswith(OPEN_PAGES)
