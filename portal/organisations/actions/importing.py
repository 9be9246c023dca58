"""Taking a spreadsheet over into a profile, and undoing it for a day."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.organisations.actions.offers import add_offer, delete_offer, update_offer
from portal.organisations.actions.profile import save_profile
from portal.organisations.importing.snapshots import (
    Snapshot,
    described,
    digest,
    paired,
    snapshot,
    target,
)
from portal.organisations.models import Offer, ProfileImport, ProviderProfile

State = ProfileImport.State
UNDO = timedelta(days=1)
_VERB = "organisations.profile.import"


def show_import(
    *,
    actor: User,
    profile: ProviderProfile,
    name: str,
    wanted: Snapshot,
    now: datetime | None = None,
) -> ProfileImport:
    """Keep what a checked file wants, so that it can be looked at; the profile stays as it is.

    Raises PermissionDenied."""
    permissions.require(actor, _VERB, profile)
    return ProfileImport.objects.create(
        profile=profile, user=actor, name=name[-120:], wanted=wanted, created=now or timezone.now()
    )


def take_over(
    *, actor: User, row: ProfileImport, seen: str, now: datetime | None = None
) -> ProfileImport:
    """Bring the profile to what the file wants; once, however often it is asked for.

    `seen` is the digest of what the profile said when the changes were shown. Raises
    ValidationError where it says something else by now, PermissionDenied."""
    permissions.require(actor, _VERB, row.profile)
    moment = now or timezone.now()
    with transaction.atomic():
        row, profile = _locked(row)
        if row.state != State.SHOWN:
            return row
        before = snapshot(profile)
        if digest(before) != seen:
            raise ValidationError(
                gettext("The profile was changed meanwhile. Look at the changes again.")
            )
        _bring_to(actor, profile, before, target(before, row.wanted))
        row.before, row.after = before, snapshot(_fresh(profile))
        row.state, row.taken_at = State.TAKEN, moment
        row.save(update_fields=["before", "after", "state", "taken_at"])
        audit.record(actor, _VERB, profile, after={"file": row.name})
    return row


def undo(*, actor: User, row: ProfileImport, now: datetime | None = None) -> ProfileImport:
    """Bring the profile back to what it said before the file; for a day, while nobody has changed
    it since.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, _VERB, row.profile)
    moment = now or timezone.now()
    with transaction.atomic():
        row, profile = _locked(row)
        if row.state == State.UNDONE:
            return row
        current = snapshot(profile)
        if row.state != State.TAKEN or not may_undo(row, moment):
            raise ValidationError(gettext("This can be undone for a day only."))
        if digest(current) != digest(row.after):
            raise ValidationError(
                gettext("The profile was changed since; undoing would take that away too.")
            )
        _bring_to(actor, profile, current, row.before)
        row.state = State.UNDONE
        row.save(update_fields=["state"])
        audit.record(actor, _VERB, profile, before={"file": row.name}, note="undone")
    return row


def may_undo(row: ProfileImport, now: datetime) -> bool:
    """Was it taken over less than a day ago?"""
    return row.state == State.TAKEN and row.taken_at is not None and now - row.taken_at < UNDO


def forget_imports(now: datetime | None = None) -> int:
    """Delete what can neither be taken over nor undone any more; says how many."""
    before = (now or timezone.now()) - UNDO
    rows = ProfileImport.objects.filter(created__lt=before).exclude(taken_at__gte=before)
    return rows.delete()[0]


def _locked(row: ProfileImport) -> tuple[ProfileImport, ProviderProfile]:
    """Both as they are stored now; the profile is held, so that nobody changes it in between."""
    fresh = ProfileImport.objects.select_for_update(of=("self",)).get(pk=row.pk)
    profile = (
        ProviderProfile.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=fresh.profile_id)
    )
    return fresh, profile


def _fresh(profile: ProviderProfile) -> ProviderProfile:
    return ProviderProfile.objects.select_related("organisation").get(pk=profile.pk)


def _bring_to(actor: User, profile: ProviderProfile, before: Snapshot, after: Snapshot) -> None:
    """By the same actions as by hand: what is equal is not touched."""
    changed: dict[str, Any] = {
        name: value for name, value in after["profile"].items() if value != before["profile"][name]
    }
    if changed:
        save_profile(actor=actor, organisation=profile.organisation, **changed)
    _bring_offers_to(actor, profile, before["offers"], after["offers"])


def _bring_offers_to(
    actor: User,
    profile: ProviderProfile,
    before: list[dict[str, Any]],
    after: list[dict[str, Any]],
) -> None:
    stored = list(profile.offers.all())
    pairs = paired(before, after)
    # Removed first, so that a full list has room for what is added.
    for old, new in pairs:
        if new is None and old is not None:
            delete_offer(actor=actor, offer=stored[old])
    for old, new in pairs:
        if new is None:
            continue
        wanted: dict[str, Any] = after[new]
        if old is None:
            offer = add_offer(actor=actor, profile=profile, **wanted)
        elif described(offer := stored[old]) != wanted:
            offer = update_offer(actor=actor, offer=offer, **wanted)
        if offer.position != new:
            Offer.objects.filter(pk=offer.pk).update(position=new)
