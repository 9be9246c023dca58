"""Who × action × state of proposals and agreements does what the table says."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from matching import states
from matching.actions import agreement as agreements
from matching.actions import introduction as introductions
from matching.actions import proposal as proposals
from matching.actions.moves import MoveRefused
from matching.models import Agreement, Proposal
from portal.foundation import permissions
from tests.factories import (
    make_accepted,
    make_agreement,
    make_job,
    make_proposal,
    make_user,
    member_of,
)

pytestmark = pytest.mark.django_db

PROPOSAL_ACTIONS = {
    "proposal.discard": lambda actor, row: proposals.discard_proposal(actor=actor, proposal=row),
    "proposal.offer": lambda actor, row: proposals.offer(actor=actor, proposal=row),
    "proposal.agree": lambda actor, row: agreements.agree(actor=actor, proposal=row),
    "proposal.decline": lambda actor, row: proposals.decline_proposal(
        actor=actor, proposal=row, reason="why"
    ),
    "proposal.withdraw": lambda actor, row: proposals.withdraw_proposal(actor=actor, proposal=row),
}
AGREEMENT_ACTIONS = {
    "agreement.consent": lambda actor, row: agreements.consent(
        actor=actor, agreement=row, digest=row.digest
    ),
    "agreement.revise": lambda actor, row: agreements.revise(actor=actor, agreement=row),
}


def proposal_in(state, introduction):
    """The provider's proposal in one state."""
    proposal = make_proposal(introduction, state="draft" if state == "draft" else "offered")
    buyer = member_of(introduction, "manufacturer")
    if state == "countered":
        make_proposal(introduction, side="manufacturer")
    elif state == "agreed":
        make_agreement(proposal)
    elif state == "declined":
        proposals.decline_proposal(actor=buyer, proposal=proposal, reason="why")
    elif state == "withdrawn":
        proposals.withdraw_proposal(actor=None, proposal=proposal)
    elif state == "expired":
        proposals.expire_proposals(now=timezone.now() + timedelta(days=32))
    return Proposal.objects.get(pk=proposal.pk)


def agreement_in(state, introduction):
    agreement = make_agreement(make_proposal(introduction))
    if state == "in_force":
        make_job(agreement)
    elif state == "void":
        agreements.revise(actor=None, agreement=agreement)
    return Agreement.objects.get(pk=agreement.pk)


def outcome(action, actor, row):
    try:
        action(actor, row)
    except PermissionDenied:
        return "denied"
    except MoveRefused:
        return "refused"
    return "done"


def cast(introduction):
    return {
        "buyer": member_of(introduction, "manufacturer"),
        "seller": member_of(introduction, "provider"),
        "stranger": make_user(),
        "moderator": make_user(roles=("officer", "moderator")),
    }


@pytest.mark.parametrize("name", PROPOSAL_ACTIONS)
@pytest.mark.parametrize("state", states.PROPOSAL_STATES)
def test_each_cell_of_the_proposal_table(name, state):
    move = states.move(name)
    may = {"author_side": {"seller"}, "other_side": {"buyer"}}
    allowed = {person for role in move.who for person in may[role]}
    for who in ("buyer", "seller", "stranger", "moderator"):
        introduction = make_accepted()
        row = proposal_in(state, introduction)
        person = cast(introduction)[who]
        wanted = "denied" if who not in allowed else "done" if state in move.sources else "refused"
        assert permissions.allowed(person, move.permission, row) == (wanted == "done"), who
        assert outcome(PROPOSAL_ACTIONS[name], person, row) == wanted, who
        now = Proposal.objects.get(pk=row.pk).state
        assert now in (move.targets if wanted == "done" else [state])


@pytest.mark.parametrize("name", AGREEMENT_ACTIONS)
@pytest.mark.parametrize("state", states.AGREEMENT_STATES)
def test_each_cell_of_the_agreement_table(name, state):
    move = states.move(name)
    for who in ("buyer", "seller", "stranger", "moderator"):
        introduction = make_accepted()
        row = agreement_in(state, introduction)
        person = cast(introduction)[who]
        member = who in ("buyer", "seller")
        wanted = "denied" if not member else "done" if state in move.sources else "refused"
        assert permissions.allowed(person, move.permission, row) == (wanted == "done"), who
        assert outcome(AGREEMENT_ACTIONS[name], person, row) == wanted, who


@pytest.mark.parametrize("state", ["offered", "agreed"])
def test_nothing_moves_in_a_closed_introduction(state):
    introduction = make_accepted()
    proposal = proposal_in(state, introduction)
    introductions.close(actor=None, introduction=introduction)
    for name, action in PROPOSAL_ACTIONS.items():
        if name != "proposal.discard":
            assert outcome(action, None, proposal) == "refused", name
