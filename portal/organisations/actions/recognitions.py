"""Titles of authorities, and the tier that follows from those valid today."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.organisations import checks, outdated, values
from portal.organisations.models import Organisation, ProviderProfile, Recognition
from portal.organisations.queries import highest_tier, tier_of

BATCH = 500


def record_recognition(
    *,
    actor: User | None,
    organisation: Organisation,
    tier: str,
    issued_on: date,
    expires_on: date,
    rule_version: str = "",
) -> Recognition:
    """Record a certificate that was seen; a later one of the same tier replaces it.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.recognition.record", organisation)
    try:
        tier = values.clean_tier(tier)
    except ValueError as error:
        raise ValidationError({"tier": str(error)}) from None
    if tier == values.BASE_TIER:
        raise ValidationError({"tier": gettext("Every organisation here is registered anyway.")})
    if expires_on < issued_on:
        raise ValidationError({"expires_on": gettext("It would end before it began.")})
    wanted = {"issued_on": issued_on, "expires_on": expires_on, "rule_version": rule_version[:60]}
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        recognition = Recognition.objects.filter(
            organisation=organisation, tier=tier, source=Recognition.Source.CERTIFICATE
        ).first() or Recognition(
            organisation=organisation, tier=tier, source=Recognition.Source.CERTIFICATE
        )
        _, after = checks.apply(recognition, wanted)
        if after:
            recognition.save()
            audit.record(
                actor,
                "organisations.recognition.record",
                organisation,
                after=_described(recognition),
            )
            refresh_tier(organisation, timezone.localdate())
    return recognition


def withdraw_recognition(*, actor: User | None, recognition: Recognition) -> None:
    """Take a title back that was recorded by mistake or was revoked.

    Raises PermissionDenied."""
    organisation = recognition.organisation
    permissions.require(actor, "organisations.recognition.record", organisation)
    with transaction.atomic():
        audit.record(
            actor,
            "organisations.recognition.withdraw",
            organisation,
            before=_described(recognition),
        )
        recognition.delete()
        refresh_tier(organisation, timezone.localdate())


def refresh_tier(organisation: Organisation, day: date) -> bool:
    """Bring the tier that lists show to what is valid on `day`; says whether it changed."""
    profile = ProviderProfile.objects.filter(organisation=organisation).first()
    if profile is None:
        return False
    # Asked for afresh: the organisation at hand may carry recognitions read before the change.
    tier = highest_tier(Recognition.objects.filter(organisation=organisation), day)
    if tier == profile.tier_listed:
        return False
    ProviderProfile.objects.filter(pk=profile.pk).update(tier_listed=tier)
    audit.record(
        None,
        "organisations.profile.tier",
        profile,
        before={"tier": profile.tier_listed},
        after={"tier": tier},
    )
    outdated.facts_changed(organisation)
    return True


def refresh_tiers(day: date | None = None) -> int:
    """The daily job: tiers whose recognitions began or lapsed; says how many changed."""
    today = day or timezone.localdate()
    dated = (
        Organisation.objects.filter(provider__isnull=False, recognitions__isnull=False)
        .select_related("provider")
        .prefetch_related("recognitions")
        .distinct()
    )
    count = 0
    for organisation in dated.iterator(chunk_size=BATCH):
        if tier_of(organisation, today) != organisation.provider.tier_listed:
            with transaction.atomic():
                count += refresh_tier(organisation, today)
    return count


def _described(recognition: Recognition) -> dict[str, str | None]:
    return {
        "tier": recognition.tier,
        "issued_on": _iso(recognition.issued_on),
        "expires_on": _iso(recognition.expires_on),
        "source": recognition.source,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
