"""Every address × everybody: none answers with an error of ours, what is another's is not found,
and what nobody declared open asks for a sign-in."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from cms.setup import ensure_base_pages, ensure_editor_permissions
from portal.discovery.models import Delivery
from portal.discovery.saved.actions import save_search
from portal.discovery.saved.canonical import canonical
from portal.discovery.saved.tokens import token
from portal.foundation import notifications
from portal.foundation.models import Notification
from portal.organisations import actions as organisations
from tests.factories import (
    make_introduction,
    make_join_request,
    make_manufacturer,
    make_need,
    make_project,
    make_provider,
    make_user,
)

pytestmark = pytest.mark.django_db
ROOMS = ("accounts", "foundation", "discovery", "organisations", "matching", "community", "web")
# What a visitor may open without an account; every other address of the rooms wants one.
OPEN = {
    "discovery:search",
    "discovery:suggest",
    "discovery:click",
    "discovery:feed",
    "discovery:stop",
    "discovery:stop-delivery",
    "organisations:provider",
    "matching:needs",
    "matching:need",
    "matching:post",
    "matching:understood",
    "community:projects",
    "community:project",
    "web:styleguide",
    "web:theme",
}
# What of somebody else's is not found, for a GET and for a POST.
OTHERS = (
    "discovery:saved-search",
    "discovery:edit-saved-search",
    "discovery:pause-saved-search",
    "discovery:delete-saved-search",
    "foundation:open",
    "organisations:organisation",
    "organisations:edit",
    "organisations:edit-profile",
    "organisations:export",
    "organisations:set-listed",
    "organisations:ask-verification",
    "organisations:add-offer",
    "organisations:edit-offer",
    "organisations:delete-offer",
    "organisations:members",
    "organisations:change-role",
    "organisations:remove-member",
    "organisations:resend",
    "organisations:withdraw",
    "matching:edit",
    "matching:step",
    "matching:introduction",
    "matching:answer",
    "community:withdraw",
)
MODERATION = (
    "foundation:moderation",
    "organisations:moderate",
    "organisations:record-recognition",
    "organisations:withdraw-recognition",
    "matching:moderate",
)


def named_routes() -> list[str]:
    """Every name in the rooms' namespaces."""
    names: set[str] = set()

    def walk(resolver: Any, space: str = "") -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, entry.namespace or space)
            elif isinstance(entry, URLPattern) and entry.name and space in ROOMS:
                names.add(f"{space}:{entry.name}")

    walk(get_resolver())
    return sorted(names)


ROUTES = named_routes()


class City:
    """One of everything, the people around it, and each route's arguments."""

    def __init__(self) -> None:
        ensure_base_pages()
        ensure_editor_permissions()
        self.member = make_user("member")
        self.other = make_user("other")
        self.people = {
            "anonymous": None,
            "user": make_user("user"),
            "member": self.member,
            "other member": self.other,
            "moderator": make_user("moderator", roles=("moderator",)),
            "officer": make_user("officer", roles=("officer",)),
            "editor": make_user("editor", roles=("editor",)),
        }
        make_provider(owner=self.other)
        make_manufacturer(self.other)
        provider = make_provider(owner=self.member)
        firm = provider.organisation
        need = make_need(self.member)
        introduction = make_introduction(need=need, provider=make_provider())
        project = make_project(maintainer=self.member)
        asked = make_join_request(project, make_user())
        invitation = organisations.invite_member(
            actor=self.member, organisation=firm, email="x@y.example", role="editor"
        )
        recognition = organisations.record_recognition(
            actor=None,
            organisation=firm,
            tier="innovative_sme",
            issued_on=date(2026, 1, 1),
            expires_on=date(2028, 12, 31),
        )
        note = Notification.objects.filter(recipient=self.member).first()
        if note is None:
            kind = next(iter(notifications.kinds()))
            note = notifications.notify(recipient=self.member, kind=kind, context={}, url="/desk/")
        search, _ = save_search(actor=self.member, search=canonical({"q": ["kiln"]}))
        alert = Delivery.objects.create(owner=self.member)
        by_key = {"key": firm.key}
        offer = provider.offers.get()
        membership = firm.memberships.get()
        self.arguments: dict[str, dict[str, Any]] = {
            "foundation:open": {"pk": note.pk},
            "discovery:saved-search": {"pk": search.pk},
            "discovery:edit-saved-search": {"pk": search.pk},
            "discovery:pause-saved-search": {"pk": search.pk},
            "discovery:delete-saved-search": {"pk": search.pk},
            "discovery:feed": {"token": token("feed", search)},
            "discovery:stop": {"token": token("stop", search)},
            "discovery:stop-delivery": {"token": token("stop-delivery", alert)},
            "organisations:edit-offer": {**by_key, "pk": offer.pk},
            "organisations:delete-offer": {**by_key, "pk": offer.pk},
            "organisations:change-role": {**by_key, "pk": membership.pk},
            "organisations:remove-member": {**by_key, "pk": membership.pk},
            "organisations:resend": {**by_key, "pk": invitation.pk},
            "organisations:withdraw": {**by_key, "pk": invitation.pk},
            "organisations:invitation": {"token": invitation.token},
            "organisations:withdraw-recognition": {**by_key, "pk": recognition.pk},
            "matching:need": {"ref": need.ref},
            "matching:edit": {"ref": need.ref},
            "matching:moderate": {"ref": need.ref},
            "matching:step": {"ref": need.ref, "name": "withdraw"},
            "matching:introduction": {"pk": introduction.pk},
            "matching:answer": {"pk": introduction.pk, "name": "accept"},
            "community:decide": {"slug": project.slug, "pk": asked.pk},
            "community:withdraw": {"slug": project.slug, "pk": asked.pk},
        }
        for name in ROUTES:
            if name not in self.arguments:
                wanted = self._wanted(name)
                known = {"key": firm.key, "slug": project.slug}
                self.arguments[name] = {field: known[field] for field in wanted}

    @staticmethod
    def _wanted(name: str) -> list[str]:
        space, short = name.split(":")
        resolver = get_resolver()
        _, inner = resolver.namespace_dict[space]
        return list(inner.reverse_dict.getlist(short)[0][0][0][1])

    def client(self, who: str) -> Client:
        """A browser of one of them."""
        client = Client()
        if person := self.people[who]:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def url(self, name: str) -> str:
        """A route's address."""
        return reverse(name, kwargs=self.arguments[name])


