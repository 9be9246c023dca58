"""The whole way from an introduction to two reviews, walked by chance: whoever presses whatever, in
whatever order, twice or from an old page, the table holds and nothing is lost.

Each example runs inside a savepoint of the test's transaction and is rolled back."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase
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
from matching.actions import agreement as agreements
from matching.actions import introduction as introductions
from matching.actions import job as jobs
from matching.actions import message as talk
from matching.actions import proposal as proposals
from matching.actions import review as reviews
from matching.actions.deadlines import watch_deadlines
from matching.actions.moves import REFUSED, MoveRefused
from matching.models import (
    Agreement,
    Consent,
    Delivery,
    Dispute,
    Introduction,
    Job,
    Message,
    Milestone,
    Proposal,
    Review,
    ReviewReply,
    Statement,
)
from matching.terms import Part
from portal.evidence.models import Evidence
from portal.foundation import permissions
from portal.foundation.models import AuditEntry
from tests.factories import (
    deal_terms,
    make_introduction,
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_user,
)
from tests.matching.buttons import BUTTONS, ON, UNSEEN

MOVED = (Introduction, Proposal, Agreement, Job, Milestone, Dispute, Review)
RECORDS = (Consent, Delivery, Message, ReviewReply, Statement, Evidence)
SUBJECTS = {model._meta.model_name: model for model in MOVED}
PEOPLE = ("buyer", "seller", "colleague", "both", "stranger", "officer", "moderator")
NEARER = ("buyer", "seller")
EXAMPLES, STEPS = 12, 20
STAGES = ("introductions", "agreement", "job", "delivered", "reviews")


@dataclass(frozen=True)
class Press:
    """A button: which row (by subject and place), by whom, from which version of its page."""

    name: str
    subject: str
    pk: int
    who: str
    seen: int
    extra: tuple = ()


class Walk(RuleBasedStateMachine):
    """One city: a manufacturer with two needs, a provider, and people around them."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.last = None
        self.sent = []
        self.first_entry = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    @initialize(capacity=st.sampled_from([None, 1, 2]), stage=st.sampled_from(STAGES))
    def begin(self, capacity, stage):
        self.capacity = capacity
        roles = {"officer": ("officer",), "moderator": ("moderator",)}
        self.people = {name: make_user(name, roles=roles.get(name, ())) for name in PEOPLE}
        self.firm = make_manufacturer(self.people["buyer"])
        self.provider = make_listed_provider(self.people["seller"], capacity=capacity)
        make_listed_provider(self.people["stranger"])
        for name, firm in (
            ("colleague", self.firm),
            ("both", self.firm),
            ("both", self.provider.organisation),
        ):
            firm.memberships.create(user=self.people[name], role="editor")
        self.needs = [make_need(self.people["buyer"], organisation=self.firm) for _ in range(2)]
        self.clock = timezone.now()
        self._advance_to(stage)

    # the way straight on, so that the later stages are walked as often as the first

    def _advance_to(self, stage):
        if stage == "introductions":
            return
        row = make_introduction(need=self.needs[0], provider=self.provider)
        introductions.accept(actor=self.people["seller"], introduction=row)
        draft = proposals.begin_proposal(actor=self.people["seller"], introduction=row)
        proposals.write_proposal(actor=self.people["seller"], proposal=draft, terms=deal_terms())
        offer = proposals.offer(actor=self.people["seller"], proposal=draft)
        if stage == "agreement":
            return
        agreement = agreements.agree(actor=self.people["buyer"], proposal=offer)
        for who in NEARER:
            agreements.consent(actor=self.people[who], agreement=agreement, digest=agreement.digest)
        for place in () if stage == "job" else (1,) if stage == "delivered" else (1, 2):
            milestone = Milestone.objects.get(position=place, job__agreement=agreement)
            jobs.deliver(actor=self.people["seller"], milestone=milestone, note="done")
            if stage == "reviews":
                jobs.confirm(actor=self.people["buyer"], milestone=milestone)

    # what people press

    @rule(
        which=st.integers(0, 1), side=st.sampled_from(["manufacturer", "provider"]),
    )  # fmt: skip
    def ask(self, which, side):
        need = self.needs[which]
        live = need.introductions.filter(state__in=["requested", "accepted"]).exists()
        try:
            make_introduction(need=need, provider=self.provider, side=side, now=self.clock)
        except MoveRefused:
            assert live or self._full()
        else:
            assert not live
            assert not self._full()

    @precondition(lambda self: Introduction.objects.filter(state="accepted").exists())
    @rule(data=st.data(), who=st.sampled_from(NEARER), price=st.integers(1, 10**9))
    def write(self, data, who, price):
        """Somebody writes a draft, as a beginning or as an answer."""
        row = self._draw(data, Introduction.objects.filter(state="accepted"))
        shares = data.draw(st.sampled_from([(100,), (40, 60), (33, 33, 34), (1, 1, 98)]))
        parts = tuple(
            Part(f"part {place}", "as agreed", share, 10 * place)
            for place, share in enumerate(shares, start=1)
        )
        until = timezone.localdate(self.clock) + timedelta(days=20)
        actor = self.people[who]
        draft = proposals.begin_proposal(actor=actor, introduction=row)
        proposals.write_proposal(
            actor=actor,
            proposal=draft,
            terms=deal_terms(price=price, parts=parts, valid_until=until),
        )

    @precondition(lambda self: Introduction.objects.exists())
    @rule(data=st.data(), who=st.sampled_from(PEOPLE), text=st.sampled_from(["好的", "a", ""]))
    def send(self, data, who, text):
        row = self._draw(data, Introduction.objects.all())
        open_to = who in ("buyer", "seller", "colleague", "both") and row.state == "accepted"
        token = uuid4() if not self.sent or data.draw(st.booleans()) else self.sent[-1][1]
        try:
            message, new = talk.send_message(
                actor=self.people[who], introduction=row, text=text, token=token
            )
        except PermissionDenied:
            assert not open_to
        except ValidationError:
            assert not text
        else:
            assert open_to
            if new:
                self.sent.append((message.pk, token, message.text))

    @precondition(lambda self: self._rows())
    @rule(
        data=st.data(),
        who=st.sampled_from([*PEOPLE, *NEARER * 4]),
        stale=st.sampled_from([0, 0, 0, 1]),
    )
    def press(self, data, who, stale):
        """Any button of any row, with a page that may be old."""
        rows = self._rows()
        obj = rows[data.draw(st.integers(0, len(rows) - 1))]
        subject = obj._meta.model_name
        every = [name for name in BUTTONS if ON.get(name, name.partition(".")[0]) == subject]
        name = data.draw(st.sampled_from(self._fitting(obj) * 3 + sorted(every)))
        extra = (data.draw(st.integers(0, 5)),)
        self._do(Press(name, subject, obj.pk, who, obj.version - stale, extra))

    @rule(choices=st.lists(st.tuples(*[st.integers(0, 9)] * 4), min_size=2, max_size=6))
    def go_on(self, choices):
        """Several buttons that somebody can press now, by who may, from a new page."""
        for place, button, person, extra in choices:
            rows = [(row, names) for row in self._rows() if (names := self._fitting(row))]
            if not rows:
                return
            # The last rows first: what came of the others.
            row, names = rows[-1 - place % len(rows)]
            name = names[button % len(names)]
            wanted = set(states.move(name).who)
            able = [who for who in PEOPLE if permissions.roles_of(self.people[who], row) & wanted]
            if able:
                who = able[person % len(able)]
                subject = row._meta.model_name
                self._do(Press(name, subject, row.pk, who, row.version, (extra % 6,)))

    @precondition(lambda self: self.last is not None)
    @rule()
    def press_again(self):
        """A double click: the same page sends the same form once more."""
        before = self._snapshot()
        outcome = self._do(self.last)
        if outcome == "done":
            # Sent by who is on both sides, a second click acts for the other side.
            assert self.last.who == "both" or self.last.name == "dispute.state"
        else:
            assert self._snapshot() == before

    @rule(days=st.sampled_from([0, 1, 4, 8, 16, 40]))
    def time_passes(self, days):
        self.clock += timedelta(days=days)
        for once in (True, False):
            told = [
                introductions.expire_introductions(now=self.clock),
                proposals.expire_proposals(now=self.clock),
                watch_deadlines(now=self.clock),
                reviews.show_due_reviews(now=self.clock),
            ]
            assert once or told == [0, 0, 0, 0]

    # how a press is judged

    def _do(self, press):
        model = SUBJECTS[press.subject]
        obj = model.objects.get(pk=press.pk)
        before, was = self._snapshot(), (obj.state, obj.version)
        roles = permissions.roles_of(self.people[press.who], obj)
        attempted = AuditEntry.objects.filter(verb__endswith=REFUSED).count()
        try:
            BUTTONS[press.name](self, press, obj, self.people[press.who])
            outcome = "done"
        except PermissionDenied:
            outcome = "denied"
        except ValidationError:
            outcome = "invalid"
        except MoveRefused:
            outcome = "refused"
        if outcome != "done":
            assert self._snapshot() == before, press
        if outcome == "done":
            self._was_legal(press, was, roles)
        elif outcome == "refused":
            refused = AuditEntry.objects.filter(verb__endswith=REFUSED).count()
            assert refused == attempted + 1
        self.last = press
        return outcome

    def _was_legal(self, press, was, roles):
        """What happened is a row of the table: from there, by one of those."""
        move = states.move(press.name)
        state, version = was
        if press.name == "review.write":
            assert state in ("done", "cancelled")
        elif move.sources:
            assert state in move.sources, press
        assert roles & set(move.who), press
        if press.name not in UNSEEN:
            assert press.seen == version, press

    def _fitting(self, row):
        """Buttons of a row in its state, in a settled order."""
        subject = row._meta.model_name
        own = [name for name in BUTTONS if ON.get(name, name.partition(".")[0]) == subject]
        return sorted(name for name in own if row.state in self._sources(name))

    def _sources(self, name):
        return ("done", "cancelled") if name == "review.write" else states.move(name).sources

    def _rows(self):
        """Every row with buttons, in an order that is the same when the example runs again."""
        return [row for model in MOVED for row in model.objects.order_by("pk")]

    def _draw(self, data, rows):
        rows = list(rows.order_by("pk"))
        return rows[data.draw(st.integers(0, len(rows) - 1))]

    def _full(self):
        return self.capacity is not None and self._taken() >= self.capacity

    def _taken(self):
        return Introduction.objects.filter(state="accepted").count()

    def _snapshot(self):
        """Everything but the audit trail's refusals and what is read only."""
        rows = {model: list(model.objects.order_by("pk").values()) for model in (*MOVED, *RECORDS)}
        return {**rows, "trail": AuditEntry.objects.exclude(verb__endswith=REFUSED).count()}

    # the laws

    @invariant()
    def every_state_is_explained_by_the_trail(self):
        entries = {}
        for entry in AuditEntry.objects.filter(pk__gt=self.first_entry or 0).order_by("pk"):
            if entry.verb.partition(".")[0] in SUBJECTS and not entry.verb.endswith(REFUSED):
                entries.setdefault((entry.object_type, entry.object_id), []).append(entry)
        for row in self._rows():
            trail = entries[(row._meta.label_lower, str(row.pk))]
            assert states.move(trail[0].verb).sources == ()
            for place, entry in enumerate(trail):
                move = states.move(entry.verb)
                assert entry.after["version"] == place, (row, entry.verb)
                assert entry.after["state"] in move.targets, (row, entry.verb)
                if place:
                    assert entry.before["state"] in move.sources, (row, entry.verb)
                    assert entry.before["state"] == trail[place - 1].after["state"]
            assert trail[-1].after["state"] == row.state
            assert trail[-1].after["version"] == row.version

    @invariant()
    def an_introduction_has_one_of_each(self):
        for row in Introduction.objects.prefetch_related("proposals", "agreements"):
            assert sum(one.state in ("offered", "agreed") for one in row.proposals.all()) <= 1
            valid = [one for one in row.agreements.all() if one.state != "void"]
            assert len(valid) <= 1
            assert len(Job.objects.filter(introduction=row)) <= 1
            if row.state != "accepted":
                assert not any(one.state in ("draft", "offered") for one in row.proposals.all())
                assert not any(one.state == "awaiting_consent" for one in row.agreements.all())
        if getattr(self, "capacity", None) is not None:
            assert self._taken() <= self.capacity

    @invariant()
    def sums_are_right(self):
        rows = Job.objects.select_related("agreement__proposal").prefetch_related("milestones")
        for job in rows:
            milestones = list(job.milestones.all())
            assert job.price == job.agreement.proposal.price
            assert sum(row.amount for row in milestones) == job.price
            assert sum(row.share for row in milestones) == 100
            assert job.agreement.state == "in_force"
            assert job.agreement.consents.count() == 2
        for agreement in Agreement.objects.exclude(state="in_force"):
            assert not hasattr(agreement, "job")

    @invariant()
    def a_job_is_what_its_parts_say(self):
        rows = Job.objects.select_related("introduction").prefetch_related(
            "milestones__deliveries", "disputes", "reviews"
        )
        for job in rows:
            confirmed = {row.state == "confirmed" for row in job.milestones.all()}
            assert (job.state == "done") <= (confirmed == {True})
            assert (job.state == "running") <= (False in confirmed)
            open_ones = sum(row.state == "open" for row in job.disputes.all())
            assert open_ones == (job.state == "disputed")
            over = job.state in ("done", "cancelled")
            assert job.introduction.state == ("closed" if over else "accepted")
            for row in job.milestones.all():
                given = list(row.deliveries.all())
                assert [one.number for one in given] == list(range(1, len(given) + 1))
                live = [one for one in given if one.returned_at is None]
                assert len(live) == (row.state == "delivered") or row.state == "confirmed"
            written = [row.state for row in job.reviews.all()]
            assert not {"written"} & set(written) or set(written) == {"written"}
            assert written.count("written") <= 1
            assert not written or over

    @invariant()
    def evidence_is_of_what_happened(self):
        found = set(
            Evidence.objects.filter(withdrawn_at=None).values_list("source_kind", "source_key")
        )
        done = {("matching.job", str(job.pk)) for job in Job.objects.filter(state="done")}
        shown = Review.objects.filter(state="shown", side="manufacturer")
        assert found == done | {("matching.review", str(row.pk)) for row in shown}

    @invariant()
    def no_message_is_lost(self):
        there = dict(Message.objects.values_list("pk", "text"))
        assert there == {pk: text for pk, _, text in self.sent}


@pytest.mark.django_db
def test_whatever_the_order():
    """Hypothesis looks for an order of steps that breaks a law."""
    run_state_machine_as_test(
        Walk,
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )
