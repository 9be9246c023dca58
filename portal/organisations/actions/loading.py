"""Storing the checked rows of a providers file: what differs is written, nothing else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.organisations import checks, outdated, values
from portal.organisations.models import Offer, Organisation, ProviderProfile, Recognition
from portal.organisations.queries import highest_tier
from portal.organisations.rows import OfferRow, ProviderRow

BATCH = 500
ORGANISATION = (
    "uscc", "ref", "uscc_check_failed", "name_zh", "name_en", "district", "latitude", "longitude",
)  # fmt: skip
PROFILE = (
    "kind", "summary_zh", "summary_en", "capabilities", "industries", "languages", "capacity",
    "staff", "founded", "listed", "verification", "tier_listed",
)  # fmt: skip
OFFER = tuple(checks.OFFER)
IMPORTED = Recognition.Source.IMPORTED


@dataclass
class LoadResult:
    """How many providers a load made, changed and found as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass
class _Writes:
    """What one batch writes, collected before anything is written."""

    new_organisations: list[Organisation] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    new_profiles: list[ProviderProfile] = field(default_factory=list)
    profiles: list[ProviderProfile] = field(default_factory=list)
    new_offers: list[Offer] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    gone_offers: list[int] = field(default_factory=list)
    new_recognitions: list[Recognition] = field(default_factory=list)
    gone_recognitions: list[int] = field(default_factory=list)
    changes: list[audit.Change] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def store_providers(
    *,
    actor: User | None,
    rows: Sequence[ProviderRow],
    advance: Callable[[int], None] = lambda by: None,
) -> LoadResult:
    """Make or update the provider of each row, listed and verified, in one transaction.

    The rows are checked, each key once. A row that says what is stored already writes nothing:
    no audit entry, no outbox row. Raises PermissionDenied."""
    permissions.require(actor, "organisations.provider.load")
    result = LoadResult()
    today = timezone.localdate()
    keys: list[str] = []
    with transaction.atomic():
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            writes = _compare(batch, today, result)
            _write(writes)
            audit.record_many(actor, writes.changes)
            keys += writes.keys
            advance(len(batch))
        outdated.many_changed(keys)
    return result


def _compare(batch: Sequence[ProviderRow], today: date, result: LoadResult) -> _Writes:
    # Who came without a code and added it later keeps the first key.
    same = Q(key__in=[row.key for row in batch]) | Q(uscc__in=[row.uscc for row in batch])
    stored = {
        key: organisation
        for organisation in Organisation.objects.filter(same)
        .select_related("provider")
        .prefetch_related("provider__offers", "recognitions")
        for key in {organisation.key, organisation.uscc}
    }
    writes = _Writes()
    for row in batch:
        organisation = stored.get(row.key)
        if organisation is None:
            _make(row, today, writes)
            result.created += 1
        elif _update(row, organisation, today, writes):
            result.updated += 1
        else:
            result.unchanged += 1
    return writes


def _make(row: ProviderRow, today: date, writes: _Writes) -> None:
    organisation = Organisation(key=row.key, **_organisation_values(row))
    writes.new_organisations.append(organisation)
    _compare_profile(row, organisation, None, [], today, writes)
    writes.changes.append(
        audit.Change(
            "organisations.provider.load", organisation, after={"key": row.key, "tier": row.tier}
        )
    )
    writes.keys.append(row.key)


def _update(row: ProviderRow, organisation: Organisation, today: date, writes: _Writes) -> bool:
    before, after = checks.apply(organisation, _organisation_values(row))
    if after:
        writes.organisations.append(organisation)
    recognitions = list(organisation.recognitions.all())
    profile = getattr(organisation, "provider", None)
    older, newer = _compare_profile(row, organisation, profile, recognitions, today, writes)
    before |= older
    after |= newer
    if not after:
        return False
    writes.changes.append(
        audit.Change("organisations.provider.load", organisation, before=before, after=after)
    )
    writes.keys.append(organisation.key)
    return True


def _compare_profile(
    row: ProviderRow,
    organisation: Organisation,
    profile: ProviderProfile | None,
    recognitions: list[Recognition],
    today: date,
    writes: _Writes,
) -> tuple[dict[str, Any], dict[str, Any]]:
    tiers_before, tiers_after = _compare_tier(row, organisation, recognitions, today, writes)
    wanted = _profile_values(row) | {"tier_listed": highest_tier(recognitions, today)}
    if profile is None:
        profile = ProviderProfile(organisation=organisation, **wanted)
        writes.new_profiles.append(profile)
        _compare_offers(row.offers, profile, [], writes)
        return tiers_before, tiers_after | {"kind": row.kind}
    before, after = checks.apply(profile, wanted)
    if after:
        profile.changed = timezone.now()
        writes.profiles.append(profile)
    if offers := _compare_offers(row.offers, profile, list(profile.offers.all()), writes):
        before["offers"], after["offers"] = offers
    return before | tiers_before, after | tiers_after


def _compare_tier(
    row: ProviderRow,
    organisation: Organisation,
    recognitions: list[Recognition],
    today: date,
    writes: _Writes,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Bring the imported title to the row's; `recognitions` is changed along."""
    imported = [r for r in recognitions if r.source == IMPORTED]
    wanted = [row.tier] if row.tier != values.BASE_TIER else []
    old = sorted(r.tier for r in imported)
    if old == wanted:
        return {}, {}
    for recognition in imported:
        if recognition.tier not in wanted:
            writes.gone_recognitions.append(recognition.pk)
            recognitions.remove(recognition)
    if not any(r.source == IMPORTED for r in recognitions):
        for tier in wanted:
            recognition = Recognition(organisation=organisation, tier=tier, source=IMPORTED)
            writes.new_recognitions.append(recognition)
            recognitions.append(recognition)
    return {"imported": old}, {"imported": wanted}


def _compare_offers(
    rows: list[OfferRow], profile: ProviderProfile, stored: list[Offer], writes: _Writes
) -> tuple[list[Any], list[Any]] | None:
    """Place by place, so that an offer that stays keeps its id; None when nothing differs."""
    before, after = [], []
    for position, row in enumerate(rows):
        wanted = _offer_values(row) | {"position": position}
        if position >= len(stored):
            writes.new_offers.append(Offer(provider=profile, **wanted))
            after.append(wanted)
            continue
        older, newer = checks.apply(stored[position], wanted)
        if newer:
            writes.offers.append(stored[position])
            before.append(older)
            after.append(newer)
    for offer in stored[len(rows) :]:
        writes.gone_offers.append(offer.pk)
        before.append({name: getattr(offer, name) for name in OFFER})
    return (before, after) if before or after else None


def _write(writes: _Writes) -> None:
    Offer.objects.filter(pk__in=writes.gone_offers).delete()
    Recognition.objects.filter(pk__in=writes.gone_recognitions).delete()
    Organisation.objects.bulk_create(writes.new_organisations)
    ProviderProfile.objects.bulk_create(writes.new_profiles)
    Offer.objects.bulk_create(writes.new_offers)
    Recognition.objects.bulk_create(writes.new_recognitions)
    # Updates in small steps: a CASE over hundreds of rows and a dozen fields is slow to parse.
    Organisation.objects.bulk_update(writes.organisations, ORGANISATION, batch_size=100)
    ProviderProfile.objects.bulk_update(writes.profiles, (*PROFILE, "changed"), batch_size=100)
    Offer.objects.bulk_update(writes.offers, (*OFFER, "position"), batch_size=100)


def _organisation_values(row: ProviderRow) -> dict[str, Any]:
    return {
        "uscc": row.uscc or None,
        "ref": row.ref or None,
        "uscc_check_failed": bool(row.uscc) and values.clean_uscc(row.uscc).check_failed,
        "name_zh": row.name.zh,
        "name_en": row.name.en,
        "district": row.district,
        "latitude": row.latitude,
        "longitude": row.longitude,
    }


def _profile_values(row: ProviderRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "summary_zh": row.summary.zh,
        "summary_en": row.summary.en,
        "capabilities": row.capabilities,
        "industries": row.industries,
        "languages": row.languages,
        "capacity": row.capacity,
        "staff": row.staff,
        "founded": row.founded,
        "listed": True,
        "verification": ProviderProfile.Verification.VERIFIED.value,
    }


def _offer_values(row: OfferRow) -> dict[str, Any]:
    return {
        "title_zh": row.title.zh,
        "title_en": row.title.en,
        "description_zh": row.description.zh,
        "description_en": row.description.en,
        "type": row.type,
        "price_from": row.price_from,
        "price_to": row.price_to,
        "days": row.days,
    }
