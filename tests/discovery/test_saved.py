"""Saved searches: one form for equal ones, names in words, and a person's pages for them."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict

from portal.accounts.models import User
from portal.discovery.alerts import finding
from portal.discovery.models import SavedSearch
from portal.discovery.parameters import BadParameter
from portal.discovery.saved import actions
from portal.discovery.saved.canonical import canonical, name_of
from portal.foundation.models import AuditEntry
from portal.vocabulary import get_vocabulary
from search import engines, indexing
from tests.clients import Client
from tests.factories import make_project, make_user

pytestmark = pytest.mark.django_db
CONCEPT = next(iter(get_vocabulary().concepts))


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DUIJIE_DATA_DIR = tmp_path
    yield
    engines.embedded().drop()


def given(query: str) -> dict[str, list[str]]:
    return dict(QueryDict(query).lists())


def save(owner: User, query: str = "q=kiln", **fields: Any) -> SavedSearch:
    return actions.save_search(actor=owner, search=canonical(given(query)), **fields)[0]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# one form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("q=Kiln++monitor", "q=kiln%20monitor%20"),
        ("q=ＫＩＬＮ", "q=kiln"),
        ("q=x&page=3&sort=newest", "q=x"),
        ("q=x&utm_source=y", "q=x"),
        ("in=projects&in=needs", "in=needs,projects"),
        ("district=330212&district=330206", "district=330206&district=330212&district=330206"),
        ("q=x&verified=1", "q=x&verified=TRUE"),
        ("q=x&price_max=0500", "q=x&price_max=500"),
        ("q=x&within=10", "q=x"),
        ("place=330206&within=25.0", "place=330206"),
        ("near=29.8,121.5&place=330206&within=5", "near=29.8,121.5&within=5"),
    ],
)
def test_searches_that_mean_the_same_are_one(one: str, other: str) -> None:
    assert canonical(given(one)).digest == canonical(given(other)).digest


@pytest.mark.parametrize(
    "other", ["q=kilns+monitor", "q=kiln&in=projects", "q=kiln&verified=false", "q="]
)
def test_searches_that_differ_are_two(other: str) -> None:
    assert canonical(given("q=kiln")).digest != canonical(given(other)).digest


def test_the_canonical_form_is_its_own_canonical_form() -> None:
    text = "q=Kiln++x&in=needs,projects&place=330206&within=10&concept=b&concept=a&price_max=0900"
    once = canonical(given(text))
    again = canonical(given(once.parameters))
    assert (again.parameters, again.digest) == (once.parameters, once.digest)
    assert given(once.parameters) == {
        "q": ["Kiln x"],
        "in": ["needs", "projects"],
        "place": ["330206"],
        "within": ["10"],
        "concept": ["a", "b"],
        "price_max": ["900"],
    }


def test_a_bad_parameter_is_told() -> None:
    with pytest.raises(BadParameter):
        canonical(given("price_max=-5"))


def test_names_are_in_words() -> None:
    label = get_vocabulary().concept_label(CONCEPT, "en")
    search = canonical(given(f"q=kiln&in=projects&concept={CONCEPT}&place=330206&within=10"))
    assert name_of(search) == f"kiln · Projects · {label} · within 10 km of Beilun District"
    assert name_of(canonical({})) == "Everything"
    assert len(name_of(canonical({"q": ["停机 " * 400]}))) <= SavedSearch.NAME


# actions


def test_a_search_is_saved_once_a_person() -> None:
    owner = make_user()
    first, new = actions.save_search(actor=owner, search=canonical(given("q=kiln")))
    same, again = actions.save_search(
        actor=owner, search=canonical(given("q=KILN&sort=newest")), name="Other"
    )
    assert (new, again, same.pk, same.name) == (True, False, first.pk, "kiln")
    assert save(make_user()).pk != first.pk
    verbs = AuditEntry.objects.filter(object_type="discovery.savedsearch")
    assert verbs.values_list("verb", flat=True).count() == 2


def test_a_person_has_fifty_at_most() -> None:
    owner = make_user()
    for number in range(actions.PER_PERSON):
        save(owner, f"q=kiln{number}")
    with pytest.raises(ValidationError, match="50 saved searches"):
        save(owner, "q=one-too-many")
    assert save(owner, "q=kiln3").name == "kiln3"
    assert SavedSearch.objects.count() == actions.PER_PERSON


def test_a_bad_name_or_frequency_is_refused() -> None:
    for fields in ({"name": "a\x00b"}, {"name": "x" * 121}, {"frequency": "hourly"}):
        with pytest.raises(ValidationError):
            save(make_user(), **fields)


def test_a_pause_remembers_what_it_interrupts() -> None:
    search = save(make_user(), frequency="instant")
    rows = SavedSearch.objects.filter(pk=search.pk)
    assert actions.stop(searches=rows, by="test") == 1
    assert actions.stop(searches=rows, by="test") == 0
    search.refresh_from_db()
    assert search.paused
    assert actions.resume(searches=rows, by="test") == 1
    search.refresh_from_db()
    assert search.frequency == "instant"


def test_others_may_not_change_it() -> None:
    search = save(make_user())
    other = make_user(roles=("officer", "moderator", "editor"))
    for change in (
        lambda: actions.delete_search(actor=other, search=search),
        lambda: actions.mark_seen(actor=other, search=search),
    ):
        with pytest.raises(PermissionDenied):
            change()


# pages


def test_from_the_results_to_a_saved_search() -> None:
    owner, query = make_user(), "q=kiln&in=projects"
    client = browser(owner)
    page = client.get(f"/en/search/?{query}&page=1").content.decode()
    assert f'href="/en/searches/new/?{query.replace("&", "&amp;")}"' in page
    form = client.get(f"/en/searches/new/?{query}")
    assert 'value="kiln · Projects"' in form.content.decode()
    values = {"name": "Kilns", "frequency": "instant", "by_email": "on"}
    answer = client.post(f"/en/searches/new/?{query}", values)
    search = SavedSearch.objects.get()
    assert answer.url == f"/en/searches/{search.pk}/"
    assert (search.owner, search.name, search.parameters) == (owner, "Kilns", query)
    assert (search.frequency, search.by_email, search.in_portal) == ("instant", True, False)
    again = client.get(f"/en/searches/new/?{query}")
    assert again.url == f"/en/searches/{search.pk}/"


def test_a_visitor_signs_in_and_comes_back_with_the_search() -> None:
    path = "/en/searches/new/?q=%E5%81%9C%E6%9C%BA&in=needs"
    answer = Client().get(path)
    assert answer.url == "/en/accounts/login/?" + urlencode({"next": path}, safe="/")


@pytest.mark.parametrize("query", ["price_max=-5", "in=everything", "q=" + "x" * 5001])
def test_a_search_that_cannot_be_done_cannot_be_saved(query: str) -> None:
    answer = browser(make_user()).get(f"/en/searches/new/?{query}")
    assert answer.status_code == 400
    assert "This search can" in answer.content.decode()


def test_somebody_else_s_search_is_not_found() -> None:
    search = save(make_user())
    for user in (make_user(), make_user(roles=("officer", "moderator", "editor"))):
        client = browser(user)
        for path in ("", "edit/", "delete/"):
            assert client.get(f"/en/searches/{search.pk}/{path}").status_code == 404
            assert client.post(f"/en/searches/{search.pk}/{path}").status_code == 404
        assert client.post(f"/en/searches/{search.pk}/pause/").status_code == 404
        assert "kiln" not in client.get("/en/searches/").content.decode()
    assert SavedSearch.objects.filter(frequency="daily").count() == 1


def test_changing_pausing_and_deleting() -> None:
    owner = make_user()
    search, client = save(owner), browser(owner)
    values = {"name": "Ovens", "frequency": "instant", "in_portal": "on"}
    assert client.post(f"/en/searches/{search.pk}/edit/", values).status_code == 302
    search.refresh_from_db()
    assert (search.name, search.frequency, search.by_email) == ("Ovens", "instant", False)
    for frequency in ("off", "instant"):
        client.post(f"/en/searches/{search.pk}/pause/")
        search.refresh_from_db()
        assert search.frequency == frequency
    assert (
        "Delete this saved search?"
        in client.get(f"/en/searches/{search.pk}/delete/").content.decode()
    )
    client.post(f"/en/searches/{search.pk}/delete/")
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "", "frequency": "daily", "by_email": "on"}, "fill in this field"),
        ({"name": "x", "frequency": "daily"}, "at least one way"),
        ({"name": "x", "frequency": "hourly", "by_email": "on"}, "hourly"),
        ({"name": "a\x1b[31m", "frequency": "off"}, "control character"),
    ],
)
def test_a_bad_form_is_told(values: dict[str, str], message: str) -> None:
    owner = make_user()
    answer = browser(owner).post(f"/en/searches/{save(owner).pk}/edit/", values)
    assert answer.status_code == 400
    assert message in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_asks_a_fixed_number_of_questions(
    language: str, django_assert_num_queries: Any
) -> None:
    owner = make_user()
    for number in range(12):
        save(owner, f"q=kiln{number}")
    client = browser(owner)
    client.get(f"/{language}/searches/")
    with django_assert_num_queries(5):
        page = client.get(f"/{language}/searches/").content.decode()
    assert page.count('class="card__title"') == 12


def test_what_is_new_is_listed_until_it_was_looked_at(django_assert_num_queries: Any) -> None:
    owner = make_user()
    search, client = save(owner), browser(owner)
    finding.drain(50)
    for slug in ("kiln-one", "kiln-two"):
        make_project(slug=slug, name_en=f"{slug} kiln")
    indexing.sync(engines.embedded())
    finding.drain(50)
    assert "2 new" in client.get("/en/searches/").content.decode()
    with django_assert_num_queries(9):
        page = client.get(f"/en/searches/{search.pk}/").content.decode()
    assert page.count('class="hit__title"') == 2
    assert "2 new" not in client.get("/en/searches/").content.decode()


def test_the_list_can_be_taken_away() -> None:
    owner = make_user()
    save(owner, "q=kiln", name="=1+1")
    answer = browser(owner).get("/en/searches/export/")
    [row] = csv.DictReader(StringIO(answer.content.decode()))
    assert (row["name"], row["frequency"]) == ("'=1+1", "daily")
    assert row["address"] == "http://testserver/en/search/?q=kiln"
