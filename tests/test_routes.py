"""Every address × everybody: who reaches it is who the permission table says; what is another's is
not found; nothing answers with an error of ours."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from tests.inventory.city import City
from tests.inventory.routes import ROUTES
from tests.inventory.rules import Route
from tests.inventory.sessions import client_of

pytestmark = pytest.mark.django_db
WHO = (
    "anonymous", "user", "owner", "colleague", "customer", "customer_colleague", "stranger",
    "maintainer", "contributor", "requester", "invited", "leaving", "moderator", "officer",
    "editor", "superuser",
)  # fmt: skip
DONE = {200, 204, 302, 303}
# Where somebody is led who has to show first who they are.
ASIDE = ("/en/accounts/login/", "/en/accounts/second-step/?", "/en/accounts/reauthenticate/")
REFUSED_INPUT = {400, 422}
WRONG_METHOD = 405


def named_routes() -> set[str]:
    """Every name in a namespace, the admins' apart: the rooms have one each."""
    names: set[str] = set()

    def walk(resolver: Any, space: str = "") -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                if not str(entry.pattern).startswith(("admin/", "django-admin/")):
                    walk(entry, entry.namespace or space)
            elif isinstance(entry, URLPattern) and entry.name and space:
                names.add(f"{space}:{entry.name}")

    walk(get_resolver())
    return names


@pytest.fixture
def city(settings: Any, tmp_path: Any) -> Iterator[City]:
    """In English, with an index of its own."""
    settings.DUIJIE_DATA_DIR = tmp_path
    with translation.override("en"):
        yield City()


def address(city: City, name: str) -> str:
    """A route's address on its sample."""
    return reverse(name, kwargs=ROUTES[name].args(city))


def test_every_route_is_described() -> None:
    assert named_routes() == set(ROUTES), "describe new routes in tests/inventory/routes.py"


def test_the_people_are_all_of_the_city_s(city: City) -> None:
    assert set(city.people) == set(WHO)


class Unwanted(list[str]):
    """Answers that are not what the table says."""

    def look(self, city: City, who: str, name: str, method: str, answer: Any) -> None:
        """Note an answer that is wrong for this person."""
        route = ROUTES[name]
        # Before the request: it may change who may.
        reached, refusal = route.reached_by(city, who), route.refuses_with(city, who)
        response = answer()
        status = response.status_code
        to_sign_in = status == 302 and response.url.startswith(ASIDE)
        if reached:
            good = (status in DONE and not to_sign_in) or status in _odd(route, method)
        elif who == "anonymous":
            good = to_sign_in
        else:
            good = status in (refusal, WRONG_METHOD)
        if not good:
            told = f"{status} {response.headers.get('Location', '')}".strip()
            wanted = "may" if reached else "may not"
            self.append(f"{method} {name}: {who} {wanted} and got {told}")


def _odd(route: Route, method: str) -> set[int]:
    sent_nothing = REFUSED_INPUT if method == "post" else set()
    return {WRONG_METHOD, *sent_nothing, *route.odd}


class Undone(Exception):
    """Ends a transaction without keeping what it did."""


@pytest.mark.parametrize("who", WHO)
def test_who_reaches_what_is_what_the_table_says(city: City, who: str) -> None:
    client, unwanted = client_of(city.people[who]), Unwanted()
    for name, route in ROUTES.items():
        url, query = address(city, name), route.query(city)
        for method in ("get", "post"):
            asked = f"{url}?{query}" if query and method == "get" else url
            try:
                with transaction.atomic():
                    unwanted.look(city, who, name, method, partial(getattr(client, method), asked))
                    raise Undone
            except Undone:
                pass
    assert not unwanted, "\n".join(unwanted)


def test_a_route_refuses_every_method_or_none(city: City) -> None:
    """A POST-only address says so to those who may, and never answers both methods with 405."""
    client = client_of(city.people["superuser"])
    for name in ROUTES:
        url = address(city, name)
        statuses = set()
        for method in ("get", "post"):
            try:
                with transaction.atomic():
                    statuses.add(getattr(client, method)(url).status_code)
                    raise Undone
            except Undone:
                pass
        assert statuses != {WRONG_METHOD}, name


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_open_pages_answer_in_both_languages(city: City, language: str) -> None:
    client = Client()
    with translation.override(language):
        for path in ("", "news/", "search/", "needs/", "projects/", "accounts/login/"):
            response = client.get(f"/{language}/{path}")
            assert response.status_code == 200, path
            wanted = "en" if language == "en" else "zh-Hans"
            assert f'<html lang="{wanted}"' in response.content.decode()


def test_the_bare_address_leads_to_the_visitors_language() -> None:
    for accepts, language in (("zh-CN,zh;q=0.9", "zh-hans"), ("en-GB", "en"), ("fr", "zh-hans")):
        response = Client(headers={"Accept-Language": accepts}).get("/")
        assert response.status_code == 302
        assert response.url == f"/{language}/"
