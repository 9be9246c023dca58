"""A firm and the draft of its profile from what somebody said of it: both are made, or neither."""

from django.db import transaction

from portal.accounts.models import User
from portal.organisations.actions.organisation import register_organisation
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
        return save_profile(
            actor=actor,
            organisation=organisation,
            kind=kind,
            summary_zh=summary.get("zh", ""),
            summary_en=summary.get("en", ""),
        )
