"""Who may do what to a need or an introduction, from the table of moves, and how it is told.

Roles: manufacturer_member acts for the need's organisation; provider_member for a listed
provider; asking_side and asked_side are the sides of an introduction, whichever asked;
author_side made a proposal, review or dispute, other_side is the other one."""

from typing import Any

from django.utils.translation import gettext_noop

from matching.models import (
    Agreement,
    Confidentiality,
    Dispute,
    Introduction,
    Job,
    Message,
    Milestone,
    Need,
    Proposal,
    Question,
    Review,
)
from matching.people import (
    asked_side,
    deal_roles,
    is_introduced,
    is_member,
    own_providers,
    sides_of,
)
from matching.states import (
    ACCEPTED,
    AGREED,
    AGREEMENT_STATES,
    AWAITING_CONSENT,
    CANCELLED,
    CLOSED,
    DISPUTE_STATES,
    DONE,
    DRAFT,
    INTRODUCTION_STATES,
    JOB_STATES,
    MODERATION,
    MOVES,
    NEED_STATES,
    OPEN,
    PROPOSAL_STATES,
    RUNNING,
)
from portal.foundation import permissions
from portal.organisations.permissions import MEMBERS

Side = Introduction.Side
SIDES = ("manufacturer_member", "provider_member")


def need_roles(user: Any, need: Need) -> set[str]:
    """A signed-in person's roles towards a need."""
    roles = set()
    if is_member(user, need.organisation_id):
        roles.add("manufacturer_member")
    if own_providers(user).exists():
        roles.add("provider_member")
    if is_introduced(user, need):
        roles.add("introduced_provider")
    return roles


def introduction_roles(user: Any, introduction: Introduction) -> set[str]:
    """A signed-in person's roles towards an introduction: which sides, and who has to answer."""
    sides = sides_of(user, introduction)
    roles = {f"{side}_member" for side in sides}
    answering = asked_side(introduction)
    if answering in sides:
        roles.add("asked_side")
    if sides - {answering}:
        roles.add("asking_side")
    judge = permissions.JUDGE in permissions.general_roles(user) and not sides
    if judge and _in_dispute(introduction):
        roles.add("dispute_moderator")
    return roles


def _in_dispute(introduction: Introduction) -> bool:
    return Dispute.objects.filter(job__introduction=introduction, state=OPEN).exists()


def question_roles(user: Any, question: Question) -> set[str]:
    """A signed-in person's roles towards a question: the manufacturer of its need, or not."""
    return {"manufacturer_member"} if is_member(user, question.need.organisation_id) else set()


def message_roles(user: Any, message: Message) -> set[str]:
    """Whether a signed-in person wrote a message and still acts for its side."""
    own = message.author_id == user.pk and message.side in sides_of(user, message.introduction)
    return {"message_author"} if own else set()


NEW_ROWS: dict[str, tuple[str, ...]] = {
    "introduction.request": (OPEN,),
    "proposal.draft": (ACCEPTED,),
    "confidentiality.propose": (ACCEPTED,),
    "question.ask": (ACCEPTED,),
    "agreement.prepare": (AGREED,),
    "job.start": (AWAITING_CONSENT,),
    "milestone.start": (AWAITING_CONSENT,),
    "dispute.open": (RUNNING,),
    "review.write": (DONE, CANCELLED),
}
"""What makes a new row is judged on the row it comes from (need, introduction, proposal,
agreement, job), in these states of it."""


def register() -> None:
    """Fill the permission table with this room's actions and roles."""
    permissions.register_roles(
        Need, need_roles, parties=["manufacturer_member", "introduced_provider"]
    )
    permissions.register_roles(Introduction, introduction_roles, parties=SIDES)
    for model in (Proposal, Agreement, Job, Milestone, Review, Dispute, Confidentiality):
        permissions.register_roles(model, deal_roles, parties=SIDES)
    for move in MOVES:
        if move.name == "need.create":
            # Judged on the organisation, as there is no need yet.
            permissions.register(move.permission, roles=MEMBERS, summary=move.summary)
        else:
            permissions.register(
                move.permission,
                roles=move.who,
                states=NEW_ROWS.get(move.name) or move.sources or None,
                summary=move.summary,
            )
    _register_reading()
    _register_reading_deals()
    _register_talk()


def _register_reading() -> None:
    permissions.register(
        "matching.need.read",
        roles=["anonymous"],
        states=[OPEN],
        summary=gettext_noop("Read an open need; the organisation is not named"),
    )
    permissions.register(
        "matching.need.follow",
        roles=["manufacturer_member", "officer", "moderator"],
        states=NEED_STATES,
        summary=gettext_noop("Read a need in any state, its organisation and its history"),
    )
    permissions.register(
        "matching.need.match",
        roles=["manufacturer_member", "officer", "moderator"],
        states=[OPEN],
        summary=gettext_noop("See which providers fit a need, and why"),
    )
    permissions.register(
        "matching.need.moderate",
        roles=["moderator"],
        states=[MODERATION],
        summary=gettext_noop("Decide on a need that waits"),
    )
    permissions.register(
        "matching.introduction.read",
        roles=["manufacturer_member", "provider_member", "officer"],
        states=INTRODUCTION_STATES,
        summary=gettext_noop("Read an introduction; contacts only as one of its sides"),
    )
    permissions.register(
        "matching.introduction.contacts",
        roles=["manufacturer_member", "provider_member"],
        states=["accepted"],
        summary=gettext_noop("See the contacts of both sides"),
    )


def _register_reading_deals() -> None:
    permissions.register(
        "matching.proposal.read",
        roles=["manufacturer_member", "provider_member"],
        states=[state for state in PROPOSAL_STATES if state != DRAFT],
        summary=gettext_noop("Read a proposal that was offered; a draft only its own side"),
    )
    permissions.register(
        "matching.agreement.read",
        roles=["manufacturer_member", "provider_member", "moderator"],
        states=AGREEMENT_STATES,
        summary=gettext_noop("Read an agreement and download it"),
    )
    permissions.register(
        "matching.job.read",
        roles=["manufacturer_member", "provider_member", "officer", "moderator"],
        states=JOB_STATES,
        summary=gettext_noop("Read a job and how far its milestones are"),
    )
    permissions.register(
        "matching.job.read_words",
        roles=["manufacturer_member", "provider_member", "moderator"],
        states=JOB_STATES,
        summary=gettext_noop("Read what was delivered and returned in a job, with its files"),
    )
    permissions.register(
        "matching.dispute.read",
        roles=["manufacturer_member", "provider_member", "moderator"],
        states=DISPUTE_STATES,
        summary=gettext_noop("Read the record of a dispute"),
    )


def _register_talk() -> None:
    permissions.register_roles(Question, question_roles, parties=SIDES)
    permissions.register_roles(Message, message_roles)
    permissions.register(
        "matching.thread.read",
        roles=["manufacturer_member", "provider_member", "dispute_moderator"],
        states=[ACCEPTED, CLOSED],
        summary=gettext_noop("Read the messages of an introduction; a moderator during a dispute"),
    )
    permissions.register(
        "matching.message.send",
        roles=["manufacturer_member", "provider_member"],
        states=[ACCEPTED],
        summary=gettext_noop("Write to the other side of an accepted introduction"),
    )
    permissions.register(
        "matching.message.take_back",
        roles=["message_author"],
        summary=gettext_noop("Take back one's own message within ten minutes, and undo that"),
    )
    permissions.register(
        "matching.question.read",
        roles=["manufacturer_member", "introduced_provider"],
        summary=gettext_noop("Read the questions on a need and their answers"),
    )
