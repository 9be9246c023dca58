"""A running job: delivered, confirmed, returned, cancelled by both, in dispute; its deadlines."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from matching.actions import dispute as disputes
from matching.actions import job as actions
from matching.actions.deadlines import watch_deadlines
from matching.actions.moves import IllegalMove, StaleMove
from matching.job_desk import late, old_disputes, unconfirmed
from matching.models import Delivery, Dispute, Introduction, Job, Milestone
from portal.evidence.models import Evidence
from portal.foundation import audit
from portal.foundation.models import Notification
from tests.factories import make_job, make_user, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(settings, tmp_path):
    settings.DUIJIE_DATA_DIR = tmp_path
    return make_job()


@pytest.fixture
def buyer(job):
    return member_of(job.introduction, "manufacturer")


@pytest.fixture
def seller(job):
    return member_of(job.introduction, "provider")


@pytest.fixture
def moderator(db):
    return make_user("Moderator", roles=("moderator",))


def milestone(job, place=1):
    return Milestone.objects.get(job=job, position=place)


def deliver(job, actor, place=1, **more):
    return actions.deliver(actor=actor, milestone=milestone(job, place), note="两台已到。", **more)


def finish(job, buyer, seller, **more):
    for place in (1, 2):
        deliver(job, seller, place, **more)
        actions.confirm(actor=buyer, milestone=milestone(job, place), **more)
    return Job.objects.get(pk=job.pk)


def kinds(person, start=""):
    rows = Notification.objects.filter(recipient=person, kind__startswith=start).order_by("pk")
    return list(rows.values_list("kind", flat=True))


class TestDelivering:
    def test_with_a_note_and_files(self, job, seller, buyer):
        plan = SimpleUploadedFile("plan.txt", "布置图".encode())
        row = deliver(job, seller, uploads=[plan])
        found = milestone(job)
        assert (found.state, found.version, row.number) == ("delivered", 1, 1)
        assert [one.file.name for one in row.files.all()] == ["plan.txt"]
        assert kinds(buyer, "milestone") == ["milestone.delivered"]
        assert kinds(seller, "milestone") == []

    def test_a_bad_file_delivers_nothing(self, job, seller):
        with pytest.raises(ValidationError) as told:
            deliver(job, seller, uploads=[SimpleUploadedFile("plan.pdf", b"MZ not a pdf")])
        assert "files" in told.value.message_dict
        assert milestone(job).state == "open"
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("note", ["", "  ", "a\x00b", "x" * 5001])
    def test_a_bad_note_is_told(self, job, seller, note):
        with pytest.raises(ValidationError) as told:
            actions.deliver(actor=seller, milestone=milestone(job), note=note)
        assert "note" in told.value.message_dict

    def test_twice_is_told_and_changes_nothing(self, job, seller):
        row = milestone(job)
        actions.deliver(actor=seller, milestone=row, note="first", seen=0)
        with pytest.raises(StaleMove, match="You delivered it"):
            actions.deliver(actor=seller, milestone=milestone(job), note="second", seen=0)
        assert [one.note for one in row.deliveries.all()] == ["first"]

    def test_by_the_provider_only(self, job, buyer, moderator):
        for person in (buyer, moderator, make_user()):
            with pytest.raises(PermissionDenied):
                deliver(job, person)


class TestLookingAtIt:
    def test_returned_with_a_reason_and_delivered_again(self, job, seller, buyer):
        deliver(job, seller)
        actions.return_delivery(actor=buyer, milestone=milestone(job), reason="缺一台。")
        assert milestone(job).state == "returned"
        second = deliver(job, seller)
        assert second.number == 2
        first = Delivery.objects.get(number=1)
        assert (first.reason, first.returned_by) == ("缺一台。", buyer)
        assert kinds(seller, "milestone") == ["milestone.returned"]

    def test_a_return_wants_a_reason(self, job, seller, buyer):
        deliver(job, seller)
        with pytest.raises(ValidationError):
            actions.return_delivery(actor=buyer, milestone=milestone(job), reason=" ")

    def test_by_the_manufacturer_only(self, job, seller):
        deliver(job, seller)
        with pytest.raises(PermissionDenied):
            actions.confirm(actor=seller, milestone=milestone(job))

    def test_the_last_confirmation_ends_the_job(self, job, seller, buyer):
        found = finish(job, buyer, seller)
        assert found.state == "done"
        assert found.ended_at is not None
        assert Introduction.objects.get(pk=job.introduction_id).state == "closed"
        assert kinds(seller, "job.")[-1] == "job.done"
        evidence = Evidence.objects.get()
        assert evidence.organisation == job.introduction.provider.organisation
        assert evidence.facts == {
            "milestones": 2, "on_time": 2, "returned": 0, "days": 0, "planned_days": 60,
        }  # fmt: skip

    def test_a_late_milestone_counts_as_late(self, job, seller, buyer):
        finish(job, buyer, seller, now=timezone.now() + timedelta(days=30))
        assert Evidence.objects.get().facts["on_time"] == 1


class TestCancelling:
    def test_both_have_to_agree(self, job, seller, buyer):
        asked = actions.ask_cancel(actor=seller, job=job, reason="停产了。")
        assert (asked.state, asked.cancel_side) == ("running", "provider")
        with pytest.raises(IllegalMove, match="Your side asked"):
            actions.cancel(actor=seller, job=Job.objects.get())
        done = actions.cancel(actor=buyer, job=Job.objects.get())
        assert (done.state, done.reason) == ("cancelled", "停产了。")
        assert Introduction.objects.get(pk=job.introduction_id).state == "closed"
        assert not Evidence.objects.exists()

    def test_nobody_asked(self, job, buyer):
        for act in (actions.cancel, actions.keep):
            with pytest.raises(IllegalMove, match="Nobody has asked"):
                act(actor=buyer, job=job)

    @pytest.mark.parametrize("side", ["manufacturer", "provider"])
    def test_taken_back_or_declined(self, job, seller, side):
        actions.ask_cancel(actor=seller, job=job, reason="停产了。")
        actions.keep(actor=member_of(job.introduction, side), job=Job.objects.get())
        found = Job.objects.get()
        assert (found.state, found.cancel_side, found.reason) == ("running", "", "")

    def test_a_second_request_waits_for_the_first(self, job, seller, buyer):
        actions.ask_cancel(actor=seller, job=job, reason="停产了。")
        with pytest.raises(IllegalMove, match="One side has asked"):
            actions.ask_cancel(actor=buyer, job=Job.objects.get(), reason="也好。")


class TestDispute:
    def open(self, job, actor, **more):
        return disputes.open_dispute(actor=actor, job=job, reason="验收说不清。", **more)

    def test_the_milestones_wait(self, job, seller, buyer, moderator):
        deliver(job, seller)
        row = self.open(job, buyer)
        assert Job.objects.get().state == "disputed"
        assert kinds(moderator) == ["dispute.waiting"]
        with pytest.raises(IllegalMove, match="in dispute"):
            actions.confirm(actor=buyer, milestone=milestone(job))
        with pytest.raises(IllegalMove, match="in dispute"):
            deliver(job, seller, 2)
        assert str(row.job_id) == str(job.pk)

    def test_statements_by_both_and_the_moderator_once_each(self, job, seller, buyer, moderator):
        row = self.open(job, buyer)
        for person, token in ((seller, "a"), (moderator, "b"), (seller, "a")):
            disputes.make_statement(actor=person, dispute=row, words="见照片。", token=token)
        assert [one.side for one in row.statements.all()] == ["provider", ""]
        with pytest.raises(PermissionDenied):
            disputes.make_statement(actor=make_user(), dispute=row, words="我也说。", token="c")

    def test_resumed_with_the_days_added(self, job, seller, buyer, moderator):
        due = milestone(job).due_on
        row = self.open(job, seller)
        then = timezone.now() + timedelta(days=9)
        disputes.settle(
            actor=moderator, dispute=row, outcome="resume", decision="先补检。", now=then
        )
        assert Job.objects.get().state == "running"
        assert milestone(job).due_on == due + timedelta(days=9)
        assert Job.objects.get().due_on == job.due_on + timedelta(days=9)
        deliver(job, seller)

    def test_done(self, job, seller, buyer, moderator):
        deliver(job, seller)
        row = self.open(job, seller)
        disputes.settle(actor=moderator, dispute=row, outcome="done", decision="够了。")
        assert Job.objects.get().state == "done"
        assert {one.state for one in job.milestones.all()} == {"confirmed"}
        assert Evidence.objects.get().facts["milestones"] == 1

    def test_cancelled(self, job, buyer, moderator):
        row = self.open(job, buyer)
        disputes.settle(actor=moderator, dispute=row, outcome="cancel", decision="解除。")
        found = Job.objects.get()
        assert (found.state, found.reason) == ("cancelled", "解除。")
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize(("outcome", "decision"), [("resume", ""), ("", "x"), ("win", "x")])
    def test_settled_with_an_outcome_and_words(self, job, buyer, moderator, outcome, decision):
        row = self.open(job, buyer)
        with pytest.raises(ValidationError):
            disputes.settle(actor=moderator, dispute=row, outcome=outcome, decision=decision)
        assert Dispute.objects.get().state == "open"

    def test_by_a_moderator_only_and_once(self, job, buyer, moderator):
        row = self.open(job, buyer)
        for person in (buyer, make_user(roles=("officer",))):
            with pytest.raises(PermissionDenied):
                disputes.settle(actor=person, dispute=row, outcome="done", decision="ok")
        disputes.settle(actor=moderator, dispute=row, outcome="resume", decision="ok", seen=0)
        with pytest.raises(StaleMove, match="settled it"):
            disputes.settle(actor=moderator, dispute=row, outcome="done", decision="no", seen=0)
        assert Job.objects.get().state == "running"

    def test_it_takes_the_request_to_cancel_up(self, job, seller, buyer):
        actions.ask_cancel(actor=seller, job=job, reason="停产了。")
        self.open(Job.objects.get(), buyer)
        assert Job.objects.get().cancel_side == ""
        verbs = [entry.verb for entry in audit.trail(job)]
        assert verbs == ["job.start", "job.ask_cancel", "job.dispute"]


class TestDeadlines:
    def day(self, job, days, place=1):
        start = timezone.localtime(timezone.now()).replace(hour=9)
        return start + (milestone(job, place).due_on - start.date()) + timedelta(days=days)

    def watch(self, job, days):
        return watch_deadlines(now=self.day(job, days))

    def test_told_on_the_first_day_and_to_officers_after_a_week(self, job, seller, buyer):
        officer = make_user(roles=("officer",))
        assert self.watch(job, 0) == 0
        assert self.watch(job, 1) == 1
        assert (kinds(seller, "milestone"), kinds(buyer, "milestone")) == (
            ["milestone.late"],
            ["milestone.late_there"],
        )
        assert [self.watch(job, days) for days in (1, 2, 6)] == [0, 0, 0]
        assert kinds(officer) == []
        assert self.watch(job, 7) == 1
        assert kinds(officer) == ["milestone.escalated"]
        assert self.watch(job, 20) == 0
        told = Notification.objects.get(recipient=officer)
        assert "设备" not in str(told.context)

    def test_a_delivery_nobody_looks_at(self, job, seller, buyer):
        officer = make_user(roles=("officer",))
        at = timezone.now()
        deliver(job, seller, now=at)
        told = [watch_deadlines(now=at + timedelta(days=days)) for days in (2, 3, 4, 13, 14, 15)]
        assert told == [0, 1, 0, 0, 1, 0]
        assert kinds(buyer, "milestone.unconfirmed") == ["milestone.unconfirmed"]
        assert kinds(officer) == ["milestone.escalated"]

    def test_told_anew_after_a_move(self, job, seller, buyer):
        self.watch(job, 1)
        deliver(job, seller, now=self.day(job, 1))
        actions.return_delivery(
            actor=buyer, milestone=milestone(job), reason="缺一台。", now=self.day(job, 2)
        )
        assert self.watch(job, 2) == 0
        assert self.watch(job, 3) == 1
        assert kinds(seller, "milestone.late") == ["milestone.late", "milestone.late"]

    def test_not_while_it_is_in_dispute(self, job, seller, buyer, moderator):
        row = disputes.open_dispute(
            actor=buyer, job=job, reason="验收说不清。", now=self.day(job, 0)
        )
        assert self.watch(job, 10) == 0
        disputes.settle(
            actor=moderator, dispute=row, outcome="resume", decision="ok", now=self.day(job, 10)
        )
        assert self.watch(job, 0) == 0
        assert self.watch(job, 1) == 1

    def test_what_is_stuck(self, job, seller, buyer):
        assert (late(), unconfirmed(), old_disputes()) == ([], [], [])
        Milestone.objects.filter(position=1).update(due_on=timezone.localdate() - timedelta(days=8))
        assert [(row.title, row.where) for row in late()] == [
            (job.ref, "milestone 1, not delivered")
        ]
        deliver(job, seller, now=timezone.now() - timedelta(days=15))
        assert (late(), len(unconfirmed())) == ([], 1)
        then = timezone.now() - timedelta(days=8)
        disputes.open_dispute(actor=buyer, job=job, reason="验收说不清。", now=then)
        assert (unconfirmed(), len(old_disputes())) == ([], 1)
