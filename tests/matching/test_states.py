"""The table of moves: complete, documented, permitted as it says, and kept by every path."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from matching import states
from matching.actions import introduction as introductions
from matching.actions import need as needs
from matching.actions.moves import IllegalMove, MoveRefused, StaleMove
from matching.management.commands.write_states import DOCUMENT
from matching.models import (
    Agreement,
    Confidentiality,
    Dispute,
    Introduction,
    Job,
    Milestone,
    Need,
    Proposal,
    Question,
    Review,
)
from portal.foundation import audit, permissions
from tests.factories import (
    make_introduction,
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_user,
)


def test_the_document_is_the_table():
    assert DOCUMENT.read_text(encoding="utf-8") == states.as_markdown()


MODELS = {
    "need": Need,
    "introduction": Introduction,
    "confidentiality": Confidentiality,
    "question": Question,
    "proposal": Proposal,
    "agreement": Agreement,
    "job": Job,
    "milestone": Milestone,
    "dispute": Dispute,
    "review": Review,
}


def test_the_document_has_a_diagram_of_each_subject():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert states.subjects() == list(MODELS)
    assert text.count("stateDiagram-v2") == len(MODELS)
    assert "    awaiting_consent --> in_force: consent" in text


def test_the_table_names_every_state_and_only_those():
    for subject, model in MODELS.items():
        rows = states.moves_of(subject)
        named = {state for row in rows for state in (*row.sources, *row.targets)}
        assert named == set(model.State.values) == set(getattr(states, f"{subject.upper()}_STATES"))


def test_every_field_a_move_writes_exists():
    for row in states.MOVES:
        names = {field.name for field in MODELS[row.subject]._meta.fields}
        assert set(row.writes) <= names, row.name


NEED_ACTIONS = {
    "need.update": lambda actor, need: needs.update_draft(
        actor=actor, need=need, words=needs.Words("a", "b", "en")
    ),
    "need.understand": lambda actor, need: needs.set_understanding(
        actor=actor, need=need, understanding=needs.Understanding.of(need)
    ),
    "need.post": lambda actor, need: needs.post_need(actor=actor, need=need),
    "need.approve": lambda actor, need: needs.approve_need(actor=actor, need=need),
    "need.return": lambda actor, need: needs.return_need(actor=actor, need=need, note="why"),
    "need.extend": lambda actor, need: needs.extend_need(actor=actor, need=need),
    "need.withdraw": lambda actor, need: needs.withdraw_need(actor=actor, need=need),
    "need.reopen": lambda actor, need: needs.reopen_need(actor=actor, need=need),
}
INTRODUCTION_ACTIONS = {
    "introduction.accept": lambda actor, row: introductions.accept(actor=actor, introduction=row),
    "introduction.decline": lambda actor, row: introductions.decline(
        actor=actor, introduction=row, reason="why"
    ),
    "introduction.withdraw": lambda actor, row: introductions.withdraw(
        actor=actor, introduction=row
    ),
    "introduction.close": lambda actor, row: introductions.close(actor=actor, introduction=row),
}


@pytest.fixture
def people(db):
    """One person for each part, by name; the manufacturer asks."""
    cast = {
        "owner": make_user(),
        "seller": make_user(),
        "stranger": make_user(),
        "officer": make_user(roles=("officer",)),
        "moderator": make_user(roles=("moderator",)),
        "editor": make_user(roles=("editor",)),
    }
    cast["colleague"] = make_user()
    return cast


def outcome(action, actor, row):
    """What comes of it: done, denied (wrong person) or refused (wrong state)."""
    try:
        action(actor, row)
    except PermissionDenied:
        return "denied"
    except MoveRefused:
        return "refused"
    return "done"


@pytest.mark.parametrize("name", NEED_ACTIONS)
@pytest.mark.parametrize("state", states.NEED_STATES)
def test_each_cell_of_the_need_table(people, name, state):
    """Who × action × state does what the table says, and the page offers the same."""
    move = states.move(name)
    may = {"manufacturer_member": {"owner", "colleague"}, "moderator": {"moderator"}}
    allowed = {person for role in move.who for person in may[role]}
    firm = make_manufacturer(people["owner"])
    firm.memberships.create(user=people["colleague"], role="editor")
    make_listed_provider(people["seller"])
    for who, person in people.items():
        need = make_need(people["owner"], organisation=firm, state=state)
        fits = state in move.sources
        wanted = "denied" if who not in allowed else "done" if fits else "refused"
        assert permissions.allowed(person, move.permission, need) == (wanted == "done"), who
        assert outcome(NEED_ACTIONS[name], person, need) == wanted, who
        assert Need.objects.get(pk=need.pk).state in (move.targets if wanted == "done" else [state])


def introduction_in(state, need, provider):
    row = make_introduction(need=need, provider=provider)
    if state in ("accepted", "closed"):
        introductions.accept(actor=None, introduction=row)
    if state == "closed":
        introductions.close(actor=None, introduction=row)
    if state == "declined":
        introductions.decline(actor=None, introduction=row, reason="why")
    if state == "withdrawn":
        introductions.withdraw(actor=None, introduction=row)
    if state == "expired":
        introductions.expire_introductions(now=timezone.now() + timedelta(days=15))
        row.refresh_from_db()
    return row


@pytest.mark.parametrize("name", INTRODUCTION_ACTIONS)
@pytest.mark.parametrize("state", states.INTRODUCTION_STATES)
def test_each_cell_of_the_introduction_table(people, name, state):
    """The manufacturer asked, so its members withdraw and the provider's answer."""
    move = states.move(name)
    may = {"asking_side": {"owner"}, "asked_side": {"seller"}}
    allowed = {person for role in move.who for person in may[role]}
    provider = make_listed_provider(people["seller"])
    firm = make_manufacturer(people["owner"])
    for who, person in people.items():
        need = make_need(people["owner"], organisation=firm)
        row = introduction_in(state, need, provider)
        wanted = "denied" if who not in allowed else "done" if state in move.sources else "refused"
        assert permissions.allowed(person, move.permission, row) == (wanted == "done"), who
        assert outcome(INTRODUCTION_ACTIONS[name], person, row) == wanted, who


