"""Organisations and profiles: what changes, what is refused, what the audit and outbox keep."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override

from portal.foundation import audit
from portal.foundation.models import Notification, OutboxRow
from portal.organisations import actions
from portal.organisations.actions.loading import store_providers
from portal.organisations.completeness import completeness
from portal.organisations.models import Membership, Organisation, ProviderProfile
from portal.organisations.queries import tier_of, visible_providers
from portal.organisations.rows import ProviderRow
from tests.factories import make_offer, make_organisation, make_provider, make_uscc, make_user

pytestmark = pytest.mark.django_db

FIRM: dict[str, Any] = {"name_zh": "甬江", "district": "330212"}


def requested(target: str, key: str) -> int:
    """How often a target was asked to bring a provider up to date."""
    row = OutboxRow.objects.filter(target=target, kind="provider", key=key).first()
    return row.requested if row else 0


def messages(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return error.value.message_dict


def test_who_registers_becomes_owner_and_the_audit_tells() -> None:
    person = make_user()
    firm = actions.register_organisation(actor=person, uscc=make_uscc(), **FIRM)
    membership = firm.memberships.get()
    assert (membership.user, membership.role) == (person, Membership.Role.OWNER)
    entry = audit.trail(firm).get()
    assert (entry.actor, entry.verb) == (person, "organisations.organisation.register")
    assert not hasattr(firm, "provider")


def test_a_collective_goes_without_a_code_and_gets_a_reference() -> None:
    one = actions.register_organisation(
        actor=make_user(), kind="collective", **FIRM, name_en="Tool Makers & Friends"
    )
    assert one.key == one.ref
    assert one.key.startswith("tool-makers-friends-")
    named = actions.register_organisation(
        actor=make_user(), kind="collective", ref="工具联盟", **FIRM
    )
    assert named.key == "工具联盟"
    assert named.provider.kind == "collective"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"uscc": ""}, "uscc"),
        ({"uscc": "123"}, "uscc"),
        ({"name_zh": ""}, "name_zh"),
        ({"name_zh": "a\x00b"}, "name_zh"),
        ({"name_zh": "字" * 121}, "name_zh"),
        ({"district": ""}, "district"),
        ({"district": "abc"}, "district"),
        ({"latitude": 10.0}, "latitude"),
        ({"latitude": float("nan"), "longitude": 1.0}, "latitude"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"kind": "firm"}, "kind"),
    ],
)
def test_bad_values_are_refused_at_their_field(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as error:
        actions.register_organisation(actor=make_user(), **{"uscc": make_uscc(), **FIRM, **fields})
    assert field in messages(error)
    assert not Organisation.objects.exists()


def test_a_code_is_registered_once() -> None:
    firm = make_organisation()
    with pytest.raises(ValidationError) as error:
        actions.register_organisation(actor=make_user(), uscc=firm.uscc or "", **FIRM)
    assert "already registered" in messages(error)["uscc"][0]


def test_changing_nothing_writes_nothing() -> None:
    profile = make_provider()
    key = profile.organisation.key
    before = audit.trail(profile).count(), requested("reading", key)
    actions.save_profile(
        actor=None, organisation=profile.organisation, summary_en=profile.summary_en
    )
    assert (audit.trail(profile).count(), requested("reading", key)) == before


def test_new_words_are_read_again_and_other_facts_are_only_indexed() -> None:
    profile = make_provider()
    key = profile.organisation.key
    index = OutboxRow.objects.filter(target__startswith="index:", key=key).first()
    assert index is not None
    read, indexed = requested("reading", key), requested(index.target, key)
    actions.save_profile(actor=None, organisation=profile.organisation, capacity=4)
    assert (requested("reading", key), requested(index.target, key)) == (read, indexed + 1)
    actions.save_profile(actor=None, organisation=profile.organisation, summary_zh="新")
    assert (requested("reading", key), requested(index.target, key)) == (read + 1, indexed + 2)


def test_strangers_may_not_write_and_editors_may() -> None:
    profile = make_provider()
    offer = profile.offers.get()
    stranger, officer = make_user(), make_user(roles=("officer",))
    for person in (stranger, officer):
        for action in (
            lambda p: actions.save_profile(actor=p, organisation=profile.organisation, staff=1),
            lambda p: actions.update_organisation(
                actor=p, organisation=profile.organisation, name_en="X"
            ),
            lambda p: actions.add_offer(actor=p, profile=profile, title_en="X", type="training"),
            lambda p: actions.update_offer(actor=p, offer=offer, days=1),
            lambda p: actions.delete_offer(actor=p, offer=offer),
            lambda p: actions.unlist_profile(actor=p, profile=profile),
            lambda p: actions.request_verification(actor=p, profile=profile),
            lambda p: actions.verify_provider(actor=p, profile=profile),
        ):
            with pytest.raises(PermissionDenied):
                action(person)
    editor = make_user()
    Membership.objects.create(organisation=profile.organisation, user=editor, role="editor")
    assert actions.update_offer(actor=editor, offer=offer, days=7).days == 7


def test_the_city_s_editor_is_no_editor_of_an_organisation() -> None:
    profile = make_provider()
    with pytest.raises(PermissionDenied):
        actions.unlist_profile(actor=make_user(roles=("editor",)), profile=profile)


def test_an_empty_profile_cannot_be_listed() -> None:
    profile = make_provider(listed=False, offers=0, summary_zh="", summary_en="")
    with pytest.raises(ValidationError, match="summary or add an offer"):
        actions.list_profile(actor=None, profile=profile)
    actions.save_profile(actor=None, organisation=profile.organisation, summary_en="We do.")
    profile.refresh_from_db()
    actions.list_profile(actor=None, profile=profile)
    assert list(visible_providers()) == [profile]
    actions.unlist_profile(actor=None, profile=profile)
    assert not visible_providers().exists()


def test_the_unverified_are_listed_all_the_same() -> None:
    profile = make_provider()
    assert not profile.verified
    assert list(visible_providers()) == [profile]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title_zh": "", "title_en": ""}, "title_zh"),
        ({"type": "magic"}, "type"),
        ({"price_from": -1}, "price_from"),
        ({"price_from": 10**13}, "price_from"),
        ({"price_from": 5, "price_to": 4}, "price_to"),
        ({"days": -3}, "days"),
        ({"description_en": "x" * 1_000_000}, "description_en"),
        ({"description_en": "abc\u202ecba"}, "description_en"),
    ],
)
def test_bad_offers_are_refused_at_their_field(fields: dict[str, Any], field: str) -> None:
    profile = make_provider(offers=0)
    with pytest.raises(ValidationError) as error:
        make_offer(profile, **fields)
    assert field in messages(error)


def test_offers_keep_their_order_and_a_deleted_one_stays_in_the_audit() -> None:
    profile = make_provider(offers=3)
    first = profile.offers.all()[0]
    pk = first.pk
    actions.delete_offer(actor=None, offer=first)
    make_offer(profile, title_en="Last")
    assert [offer.title_en for offer in profile.offers.all()] == ["Gateway 2", "Gateway 3", "Last"]
    first.pk = pk
    entry = audit.trail(first).last()
    assert entry is not None
    assert entry.before is not None
    assert entry.before["title_en"] == "Gateway 1"


def test_verification_walks_its_states_and_tells_the_owner() -> None:
    owner, moderator = make_user(), make_user(roles=("moderator",))
    profile = make_provider(owner=owner)
    actions.request_verification(actor=owner, profile=profile)
    with pytest.raises(ValidationError, match="Say what is missing"):
        actions.decline_verification(actor=moderator, profile=profile, note=" ")
    actions.decline_verification(actor=moderator, profile=profile, note="Which licence?")
    actions.request_verification(actor=owner, profile=profile)
    actions.verify_provider(actor=moderator, profile=profile)
    profile.refresh_from_db()
    assert profile.verified
    assert [n.kind for n in Notification.objects.filter(recipient=owner).order_by("id")] == [
        "organisations.declined",
        "organisations.verified",
    ]
    states = [
        (entry.after or {}).get("verification")
        for entry in audit.trail(profile)
        if "verification" in (entry.after or {})
    ]
    assert states == ["pending", "declined", "pending", "verified"]


def test_of_two_decisions_at_once_one_wins() -> None:
    moderator = make_user(roles=("moderator",))
    profile = make_provider()
    actions.request_verification(actor=None, profile=profile)
    stale = ProviderProfile.objects.get(pk=profile.pk)
    actions.decline_verification(actor=moderator, profile=profile, note="No.")
    with pytest.raises(ValidationError, match="Somebody else decided"):
        actions.verify_provider(actor=moderator, profile=stale)
    profile.refresh_from_db()
    assert profile.verification == "declined"


def test_a_verified_provider_that_changes_its_name_is_looked_at_again() -> None:
    owner = make_user()
    profile = make_provider(owner=owner, verified=True)
    actions.update_organisation(
        actor=owner, organisation=profile.organisation, contact_phone="0574 1"
    )
    profile.refresh_from_db()
    assert profile.verified
    actions.update_organisation(actor=owner, organisation=profile.organisation, name_en="Other")
    profile.refresh_from_db()
    assert profile.verification == "pending"
    entry = audit.trail(profile.organisation).filter(verb="organisations.organisation.update")[0]
    assert entry.after == {"contact_phone": "…"}


def test_verifying_passes_a_code_whose_check_digit_is_wrong() -> None:
    profile = make_provider(organisation={"uscc": "91350211M00013FA1N"})
    assert profile.organisation.uscc_flagged
    actions.verify_provider(actor=make_user(roles=("moderator",)), profile=profile)
    assert not Organisation.objects.get().uscc_flagged


def test_a_collective_s_contracting_member_has_a_code() -> None:
    firm = make_organisation()
    collective = make_organisation(uscc="", kind="collective")
    profile = actions.save_profile(actor=None, organisation=collective, contracting_member=firm)
    assert profile.contracting_member == firm
    other = make_organisation(uscc="", kind="collective")
    with pytest.raises(ValidationError, match="needs a unified social credit code"):
        actions.save_profile(actor=None, organisation=collective, contracting_member=other)
    with pytest.raises(ValidationError, match="Only a collective"):
        actions.save_profile(
            actor=None, organisation=make_provider().organisation, contracting_member=firm
        )


def test_the_tier_follows_from_the_titles_valid_on_the_day() -> None:
    officer = make_user(roles=("officer",))
    firm = make_provider().organisation
    for tier, start, end in (
        ("innovative_sme", date(2025, 1, 1), date(2099, 1, 1)),
        ("srdi_sme", date(2025, 6, 1), date(2028, 5, 31)),
    ):
        actions.record_recognition(
            actor=officer, organisation=firm, tier=tier, issued_on=start, expires_on=end
        )
    assert tier_of(firm, date(2024, 12, 31)) == "registered"
    assert tier_of(firm, date(2025, 1, 1)) == "innovative_sme"
    assert tier_of(firm, date(2028, 5, 31)) == "specialised_sophisticated"
    assert tier_of(firm, date(2028, 6, 1)) == "innovative_sme"
    assert ProviderProfile.objects.get().tier_listed == "specialised_sophisticated"


def test_titles_that_lapse_lower_the_listed_tier_and_the_index_is_told() -> None:
    firm = make_provider().organisation
    recognition = actions.record_recognition(
        actor=None,
        organisation=firm,
        tier="little_giant",
        issued_on=date(2025, 6, 1),
        expires_on=date(2099, 5, 31),
    )
    target = OutboxRow.objects.filter(target__startswith="index:")[0].target
    before = requested(target, firm.key)
    assert actions.refresh_tiers(date(2099, 5, 31)) == 0
    assert actions.refresh_tiers(date(2099, 6, 1)) == 1
    assert ProviderProfile.objects.get().tier_listed == "registered"
    assert requested(target, firm.key) == before + 1
    assert actions.refresh_tiers() == 1
    actions.withdraw_recognition(actor=None, recognition=recognition)
    assert ProviderProfile.objects.get().tier_listed == "registered"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tier": "registered"}, "tier"),
        ({"tier": "unicorn"}, "tier"),
        ({"expires_on": date(2020, 1, 1)}, "expires_on"),
    ],
)
def test_bad_titles_are_refused(fields: dict[str, Any], field: str) -> None:
    usual = {
        "tier": "little_giant",
        "issued_on": date(2025, 1, 1),
        "expires_on": date(2028, 1, 1),
    }
    with pytest.raises(ValidationError) as error:
        actions.record_recognition(
            actor=None, organisation=make_organisation(), **{**usual, **fields}
        )
    assert field in messages(error)


def test_completeness_names_what_to_add_next_with_a_link() -> None:
    profile = make_provider(offers=0, listed=False, summary_zh="", summary_en="")
    percent, missing = completeness(profile)
    assert percent == 0
    assert [item.url.rpartition(profile.organisation.key)[2] for item in missing[:2]] == [
        "/profile/",
        "/offers/new/",
    ]
    actions.save_profile(
        actor=None,
        organisation=profile.organisation,
        summary_zh="中",
        summary_en="en",
        industries=["C33"],
        capabilities=["OPC UA"],
        languages=["zh"],
        capacity=2,
        staff=9,
        founded=2012,
    )
    actions.update_organisation(
        actor=None,
        organisation=profile.organisation,
        contact_name="王",
        contact_email="w@example.com",
    )
    make_offer(profile)
    full = ProviderProfile.objects.select_related("organisation").get()
    assert completeness(full) == (100, [])


def test_an_owner_adds_the_code_that_is_missing_once() -> None:
    owner, editor = make_user(), make_user()
    firm = make_organisation(owner=owner, uscc="", ref="smiths", kind="collective")
    profile = actions.save_profile(actor=owner, organisation=firm, summary_zh="我们锻打。")
    actions.verify_provider(actor=None, profile=profile)
    Membership.objects.create(organisation=firm, user=editor, role="editor")
    taken, code = make_organisation().uscc, make_uscc()
    for given in ("123", str(taken)):
        with pytest.raises(ValidationError) as refused:
            actions.update_organisation(actor=owner, organisation=firm, uscc=given)
        assert list(refused.value.message_dict) == ["uscc"]
    with pytest.raises(PermissionDenied):
        actions.update_organisation(actor=editor, organisation=firm, uscc=code)
    actions.update_organisation(actor=owner, organisation=firm, uscc=code)
    firm.refresh_from_db()
    profile.refresh_from_db()
    # Its address stays, and a moderator looks at it again.
    assert (firm.uscc, firm.key, profile.verification) == (code, "smiths", "pending")
    entry = audit.trail(firm).filter(verb="organisations.organisation.update").get()
    assert entry.after == {"uscc": code}
    with pytest.raises(ValidationError, match="already"), override("en"):
        actions.update_organisation(actor=owner, organisation=firm, uscc=make_uscc())


def test_a_file_with_the_added_code_finds_the_organisation_by_its_first_key() -> None:
    owner, code = make_user(), make_uscc()
    firm = make_organisation(owner=owner, uscc="", ref="smiths", kind="collective")
    actions.update_organisation(actor=owner, organisation=firm, uscc=code)
    row = ProviderRow.model_validate(
        {
            "uscc": code,
            "kind": "collective",
            "name": {"zh": "铁匠", "en": ""},
            "district": "330206",
            "summary": {"zh": "我们锻打。", "en": ""},
        }
    )
    result = store_providers(actor=None, rows=[row])
    assert (result.created, result.updated) == (0, 1)
    firm.refresh_from_db()
    assert (firm.key, firm.uscc, firm.name_zh) == ("smiths", code, "铁匠")
