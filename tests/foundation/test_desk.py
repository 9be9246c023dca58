"""The task desk: its order, its page, the head and the home page; what is stuck, for officers."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from portal.accounts.models import User
from portal.foundation import registries
from portal.foundation.desk import MOST, personal, stuck
from portal.foundation.desk.reading import desk_of
from portal.foundation.lists import keeping
from portal.foundation.models import ListColumns, WeeklyDesk
from portal.foundation.registries import Stuck, StuckRow, Waiting, WaitingItem
from tests.clients import Client
from tests.factories import make_need, make_provider, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


def item(title: str, since: float = 5, due: float | None = None) -> WaitingItem:
    """An item since `since` days ago, due `due` days from NOW."""
    when = None if due is None else NOW + timedelta(days=due)
    return WaitingItem(title, f"/en/{title}/", NOW - timedelta(days=since), when)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A desk with these kinds and no others."""

    def fill(**kinds: list[WaitingItem]) -> None:
        registry: registries.Registry[Waiting] = registries.Registry()
        for order, (name, items) in enumerate(kinds.items()):
            registry.register(Waiting(name, order, name.title(), lambda user, its=items: its))
        monkeypatch.setattr(registries, "waiting", registry)

    return fill


@pytest.fixture
def person() -> User:
    return make_user("Chen Jie")


@pytest.fixture
def browser(person: User) -> Client:
    browser = Client()
    browser.force_login(person)
    cache.clear()
    return browser


def titles(items: Iterator[Any] | list[Any]) -> list[str]:
    return [one.title for one in items]


class TestOrder:
    def test_overdue_first_then_by_deadline_then_the_longest_waiting(self, only: Any) -> None:
        only(
            quiet=[item("young", since=1), item("old", since=9)],
            pressing=[item("tomorrow", due=1), item("late", due=-1), item("very-late", due=-3)],
        )
        desk = desk_of(None, now=NOW)
        assert [group.name for group in desk.groups] == ["pressing", "quiet"]
        assert titles(desk.groups[0].items) == ["very-late", "late", "tomorrow"]
        assert titles(desk.groups[1].items) == ["old", "young"]
        assert (desk.total, desk.late, desk.groups[0].late) == (5, 2, 2)
        first = desk.first(4)
        assert titles(line.item for line in first) == ["very-late", "late", "tomorrow", "old"]
        assert [line.late for line in first] == [True, True, False, False]
        assert first[0].label == "Pressing"

    def test_a_deadline_is_not_late_at_its_moment(self, only: Any) -> None:
        only(one=[item("now", due=0)])
        assert desk_of(None, now=NOW).late == 0
        assert desk_of(None, now=NOW + timedelta(seconds=1)).late == 1

    def test_empty_kinds_are_left_out_and_long_ones_cut(self, only: Any) -> None:
        only(none=[], many=[item(f"n{number}") for number in range(MOST + 5)])
        desk = desk_of(None, now=NOW)
        assert [(group.name, len(group.items), group.more) for group in desk.groups] == [
            ("many", MOST, True)
        ]


class TestPages:
    def test_the_page_has_both_kinds_of_dates(self, only: Any, browser: Client) -> None:
        now = timezone.now()
        late = WaitingItem("Answer <b>", "/en/x/", now, now - timedelta(days=3))
        soon = WaitingItem("Extend", "/en/y/", now, now + timedelta(days=2, hours=1))
        only(things=[late, soon])
        page = browser.get("/en/waiting/").content.decode()
        assert "Answer &lt;b&gt;" in page
        assert page.index("Answer") < page.index("Extend")
        assert "3 days ago" in page
        assert "in 2 days" in page
        assert late.due
        at = late.due.isoformat(timespec="seconds")
        assert f'datetime="{at}"' in page
        assert "2 things wait for you." in page
        assert "1 is overdue." in page
        with translation.override("zh-hans"):
            chinese = browser.get("/zh-hans/waiting/").content.decode()
        assert "3天前" in chinese
        assert "2天后" in chinese

    def test_a_deadline_at_midnight_is_told_by_the_day_that_ends(
        self, only: Any, browser: Client
    ) -> None:
        midnight = timezone.make_aware(datetime(2026, 11, 22))
        morning = timezone.make_aware(datetime(2026, 11, 22, 8, 30))
        only(things=[WaitingItem("x", "/en/x/", midnight, due) for due in (midnight, morning)])
        page = browser.get("/en/waiting/").content.decode()
        assert ">Nov. 21, 2026</time>" in page
        assert ">Nov. 22, 2026, 8:30 a.m.</time>" in page

    def test_signed_out_people_are_asked_to_sign_in(self, client: Client) -> None:
        for path in ("waiting/", "officers/stuck/", "officers/stuck.csv"):
            answer = client.get(f"/en/{path}")
            assert (answer.status_code, "/accounts/login/" in answer["Location"]) == (302, True)

    def test_the_number_is_kept_for_a_minute_and_renewed_by_what_one_does(
        self, only: Any, browser: Client
    ) -> None:
        only(things=[item("one")])
        browser.get("/en/waiting/")
        only(things=[])
        assert 'class="tool__count">1' in browser.get("/en/notifications/").content.decode()
        # A page that tells what was just done counts again.
        browser.post("/en/accounts/profile/", {"name": "Chen Jie", "phone": "", "language": "en"})
        assert 'class="tool__count"' not in browser.get("/en/accounts/profile/").content.decode()

    def test_more_than_two_digits_stay_short(self, only: Any, browser: Client) -> None:
        only(
            a=[item(f"a{number}") for number in range(60)],
            b=[item(f"b{number}") for number in range(60)],
        )
        assert 'class="tool__count">99+' in browser.get("/en/waiting/").content.decode()


