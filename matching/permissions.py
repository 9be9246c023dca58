"""Who may do what to a need or an introduction, from the table of moves, and how it is told.

Roles: manufacturer_member acts for the need's organisation; provider_member for a listed
provider; asking_side and asked_side are the sides of an introduction, whichever asked;
author_side made a proposal, review or dispute, other_side is the other one."""

from typing import Any

from django.utils.translation import gettext_noop

from matching.models import (
    Agreement,
    Dispute,
    Introduction,
    Job,
    Milestone,
    Need,
    Proposal,
    Review,
)
from matching.people import asked_side, deal_roles, is_member, own_providers, sides_of
from matching.states import (
    ACCEPTED,
    AGREED,
    AGREEMENT_STATES,
    AWAITING_CONSENT,
    CANCELLED,
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


def need_roles(user: Any, need: Need) -> set[str]:
    """A signed-in person's roles towards a need."""
    roles = set()
    if is_member(user, need.organisation_id):
        roles.add("manufacturer_member")
    if own_providers(user).exists():
        roles.add("provider_member")
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
    return roles


NEW_ROWS: dict[str, tuple[str, ...]] = {
    "introduction.request": (OPEN,),
    "proposal.draft": (ACCEPTED,),
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
    permissions.register_roles(Need, need_roles)
    permissions.register_roles(Introduction, introduction_roles)
    for model in (Proposal, Agreement, Job, Milestone, Review, Dispute):
        permissions.register_roles(model, deal_roles)
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
