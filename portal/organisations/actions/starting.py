"""A firm and the draft of its profile from what somebody said of it: both are made, or neither."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.organisations.actions.organisation import (
    checked_code,
    register_organisation,
    update_organisation,
)
from portal.organisations.actions.profile import save_profile
from portal.organisations.models import Organisation, ProviderProfile


def start_profile(
    *,
    actor: User,
    name: dict[str, str],
    uscc: str,
    kind: str,
    district: str,
    summary: dict[str, str],
    token: str,
    organisation: Organisation | None = None,
) -> ProviderProfile:
    """A profile that is not listed yet, of `organisation` or of a new one; `name` and `summary` by
    language, `zh` or `en`. The same token of a collective without a code gives the same profile.
    A code that `organisation` lacks is added to it.

    Raises ValidationError, PermissionDenied."""
    with transaction.atomic():
        if organisation is None:
            ref = "" if uscc else f"collective-{token[:12]}"
            made = Organisation.objects.filter(ref=ref, members=actor).first() if ref else None
            organisation = made or register_organisation(
                actor=actor,
                uscc=uscc,
                ref=ref,
                kind=kind,
                district=district,
                name_zh=name.get("zh", ""),
                name_en=name.get("en", ""),
            )
        elif uscc:
            _same_code(actor, organisation, uscc)
        return save_profile(
            actor=actor,
            organisation=organisation,
            kind=kind,
            summary_zh=summary.get("zh", ""),
            summary_en=summary.get("en", ""),
        )


def _same_code(actor: User, organisation: Organisation, uscc: str) -> None:
    if organisation.uscc is None:
        update_organisation(actor=actor, organisation=organisation, uscc=uscc)
        return
    if checked_code(uscc).code != organisation.uscc:
        message = gettext(
            "This firm has the code %(code)s. Leave the field empty, or choose another firm."
        )
        raise ValidationError({"uscc": message % {"code": organisation.uscc}})
