"""What happens to a need, through its actions."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from matching.actions import need as actions
from matching.actions.introduction import close
from matching.actions.moves import ActionRefused, IllegalMove, StaleMove
from matching.content import Understanding, Words
from matching.models import Need
from portal.foundation import audit
from portal.foundation.models import Notification, OutboxRow
from tests.factories import (
    make_accepted,
    make_introduction,
    make_manufacturer,
    make_need,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

WORDS = Words("外壳划伤漏检", "铝壳划伤老是漏检。", "zh")
WHERE = Understanding(district="330212")


def kinds(user):
    return list(
        Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True)
    )


def verbs(obj):
    return [entry.verb for entry in audit.trail(obj)]


def requested(need):
    """How often each engine was asked to bring the need's document up to date."""
    return set(
        OutboxRow.objects.filter(kind="need", key=need.ref).values_list("requested", flat=True)
    )


class TestPosting:
    def test_opens_at_once_for_ninety_days_and_tells(self, settings):
        settings.NEED_MODERATION = False
        owner, colleague = make_user(), make_user()
        firm = make_manufacturer(owner)
        firm.memberships.create(user=colleague, role="editor")
        need = actions.create_draft(
            actor=owner, organisation=firm, words=WORDS, understanding=WHERE
        )
        assert need.state == "draft"
        assert requested(need) == set()
        actions.post_need(actor=colleague, need=need)
        need.refresh_from_db()
        assert (need.state, need.version) == ("open", 1)
        assert need.expires_on == timezone.localdate() + timedelta(days=90)
        assert requested(need) == {1}
        assert verbs(need) == ["need.create", "need.post"]
        assert kinds(owner) == kinds(colleague) == ["need.posted"]

    def test_waits_where_the_city_moderates(self, settings):
        settings.NEED_MODERATION = True
        owner, moderator = make_user(), make_user(roles=("moderator",))
        need = make_need(owner, state="moderation")
        assert (need.state, need.posted_at) == ("moderation", None)
        assert requested(need) == set()
        actions.approve_need(actor=moderator, need=need)
        assert need.state == "open"
        assert need.posted_at is not None
        assert requested(need) == {1}
        assert kinds(owner) == ["need.waiting", "need.approved"]

    def test_given_back_with_a_note_is_a_draft_again(self):
        owner, moderator = make_user(), make_user(roles=("moderator",))
        need = make_need(owner, state="moderation")
        with pytest.raises(ValidationError, match="Say what should be changed"):
            actions.return_need(actor=moderator, need=need, note=" ")
        actions.return_need(actor=moderator, need=need, note="请删去公司名称。")
        need.refresh_from_db()
        assert (need.state, need.moderation_note) == ("draft", "请删去公司名称。")
        assert kinds(owner)[-1] == "need.returned"

    def test_pressed_twice_gives_one_open_need_and_says_so(self):
        owner = make_user()
        need = make_need(owner, state="draft")
        again = Need.objects.get(pk=need.pk)
        actions.post_need(actor=owner, need=need, seen=0)
        with pytest.raises(StaleMove, match="You posted it"):
            actions.post_need(actor=owner, need=again, seen=0)
        assert verbs(need) == ["need.create", "need.post", "need.post.refused"]
        assert requested(need) == {1}

    def test_a_colleague_is_named_to_who_comes_too_late(self):
        owner, colleague = make_user(), make_user("Wang Fang")
        need = make_need(owner, state="draft")
        need.organisation.memberships.create(user=colleague, role="editor")
        again = Need.objects.get(pk=need.pk)
        actions.withdraw_need(actor=colleague, need=need)
        with pytest.raises(StaleMove, match=r"Wang Fang withdrew it \(a moment ago\)"):
            actions.post_need(actor=owner, need=again, seen=0)

    def test_the_same_form_makes_one_need(self):
        owner = make_user()
        firm = make_manufacturer(owner)
        given = {"organisation": firm, "words": WORDS, "understanding": WHERE, "token": "t1"}
        first = actions.create_draft(actor=owner, **given)
        assert actions.create_draft(actor=owner, **given) == first
        assert Need.objects.count() == 1
        assert verbs(first) == ["need.create"]

    def test_a_day_that_has_passed_is_refused(self):
        owner = make_user()
        yesterday = timezone.localdate() - timedelta(days=1)
        with pytest.raises(ValidationError, match="This day has passed"):
            make_need(owner, state="draft", start_by=yesterday)
        need = make_need(owner, state="draft")
        Need.objects.filter(pk=need.pk).update(start_by=yesterday)
        need.refresh_from_db()
        with pytest.raises(ValidationError, match="This day has passed"):
            actions.post_need(actor=owner, need=need)
        assert Need.objects.get(pk=need.pk).state == "draft"

    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"district": "9999"}, "district"),
            ({"budget_min": -1}, "budget_min"),
            ({"budget_max": 10**13}, "budget_max"),
            ({"budget_min": 5, "budget_max": 4}, "budget_max"),
            ({"industries": ["Z99"]}, "industries"),
            ({"offer_types": ["magic"]}, "offer_types"),
            ({"tier_at_least": "golden"}, "tier_at_least"),
            ({"languages": ["fr"]}, "languages"),
            ({"exclusions": ["no_rain"]}, "exclusions"),
            ({"approach": "luck"}, "approach"),
            ({"max_distance_km": 0}, "max_distance_km"),
        ],
    )
    def test_unknown_codes_and_impossible_numbers_are_refused_by_field(self, fields, name):
        with pytest.raises(ValidationError) as refused:
            make_need(state="draft", **fields)
        assert list(refused.value.error_dict) == [name]

    @pytest.mark.parametrize(
        "description",
        ["", "   ", "NUL \x00 here", "turned \u202e round", "x" * 20_001, "\ud800"],
    )
    def test_words_that_no_page_can_show_are_refused(self, description):
        with pytest.raises(ValidationError) as refused:
            make_need(state="draft", words={"description": description})
        assert list(refused.value.error_dict) == ["description"]