@pytest.fixture
def city(settings: Any, tmp_path: Any) -> Iterator[City]:
    """In English, with an index of its own."""
    settings.DUIJIE_DATA_DIR = tmp_path
    with translation.override("en"):
        yield City()


WHO = ("anonymous", "user", "member", "other member", "moderator", "officer", "editor")


@pytest.mark.parametrize("who", WHO)
def test_no_address_answers_with_an_error(city: City, who: str) -> None:
    assert len(ROUTES) > 50
    for name in ROUTES:
        for method in ("get", "post"):
            response = getattr(city.client(who), method)(city.url(name))
            assert response.status_code < 500, (name, method)


def test_what_is_not_declared_open_asks_for_a_sign_in(city: City) -> None:
    client = city.client("anonymous")
    login = reverse("account_login")
    for name in ROUTES:
        if name in OPEN:
            assert client.get(city.url(name)).status_code in (200, 302, 405), name
            continue
        for method in ("get", "post"):
            response = getattr(client, method)(city.url(name))
            assert response.status_code == 302, (name, method)
            assert response.url.startswith(f"{login}?next="), (name, method)


@pytest.mark.parametrize("who", ["user", "other member"])
def test_what_is_anothers_is_not_found(city: City, who: str) -> None:
    client = city.client(who)
    for name in OTHERS:
        answers = {client.get(city.url(name)).status_code, client.post(city.url(name)).status_code}
        # 405: an address that only takes a POST says so to everybody.
        assert answers <= {404, 405}, name
        assert 404 in answers, name


@pytest.mark.parametrize("who", ["user", "member", "other member", "editor"])
def test_moderation_is_for_moderators(city: City, who: str) -> None:
    client = city.client(who)
    for name in MODERATION:
        for method in ("get", "post"):
            status = getattr(client, method)(city.url(name)).status_code
            assert status in (403, 404, 405), (name, method)


def test_moderators_reach_their_pages(city: City) -> None:
    client = city.client("moderator")
    for name in ("foundation:moderation", "organisations:moderate", "matching:moderate"):
        assert client.get(city.url(name)).status_code == 200, name


def test_members_reach_their_own_pages(city: City) -> None:
    client = city.client("member")
    for name in (
        "organisations:desk",
        "organisations:organisation",
        "organisations:edit",
        "organisations:edit-profile",
        "organisations:members",
        "organisations:edit-offer",
        "organisations:export",
        "discovery:saved-searches",
        "discovery:saved-search",
        "matching:mine",
        "matching:edit",
        "matching:export",
        "matching:introduction",
        "matching:introductions",
        "community:edit",
        "community:contributions",
        "accounts:profile",
        "foundation:notifications",
    ):
        assert client.get(city.url(name)).status_code == 200, name


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_open_pages_answer_in_both_languages(city: City, language: str) -> None:
    client = city.client("anonymous")
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
