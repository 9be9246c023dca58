"""What people searched: what is counted, what is never kept, and who sees it."""

import csv
import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from portal.accounts.models import User
from portal.discovery import searched
from portal.discovery.models import SearchCount, SearchedDay, SearchedText
from portal.discovery.searched import candidates
from portal.discovery.searched import report as reports
from portal.discovery.searched.counting import Note, normal
from portal.vocabulary.models import ConceptCandidate
from search import engines, indexing
from tests.clients import Client
from tests.factories import make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DUIJIE_DATA_DIR = tmp_path
    searched.write()
    for model in (SearchCount, SearchedDay, SearchedText):
        model.objects.all().delete()
    make_project(slug="kiln", name_en="Kiln monitor")
    indexing.sync(engines.embedded())
    yield
    engines.embedded().drop()


def look_for(query: str, times: int = 1, client: Client | None = None) -> None:
    """Ask for the page, each time anew, and write what was counted."""
    for _ in range(times):
        caches["pages"].clear()
        assert (client or Client()).get(f"/en/search/?{query}").status_code == 200
    searched.write()


def counts(name: str) -> dict[str, int]:
    return dict(SearchCount.objects.filter(name=name).values_list("value", "times"))


def officer() -> Client:
    return browser(make_user(roles=("officer",)))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# what is counted


def test_a_search_is_counted_by_its_properties() -> None:
    look_for("q=kiln&in=projects&district=330206&verified=true")
    look_for("q=&in=projects")
    look_for("q=kiln&in=projects&page=2")
    assert counts("search") == {"all": 2}
    assert counts("page") == {"further": 1}
    assert counts("text") == {"words": 1, "none": 1}
    assert counts("type") == {"projects": 2}
    assert counts("filter") == {"district": 1, "verified": 1}
    assert counts("results") == {"0": 1, "1": 1}
    assert sum(counts("took").values()) == 2
    assert counts("engine") == {"embedded": 2}


def test_a_page_from_the_cache_is_counted_too() -> None:
    client = Client()
    first = client.get("/en/search/?q=kiln")
    assert client.get("/en/search/?q=kiln").content == first.content
    searched.write()
    assert (counts("search"), counts("kept")) == ({"all": 2}, {"yes": 1})
    assert sum(counts("took").values()) == 1
    assert SearchedDay.objects.get().times == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  ＫＩＬＮ   Monitor ", ("words", "kiln monitor")),
        ("停机　报警", ("words", "停机 报警")),
        ("", ("none", "")),
        ("x" * 101, ("long", "")),
        ("ask li.ming@works.example", ("private", "")),
        ("call 138 0013 8000", ("private", "")),
        ("0574-8718 6666", ("private", "")),
        ("330206199003074533", ("private", "")),
        ("91330200MA2AF3XX4K", ("private", "")),
        ("6061 aluminium, 0.05 mm", ("words", "6061 aluminium, 0.05 mm")),
        ("S7-1200 PLC", ("words", "s7-1200 plc")),
    ],
)
def test_texts_of_people_are_told_from_words(text: str, expected: tuple[str, str]) -> None:
    assert normal(text) == expected


def test_words_are_stored_from_the_third_time_on() -> None:
    look_for("q=Kiln", times=2)
    assert SearchedText.objects.get().text == ""
    assert "kiln" not in str(list(SearchedDay.objects.values()))
    look_for("q=kiln+")
    assert (SearchedText.objects.get().text, SearchedText.objects.get().times) == ("kiln", 3)


def test_many_at_once_are_stored_at_once() -> None:
    for _ in range(3):
        caches["pages"].clear()
        Client().get("/en/search/?q=kiln")
    searched.write()
    assert SearchedText.objects.get().text == "kiln"


def test_nobody_is_in_it() -> None:
    user = make_user(name="Chen Chen", email="chen@works.example")
    client = browser(user)
    client.get("/en/search/?q=kiln", REMOTE_ADDR="203.0.113.7")
    searched.write()
    kept = str([list(model.objects.values()) for model in (SearchCount, SearchedDay, SearchedText)])
    for trace in ("chen", "Chen", "203.0.113.7", client.session.session_key or "-"):
        assert trace not in kept


def test_a_search_waits_for_no_write(django_assert_num_queries: Any) -> None:
    Client().get("/en/search/?q=kiln")
    caches["pages"].clear()
    with django_assert_num_queries(1):
        Client().get("/en/search/?q=kiln")


def test_counting_costs_next_to_nothing() -> None:
    note = Note("en", (("search", "all"), ("text", "words"), ("results", "1")), "kiln", False)
    started = time.perf_counter()
    for _ in range(1_000):
        searched.record_kept(note)
    assert (time.perf_counter() - started) / 1_000 < 0.001