class TestUnderstanding:
    def test_corrections_are_kept_with_what_they_replace(self):
        owner = make_user()
        need = make_need(
            owner,
            concepts=[{"concept": "machined_scratch_inspection", "likeness": 0.7, "text": ""}],
        )
        changed = Understanding.of(need).as_fields() | {
            "concepts_off": ["machined_scratch_inspection"],
            "budget_max": 300_000,
        }
        actions.set_understanding(actor=owner, need=need, understanding=Understanding(**changed))
        entry = audit.trail(need).last()
        assert entry.before == {
            "state": "open",
            "version": 1,
            "concepts_off": [],
            "budget_max": None,
        }
        assert entry.after == {
            "state": "open",
            "version": 2,
            "concepts_off": ["machined_scratch_inspection"],
            "budget_max": 300_000,
        }
        assert requested(need) == {2}

    def test_the_words_of_an_open_need_stay(self):
        owner = make_user()
        need = make_need(owner)
        with pytest.raises(IllegalMove, match="the state is “Open”"):
            actions.update_draft(actor=owner, need=need, words=WORDS)

    def test_a_page_that_is_out_of_date_overwrites_nothing(self):
        owner = make_user()
        need = make_need(owner, state="draft")
        actions.update_draft(actor=owner, need=need, words=Words("A", "B", "en"), seen=0)
        stale = Need.objects.get(pk=need.pk)
        with pytest.raises(StaleMove, match="You changed the words"):
            actions.set_understanding(actor=owner, need=stale, understanding=WHERE, seen=0)
        assert Need.objects.get(pk=need.pk).version == 1


class TestEnds:
    def test_withdrawing_ends_what_nobody_answered(self):
        owner = make_user()
        need = make_need(owner)
        asked = make_introduction(need=need)
        actions.withdraw_need(actor=owner, need=need)
        asked.refresh_from_db()
        assert (need.state, asked.state) == ("withdrawn", "expired")
        provider_owner = asked.provider.organisation.memberships.get().user
        assert kinds(provider_owner)[-1] == "introduction.expired"
        assert requested(need) == {2}

    def test_reopening_makes_a_draft_to_post_again(self):
        owner = make_user()
        need = make_need(owner, state="withdrawn")
        actions.reopen_need(actor=owner, need=need)
        assert need.state == "draft"
        actions.post_need(actor=owner, need=need)
        assert need.state == "open"

    @pytest.mark.parametrize("state", ["accepted", "closed"])
    def test_what_somebody_deals_on_is_not_drafted_anew(self, state):
        owner = make_user()
        need = make_need(owner)
        introduction = make_accepted(need=need)
        if state == "closed":
            close(actor=owner, introduction=introduction)
        actions.withdraw_need(actor=owner, need=need)
        with pytest.raises(ActionRefused, match="Write a new need"):
            actions.reopen_need(actor=owner, need=need)
        need.refresh_from_db()
        assert need.state == "withdrawn"

    def test_expires_the_day_after_its_last_one(self):
        owner = make_user()
        need = make_need(owner)
        noon = timezone.localtime().replace(hour=12)
        assert actions.expire_needs(now=noon + timedelta(days=90)) == 0
        assert actions.expire_needs(now=noon + timedelta(days=91)) == 1
        assert actions.expire_needs(now=noon + timedelta(days=91)) == 0
        need.refresh_from_db()
        assert need.state == "expired"
        assert kinds(owner) == ["need.posted", "need.expiring", "need.expired"]
        assert verbs(need)[-1] == "need.expire"

    def test_reminds_once_a_week_before_and_again_after_it_was_extended(self):
        owner = make_user()
        need = make_need(owner)
        now = timezone.now()
        actions.expire_needs(now=now + timedelta(days=82))
        assert "need.expiring" not in kinds(owner)
        for days in (83, 84, 85):
            actions.expire_needs(now=now + timedelta(days=days))
        assert kinds(owner).count("need.expiring") == 1
        Need.objects.filter(pk=need.pk).update(expires_on=need.expires_on + timedelta(days=30))
        actions.expire_needs(now=now + timedelta(days=115))
        assert kinds(owner).count("need.expiring") == 2

    def test_extending_counts_from_today(self):
        owner = make_user()
        need = make_need(owner)
        Need.objects.filter(pk=need.pk).update(expires_on=timezone.localdate())
        need.refresh_from_db()
        actions.extend_need(actor=owner, need=need)
        assert need.expires_on == timezone.localdate() + timedelta(days=90)


class TestWho:
    def test_strangers_may_do_nothing(self):
        stranger = make_user()
        need = make_need(state="draft")
        for action in (actions.post_need, actions.withdraw_need, actions.extend_need):
            with pytest.raises(PermissionDenied):
                action(actor=stranger, need=need)
        with pytest.raises(PermissionDenied):
            actions.approve_need(actor=stranger, need=make_need(state="moderation"))
        with pytest.raises(PermissionDenied):
            actions.create_draft(
                actor=stranger, organisation=need.organisation, words=WORDS, understanding=WHERE
            )

    def test_owners_do_not_approve_their_own(self):
        owner = make_user()
        with pytest.raises(PermissionDenied):
            actions.approve_need(actor=owner, need=make_need(owner, state="moderation"))
