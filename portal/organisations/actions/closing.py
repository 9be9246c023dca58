"""The end of an organisation here: nobody acts for it any more, its records stay."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, permissions
from portal.foundation.registries import closing
from portal.organisations.actions.profile import unlist_profile
from portal.organisations.models import Invitation, Organisation
from portal.organisations.permissions import forget_roles


def standing_open(organisation: Organisation) -> list[str]:
    """What has to end first, as sentences of the rooms it lies in."""
    return [reason for entry in closing.all() for reason in entry.open(organisation)]


def close_organisation(*, actor: User | None, organisation: Organisation) -> Organisation:
    """Take it off the list and everybody out of it; the contact is forgotten, invitations end.

    Raises ValidationError where something still runs, PermissionDenied."""
    permissions.require(actor, "organisations.organisation.close", organisation)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        if reasons := standing_open(organisation):
            raise ValidationError(reasons)
        profile = getattr(organisation, "provider", None)
        if profile is not None and profile.listed:
            unlist_profile(actor=actor, profile=profile)
        Invitation.objects.filter(organisation=organisation, state=Invitation.State.OPEN).update(
            state=Invitation.State.WITHDRAWN
        )
        members = list(organisation.memberships.select_related("user"))
        for row in members:
            forget_roles(row.user)
        forget_roles(actor)
        organisation.memberships.all().delete()
        organisation.contact_name = organisation.contact_email = organisation.contact_phone = ""
        organisation.save()
        audit.record(
            actor,
            "organisations.organisation.close",
            organisation,
            before={"members": [{"user": row.user_id, "role": row.role} for row in members]},
        )
    return organisation


def may_close_now(organisation: Organisation) -> str:
    """What the page says before it is confirmed."""
    return gettext(
        "%(organisation)s is taken off the list, nobody acts for it here any more, and its contact "
        "is forgotten. Its records of agreements and jobs stay. This cannot be undone here."
    ) % {"organisation": organisation}
