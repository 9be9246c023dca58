"""From an accepted introduction to an agreement in force: every move, and every way it fails."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from matching.actions import agreement as agreements
from matching.actions import introduction as introductions
from matching.actions import proposal as proposals
from matching.actions.moves import IllegalMove, MoveRefused, StaleMove
from matching.models import Agreement, AgreementPdf, Consent, Job, Proposal
from matching.terms import Part, Terms
from portal.foundation import audit
from portal.foundation.models import Notification
from tests.factories import (
    deal_terms,
    make_accepted,
    make_agreement,
    make_introduction,
    make_job,
    make_proposal,
    make_user,
    member_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    """An accepted introduction and the two people who act in it."""
    introduction = make_accepted()
    return {
        "introduction": introduction,
        "buyer": member_of(introduction, "manufacturer"),
        "seller": member_of(introduction, "provider"),
    }


def told(person, kind):
    return Notification.objects.filter(recipient=person, kind=kind)


def verbs(obj):
    return [entry.verb for entry in audit.trail(obj)]


class TestDrafts:
    def test_each_side_has_one_draft(self, deal):
        first = proposals.begin_proposal(actor=deal["seller"], introduction=deal["introduction"])
        again = proposals.begin_proposal(actor=deal["seller"], introduction=deal["introduction"])
        other = proposals.begin_proposal(actor=deal["buyer"], introduction=deal["introduction"])
        assert (first, first.side, other.side) == (again, "provider", "manufacturer")
        assert Proposal.objects.count() == 2
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.create(introduction=deal["introduction"], side="provider")

    def test_only_where_both_were_introduced(self, deal):
        asked = make_introduction()
        with pytest.raises(IllegalMove):
            proposals.begin_proposal(actor=member_of(asked, "provider"), introduction=asked)
        with pytest.raises(PermissionDenied):
            proposals.begin_proposal(actor=make_user(), introduction=deal["introduction"])

    def test_what_is_half_done_is_kept(self, deal):
        draft = make_proposal(deal["introduction"], state="draft")
        terms = Terms(scope="一半", parts=(Part("", "", 150, None),))
        with pytest.raises(ValidationError) as refused:
            proposals.write_proposal(actor=deal["seller"], proposal=draft, terms=terms)
        assert list(refused.value.message_dict) == ["parts-0-share"]
        terms = Terms(scope="一半", parts=(Part("只有标题"), Part()))
        proposals.write_proposal(actor=deal["seller"], proposal=draft, terms=terms, seen=1)
        assert Terms.of(Proposal.objects.get(pk=draft.pk)) == terms
        assert draft.version == 2

    def test_two_windows_never_overwrite_each_other(self, deal):
        draft = make_proposal(deal["introduction"], state="draft")
        with pytest.raises(StaleMove, match="changed the draft"):
            proposals.write_proposal(
                actor=deal["seller"], proposal=draft, terms=Terms(scope="x"), seen=0
            )
        assert Terms.of(draft) == deal_terms()

    def test_of_its_own_side_only(self, deal):
        draft = make_proposal(deal["introduction"], state="draft")
        for act in (proposals.discard_proposal, proposals.offer):
            with pytest.raises(PermissionDenied):
                act(actor=deal["buyer"], proposal=draft)
        proposals.discard_proposal(actor=deal["seller"], proposal=draft)
        assert (draft.state, draft.number) == ("withdrawn", None)
        assert make_proposal(deal["introduction"], state="draft") != draft


class TestOffers:
    def test_an_offer_is_numbered_and_told(self, deal):
        proposal = make_proposal(deal["introduction"])
        assert (proposal.state, proposal.number) == ("offered", 1)
        message = told(deal["buyer"], "proposal.offered").get()
        assert message.context["price"] == "¥200,001"
        assert message.url == f"/proposals/{proposal.pk}/"
        assert not told(deal["seller"], "proposal.offered").exists()

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"scope": ""}, ["scope"]),
            ({"price": None}, ["price"]),
            ({"days": None}, ["days"]),
            ({"valid_until": None}, ["valid_until"]),
            ({"valid_until": timezone.localdate()}, ["valid_until"]),
            ({"valid_until": timezone.localdate() + timedelta(days=3651)}, ["valid_until"]),
            ({"parts": ()}, ["parts"]),
            ({"parts": (Part("a", "b", 99, 1),)}, ["parts"]),
            ({"parts": (Part("a", "b", 60, 1), Part("a", "b", 41, 1))}, ["parts"]),
            ({"parts": (Part("a", "", 100, 61),)}, ["parts-0-days", "parts-0-done_when"]),
        ],
    )
    def test_only_what_is_complete_can_be_offered(self, deal, fields, where):
        draft = make_proposal(deal["introduction"], state="draft", **fields)
        with pytest.raises(ValidationError) as refused:
            proposals.offer(actor=deal["seller"], proposal=draft)
        assert sorted(refused.value.message_dict) == where
        assert Proposal.objects.get().state == "draft"

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"price": 0}, "price"),
            ({"price": 10**12 + 1}, "price"),
            ({"days": 3651}, "days"),
            ({"scope": "a\x00b"}, "scope"),
            ({"parts": tuple(Part("a", "b", 5, 1) for _ in range(21))}, "parts"),
            ({"parts": (Part("a", "b", 0, 1),)}, "parts-0-share"),
        ],
    )
    def test_what_no_proposal_can_say(self, deal, fields, where):
        with pytest.raises(ValidationError) as refused:
            make_proposal(deal["introduction"], state="draft", **fields)
        assert list(refused.value.message_dict) == [where]

    def test_a_double_click_offers_once(self, deal):
        draft = make_proposal(deal["introduction"], state="draft")
        late = Proposal.objects.get(pk=draft.pk)
        proposals.offer(actor=deal["seller"], proposal=draft)
        with pytest.raises(StaleMove, match="You offered it"):
            proposals.offer(actor=deal["seller"], proposal=late)
        assert told(deal["buyer"], "proposal.offered").count() == 1

    def test_the_other_side_answers_with_the_next_version(self, deal):
        first = make_proposal(deal["introduction"])
        second = make_proposal(deal["introduction"], side="manufacturer", price=150_000)
        first.refresh_from_db()
        assert (first.state, first.answered_by) == ("countered", deal["buyer"])
        assert (second.state, second.number) == ("offered", 2)
        assert told(deal["seller"], "proposal.countered").count() == 1
        draft = proposals.begin_proposal(actor=deal["seller"], introduction=deal["introduction"])
        assert Terms.of(draft) == Terms.of(second)

    def test_a_newer_version_of_one_s_own_takes_the_place_of_the_old(self, deal):
        first = make_proposal(deal["introduction"])
        make_proposal(deal["introduction"], price=1)
        first.refresh_from_db()
        assert first.state == "withdrawn"
        with pytest.raises(StaleMove, match="withdrew it"):
            agreements.agree(actor=deal["buyer"], proposal=first, seen=2)

    def test_declined_with_a_reason(self, deal):
        proposal = make_proposal(deal["introduction"])
        with pytest.raises(ValidationError):
            proposals.decline_proposal(actor=deal["buyer"], proposal=proposal, reason=" ")
        with pytest.raises(PermissionDenied):
            proposals.decline_proposal(actor=deal["seller"], proposal=proposal, reason="x")
        proposals.decline_proposal(actor=deal["buyer"], proposal=proposal, reason="太贵")
        assert told(deal["seller"], "proposal.declined").get().context["reason"] == "太贵"
        with pytest.raises(MoveRefused):
            proposals.decline_proposal(actor=deal["buyer"], proposal=proposal, reason="太贵")

    def test_withdrawn_by_its_own_side(self, deal):
        proposal = make_proposal(deal["introduction"])
        with pytest.raises(PermissionDenied):
            proposals.withdraw_proposal(actor=deal["buyer"], proposal=proposal)
        proposals.withdraw_proposal(actor=deal["seller"], proposal=proposal)
        assert told(deal["buyer"], "proposal.withdrawn").count() == 1

    def test_expires_once_its_last_day_is_over(self, deal):
        proposal = make_proposal(deal["introduction"])
        day = timezone.now() + timedelta(days=30)
        assert proposals.expire_proposals(now=day) == 0
        with pytest.raises(IllegalMove, match="passed"):
            agreements.agree(actor=deal["buyer"], proposal=proposal, now=day + timedelta(days=1))
        assert proposals.expire_proposals(now=day + timedelta(days=1)) == 1
        proposal.refresh_from_db()
        assert proposal.state == "expired"
        for person in (deal["buyer"], deal["seller"]):
            assert told(person, "proposal.expired").count() == 1


class TestAgreements:
    def test_agreeing_freezes_a_text(self, deal):
        proposal = make_proposal(deal["introduction"])
        with pytest.raises(PermissionDenied):
            agreements.agree(actor=deal["seller"], proposal=proposal)
        agreement = agreements.agree(actor=deal["buyer"], proposal=proposal)
        assert (proposal.state, agreement.state) == ("agreed", "awaiting_consent")
        assert agreement.text_language == "zh"
        assert AgreementPdf.objects.get(agreement=agreement).content
        assert told(deal["seller"], "agreement.prepared").get().context["ref"] == agreement.ref
        with pytest.raises(StaleMove):
            agreements.agree(actor=deal["buyer"], proposal=proposal, seen=2)
        assert Agreement.objects.count() == 1

    def test_nothing_else_is_offered_meanwhile(self, deal):
        make_agreement(make_proposal(deal["introduction"]))
        with pytest.raises(IllegalMove, match="Version 1 was agreed to"):
            make_proposal(deal["introduction"])

    def test_the_second_consent_starts_the_job(self, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        given = {"agreement": agreement, "digest": agreement.digest}
        agreements.consent(actor=deal["seller"], **given)
        assert (agreement.state, Job.objects.count()) == ("awaiting_consent", 0)
        assert told(deal["buyer"], "agreement.consented").count() == 1
        agreements.consent(actor=deal["buyer"], **given)
        job = Job.objects.get()
        assert (agreement.state, job.state, job.price) == ("in_force", "running", 200_001)
        rows = [(row.title, row.amount) for row in job.milestones.all()]
        assert rows == [("设备到场", 80_000), ("验收", 120_001)]
        assert job.due_on == timezone.localdate() + timedelta(days=60)
        assert told(deal["seller"], "job.started").get().url == f"/jobs/{job.ref}/"
        assert verbs(job) == ["job.start"]
        assert verbs(agreement) == ["agreement.prepare", "agreement.consent", "agreement.consent"]

    def test_each_side_consents_once(self, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        given = {"agreement": agreement, "digest": agreement.digest}
        agreements.consent(actor=deal["buyer"], **given)
        with pytest.raises(StaleMove, match="You consented for your side"):
            agreements.consent(actor=deal["buyer"], **given)
        assert Consent.objects.count() == 1
        with pytest.raises(PermissionDenied):
            agreements.consent(actor=make_user(), **given)

    def test_to_the_text_that_was_read(self, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        with pytest.raises(ValidationError):
            agreements.consent(actor=deal["buyer"], agreement=agreement, digest="0" * 64)
        assert not Consent.objects.exists()

    def test_taken_back_to_the_proposals(self, deal):
        proposal = make_proposal(deal["introduction"])
        agreement = make_agreement(proposal)
        agreements.consent(actor=deal["buyer"], agreement=agreement, digest=agreement.digest)
        agreements.revise(actor=deal["seller"], agreement=agreement, reason="写错了")
        proposal.refresh_from_db()
        assert (agreement.state, proposal.state) == ("void", "offered")
        assert told(deal["buyer"], "agreement.revised").get().context["reason"] == "写错了"
        with pytest.raises(MoveRefused):
            agreements.consent(actor=deal["seller"], agreement=agreement, digest=agreement.digest)
        assert agreements.agree(actor=deal["buyer"], proposal=proposal) != agreement

    def test_not_once_it_is_in_force(self, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        make_job(agreement)
        with pytest.raises(IllegalMove):
            agreements.revise(actor=deal["seller"], agreement=agreement)


class TestClosing:
    def test_an_introduction_stays_while_its_job_runs(self, deal):
        job = make_job(make_agreement(make_proposal(deal["introduction"])))
        with pytest.raises(IllegalMove, match="A job runs"):
            introductions.close(actor=deal["buyer"], introduction=deal["introduction"])
        assert job.introduction.state == "accepted"

    def test_closing_ends_what_is_not_in_force(self, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        draft = make_proposal(deal["introduction"], state="draft", side="manufacturer")
        introductions.close(actor=deal["buyer"], introduction=deal["introduction"])
        agreement.refresh_from_db()
        assert agreement.state == "void"
        assert {row.state for row in Proposal.objects.all()} == {"withdrawn"}
        with pytest.raises(IllegalMove, match="Closed"):
            proposals.offer(actor=deal["buyer"], proposal=draft)