class TestNothing:
    """The empty desk says what to do next, by who one is."""

    def steps(self, user: User) -> list[str]:
        browser = Client()
        browser.force_login(user)
        page = browser.get("/en/waiting/")
        assert page.context["desk"].total == 0
        return [step.name for step in page.context["steps"]]

    def test_somebody_new(self) -> None:
        assert self.steps(make_user()) == ["register", "post", "project"]

    def test_a_manufacturer(self) -> None:
        user = make_user()
        make_need(user)
        assert self.steps(user) == ["post", "project"]

    def test_a_listed_provider(self) -> None:
        user = make_user()
        make_provider(
            owner=user, industries=["C33"], capacity=2, languages=["zh"], staff=9, founded=2015
        )
        assert self.steps(user) == ["fitting", "project"]

    def test_an_officer(self) -> None:
        assert self.steps(make_user(roles=("officer",))) == ["stuck"]


class TestStuck:
    @pytest.fixture
    def stages(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        registry: registries.Registry[Stuck] = registries.Registry()
        monkeypatch.setattr(registries, "stuck", registry)
        rows = [
            StuckRow("=N-2 – Gateway", "/en/introductions/2/", "Nobody answers", NOW),
            StuckRow("N-1 – Gateway", "/en/introductions/1/", "…", NOW - timedelta(days=4)),
        ]
        registry.register(Stuck("unanswered", 2, "Unanswered", lambda: rows))
        registry.register(Stuck("quiet", 1, "Quiet", list))

    @pytest.mark.parametrize(
        ("roles", "status"),
        [(("officer",), 200), (("moderator",), 403), (("editor",), 403), ((), 403)],
    )
    def test_it_is_for_officers(self, roles: tuple[str, ...], status: int) -> None:
        browser = Client()
        browser.force_login(make_user(roles=roles))
        for path in ("/en/officers/stuck/", "/en/officers/stuck.csv"):
            assert browser.get(path).status_code == status
        menu = browser.get("/en/notifications/").content.decode()
        assert ('href="/en/officers/stuck/"' in menu) == (status == 200)

    def test_counts_the_oldest_and_the_rows(self, stages: Any) -> None:
        browser = Client()
        browser.force_login(make_user(roles=("officer",)))
        page = browser.get("/en/officers/stuck/")
        quiet, unanswered = page.context["stages"]
        assert (quiet.name, quiet.count, quiet.oldest) == ("quiet", 0, None)
        assert (unanswered.count, unanswered.oldest) == (2, NOW - timedelta(days=4))
        assert titles(unanswered.shown) == ["N-1 – Gateway", "=N-2 – Gateway"]
        assert 'href="/en/introductions/1/"' in page.content.decode()

    def test_the_file_has_every_row_and_no_formula(self, stages: Any) -> None:
        browser = Client()
        browser.force_login(make_user(roles=("officer",)))
        raw = browser.get("/en/officers/stuck.csv").getvalue().decode()
        rows = list(csv.reader(StringIO(raw.removeprefix("\ufeff"))))
        assert raw.startswith("\ufeff")
        assert rows[0] == ["Stage", "What", "Where", "Since", "URL"]
        assert rows[1][:2] == ["Unanswered", "N-1 – Gateway"]
        assert rows[2][1:4] == ["'=N-2 – Gateway", "Nobody answers", "2026-11-25 12:00"]
        assert rows[1][4] == "http://testserver/en/introductions/1/"

    def test_moderation_is_stuck_after_two_days(self) -> None:
        need = make_need(state="moderation")
        assert stuck.moderation_too_old() == []
        type(need).objects.filter(pk=need.pk).update(changed=timezone.now() - timedelta(days=3))
        [row] = stuck.moderation_too_old()
        assert (row.title, row.url) == (need.title, f"/en/moderation/needs/{need.ref}/")


def test_what_is_kept_of_a_person_is_handed_out_and_deleted(person: User) -> None:
    keeping.keep_columns(actor=person, list_name="needs", columns=["ref"])
    keeping.keep_view(actor=person, list_name="needs", name="Drafts", query="state=draft")
    WeeklyDesk.objects.create(user=person, monday=NOW.date(), items=3)
    keeping.keep_columns(actor=make_user(), list_name="needs", columns=["state"])
    got = personal.export(person)
    assert got["columns"] == [{"list_name": "needs", "columns": ["ref"]}]
    assert [view["query"] for view in got["views"]] == ["state=draft"]
    assert got["weekly_emails"] == [{"monday": NOW.date(), "items": 3}]
    personal.erase(person)
    assert personal.export(person) == {"columns": [], "views": [], "weekly_emails": []}
    assert ListColumns.objects.count() == 1
