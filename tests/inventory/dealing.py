"""The routes of what comes of an introduction: talk, proposals, agreements, jobs."""

from typing import Any

from tests.inventory.rules import Route, everybody, may, only

PROVIDERS = ("owner", "colleague")
MANUFACTURERS = ("customer", "customer_colleague")
SIDES = only(*PROVIDERS, *MANUFACTURERS)
READS_INTRODUCTION = may("matching.introduction.read", lambda c: c.deal.accepted)
READS_THREAD = may("matching.thread.read", lambda c: c.deal.accepted)
READS_PROPOSAL = may("matching.proposal.read", lambda c: c.deal.proposal)
READS_AGREEMENT = may("matching.agreement.read", lambda c: c.deal.agreement)
READS_JOB = may("matching.job.read", lambda c: c.deal.job)
READS_DISPUTE = may("matching.dispute.read", lambda c: c.deal.dispute)


def _pk(row: str, /, **more: Any) -> Any:
    return lambda city: {"pk": getattr(city.deal, row).pk, **more}


def _ref(row: str, /, **more: Any) -> Any:
    return lambda city: {"ref": getattr(city.deal, row).ref, **more}


def _need(city: Any) -> dict[str, Any]:
    return {"ref": city.deal.accepted.need.ref}


TALK = {
    "thread": Route(READS_THREAD, _pk("accepted")),
    "confidentiality": Route(READS_THREAD, _pk("accepted")),
    "message-step": Route(
        may("matching.message.take_back", lambda c: c.deal.message),
        _pk("message", name="take-back"),
    ),
    "questions": Route(
        # Only an introduced provider asks: a POST of others who read them is refused.
        may("matching.question.read", lambda c: c.deal.accepted.need),
        _need,
        odd=(403,),
    ),
    "answer-question": Route(only(*MANUFACTURERS), _pk("question")),
}
PROPOSALS = {
    # Officers read an introduction; that they propose nothing is said to them in words.
    "propose": Route(READS_INTRODUCTION, _pk("accepted")),
    "compare": Route(only(*MANUFACTURERS), _need),
    "proposal": Route(READS_PROPOSAL, _pk("proposal")),
    "edit-proposal": Route(only(*PROVIDERS), _pk("draft")),
    "proposal-step": Route(
        may("matching.proposal.withdraw", lambda c: c.deal.proposal),
        _pk("proposal", name="withdraw"),
        shown_to=READS_PROPOSAL,
    ),
}
AGREEMENTS = {
    "verify": Route(everybody),
    "agreement": Route(READS_AGREEMENT, _ref("agreement")),
    "consent": Route(READS_AGREEMENT, _ref("agreement")),
    "revise": Route(
        # Superusers read it, but are no side of it.
        SIDES,
        _ref("agreement"),
        shown_to=READS_AGREEMENT,
    ),
    "agreement-pdf": Route(READS_AGREEMENT, _ref("agreement")),
}
JOBS = {
    "job": Route(READS_JOB, _ref("job")),
    "milestone": Route(SIDES, _ref("job", place=1, name="deliver")),
    "job-step": Route(SIDES, _ref("job", name="ask-cancel")),
    "open-dispute": Route(SIDES, _ref("job")),
    "dispute": Route(READS_DISPUTE, _pk("dispute")),
    "review": Route(SIDES, _ref("ended")),
    "reply": Route(may("matching.review.reply", lambda c: c.deal.review), _pk("review")),
    "remove-review": Route(may("matching.review.remove", lambda c: c.deal.review), _pk("review")),
}
DEALING = {**TALK, **PROPOSALS, **AGREEMENTS, **JOBS}
