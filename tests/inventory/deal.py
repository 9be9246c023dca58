"""What comes of an introduction: the proposal, the agreement and the job of two firms."""

from typing import Any
from uuid import uuid4

from matching.actions.dispute import open_dispute
from matching.actions.job import confirm, deliver, return_delivery
from matching.actions.message import send_message
from matching.actions.question import ask
from matching.actions.review import write_review
from matching.models import Job, Review
from matching.reviewing import CRITERIA
from tests.factories import (
    make_accepted,
    make_agreement,
    make_job,
    make_need,
    make_proposal,
)


class Deal:
    """One of each step between `customer` and `owner`, each in an introduction of its own."""

    def __init__(self, city: Any) -> None:
        self.city = city
        self.accepted = self._accepted()
        people = city.people
        self.message, _ = send_message(
            actor=people["owner"], introduction=self.accepted, text="周二来看。", token=uuid4()
        )
        self.question, _ = ask(
            actor=people["owner"], introduction=self.accepted, text="几班倒？", token=uuid4()
        )
        self.draft = make_proposal(self._accepted(), side="provider", state="draft")
        self.proposal = make_proposal(self._accepted(), side="provider")
        self.agreement = make_agreement(make_proposal(self._accepted(), side="provider"))
        self.job = self._job()
        self._delivered()
        self.dispute = open_dispute(
            actor=people["customer"], job=self._job(), reason="设备一直没有到场，也没有人回话。"
        )
        self.ended = self._done()
        self.review = self._reviewed()

    def _job(self) -> Job:
        return make_job(make_agreement(make_proposal(self._accepted(), side="provider")))

    def _delivered(self) -> None:
        """The job's first part was handed over once and returned, and waits after the second."""
        people = self.city.people
        first = self.job.milestones.get(position=1)
        deliver(actor=people["owner"], milestone=first, note="设备已经到场，自检通过。")
        first.refresh_from_db()
        return_delivery(actor=people["customer"], milestone=first, reason="第二台没有通电。")
        first.refresh_from_db()
        deliver(actor=people["owner"], milestone=first, note="第二台也已通电。")

    def _done(self) -> Job:
        people, job = self.city.people, self._job()
        for milestone in job.milestones.all():
            deliver(actor=people["owner"], milestone=milestone, note="已经做好，请验收。")
            milestone.refresh_from_db()
            confirm(actor=people["customer"], milestone=milestone)
        job.refresh_from_db()
        return job

    def _reviewed(self) -> Review:
        """The manufacturer's review of a job that both sides have reviewed."""
        people, job = self.city.people, self._done()
        for side, who in (("manufacturer", "customer"), ("provider", "owner")):
            grades = dict.fromkeys(CRITERIA[side], 4)
            words = "做事认真，回复及时，按时做完。"
            write_review(actor=people[who], job=job, side=side, criteria=grades, words=words)
        return Review.objects.get(job=job, side="manufacturer")

    def _accepted(self) -> Any:
        city = self.city
        need = make_need(city.people["customer"], organisation=city.works)
        return make_accepted(need=need, provider=city.provider)
