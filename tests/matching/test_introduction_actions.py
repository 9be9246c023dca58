"""What happens to an introduction, through its actions."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching.actions import introduction as actions
from matching.actions.moves import CapacityFull, IllegalMove, StaleMove
from matching.actions.need import withdraw_need
from matching.models import Introduction
from portal.foundation import audit
from portal.foundation.models import Notification
from portal.organisations.actions.profile import unlist_profile
from tests.factories import (
    make_introduction,
    make_listed_provider,
    make_need,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def kinds(user):
    rows = Notification.objects.filter(recipient=user, kind__startswith="introduction.")
    return list(rows.order_by("id").values_list("kind", flat=True))


def pair(capacity=None):
    """A need and a provider, with the person of each side."""
    sme, provider_owner = make_user("Li Wei"), make_user("Chen Yu")
    return (
        sme,
        make_need(sme),
        provider_owner,
        make_listed_provider(provider_owner, capacity=capacity),
    )


class TestAsking:
    def test_either_side_may_ask_and_the_other_is_told(self):
        sme, need, seller, provider = pair()
        asked = actions.request_introduction(
            actor=seller, need=need, provider=provider, side="provider", message="我们做过类似的。"
        )
        assert (asked.state, asked.asked_by) == ("requested", "provider")
        assert asked.expires_at - asked.requested_at == timedelta(days=14)
        assert (kinds(sme), kinds(seller)) == (["introduction.requested"], [])
        told = Notification.objects.get(recipient=sme, kind="introduction.requested")
        assert told.context["other"] == provider.organisation.name_zh
        assert told.url == f"/introductions/{asked.pk}/"

    def test_the_provider_is_not_told_who_asks(self):
        sme, need, seller, provider = pair()
        actions.request_introduction(
            actor=sme, need=need, provider=provider, side="manufacturer", message="请联系。"
        )
        told = Notification.objects.get(recipient=seller, kind="introduction.requested")
        assert need.organisation.name_zh not in str(told.context)

    def test_nobody_asks_for_another_side(self):
        sme, need, seller, provider = pair()
        for actor, side in ((sme, "provider"), (seller, "manufacturer"), (make_user(), "provider")):
            with pytest.raises(PermissionDenied):
                actions.request_introduction(
                    actor=actor, need=need, provider=provider, side=side, message="x"
                )

    def test_one_live_introduction_for_a_pair(self):
        asked = make_introduction()
        with pytest.raises(StaleMove, match="There is an introduction between the two already"):
            make_introduction(need=asked.need, provider=asked.provider, side="provider")
        assert Introduction.objects.count() == 1
        assert audit.trail(asked).last().verb == "introduction.request.refused"

    def test_again_after_the_first_is_over(self):
        asked = make_introduction()
        actions.withdraw(actor=asked.requester, introduction=asked)
        assert make_introduction(need=asked.need, provider=asked.provider).state == "requested"

    @pytest.mark.parametrize("state", ["draft", "moderation", "withdrawn", "expired"])
    def test_the_need_must_be_open(self, state):
        with pytest.raises(IllegalMove, match="no longer open"):
            make_introduction(need=make_need(state=state))

    def test_the_provider_must_be_listed(self):
        provider = make_listed_provider()
        unlist_profile(actor=None, profile=provider)
        with pytest.raises(IllegalMove, match="not listed"):
            make_introduction(provider=provider)

    def test_a_firm_is_not_introduced_to_itself(self):
        provider = make_listed_provider()
        owner = provider.organisation.memberships.get().user
        need = make_need(owner, organisation=provider.organisation)
        with pytest.raises(IllegalMove, match="same organisation"):
            make_introduction(need=need, provider=provider)

    def test_a_provider_without_a_free_job_is_not_asked(self):
        provider = make_listed_provider(capacity=1)
        first = make_introduction(provider=provider)
        actions.accept(actor=None, introduction=first)
        with pytest.raises(CapacityFull, match="no job free now: all 1 are taken"):
            make_introduction(provider=provider)

    @pytest.mark.parametrize("message", ["", "  ", "\x00", "x" * 2001, "a\u202eb"])
    def test_bad_messages_are_refused(self, message):
        with pytest.raises(ValidationError) as refused:
            make_introduction(message=message)
        assert list(refused.value.error_dict) == ["message"]


class TestAnswering:
    def test_accepting_tells_who_asked_and_writes_who_and_when(self):
        sme, need, seller, provider = pair()
        asked = make_introduction(need=need, provider=provider)
        actions.accept(actor=seller, introduction=asked, seen=0)
        asked.refresh_from_db()
        assert (asked.state, asked.version, asked.answered_by) == ("accepted", 1, seller)
        assert kinds(sme) == ["introduction.accepted"]
        entry = audit.trail(asked).last()
        assert (entry.verb, entry.actor) == ("introduction.accept", seller)
        assert entry.before["state"] == "requested"
        assert entry.after["state"] == "accepted"

    def test_declining_needs_a_reason_and_passes_it_on(self):
        sme, need, seller, provider = pair()
        asked = make_introduction(need=need, provider=provider)
        with pytest.raises(ValidationError) as refused:
            actions.decline(actor=seller, introduction=asked, reason=" ")
        assert list(refused.value.error_dict) == ["reason"]
        actions.decline(actor=seller, introduction=asked, reason="今年排满了。")
        assert asked.state == "declined"
        told = Notification.objects.get(recipient=sme, kind="introduction.declined")
        assert told.context["reason"] == "今年排满了。"

    def test_only_the_side_that_was_asked_answers(self):
        sme, need, seller, provider = pair()
        asked = make_introduction(need=need, provider=provider)
        for wrong in (sme, make_user(), make_user(roles=("officer",))):
            with pytest.raises(PermissionDenied):
                actions.accept(actor=wrong, introduction=asked)
            with pytest.raises(PermissionDenied):
                actions.decline(actor=wrong, introduction=asked, reason="no")
        with pytest.raises(PermissionDenied):
            actions.withdraw(actor=seller, introduction=asked)

    def test_who_comes_too_late_reads_what_happened(self):
        sme, need, seller, provider = pair()
        asked = make_introduction(need=need, provider=provider)
        late = Introduction.objects.get(pk=asked.pk)
        actions.accept(actor=seller, introduction=asked)
        with pytest.raises(StaleMove, match=r"Chen Yu accepted it \(a moment ago\)"):
            actions.withdraw(actor=sme, introduction=late, seen=0)
        assert Introduction.objects.get(pk=asked.pk).state == "accepted"
        assert [entry.verb for entry in audit.trail(asked)] == [
            "introduction.request",
            "introduction.accept",
            "introduction.withdraw.refused",
        ]

    def test_the_other_side_is_not_named_before_it_accepts(self):
        sme, need, seller, provider = pair()
        asked = make_introduction(need=need, provider=provider)
        late = Introduction.objects.get(pk=asked.pk)
        actions.withdraw(actor=sme, introduction=asked)
        with pytest.raises(StaleMove, match="The manufacturer withdrew it"):
            actions.accept(actor=seller, introduction=late, seen=0)

    def test_not_after_the_need_is_gone(self):
        asked = make_introduction()
        withdraw_need(actor=None, need=asked.need)
        late = Introduction.objects.get(pk=asked.pk)
        with pytest.raises(IllegalMove, match="the state is “Expired”"):
            actions.accept(actor=None, introduction=late)


class TestCapacity:
    def test_accepted_ones_count_until_they_are_closed(self):
        provider = make_listed_provider(capacity=1)
        first, second = (make_introduction(provider=provider) for _ in range(2))
        actions.accept(actor=None, introduction=first)
        with pytest.raises(CapacityFull, match="no job free"):
            actions.accept(actor=None, introduction=second)
        assert Introduction.objects.get(pk=second.pk).state == "requested"
        actions.close(actor=first.requester, introduction=first, reason="谈完了。")
        second.refresh_from_db()
        actions.accept(actor=None, introduction=second)
        assert second.state == "accepted"

    def test_closing_tells_the_other_side(self):
        sme, need, seller, provider = pair()
        asked = make_introduction(need=need, provider=provider)
        actions.accept(actor=seller, introduction=asked)
        actions.close(actor=seller, introduction=asked)
        assert asked.closed_at is not None
        assert kinds(sme)[-1] == "introduction.closed"
        assert kinds(seller) == ["introduction.requested"]

    def test_capacity_that_nobody_said_is_no_limit(self):
        provider = make_listed_provider(capacity=None)
        for _ in range(3):
            actions.accept(actor=None, introduction=make_introduction(provider=provider))
        assert actions.taken(provider) == 3


class TestExpiry:
    def test_after_fourteen_days_without_an_answer(self):
        start = timezone.now()
        asked = make_introduction(now=start)
        answered = make_introduction(now=start)
        actions.accept(actor=None, introduction=answered)
        almost = start + timedelta(days=14) - timedelta(seconds=1)
        assert actions.expire_introductions(now=almost) == 0
        assert actions.expire_introductions(now=start + timedelta(days=14)) == 1
        assert actions.expire_introductions(now=start + timedelta(days=15)) == 0
        asked.refresh_from_db()
        assert asked.state == "expired"
        assert kinds(asked.requester) == ["introduction.expired"]

    def test_the_city_chooses_how_long(self, settings):
        settings.INTRODUCTION_DAYS = 3
        asked = make_introduction()
        assert asked.expires_at - asked.requested_at == timedelta(days=3)


def test_the_day_to_answer_by_is_the_city_s():
    """It ends at 20:00 UTC, which is the next day here."""
    row = make_introduction(now=datetime(2026, 12, 1, 20, tzinfo=UTC))
    asked = Notification.objects.get(kind="introduction.requested")
    assert timezone.localtime(row.expires_at).date().isoformat() == asked.context["until"]
    assert row.expires_at.date().isoformat() != asked.context["until"]
