"""What is stuck between an accepted introduction and the end of a job, and the list of jobs."""

import csv
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from matching import stuck_deals
from matching.actions import agreement as agreements
from matching.models import Agreement, Dispute, Job, Milestone, Proposal
from portal.foundation.registries import StuckRow
from tests.clients import Client
from tests.factories import make_agreement, make_job, make_proposal, make_user, member_of

pytestmark = pytest.mark.django_db
STAGES = ("proposals", "agreements", "late", "unconfirmed", "disputes")


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def says_nothing_private(rows: list[StuckRow], proposal: Proposal) -> None:
    for row in rows:
        assert proposal.scope not in row.title + row.where
        assert str(proposal.price) not in row.title + row.where


@pytest.mark.parametrize(("days", "count"), [(4, 0), (6, 1)])
@pytest.mark.parametrize("side", ["provider", "manufacturer"])
def test_a_proposal_without_an_answer(side: str, days: int, count: int) -> None:
    row = make_proposal(side=side)
    Proposal.objects.update(offered_at=ago(days))
    found = stuck_deals.proposals()
    assert len(found) == count
    says_nothing_private(found, row)
    introduction = row.introduction
    other = introduction.need.organisation if side == "provider" else introduction.provider
    for one in found:
        assert one.where == f"{other} has not answered"
        assert one.url == introduction.get_absolute_url()


@pytest.mark.parametrize(("days", "count"), [(4, 0), (6, 1)])
def test_an_agreement_without_consent(days: int, count: int) -> None:
    row = make_agreement()
    Agreement.objects.update(created=ago(days))
    assert len(stuck_deals.agreements()) == count
    maker = member_of(row.introduction, "manufacturer")
    agreements.consent(actor=maker, agreement=row, digest=row.digest, side="manufacturer")
    for one in stuck_deals.agreements():
        assert one.where == f"No consent yet: {row.introduction.provider}"


def everything_stuck() -> None:
    """One more of each of what gets stuck after an introduction."""
    make_proposal()
    make_agreement()
    late, waiting, disputed = make_job(), make_job(), make_job()
    Proposal.objects.filter(state="offered").update(offered_at=ago(9))
    Agreement.objects.filter(state="awaiting_consent").update(created=ago(9))
    Milestone.objects.filter(job=late).update(due_on=timezone.localdate() - timedelta(days=9))
    Milestone.objects.filter(job=waiting).update(state="delivered", delivered_at=ago(19))
    Dispute.objects.create(job=disputed, side="provider", reason="x", opened_at=ago(9))


def test_officers_see_every_stage_at_the_cost_of_one_row_each() -> None:
    browser = Client()
    browser.force_login(make_user(roles=("officer",)))
    costs, counts = [], []
    for more in (1, 2):
        for _ in range(more):
            everything_stuck()
        with CaptureQueriesContext(connection) as captured:
            page = browser.get("/en/officers/stuck/")
        costs.append(len(captured))
        stages = {stage.name: stage.count for stage in page.context["stages"]}
        counts.append(
            [
                stages[name]
                for name in ("proposals", "agreements", "late", "unconfirmed", "disputes")
            ]
        )
    assert counts == [[1, 1, 2, 2, 1], [3, 3, 6, 6, 3]]
    assert costs[0] == costs[1]


class TestJobs:
    url = "/en/jobs/"

    def test_both_sides_and_officers_see_a_job_and_nobody_else(self) -> None:
        job = make_job()
        people: list[tuple[Any, bool]] = [
            (member_of(job.introduction, "manufacturer"), True),
            (member_of(job.introduction, "provider"), True),
            (make_user(roles=("officer",)), True),
            (make_user(roles=("moderator",)), True),
            (make_user(roles=("editor",)), False),
            (make_user(), False),
        ]
        for user, sees in people:
            browser = Client()
            browser.force_login(user)
            page = browser.get(reverse("matching:jobs"))
            assert [row.record for row in page.context["page"]] == [job] * sees
            assert (job.ref in page.content.decode()) is sees

    def test_prices_are_for_the_two_sides(self) -> None:
        job = make_job()
        query = {"columns": "price,state", "sort": "price"}
        mine, city = Client(), Client()
        mine.force_login(member_of(job.introduction, "provider"))
        city.force_login(make_user(roles=("officer",)))
        assert "¥200,001" in mine.get(self.url, query).content.decode()
        assert "200" not in city.get(self.url, {**query, "format": "csv"}).getvalue().decode()
        page = city.get(self.url, query)
        assert [heading.name for heading in page.context["headings"]] == ["ref", "state"]
        assert "price" not in [choice.name for choice in page.context["choices"]]
        assert "price" not in [order.value for order in page.context["orders"]]

    def test_filters_and_progress(self) -> None:
        job = make_job()
        seller = member_of(job.introduction, "provider")
        first, second = job.milestones.order_by("position")
        Milestone.objects.filter(pk=first.pk).update(state="confirmed", confirmed_at=ago(0))
        browser = Client()
        browser.force_login(seller)

        def found(**query: str) -> list[Job]:
            page = browser.get(self.url, query)
            return [row.record for row in page.context["page"]]

        assert found(q=job.ref) == found(q=job.introduction.need.title) == [job]
        assert found(q="zzz") == found(state="done") == found(late="late") == []
        assert found(state="running") == [job]
        Milestone.objects.filter(pk=second.pk).update(
            due_on=timezone.localdate() - timedelta(days=1)
        )
        assert found(late="late") == [job]
        raw = browser.get(self.url, {"columns": "progress,next_due", "format": "csv"}).getvalue()
        rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
        day = timezone.localdate() - timedelta(days=1)
        assert rows[1] == [job.ref, "1/2", day.isoformat()]

    def test_xlsx(self) -> None:
        job = make_job()
        browser = Client()
        browser.force_login(member_of(job.introduction, "manufacturer"))
        answer = browser.get(self.url, {"columns": "price,due_on,state", "format": "xlsx"})
        sheet = load_workbook(BytesIO(answer.getvalue())).active
        assert sheet
        [_, cells] = sheet.iter_rows()
        assert [cell.value for cell in cells[:3]] == [job.ref, "Running", 200_001]
        due: Any = cells[3].value
        assert due.date() == job.due_on

    @pytest.mark.parametrize("scope", ["own", "all"])
    def test_one_row_costs_as_many_queries_as_three(self, scope: str) -> None:
        officer = make_user(roles=("officer",))
        browser = Client()
        browser.force_login(officer)
        costs = []
        for count in (1, 2):
            for _ in range(count):
                job = make_job()
                job.introduction.provider.organisation.memberships.create(
                    user=officer, role="owner"
                )
            with CaptureQueriesContext(connection) as captured:
                page = browser.get(self.url, {"scope": scope})
            costs.append(len(captured))
        assert len(page.context["page"]) == 3
        assert costs[0] == costs[1]
