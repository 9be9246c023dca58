"""Registering an organisation and changing what it says of itself."""

from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, limits, permissions
from portal.organisations import checks, outdated, values
from portal.organisations.actions.profile import create_profile
from portal.organisations.models import Membership, Organisation, ProviderProfile
from portal.organisations.permissions import forget_roles

Verification = ProviderProfile.Verification
PER_DAY = limits.Limit(("organisations.organisation.register",), 10)
_REF_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def register_organisation(
    *,
    actor: User | None,
    uscc: str = "",
    ref: str = "",
    kind: str = "",
    owner: User | None = None,
    is_demo: bool = False,
    **given: Unpack[checks.OrganisationValues],
) -> Organisation:
    """A new organisation with `owner` (default: the actor) as its owner.

    `kind` (`provider` or `collective`) gives it an empty provider profile too. Only a collective
    may do without `uscc`: it goes by `ref` then, which is made from its name when empty. A
    manufacturer that posts its first need may bring a `ref` and add its code later.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.organisation.register")
    PER_DAY.require(actor)
    fields = checks.clean(checks.ORGANISATION, given)
    organisation = Organisation(is_demo=is_demo, **fields)
    _check(organisation)
    _identify(organisation, uscc, ref, kind)
    try:
        with transaction.atomic():
            organisation.save()
            _record_new(actor, organisation, owner or actor)
            if kind:
                create_profile(actor=actor, organisation=organisation, fields={"kind": kind})
    except IntegrityError:
        raise _taken(organisation) from None
    return organisation


def update_organisation(
    *,
    actor: User | None,
    organisation: Organisation,
    uscc: str = "",
    **given: Unpack[checks.OrganisationValues],
) -> Organisation:
    """Change names, place or contact, or add the code (`uscc`) that is missing; the key stays. A
    verified provider that changes its name or adds a code is asked to be verified again: the mark
    says who it is.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.organisation.update", organisation)
    wanted: dict[str, Any] = checks.clean(checks.ORGANISATION, given)
    if uscc:
        permissions.require(actor, "organisations.organisation.add_uscc", organisation)
    with transaction.atomic():
        current = Organisation.objects.select_for_update().get(pk=organisation.pk)
        if uscc:
            wanted |= _added_code(current, uscc)
        before, after = checks.apply(current, wanted)
        _check(current)
        if after:
            _save(current)
            audit.record(
                actor, "organisations.organisation.update", current, before=before, after=after
            )
            _after_update(actor, current, after)
    return current


def _added_code(organisation: Organisation, uscc: str) -> dict[str, Any]:
    if organisation.uscc is not None:
        raise ValidationError({"uscc": gettext("This organisation has a code already.")})
    code, check_failed = checked_code(uscc)
    return {"uscc": code, "uscc_check_failed": check_failed}


def checked_code(uscc: str) -> values.Uscc:
    """The code as it is kept. Raises ValidationError (uscc)."""
    try:
        return values.clean_uscc(uscc)
    except ValueError as error:
        raise ValidationError({"uscc": str(error)}) from None


def _save(organisation: Organisation) -> None:
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        raise _taken(organisation) from None


def _after_update(actor: User | None, organisation: Organisation, after: dict[str, Any]) -> None:
    profile = ProviderProfile.objects.filter(organisation=organisation).first()
    if profile is None:
        return
    renamed = checks.changed(("name_zh", "name_en", "uscc"), after)
    if (
        renamed
        and profile.verified
        and not permissions.allowed(actor, "organisations.recognition.record")
    ):
        profile.verification = Verification.PENDING
        profile.save(update_fields=["verification", "changed"])
        audit.record(
            actor,
            "organisations.profile.request_verification",
            profile,
            before={"verification": Verification.VERIFIED.value},
            after={"verification": Verification.PENDING.value},
            note="the code was added" if "uscc" in after else "the name changed",
        )
    outdated.facts_changed(organisation)


def _check(organisation: Organisation) -> None:
    checks.require("name_zh", values.check_one_language, organisation.name_zh, organisation.name_en)
    checks.require("latitude", values.check_place, organisation.latitude, organisation.longitude)
    if not organisation.district:
        raise ValidationError({"district": gettext("Choose a district.")})


def _identify(organisation: Organisation, uscc: str, ref: str, kind: str) -> None:
    try:
        if uscc:
            organisation.uscc, organisation.uscc_check_failed = values.clean_uscc(uscc)
        elif kind != ProviderProfile.Kind.COLLECTIVE and (kind or not ref):
            raise ValidationError(
                {
                    "uscc": gettext(
                        "A unified social credit code is needed; only a collective may do without."
                    )
                }
            )
        else:
            organisation.ref = values.clean_ref(ref) if ref else _new_ref(organisation)
    except ValueError as error:
        raise ValidationError({"uscc" if uscc else "ref": str(error)}) from None


def _new_ref(organisation: Organisation) -> str:
    start = slugify(organisation.name_en)[:40].strip("-_") or "collective"
    return f"{start}-{get_random_string(6, _REF_LETTERS)}"


def _record_new(actor: User | None, organisation: Organisation, owner: User | None) -> None:
    after = {
        "key": organisation.key,
        "name_zh": organisation.name_zh,
        "name_en": organisation.name_en,
        "uscc_check_failed": organisation.uscc_check_failed,
    }
    audit.record(actor, "organisations.organisation.register", organisation, after=after)
    if owner is not None:
        Membership.objects.create(organisation=organisation, user=owner, role=Membership.Role.OWNER)
        forget_roles(owner)


def _taken(organisation: Organisation) -> ValidationError:
    if organisation.uscc:
        message = gettext(
            "This code is already registered. Ask a member of the organisation to invite you, "
            "or a moderator of the portal if nobody there has an account."
        )
        return ValidationError({"uscc": message})
    return ValidationError({"ref": gettext("This reference is already taken.")})
