"""Which pages to look at, and as whom: each route once as the one who comes to it most plainly,
and again as those who see more there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.inventory.routes import ROUTES

VIEWERS = (
    "anonymous", "owner", "customer", "requester", "maintainer", "invited", "officer",
    "moderator", "superuser",
)  # fmt: skip
# Addresses that are a page too, though no route of ours alone makes them.
MORE = {
    "home": "/",
    "news": "/news/",
    "help": "/help/",
    "nothing found": "/search/?q=zzzzqqqq",
    "facets": "/search/?in=needs",
    "not found": "/nowhere/",
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "password reset": "/accounts/password/reset/",
    "password reset done": "/accounts/password/reset/done/",
    "password reset key": "/accounts/password/reset/key/1-set-password/",
    "password reset key done": "/accounts/password/reset/key/done/",
    "confirm e-mail": "/accounts/confirm-email/",
    "confirm e-mail by a bad key": "/accounts/confirm-email/nothing/",
    "inactive": "/accounts/inactive/",
    "social cancelled": "/accounts/3rdparty/login/cancelled/",
    "social error": "/accounts/3rdparty/login/error/",
}
MORE_SIGNED_IN = {
    "home signed in": "/",
    "e-mail": "/accounts/email/",
    "password": "/accounts/password/change/",
    "second factor": "/accounts/2fa/",
    "app": "/accounts/2fa/totp/activate/",
    "keys": "/accounts/2fa/webauthn/",
    "add a key": "/accounts/2fa/webauthn/add/",
    "social accounts": "/accounts/3rdparty/",
    "reauthenticate": "/accounts/reauthenticate/",
    "sign out": "/accounts/logout/",
}
SEEN_BY_MORE = {
    "organisations:provider": ("owner", "customer"),
    "matching:need": ("customer", "owner"),
    "matching:introduction": ("customer",),
    "community:project": ("maintainer", "contributor"),
    "discovery:search": ("owner",),
}


@dataclass(frozen=True)
class Page:
    """One page as one person sees it; `path` without the language."""

    name: str
    who: str
    path: str


def pages(city: Any) -> Iterator[Page]:
    """Every page that opens with a GET, of every route and of the frameworks' own pages."""
    for name, route in ROUTES.items():
        path = "/" + reverse(name, kwargs=route.args(city)).split("/", 2)[2]
        query = route.query(city)
        asked = f"{path}?{query}" if query else path
        first = next((who for who in VIEWERS if route.reached_by(city, who)), None)
        assert first is not None, f"nobody reaches {name}"
        for who in dict.fromkeys((first, *SEEN_BY_MORE.get(name, ()))):
            yield Page(name, who, asked)
    for name, path in MORE.items():
        yield Page(name, "anonymous", path)
    for name, path in MORE_SIGNED_IN.items():
        yield Page(name, "owner", path)
