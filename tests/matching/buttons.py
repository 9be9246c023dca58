"""The buttons of the whole way, as `test_job_machine` presses them: each gets the walk (its clock),
the press (which version, which choice), the row and the person."""

from typing import Any

from matching.actions import agreement as agreements
from matching.actions import dispute as disputes
from matching.actions import introduction as introductions
from matching.actions import job as jobs
from matching.actions import proposal as proposals
from matching.actions import review as reviews
from matching.reviewing import CRITERIA
from portal.foundation import permissions


def _introduction(act, *fields):
    def press(walk, press, obj, actor):
        more = {"reason": "why"} if "reason" in fields else {}
        act(actor=actor, introduction=obj, seen=press.seen, **more)

    return press


def _proposal(act, *fields):
    def press(walk, press, obj, actor):
        more: dict[str, Any] = {"reason": "why"} if "reason" in fields else {}
        if "now" in fields:
            more["now"] = walk.clock
        act(actor=actor, proposal=obj, seen=press.seen, **more)

    return press


def _consent(walk, press, obj, actor):
    digest = obj.digest if press.extra[0] else "0" * 64
    agreements.consent(actor=actor, agreement=obj, digest=digest, now=walk.clock)


def _milestone(act, **more):
    def press(walk, press, obj, actor):
        act(actor=actor, milestone=obj, seen=press.seen, now=walk.clock, **more)

    return press


def _settle(walk, press, obj, actor):
    outcome = ("resume", "resume", "done", "cancel", "win", "")[press.extra[0]]
    disputes.settle(
        actor=actor, dispute=obj, outcome=outcome, decision="so", seen=press.seen, now=walk.clock
    )


def _review(walk, press, obj, actor):
    sides = permissions.roles_of(actor, obj)
    side = "manufacturer" if "manufacturer_member" in sides else "provider"
    criteria = dict.fromkeys(CRITERIA[side], press.extra[0])
    reviews.write_review(
        actor=actor,
        job=obj,
        side=side,
        criteria=criteria,
        words="按时交付，培训很细。",
        now=walk.clock,
    )


BUTTONS = {
    "introduction.accept": _introduction(introductions.accept),
    "introduction.decline": _introduction(introductions.decline, "reason"),
    "introduction.withdraw": _introduction(introductions.withdraw),
    "introduction.close": _introduction(introductions.close),
    "proposal.discard": _proposal(proposals.discard_proposal),
    "proposal.offer": _proposal(proposals.offer, "now"),
    "proposal.agree": _proposal(agreements.agree, "now"),
    "proposal.decline": _proposal(proposals.decline_proposal, "reason", "now"),
    "proposal.withdraw": _proposal(proposals.withdraw_proposal),
    "agreement.consent": _consent,
    "agreement.revise": lambda walk, press, obj, actor: agreements.revise(
        actor=actor, agreement=obj, seen=press.seen, now=walk.clock
    ),
    "milestone.deliver": _milestone(jobs.deliver, note="完成。"),
    "milestone.confirm": _milestone(jobs.confirm),
    "milestone.return": _milestone(jobs.return_delivery, reason="缺一台。"),
    "job.ask_cancel": lambda walk, press, obj, actor: jobs.ask_cancel(
        actor=actor, job=obj, reason="停产了。", seen=press.seen, now=walk.clock
    ),
    "job.keep": lambda walk, press, obj, actor: jobs.keep(actor=actor, job=obj, seen=press.seen),
    "job.cancel": lambda walk, press, obj, actor: jobs.cancel(
        actor=actor, job=obj, seen=press.seen, now=walk.clock
    ),
    "job.dispute": lambda walk, press, obj, actor: disputes.open_dispute(
        actor=actor, job=obj, reason="验收说不清。", seen=press.seen, now=walk.clock
    ),
    "dispute.state": lambda walk, press, obj, actor: disputes.make_statement(
        actor=actor, dispute=obj, words="见照片。", token=f"{press.who}{press.extra[0]}"
    ),
    "dispute.settle": _settle,
    "review.write": _review,
    "review.reply": lambda walk, press, obj, actor: reviews.reply(
        actor=actor, review=obj, words="谢谢。", seen=press.seen
    ),
    "review.remove": lambda walk, press, obj, actor: reviews.remove_review(
        actor=actor, review=obj, reason="辱骂。", seen=press.seen, now=walk.clock
    ),
}
ON = {"review.write": "job"}
"""Buttons that stand on another row's page."""
UNSEEN = {"agreement.consent", "dispute.state", "review.write"}
"""Told apart by a digest or a token, or done once a side: an older page does no harm."""
