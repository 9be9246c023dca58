"""Reviews: shown together and never before, replied to once, evidence, taken down."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching.actions import dispute as disputes
from matching.actions import job as jobs
from matching.actions import review as actions
from matching.actions.moves import IllegalMove, StaleMove
from matching.models import Job, Review
from matching.reviewing import OF_MANUFACTURER, OF_PROVIDER
from portal.evidence.models import Evidence
from portal.evidence.queries import summary
from tests.factories import make_job, make_user, member_of

pytestmark = pytest.mark.django_db
GOOD = dict.fromkeys(OF_PROVIDER, 5)
FAIR = dict.fromkeys(OF_MANUFACTURER, 3)
WORDS = "按时交付，培训很细。"


@pytest.fixture
def job(db):
    """One that is done."""
    row = make_job()
    for milestone in row.milestones.all():
        jobs.deliver(actor=member_of(row.introduction, "provider"), milestone=milestone, note="ok")
        jobs.confirm(actor=member_of(row.introduction, "manufacturer"), milestone=milestone)
    return Job.objects.get(pk=row.pk)


@pytest.fixture
def buyer(job):
    return member_of(job.introduction, "manufacturer")


@pytest.fixture
def seller(job):
    return member_of(job.introduction, "provider")


def of_provider(job, actor, **more):
    given = {"criteria": GOOD, "words": WORDS, **more}
    return actions.write_review(actor=actor, job=job, **given)


def of_manufacturer(job, actor, **more):
    given = {"criteria": FAIR, "words": "需求说得清楚，付款及时。", **more}
    return actions.write_review(actor=actor, job=job, **given)


def states():
    return list(Review.objects.order_by("pk").values_list("state", flat=True))


def test_shown_once_both_are_written(job, buyer, seller):
    of_provider(job, buyer)
    assert states() == ["written"]
    of_manufacturer(job, seller)
    assert states() == ["shown", "shown"]
    figures = summary(job.introduction.provider.organisation)
    assert (figures.reviews, figures.mean) == (1, 5)


def test_shown_after_two_weeks_without_the_other(job, buyer, seller):
    at = timezone.now()
    of_provider(job, buyer, now=at)
    assert actions.show_due_reviews(now=at + timedelta(days=13, hours=23)) == 0
    assert states() == ["written"]
    assert actions.show_due_reviews(now=at + timedelta(days=14)) == 1
    assert actions.show_due_reviews(now=at + timedelta(days=15)) == 0
    assert states() == ["shown"]
    with pytest.raises(IllegalMove, match="time for the second review is over"):
        of_manufacturer(job, seller)


def test_once_a_side(job, buyer):
    of_provider(job, buyer)
    with pytest.raises(StaleMove, match="You wrote your side's review"):
        of_provider(job, buyer, criteria=dict.fromkeys(OF_PROVIDER, 1))
    assert Review.objects.get().criteria == GOOD


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"criteria": {}}, "quality"),
        ({"criteria": {**GOOD, "quality": 6}}, "quality"),
        ({"criteria": {**GOOD, "quality": 0}}, "quality"),
        ({"criteria": {**GOOD, "quality": True}}, "quality"),
        ({"criteria": {**GOOD, "beauty": 5}}, "criteria"),
        ({"words": "short"}, "words"),
        ({"words": "x" * 5001}, "words"),
    ],
)
def test_all_criteria_and_words(job, buyer, given, field):
    with pytest.raises(ValidationError) as told:
        of_provider(job, buyer, **given)
    assert field in told.value.message_dict
    assert not Review.objects.exists()


def test_by_a_side_only(job):
    with pytest.raises(PermissionDenied):
        of_provider(job, make_user(roles=("moderator",)))


def test_not_while_it_runs_nor_when_both_called_it_off(db):
    job = make_job()
    buyer, seller = (member_of(job.introduction, side) for side in ("manufacturer", "provider"))
    with pytest.raises(IllegalMove, match="once it is done"):
        of_provider(job, buyer)
    jobs.ask_cancel(actor=seller, job=job, reason="停产了。")
    jobs.cancel(actor=buyer, job=Job.objects.get())
    with pytest.raises(IllegalMove, match="once it is done"):
        of_provider(job, buyer)


def test_when_a_moderator_cancelled_it(db):
    job = make_job()
    buyer = member_of(job.introduction, "manufacturer")
    row = disputes.open_dispute(actor=buyer, job=job, reason="没有到货。")
    disputes.settle(actor=None, dispute=row, outcome="cancel", decision="解除。")
    assert of_provider(job, buyer).state == "written"


class TestReply:
    def test_once_by_who_was_reviewed(self, job, buyer, seller):
        row = of_provider(job, buyer)
        with pytest.raises(IllegalMove):
            actions.reply(actor=seller, review=row, words="谢谢。")
        of_manufacturer(job, seller)
        row.refresh_from_db()
        with pytest.raises(PermissionDenied):
            actions.reply(actor=buyer, review=row, words="自己回。")
        actions.reply(actor=seller, review=row, words="谢谢。")
        with pytest.raises(StaleMove, match="once is enough"):
            actions.reply(actor=seller, review=row, words="再谢。")
        assert row.reply.words == "谢谢。"


class TestTakingDown:
    def test_it_counts_no_more(self, job, buyer, seller):
        moderator = make_user(roles=("moderator",))
        of_provider(job, buyer)
        of_manufacturer(job, seller)
        row = Review.objects.get(side="manufacturer")
        with pytest.raises(PermissionDenied):
            actions.remove_review(actor=seller, review=row, reason="不公平。")
        with pytest.raises(ValidationError):
            actions.remove_review(actor=moderator, review=row, reason="")
        actions.remove_review(actor=moderator, review=row, reason="辱骂。")
        assert Review.objects.get(pk=row.pk).state == "removed"
        assert summary(job.introduction.provider.organisation).reviews == 0
        assert Evidence.objects.filter(withdrawn_at__isnull=False).count() == 1
        with pytest.raises(IllegalMove):
            actions.reply(actor=seller, review=Review.objects.get(pk=row.pk), words="好。")
