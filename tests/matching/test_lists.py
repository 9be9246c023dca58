"""Lists on the shared desk: whose rows, columns, order, filters, saved views, files, queries."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from matching.actions import introduction
from matching.actions import job as job_actions
from matching.models import Introduction, Milestone, Need
from portal.accounts.models import User
from portal.foundation.lists import keeping
from portal.foundation.models import ListColumns, SavedView
from tests.clients import Client
from tests.factories import (
    make_accepted,
    make_agreement,
    make_introduction,
    make_job,
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_proposal,
    make_user,
    member_of,
)

pytestmark = pytest.mark.django_db
LISTS = ("mine", "introductions", "jobs")


@pytest.fixture
def owner() -> User:
    return make_user("Chen Jie")


@pytest.fixture
def browser(owner: User) -> Client:
    browser = Client()
    browser.force_login(owner)
    return browser


def address(name: str = "mine") -> str:
    return reverse(f"matching:{name}")


def shown(page: Any) -> list[Any]:
    """The rows of a page, as records."""
    return [row.record for row in page.context["page"]]


def heads(page: Any) -> list[str]:
    return [heading.name for heading in page.context["headings"]]


def needs_of(owner: User, *titles: str) -> list[Need]:
    firm = make_manufacturer(owner)
    return [make_need(owner, organisation=firm, words={"title": title}) for title in titles]


class TestWhoseRows:
    @pytest.mark.parametrize("name", LISTS)
    def test_signed_out_people_are_asked_to_sign_in(self, client: Client, name: str) -> None:
        assert client.get(address(name)).status_code == 302
        assert client.post(address(name), {"do": "columns"}).status_code == 302

    @pytest.mark.parametrize(
        ("name", "roles", "sees_all"),
        [
            ("mine", (), False),
            ("mine", ("editor",), False),
            ("mine", ("officer",), True),
            ("mine", ("moderator",), True),
            ("introductions", (), False),
            ("introductions", ("moderator",), False),
            ("introductions", ("editor",), False),
            ("introductions", ("officer",), True),
        ],
    )
    def test_everybody_s_rows_are_for_the_city(
        self, name: str, roles: tuple[str, ...], sees_all: bool
    ) -> None:
        row = make_introduction()
        wanted = row.need if name == "mine" else row
        browser = Client()
        browser.force_login(make_user(roles=roles))
        for query in ({"scope": "all"}, {}, {"scope": "all", "box": "asked"}):
            page = browser.get(address(name), query)
            assert shown(page) == [wanted] * sees_all, query
            assert page.context["may_see_all"] is sees_all
        assert shown(browser.get(address(name), {"scope": "own"})) == []
        exported = browser.get(address(name), {"scope": "all", "format": "csv"}).getvalue()
        assert (row.need.title in exported.decode()) is sees_all

    def test_one_sees_the_needs_of_ones_own_firms_in_every_state(
        self, owner: User, browser: Client
    ) -> None:
        draft = make_need(owner, state="draft")
        gone = make_need(owner, state="withdrawn")
        make_need()
        assert shown(browser.get(address())) == [gone, draft]

    def test_an_officer_who_acts_for_a_firm_starts_with_its_own(self) -> None:
        officer = make_user(roles=("officer",))
        own = make_need(officer)
        other = make_need()
        browser = Client()
        browser.force_login(officer)
        assert shown(browser.get(address())) == [own]
        assert shown(browser.get(address(), {"scope": "all"})) == [other, own]

    def test_a_manufacturer_is_neither_named_nor_found_before_it_is_introduced(
        self, owner: User, browser: Client
    ) -> None:
        firm = make_manufacturer(name_zh="鄞州秘密厂")
        maker = firm.memberships.get().user
        need = make_need(maker, organisation=firm)
        row = make_introduction(need=need, provider=make_listed_provider(owner))
        query = {"box": "waiting", "q": "秘密"}
        assert shown(browser.get(address("introductions"), query)) == []
        file = browser.get(address("introductions"), {"box": "waiting", "format": "csv"})
        assert "秘密" not in file.getvalue().decode()
        introduction.accept(actor=owner, introduction=row)
        found = browser.get(address("introductions"), {"box": "accepted", "q": "秘密"})
        assert shown(found) == [row]

    def test_what_is_drafted_later_is_neither_shown_nor_found(
        self, owner: User, browser: Client
    ) -> None:
        row = make_introduction(provider=make_listed_provider(owner))
        Need.objects.filter(pk=row.need_id).update(state="draft", title="Secret plan")
        page = browser.get(address("introductions"), {"q": "Secret"})
        assert shown(page) == []
        page = browser.get(address("introductions"))
        assert "Secret" not in page.content.decode()
        assert row.need.ref in page.content.decode()


class TestColumns:
    def test_the_usual_ones_until_somebody_chooses(self, owner: User, browser: Client) -> None:
        needs_of(owner, "A")
        assert heads(browser.get(address())) == [
            "title",
            "ref",
            "state",
            "district",
            "posted_at",
            "expires_on",
            "waiting",
            "met",
        ]
        query = {"columns": "budget_max,state,nonsense"}
        assert heads(browser.get(address(), query)) == ["title", "state", "budget_max"]
        assert ListColumns.objects.count() == 0, "looking at an address changes nothing"

    def test_a_choice_stands_in_the_address_and_is_kept(self, owner: User, browser: Client) -> None:
        needs_of(owner, "A")
        answer = browser.post(
            f"{address()}?state=open&page=3",
            {"do": "columns", "columns": ["state", "district", "nonsense"]},
        )
        assert answer["Location"] == f"{address()}?state=open&columns=state%2Cdistrict"
        assert heads(browser.get(answer["Location"])) == ["title", "state", "district"]
        assert heads(browser.get(address())) == ["title", "state", "district"]
        assert heads(browser.get(address("introductions")))[0] == "need", "each list has its own"
        answer = browser.post(address(), {"do": "columns"})
        assert answer["Location"] == address()
        assert "ref" in heads(browser.get(address())), "none chosen: the usual ones"

    def test_files_have_the_columns_of_the_page(self, owner: User, browser: Client) -> None:
        needs_of(owner, "A")
        file = browser.get(address(), {"columns": "district", "format": "csv"}).getvalue().decode()
        assert file.splitlines() == ["\ufeffNeed,District", "A,Yinzhou District"]


class TestOrder:
    def test_every_column_with_an_order_sorts_both_ways(self, owner: User, browser: Client) -> None:
        first, second, third = needs_of(owner, "B", "C", "A")
        Need.objects.filter(pk=first.pk).update(budget_max=5)
        assert shown(browser.get(address(), {"sort": "title"})) == [third, first, second]
        assert shown(browser.get(address(), {"sort": "-title"})) == [second, first, third]
        page = browser.get(address())
        for heading in page.context["headings"]:
            if heading.sort:
                for sort in (heading.name, f"-{heading.name}"):
                    found = shown(browser.get(address(), {"sort": sort}))
                    assert len(found) == 3, sort

    def test_equal_rows_keep_their_places_from_page_to_page(
        self, owner: User, browser: Client
    ) -> None:
        firm = make_manufacturer(owner)
        made = [make_need(owner, organisation=firm) for _ in range(23)]
        pages = [shown(browser.get(address(), {"sort": "state", "page": n})) for n in (1, 2)]
        assert [len(rows) for rows in pages] == [20, 3]
        assert pages[0] + pages[1] == made[::-1]

    def test_the_order_is_told_to_screen_readers(self, owner: User, browser: Client) -> None:
        needs_of(owner, "A")
        html = BeautifulSoup(browser.get(address(), {"sort": "-ref"}).content, "html.parser")
        told = {th.get_text(strip=True): th.get("aria-sort") for th in html.select("thead th")}
        assert told["Reference▼"] == "descending"
        assert [value for value in told.values() if value] == ["descending"]
        assert "sorted by Reference, descending" in html.caption.get_text()
        assert {th["scope"] for th in html.select("thead th")} == {"col"}
        assert html.select_one("tbody th")["scope"] == "row"
        assert html.select_one("tbody td")["data-label"] == "Reference"
        link = html.find("a", class_="table__sort", string=lambda text: text == "Need")
        assert link["href"] == "?sort=title"

    @pytest.mark.parametrize(
        "query",
        [
            {"sort": "\x00"},
            {"sort": "organisation__members__password"},
            {"sort": "nonsense"},
            {"page": "-1"},
            {"page": "x"},
            {"columns": "\x00,,"},
            {"scope": "\x00"},
            {"format": "exe"},
            {"state": "nonsense"},
            {"district": "nonsense"},
            {"posted_from": "yesterday"},
            {"ends_before": "99999-01-01"},
            {"q": "\x00"},
            {"q": "x" * 200},
            {"box": "nonsense", "side": "\x00", "asked_from": "x", "due": "x", "late": "x"},
        ],
    )
    @pytest.mark.parametrize("name", LISTS)
    def test_odd_addresses_are_answered(
        self, name: str, query: dict[str, str], browser: Client
    ) -> None:
        assert browser.get(address(name), query).status_code == 200


class TestFilters:
    def test_each_narrows(self, owner: User, browser: Client) -> None:
        first, second = needs_of(owner, "Spindle growth", "Scratches")
        Need.objects.filter(pk=second.pk).update(
            district="330206",
            state="withdrawn",
            posted_at=timezone.now() - timedelta(days=9),
            expires_on=date(2026, 1, 1),
        )
        day = timezone.localdate() - timedelta(days=3)
        for query, wanted in (
            ({"q": "spindle"}, [first]),
            ({"q": first.ref}, [first]),
            ({"state": "withdrawn"}, [second]),
            ({"state": ["withdrawn", "open"]}, [second, first]),
            ({"district": "330206"}, [second]),
            ({"posted_from": day.isoformat()}, [first]),
            ({"posted_to": day.isoformat()}, [second]),
            ({"ends_before": "2026-01-01"}, [second]),
            ({"q": "spindle", "state": "withdrawn"}, []),
        ):
            page = browser.get(address(), query)
            assert shown(page) == wanted, query
            assert page.context["filtered"] is True
        page = browser.get(address())
        assert page.context["filtered"] is False

    def test_what_is_wrong_is_told_and_left_out(self, owner: User, browser: Client) -> None:
        [need] = needs_of(owner, "A")
        page = browser.get(address(), {"posted_from": "yesterday", "state": "open"})
        assert "Enter a valid date." in page.content.decode()
        assert shown(page) == [need]

    def test_nothing_found_says_what_to_do(self, owner: User, browser: Client) -> None:
        assert "Say what hurts in your own words" in browser.get(address()).content.decode()
        needs_of(owner, "A")
        page = browser.get(address(), {"q": "zzz"}).content.decode()
        assert "Nothing fits these filters" in page
        assert "Download as CSV" not in page

    def test_the_form_keeps_columns_and_scope(self, owner: User, browser: Client) -> None:
        needs_of(owner, "A")
        page = browser.get(address(), {"columns": "state", "scope": "own", "sort": "title"})
        html = BeautifulSoup(page.content, "html.parser")
        form = html.select_one('main form[method="get"]')
        kept = {tag["name"]: tag["value"] for tag in form.select('input[type="hidden"]')}
        assert kept == {"columns": "state", "scope": "own"}
        assert form.select_one('select[name="sort"] option[selected]')["value"] == "title"


class TestSavedViews:
    def keep(self, browser: Client, query: str, name: str) -> Any:
        return browser.post(f"{address()}?{query}", {"do": "keep-view", "name": name}, follow=True)

    def test_kept_opened_replaced_and_deleted(self, owner: User, browser: Client) -> None:
        needs_of(owner, "A")
        page = self.keep(browser, "state=open&sort=-ref&page=2&format=csv", " Open ones ")
        assert "“Open ones” is kept." in page.content.decode()
        view = SavedView.objects.get()
        assert (view.owner, view.list_name, view.name) == (owner, "needs", "Open ones")
        assert view.query == "state=open&sort=-ref"
        html = BeautifulSoup(page.content, "html.parser")
        link = html.find("a", string="Open ones")
        assert link["href"] == f"{address()}?state=open&sort=-ref"
        self.keep(browser, "state=draft", "Open ones")
        assert SavedView.objects.get().query == "state=draft"
        browser.post(address(), {"do": "drop-view", "view": view.pk})
        assert SavedView.objects.count() == 0

    def test_of_others_there_is_nothing_to_see_or_delete(self, browser: Client) -> None:
        other = make_user()
        view = keeping.keep_view(actor=other, list_name="needs", name="Theirs", query="")
        assert "Theirs" not in browser.get(address()).content.decode()
        for pk in (view.pk, "x", "9" * 30, "-1", ""):
            answer = browser.post(address(), {"do": "drop-view", "view": pk})
            assert answer.status_code == 302
        assert SavedView.objects.count() == 1

    @pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b", "a\u202eb"])
    def test_a_bad_name_is_told(self, name: str, browser: Client) -> None:
        page = self.keep(browser, "state=open", name)
        assert page.status_code == 200
        assert [message.level_tag for message in page.context["messages"]] == ["error"]
        assert SavedView.objects.count() == 0

    def test_there_are_twenty_at_most_and_no_endless_address(
        self, owner: User, browser: Client
    ) -> None:
        for number in range(keeping.MOST_VIEWS):
            keeping.keep_view(actor=owner, list_name="needs", name=f"View {number}", query="")
        assert "delete one first" in self.keep(browser, "", "One more").content.decode()
        self.keep(browser, "q=a", "View 3")
        assert SavedView.objects.get(name="View 3").query == "q=a"
        SavedView.objects.all().delete()
        assert "too long" in self.keep(browser, f"q={'a' * 2001}", "Long").content.decode()


class TestFiles:
    @pytest.fixture
    def rows(self, owner: User) -> list[Need]:
        made = needs_of(owner, "=HYPERLINK(1)", "普通", "@SUM(A1)")
        Need.objects.filter(pk=made[0].pk).update(budget_max=200_000, start_by=date(2027, 3, 1))
        return made

    def test_csv(self, rows: list[Need], browser: Client) -> None:
        columns = "budget_max,start_by,posted_at,waiting"
        answer = browser.get(address(), {"columns": columns, "sort": "ref", "format": "csv"})
        assert answer.streaming
        assert answer["Content-Disposition"] == 'attachment; filename="needs.csv"'
        found = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert found[0] == ["Need", "Budget to", "Start by", "Posted", "Introductions waiting"]
        by_title = {row[0]: row for row in found[1:]}
        assert set(by_title) == {"'=HYPERLINK(1)", "普通", "'@SUM(A1)"}
        assert rows[0].posted_at
        posted = f"{timezone.localtime(rows[0].posted_at):%Y-%m-%d %H:%M}"
        assert by_title["'=HYPERLINK(1)"][1:] == ["200000", "2027-03-01", posted, "0"]

    def test_xlsx(self, rows: list[Need], browser: Client) -> None:
        columns = "budget_max,start_by,posted_at,waiting"
        answer = browser.get(address(), {"columns": columns, "format": "xlsx"})
        assert answer["Content-Disposition"] == 'attachment; filename="needs.xlsx"'
        sheet = load_workbook(BytesIO(answer.getvalue())).active
        assert sheet
        found = list(sheet.iter_rows())
        assert [cell.value for cell in found[0]][:2] == ["Need", "Budget to"]
        first = found[-1]
        assert (first[0].value, first[0].data_type) == ("=HYPERLINK(1)", "s")
        assert first[1].value == 200_000
        assert first[2].value.date() == date(2027, 3, 1)
        posted = timezone.localtime(rows[0].posted_at).replace(tzinfo=None)
        assert abs(first[3].value - posted) < timedelta(seconds=1)
        assert {cell.data_type for row in found for cell in row} <= {"s", "n", "d"}

    def test_the_whole_filtered_list_however_long_the_page(
        self, owner: User, browser: Client
    ) -> None:
        firm = make_manufacturer(owner)
        for number in range(23):
            make_need(owner, organisation=firm, words={"title": f"Long {number}"})
        make_need(owner, organisation=firm, words={"title": "Other"})
        answer = browser.get(address(), {"q": "Long", "format": "csv", "page": 2})
        assert len(answer.getvalue().decode().splitlines()) == 24

    def test_in_the_language_of_the_page(self, rows: list[Need], browser: Client) -> None:
        with translation.override("zh-hans"):
            answer = browser.get(address(), {"columns": "district", "format": "csv"})
        with translation.override("en"):
            assert "鄞州" in answer.getvalue().decode()

    def test_introductions_too(self, owner: User, browser: Client) -> None:
        row = make_introduction(need=make_need(owner))
        answer = browser.get(address("introductions"), {"box": "asked", "format": "xlsx"})
        sheet = load_workbook(BytesIO(answer.getvalue())).active
        assert sheet
        values = [[cell.value for cell in line] for line in sheet.iter_rows()]
        assert values[1][:3] == [row.need.title, str(row.provider), "Asked for"]


def _one_more_need(owner: User) -> None:
    needs_of(owner, "One")


def _one_more_introduction(owner: User) -> None:
    make_introduction(need=make_need(owner))


@pytest.mark.parametrize("scope", ["own", "all"])
@pytest.mark.parametrize(
    ("name", "more"), [("mine", _one_more_need), ("introductions", _one_more_introduction)]
)
@pytest.mark.parametrize("wanted", ["", "csv", "xlsx"])
def test_one_row_costs_as_many_queries_as_three(
    wanted: str, name: str, more: Callable[[User], None], scope: str
) -> None:
    officer = make_user(roles=("officer",))
    browser = Client()
    browser.force_login(officer)
    query = {"scope": scope, "format": wanted, "box": "asked"}
    costs, lengths = [], []
    for count in (1, 2):
        for _ in range(count):
            more(officer)
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(address(name), query)
            lengths.append(len(answer.getvalue()))
        costs.append(len(captured))
    assert costs[0] == costs[1]
    assert costs[0] <= 14
    assert lengths[1] > lengths[0]


def test_old_addresses_of_introductions_still_sort(owner: User, browser: Client) -> None:
    first = make_introduction(need=make_need(owner))
    second = make_introduction(need=make_need(owner))
    Introduction.objects.filter(pk=first.pk).update(expires_at=timezone.now())
    for sort, wanted in (
        ("newest", [second, first]),
        ("oldest", [first, second]),
        ("due", [first, second]),
    ):
        query = {"box": "asked", "sort": sort}
        assert shown(browser.get(address("introductions"), query)) == wanted


def test_only_what_is_still_to_be_delivered_is_overdue(browser: Client, owner: User) -> None:
    job = make_job(make_agreement(make_proposal(make_accepted(need=make_need(owner)))))
    first, second = job.milestones.all()
    yesterday = timezone.localdate() - timedelta(days=1)
    Milestone.objects.filter(pk=first.pk).update(due_on=yesterday)
    assert shown(browser.get(address("jobs"), {"late": "late"})) == [job]
    job_actions.deliver(
        actor=member_of(job.introduction, "provider"), milestone=first, note="两台设备已到场。"
    )
    assert shown(browser.get(address("jobs"), {"late": "late"})) == []
    Milestone.objects.filter(pk=second.pk).update(due_on=yesterday)
    assert shown(browser.get(address("jobs"), {"late": "late"})) == [job]
