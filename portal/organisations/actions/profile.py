"""Writing a provider profile and putting it on the list."""

from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.organisations import checks, outdated
from portal.organisations.models import Organisation, ProviderProfile
from portal.organisations.queries import tier_of

_TEXT = ("summary_zh", "summary_en", "capabilities")


def save_profile(
    *, actor: User | None, organisation: Organisation, **given: Unpack[checks.ProfileValues]
) -> ProviderProfile:
    """Write the profile of an organisation, making it when there is none (then `kind` is needed).

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.profile.save", organisation)
    wanted = checks.clean(checks.PROFILE, given)
    with transaction.atomic():
        profile = (
            ProviderProfile.objects.select_for_update(of=("self",))
            .select_related("organisation", "contracting_member")
            .filter(organisation=organisation)
            .first()
        )
        if profile is None:
            return create_profile(actor=actor, organisation=organisation, fields=wanted)
        before, after = checks.apply(profile, wanted)
        _check(profile)
        if after:
            profile.save()
            audit.record(actor, "organisations.profile.save", profile, before=before, after=after)
            if checks.changed(_TEXT, after):
                outdated.text_changed(organisation)
            else:
                outdated.facts_changed(organisation)
    return profile


def create_profile(
    *, actor: User | None, organisation: Organisation, fields: dict[str, Any]
) -> ProviderProfile:
    """The first profile of an organisation, inside the caller's transaction and permission."""
    if "kind" not in fields:
        raise ValidationError({"kind": gettext("Choose provider or collective.")})
    fields = {**fields, **checks.clean(checks.PROFILE, {"kind": fields["kind"]})}
    profile = ProviderProfile(organisation=organisation, **fields)
    _check(profile)
    profile.tier_listed = tier_of(organisation, timezone.localdate())
    profile.save()
    audit.record(actor, "organisations.profile.save", profile, after={"kind": profile.kind})
    outdated.text_changed(organisation)
    return profile


def list_profile(*, actor: User | None, profile: ProviderProfile) -> ProviderProfile:
    """Show the profile to everybody. It needs a summary or an offer first.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.profile.list", profile)
    if not (profile.summary_zh or profile.summary_en or profile.offers.exists()):
        raise ValidationError(
            gettext("Write a summary or add an offer first: an empty profile helps nobody.")
        )
    return _set_listed(actor, profile, True)


def unlist_profile(*, actor: User | None, profile: ProviderProfile) -> ProviderProfile:
    """Take the profile off the list; nothing of it is lost.

    Raises PermissionDenied."""
    permissions.require(actor, "organisations.profile.list", profile)
    return _set_listed(actor, profile, False)


def _set_listed(actor: User | None, profile: ProviderProfile, listed: bool) -> ProviderProfile:
    with transaction.atomic():
        rows = ProviderProfile.objects.filter(pk=profile.pk).exclude(listed=listed)
        if rows.update(listed=listed, changed=timezone.now()):
            audit.record(
                actor,
                "organisations.profile.list",
                profile,
                before={"listed": not listed},
                after={"listed": listed},
            )
            outdated.facts_changed(profile.organisation)
    profile.listed = listed
    return profile


def _check(profile: ProviderProfile) -> None:
    member = profile.contracting_member
    if member is not None and profile.kind != ProviderProfile.Kind.COLLECTIVE:
        raise ValidationError(
            {"contracting_member": gettext("Only a collective has a contracting member.")}
        )
    if member is not None and member.pk == profile.organisation_id:
        raise ValidationError(
            {"contracting_member": gettext("The contracting member is another organisation.")}
        )