class IntroductionMachine(RuleBasedStateMachine):
    """Whatever both sides do in whatever order, with pages old or new, the table holds."""

    def __init__(self):
        super().__init__()
        # Examples share the test's transaction, so each begins with none of another's.
        Introduction.objects.all().delete()
        self.model = {}
        self.versions = {}

    @initialize(capacity=st.sampled_from([None, 1, 2]))
    def begin(self, capacity):
        self.capacity = capacity
        self.provider = make_listed_provider(capacity=capacity)
        self.seller = self.provider.organisation.memberships.get().user
        self.sme = make_user()
        self.firm = make_manufacturer(self.sme)
        self.needs = [make_need(self.sme, organisation=self.firm) for _ in range(2)]
        self.clock = timezone.now()

    def taken(self):
        return sum(state == "accepted" for state in self.model.values())

    @rule(side=st.sampled_from(["manufacturer", "provider"]), which=st.integers(0, 1))
    def ask(self, side, which):
        need = self.needs[which]
        live = any(
            row.need_id == need.pk and self.model[pk] in ("requested", "accepted")
            for pk, row in Introduction.objects.in_bulk(list(self.model)).items()
        )
        full = self.capacity is not None and self.taken() >= self.capacity
        try:
            row = make_introduction(need=need, provider=self.provider, side=side)
        except MoveRefused:
            assert live or full
        else:
            assert not live
            assert not full
            self.model[row.pk] = "requested"
            self.versions[row.pk] = 0

    @precondition(lambda self: self.model)
    @rule(data=st.data(), name=st.sampled_from(sorted(INTRODUCTION_ACTIONS)), stale=st.booleans())
    def press(self, data, name, stale):
        # By place, not by id: ids differ when hypothesis runs the same steps again.
        pk = sorted(self.model)[data.draw(st.integers(0, len(self.model) - 1))]
        row = Introduction.objects.get(pk=pk)
        move = states.move(name)
        asker, asked = self.sme, self.seller
        if row.asked_by == "provider":
            asker, asked = asked, asker
        actor = asked if "asked_side" in move.who else asker
        if stale:
            row.version = max(0, row.version - 1)
        old = row.version != self.versions[pk]
        full = self.capacity is not None and self.taken() >= self.capacity
        fits = self.model[pk] in move.sources
        before = audit.trail(row).count()
        try:
            INTRODUCTION_ACTIONS[name](actor, row)
        except StaleMove:
            assert old
        except IllegalMove:
            assert not fits
        except MoveRefused:
            assert name == "introduction.accept"
            assert full
        else:
            assert fits
            assert not old
            self.model[pk] = move.targets[0]
            self.versions[pk] += 1
        assert audit.trail(row).count() == before + 1

    @rule(days=st.integers(0, 20))
    def time_passes(self, days):
        now = self.clock + timedelta(days=days)
        due = set(
            Introduction.objects.filter(state="requested", expires_at__lte=now).values_list(
                "pk", flat=True
            )
        )
        assert introductions.expire_introductions(now=now) == len(due)
        for pk in due:
            self.model[pk] = "expired"
            self.versions[pk] += 1

    @invariant()
    def the_database_agrees(self):
        rows = Introduction.objects.in_bulk(list(self.model))
        assert {pk: row.state for pk, row in rows.items()} == self.model
        assert {pk: row.version for pk, row in rows.items()} == self.versions
        if getattr(self, "capacity", None) is not None:
            assert self.taken() <= self.capacity
        for pk, row in rows.items():
            moves = [e for e in audit.trail(row) if not e.verb.endswith(".refused")]
            assert len(moves) == self.versions[pk] + 1
            assert moves[-1].after["state"] == self.model[pk]


@pytest.mark.django_db
def test_whatever_the_order():
    """Hypothesis looks for an order of steps that breaks a law."""
    run_state_machine_as_test(
        IntroductionMachine,
        settings=hypothesis_settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