def test_what_serves_pages_writes_by_itself(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = "portal.discovery.searched.recording"
    monkeypatch.setattr(f"{recording}.WRITE_EVERY", 0.05)
    searched.write_regularly()
    try:
        for times in (1, 2):
            searched.record_kept(Note("en", (("search", "all"),), "kiln"))
            deadline = time.monotonic() + 20
            while counts("search") != {"all": times} and time.monotonic() < deadline:
                time.sleep(0.02)
            assert counts("search") == {"all": times}
    finally:
        searched.record_kept(Note("en", (("search", "all"),), "kiln"))
        searched.stop_writing()
    assert counts("search") == {"all": 3}


def test_a_flood_of_texts_is_counted_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.discovery.searched.recording.MAX_TEXTS", 3)
    for number in range(9):
        searched.record_kept(Note("en", (("search", "all"),), f"kiln {number}"))
    searched.write()
    assert (counts("search"), SearchedDay.objects.count()) == ({"all": 9}, 3)


# clicks


def send(token: str, position: str, **headers: str) -> int:
    usual = {"Sec-Fetch-Site": "same-origin"}
    answer = Client(enforce_csrf_checks=True).post(
        "/en/search/clicks/", {"search": token, "position": position}, headers=headers or usual
    )
    return int(answer.status_code)


def test_clicks_are_counted_by_place() -> None:
    look_for("q=kiln")
    page = Client().get("/en/search/?q=kiln").content.decode()
    token = searched.click_token("kiln")
    assert f'data-search="{token}" data-first="1"' in page
    for position in ("1", "2", "8"):
        assert send(token, position) == 204
    assert send("", "1") == 204
    assert send("f" * 48, "1") == 204
    searched.write()
    assert counts("click") == {"1": 3, "2": 1, "8": 1}
    row = SearchedDay.objects.get()
    assert (row.clicks, row.top_three, row.reciprocals) == (3, 2, 1 + 1 / 2 + 1 / 8)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, 403),
        ({"Origin": "http://testserver"}, 204),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"X-Nothing": "1"}, 403),
    ],
)
def test_only_the_portal_s_own_pages_tell_clicks(headers: dict[str, str], status: int) -> None:
    assert send("", "1", **headers) == status


@pytest.mark.parametrize("position", ["", "-1", "x", "1.5", "१", "9" * 50, "\x00"])
def test_a_place_that_is_none_is_refused(position: str) -> None:
    assert send("", position) == 400


# the officers' page


def test_the_page_is_for_officers() -> None:
    assert Client().get("/en/officers/searches/").status_code == 302
    for user in (make_user(), make_user(roles=("moderator", "editor"))):
        for path in ("", "export/"):
            assert browser(user).get(f"/en/officers/searches/{path}").status_code == 403
    assert "Nothing was searched" in officer().get("/en/officers/searches/").content.decode()


def test_the_page_tells_what_was_searched(django_assert_num_queries: Any) -> None:
    look_for("q=kiln", times=3)
    look_for("q=zeppelin&in=projects", times=4)
    look_for("q=secret+thing")
    send(searched.click_token("kiln"), "2")
    searched.write()
    found = reports.report(reports.period_of("7"))
    assert (found.searches, found.clicks) == (8, 1)
    assert (found.mean_reciprocal_rank, found.top_three) == (0.5, 1.0)
    assert found.nothing_found == 5 / 8
    assert [(line.text, line.times) for line in found.frequent] == [("zeppelin", 4), ("kiln", 3)]
    assert [line.text for line in found.without_result] == ["zeppelin"]
    client = officer()
    client.get("/en/officers/searches/")
    with django_assert_num_queries(9):
        page = client.get("/en/officers/searches/?days=7").content.decode()
    assert "zeppelin" in page
    assert "secret" not in page
    assert "62.5 %" in page


def test_the_period_bounds_what_is_told() -> None:
    look_for("q=kiln", times=3)
    SearchCount.objects.update(day=timezone.localdate() - timedelta(days=20))
    SearchedDay.objects.update(day=timezone.localdate() - timedelta(days=20))
    assert reports.report(reports.period_of("7")).searches == 0
    found = reports.report(reports.period_of("nonsense"))
    assert (found.searches, len(found.frequent)) == (3, 1)


def test_the_texts_can_be_taken_away() -> None:
    for _ in range(3):
        searched.record_kept(Note("zh", (("search", "all"),), "=1+1 停机"))
    searched.write()
    answer = officer().get("/en/officers/searches/export/?days=7")
    [row] = csv.DictReader(StringIO(answer.content.decode()))
    assert (row["text"], row["language"], row["searches"]) == ("'=1+1 停机", "zh", "3")


def test_old_counts_are_forgotten() -> None:
    look_for("q=kiln", times=3)
    look_for("q=zeppelin")
    old = timezone.localdate() - reports.KEPT - timedelta(days=1)
    SearchedDay.objects.filter(times=3).update(day=old)
    SearchCount.objects.filter(name="text").update(day=old)
    reports.prune()
    assert SearchedText.objects.get().times == 1
    assert (counts("text"), counts("search")) == ({}, {"all": 4})
    assert SearchedDay.objects.get().day == date.fromordinal(timezone.localdate().toordinal())


# what the vocabulary lacks


def test_texts_that_led_nowhere_are_suggested_once_a_day() -> None:
    look_for("q=zeppelin+hangar&in=projects", times=3)
    look_for("q=blimp+dock&in=projects", times=2)
    yesterday = timezone.localdate() - timedelta(days=1)
    SearchedDay.objects.update(day=yesterday)
    assert candidates.suggest_missing() == 1
    assert candidates.suggest_missing() == 0
    found = ConceptCandidate.objects.get()
    assert (found.phrase, found.first_day) == ("zeppelin hangar", yesterday)
