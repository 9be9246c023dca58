"""A moderator looks who a provider is. Moves are compare-and-set: of two at once, one wins."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.foundation.notifications import notify
from portal.foundation.text import clean_plain_text
from portal.organisations import outdated
from portal.organisations.models import Membership, Organisation, ProviderProfile

Verification = ProviderProfile.Verification
NOTE = 1000


def request_verification(*, actor: User | None, profile: ProviderProfile) -> ProviderProfile:
    """Ask a moderator to look; unverified or declined before.

    Raises ValidationError when the state moved on, PermissionDenied."""
    permissions.require(actor, "organisations.profile.request_verification", profile)
    with transaction.atomic():
        _move(
            actor,
            "organisations.profile.request_verification",
            profile,
            [Verification.UNVERIFIED, Verification.DECLINED],
            Verification.PENDING,
        )
    return profile


def verify_provider(
    *, actor: User | None, profile: ProviderProfile, note: str = ""
) -> ProviderProfile:
    """Mark the profile as verified and tell its owners.

    Raises ValidationError when the state moved on, PermissionDenied."""
    permissions.require(actor, "organisations.profile.verify", profile)
    with transaction.atomic():
        _move(
            actor,
            "organisations.profile.verify",
            profile,
            [Verification.UNVERIFIED, Verification.PENDING, Verification.DECLINED],
            Verification.VERIFIED,
            _clean_note(note),
        )
        _pass_code(actor, profile.organisation, "")
        _tell_owners(profile, "organisations.verified")
    return profile


def pass_uscc(*, actor: User | None, organisation: Organisation, note: str = "") -> None:
    """A moderator has seen the licence: a code with a wrong check digit is the right one.

    Raises PermissionDenied."""
    permissions.require(actor, "organisations.organisation.pass_uscc", organisation)
    note = _clean_note(note)
    with transaction.atomic():
        _pass_code(actor, organisation, note)


def _pass_code(actor: User | None, organisation: Organisation, note: str) -> None:
    rows = Organisation.objects.filter(
        pk=organisation.pk, uscc_check_failed=True, uscc_passed=False
    )
    if rows.update(uscc_passed=True):
        organisation.uscc_passed = True
        audit.record(actor, "organisations.organisation.pass_uscc", organisation, note=note)


def decline_verification(
    *, actor: User | None, profile: ProviderProfile, note: str
) -> ProviderProfile:
    """Decline a request, or take the mark back, saying why; the owners are told.

    Raises ValidationError without a note or when the state moved on, PermissionDenied."""
    permissions.require(actor, "organisations.profile.decline", profile)
    note = _clean_note(note)
    if not note:
        raise ValidationError({"note": gettext("Say what is missing, so that it can be mended.")})
    with transaction.atomic():
        _move(
            actor,
            "organisations.profile.decline",
            profile,
            [Verification.PENDING, Verification.VERIFIED],
            Verification.DECLINED,
            note,
        )
        _tell_owners(profile, "organisations.declined")
    return profile


def _move(
    actor: User | None,
    verb: str,
    profile: ProviderProfile,
    sources: Iterable[str],
    target: str,
    note: str = "",
) -> None:
    old = profile.verification
    rows = ProviderProfile.objects.filter(pk=profile.pk, verification=old).filter(
        verification__in=sources
    )
    if not rows.update(verification=target, verification_note=note, changed=timezone.now()):
        raise ValidationError(
            gettext("Somebody else decided this in the meantime. Look at it again.")
        )
    profile.verification, profile.verification_note = target, note
    audit.record(
        actor,
        verb,
        profile,
        before={"verification": str(old)},
        after={"verification": str(target)},
        note=note,
    )
    outdated.facts_changed(profile.organisation)


def _clean_note(note: str) -> str:
    try:
        return clean_plain_text(note, NOTE)
    except ValueError as error:
        raise ValidationError({"note": str(error)}) from None


def _tell_owners(profile: ProviderProfile, kind: str) -> None:
    owners = Membership.objects.filter(
        organisation=profile.organisation_id, role=Membership.Role.OWNER
    ).select_related("user")
    for membership in owners:
        notify(
            recipient=membership.user,
            kind=kind,
            context={
                "organisation": str(profile.organisation),
                "note": profile.verification_note,
            },
            url=f"/desk/{profile.organisation.key}/",
        )
