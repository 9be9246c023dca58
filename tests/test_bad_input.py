"""Bad input at every public form and the search page: a clear message, never an error of ours, and
nothing that was typed is lost."""

from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from matching.models import Introduction, Need
from portal.community.models import JoinRequest, Project
from portal.organisations.models import Offer, Organisation
from tests.clients import Client
from tests.factories import (
    make_introduction,
    make_manufacturer,
    make_need,
    make_project,
    make_provider,
    make_uscc,
    make_user,
)

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}{% now 'Y' %}"
HUGE = "停机" * 500_000
BAD_TEXTS = {
    "a million characters": HUGE,
    "NUL": "夜里\x00停机",
    "a control character": "夜里\x1b[31m停机",
    "right-to-left marks": "夜里\u202e停机\u202c",
}
# Texts that are odd and fine: kept as they are, shown escaped.
ODD_TEXTS = {
    "markup": MARKUP,
    "quotes": "三十台\"海天' `机` \\ -- ; DROP TABLE needs; %s %(x)s %%",
    "emoji": "停机 😱 了",
}


@pytest.fixture(autouse=True)
def _english(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.DUIJIE_DATA_DIR = tmp_path
    for cache in caches.all(initialized_only=True):
        cache.clear()
    with translation.override("en"):
        yield


class Form:
    """A form as a person meets it: its address, valid values, who sends it, its rows."""

    def __init__(
        self,
        url: str,
        values: dict[str, Any],
        texts: tuple[str, ...],
        user: Any = None,
        rows: Callable[[], int] = lambda: 0,
    ) -> None:
        self.url, self.values, self.texts, self.rows = url, values, texts, rows
        self.client = Client()
        if user is not None:
            self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def send(self, **changed: Any) -> Any:
        """Post the valid values with some changed."""
        return self.client.post(self.url, {**self.values, **changed})


def post_form() -> Form:
    return Form("/en/needs/post/", {"text": "夜里停机"}, ("text",))


def understood_form() -> Form:
    user = make_user()
    make_manufacturer(user)
    form = Form(
        "/en/needs/post/understood/", {}, ("title", "description"), user, Need.objects.count
    )
    page = form.client.get(form.client.post("/en/needs/post/", {"text": "夜里老是停机"}).url)
    for name in ("form", "owner"):
        bound = page.context[name]
        shown = {key: bound[key].value() for key in bound.fields}
        form.values |= {key: value for key, value in shown.items() if value not in (None, "")}
    form.values |= {"district": "330212", "intent": "draft"}
    return form


def edit_need_form() -> Form:
    user = make_user()
    need = make_need(user, state="draft")
    form = Form(f"/en/needs/{need.ref}/edit/", {}, ("title", "description"), user)
    bound = form.client.get(form.url).context["form"]
    shown = {key: bound[key].value() for key in bound.fields}
    form.values = {key: value for key, value in shown.items() if value not in (None, "")}
    return form


def introduce_form() -> Form:
    user, provider = make_user(), make_provider()
    need = make_need(user)
    values = {"need": need.ref, "provider": provider.organisation.key, "message": "想先看看。"}
    return Form("/en/introductions/new/", values, ("message",), user, Introduction.objects.count)


def decline_form() -> Form:
    row = make_introduction()
    user = row.provider.organisation.memberships.get().user
    return Form(f"/en/introductions/{row.pk}/decline/", {"reason": "排满了。"}, ("reason",), user)


def register_form() -> Form:
    values = {"kind": "provider", "uscc": make_uscc(), "name_zh": "拧紧科技", "district": "330206"}
    return Form(
        "/en/organisations/new/?as=offer",
        values,
        ("name_zh", "name_en", "contact_name"),
        make_user(),
        Organisation.objects.count,
    )


def profile_form() -> Form:
    user = make_user()
    key = make_provider(owner=user).organisation.key
    values = {"kind": "provider", "summary_zh": "设备联网。", "languages": ["zh"]}
    return Form(
        f"/en/desk/{key}/profile/", values, ("summary_zh", "summary_en", "capabilities"), user
    )


def offer_form() -> Form:
    user = make_user()
    key = make_provider(owner=user, offers=0, listed=False).organisation.key
    values = {"title_zh": "网关", "type": "consulting", "price_from": 1, "price_to": 2, "days": 3}
    return Form(
        f"/en/desk/{key}/offers/new/",
        values,
        ("title_zh", "description_en"),
        user,
        Offer.objects.count,
    )


def invite_form() -> Form:
    user = make_user()
    key = make_provider(owner=user).organisation.key
    return Form(f"/en/desk/{key}/members/", {"email": "a@b.example", "role": "editor"}, (), user)


def join_form() -> Form:
    project = make_project()
    return Form(
        f"/en/projects/{project.slug}/join/",
        {"does": "code", "message": "想帮忙。"},
        ("message",),
        make_user(),
        JoinRequest.objects.count,
    )


def project_form() -> Form:
    values = {
        "slug": "kiln",
        "repository_url": "https://github.com/a/b",
        "licence": "MIT",
        "name_en": "Kiln",
        "summary_en": "Watches kilns.",
    }
    texts = ("name_en", "summary_en", "wanted_zh")
    return Form("/en/projects/new/", values, texts, make_user(), Project.objects.count)


def account_form() -> Form:
    values = {"name": "陈晨", "phone": "0574", "language": "en"}
    return Form("/en/accounts/profile/", values, ("name", "phone"), make_user())


def signup_form() -> Form:
    values = {
        "name": "陈晨",
        "email": "chen@dawn.example",
        "password1": "Harbour-9-blue",
        "password2": "Harbour-9-blue",
        "agree": "on",
    }
    return Form("/en/accounts/signup/", values, ("name", "email"))


def login_form() -> Form:
    return Form("/en/accounts/login/", {"login": "a@b.example", "password": "x"}, ("login",))


FORMS = {
    make.__name__: make
    for make in (
        post_form, understood_form, edit_need_form, introduce_form, decline_form, register_form,
        profile_form, offer_form, invite_form, join_form, project_form, account_form, signup_form,
        login_form,
    )
}  # fmt: skip
WITH_TEXTS = sorted(set(FORMS) - {"invite_form"})


def shown(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.mark.parametrize("name", sorted(set(FORMS) - {"login_form"}))
def test_the_values_the_others_change_are_good(name: str) -> None:
    assert FORMS[name]().send().status_code == 302


@pytest.mark.parametrize("kind", BAD_TEXTS)
@pytest.mark.parametrize("name", WITH_TEXTS)
def test_bad_text_is_refused_in_words_and_kept(name: str, kind: str) -> None:
    form = FORMS[name]()
    before = form.rows()
    for field in form.texts:
        response = form.send(**{field: BAD_TEXTS[kind]})
        assert response.status_code in (200, 400, 413, 422), (field, response.status_code)
        assert form.rows() == before
        page = shown(response)
        assert "form-errors" in page or "field__errors" in page
        assert "停机" in page, "what was typed is lost"


@pytest.mark.parametrize("name", sorted(FORMS))
def test_lone_surrogates_and_other_broken_bytes_are_harmless(name: str) -> None:
    form = FORMS[name]()
    for field in form.values:
        raw = field.encode() + b"=%ED%A0%BD%ff%fe%00&x=%c3%28"
        response = form.client.post(form.url, raw, content_type="application/x-www-form-urlencoded")
        assert response.status_code < 500


@pytest.mark.parametrize("kind", ODD_TEXTS)
@pytest.mark.parametrize("name", WITH_TEXTS)
def test_odd_text_is_shown_as_it_is_and_never_as_markup(name: str, kind: str) -> None:
    form = FORMS[name]()
    for field in form.texts:
        response = form.send(**{field: ODD_TEXTS[kind]})
        assert response.status_code < 500
        page = response.content.decode()
        if response.status_code == 302:
            page = form.client.get(response.url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


BAD_VALUES = {
    "understood_form": [
        ("budget_max", "-5"),
        ("budget_min", "1e999"),
        ("budget_max", "九千"),
        ("budget_max", "9" * 40),
        ("district", "999999"),
        ("industries", "Z99"),
        ("concepts", "no_such_concept"),
        ("approach", "magic"),
        ("start_by", "2001-01-01"),
        ("start_by", "2027-02-30"),
        ("start_by", "99999-01-01"),
        ("tier_at_least", "emperor"),
        ("max_distance_km", "-1"),
        ("max_distance_km", "1e400"),
        ("languages", "xx"),
        ("offer_types", "bread"),
        ("exclusions", "no_such"),
        ("organisation", "nobody"),
    ],
    "introduce_form": [("need", "N1"), ("provider", "x" * 5000), ("provider", "\x00")],
    "register_form": [
        ("uscc", "123"),
        ("district", "999999"),
        ("other_district", "x"),
        ("contact_email", "nobody"),
        ("kind", "empire"),
    ],
    "profile_form": [
        ("capacity", "-1"),
        ("staff", "1e9"),
        ("founded", "99999999999"),
        ("divisions", "Z"),
        ("other_industries", "Q9999999"),
        ("languages", "xx"),
        ("contracting_member", "123"),
        ("kind", "empire"),
    ],
    "offer_form": [
        ("price_from", "-1"),
        ("price_to", "9" * 30),
        ("price_to", "0"),
        ("days", "-1"),
        ("type", "bread"),
    ],
    "invite_form": [("email", "nobody"), ("email", "x" * 10_000 + "@b.example"), ("role", "king")],
    "join_form": [("does", "nothing"), ("message", "")],
    "project_form": [
        ("slug", "Ünïcode"),
        ("slug", "../etc"),
        ("repository_url", "javascript:alert(1)"),
        ("repository_url", "http://["),
        ("repository_url", "x" * 10_000),
        ("licence", "x" * 10_000),
        ("concepts", "no_such_concept"),
        ("name_en", ""),
    ],
    "account_form": [("language", "xx"), ("phone", "x" * 1000)],
    "signup_form": [("email", "nobody"), ("password2", "other"), ("password1", "1")],
}


@pytest.mark.parametrize("name", sorted(BAD_VALUES))
def test_a_bad_value_is_refused_and_the_rest_kept(name: str) -> None:
    form = FORMS[name]()
    before = form.rows()
    kept = next((field for field in form.texts if field in form.values), None)
    for field, value in BAD_VALUES[name]:
        response = form.send(**{field: value})
        assert response.status_code in (200, 400, 404, 422), (field, value, response.status_code)
        assert form.rows() == before, (field, value)
        if response.status_code == 404:
            continue
        page = shown(response)
        assert "form-errors" in page or "field__errors" in page, (field, value)
        if kept and field != kept:
            assert str(form.values[kept]) in page, (field, value)


def test_a_past_day_says_so() -> None:
    response = understood_form().send(start_by="2001-01-01")
    assert response.status_code == 400
    assert "2001-01-01" in shown(response)


def test_thousands_of_values_are_refused_or_taken_calmly() -> None:
    form = understood_form()
    many = {"concepts": [f"c{number}" for number in range(900)]}
    assert form.send(**many).status_code == 400
    too_many = {"concepts": [f"c{number}" for number in range(2000)]}
    assert form.send(**too_many).status_code == 400


def test_a_file_where_a_text_belongs() -> None:
    form = post_form()
    response = form.send(text=SimpleUploadedFile("a.txt", b"x" * 100))
    assert response.status_code in (200, 400)


def test_a_tampered_reading_is_read_again() -> None:
    form = understood_form()
    for bad in ("x", "", "e30:bad:sig", "\x00", "x" * 100_000):
        response = form.send(reading=bad)
        assert response.status_code in (200, 302, 400)


SEARCHES = [
    "q=" + "x" * 10_000,
    "q=" + "%E5%81%9C" * 3000,
    "q=%22unbalanced",
    "q=%28%28%28AND+OR+NOT%29",
    "q=*:*&q=~%5E5",
    "q=title:x+%2B-%7B%7D%5B+TO+%5D",
    "q=%00",
    "q=%ED%A0%BD",
    "q=%E2%80%AE%D7%90",
    "q=" + "%22" * 500,
    "&".join(f"district={number}" for number in range(3000)),
    "&".join(f"concept=c{number}" for number in range(900)),
    "&".join(f"in=x{number}" for number in range(900)),
    "page=-1",
    "page=9999999999999999999999",
    "page=1e3",
    "page=%D9%A1",
    "price_max=-1",
    "price_max=nan",
    "price_max=" + "9" * 100,
    "near=0,0,0",
    "near=nan,nan",
    "near=29.8,121.5&within=1e308",
    "near=" + "9" * 5000,
    "tier=%F0%9F%98%B1",
    "kind=%3Cscript%3E",
    "sort=%27%3B+DROP+TABLE",
    "q[]=x&q[$ne]=1",
]


@pytest.mark.parametrize("path", ["/search/", "/needs/", "/projects/", "/"])
@pytest.mark.parametrize("query", SEARCHES, ids=lambda query: query[:30])
def test_odd_searches_are_answered(client: Client, path: str, query: str) -> None:
    response = client.get(f"/en{path}?{query}")
    assert response.status_code in (200, 400, 404)
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize(
    "path",
    [
        "/en/needs/%00/",
        "/en/needs/" + "x" * 3000 + "/",
        "/en/providers/%ff%fe/",
        "/en/providers/%22%27/",
        "/en/projects/" + "x" * 3000 + "/",
        "/en/introductions/99999999999999999999999/",
        "/en/%E2%80%AE/",
        "/en/desk/%00/",
        "/en/moderation/needs/%00/",
        "/en/invitations/%00/",
        "/xx/search/",
    ],
)
def test_odd_addresses_are_not_found(path: str) -> None:
    for user in (None, make_user(), make_user(roles=("moderator", "officer"))):
        client = Client()
        if user:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(path, follow=True).status_code in (200, 400, 403, 404), user


def test_a_bad_method_is_told(client: Client) -> None:
    for name in ("discovery:search", "matching:needs", "community:projects"):
        assert client.post(reverse(name)).status_code == 405
