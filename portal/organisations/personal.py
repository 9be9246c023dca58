"""What this room holds of a person: where they act for an organisation, and who invited them."""

from typing import Any

from django.utils.translation import gettext

from portal.accounts.models import User
from portal.foundation import audit, registries
from portal.organisations.models import Invitation, Membership, Organisation
from portal.organisations.permissions import forget_roles

OWNER = Membership.Role.OWNER


def register() -> None:
    """Tell whoever hands out and erases."""
    registries.personal_data.register(
        registries.PersonalData("organisations", 30, export, erase, keeps=keeps)
    )


def export(user: User) -> dict[str, Any]:
    """Memberships with the organisation's own data, and invitations to and by the person."""
    rows = Membership.objects.filter(user=user).select_related("organisation").order_by("pk")
    invited = Invitation.objects.filter(email__iexact=user.email)
    return {
        "memberships": [
            {
                "organisation": str(row.organisation),
                "key": row.organisation.key,
                "role": row.role,
                "contact": {
                    "name": row.organisation.contact_name,
                    "email": row.organisation.contact_email,
                    "phone": row.organisation.contact_phone,
                },
            }
            for row in rows
        ],
        "invitations": list(invited.values("organisation__key", "role", "state", "expires")),
    }


def erase(user: User) -> None:
    """Leave every organisation; where their own contact was the person's, it goes too."""
    for row in Membership.objects.filter(user=user).select_related("organisation"):
        _forget_contact(row.organisation, user)
        audit.record(
            None,
            "organisations.member.leave",
            row.organisation,
            before={"user": user.pk, "role": row.role},
        )
        row.delete()
    forget_roles(user)
    Invitation.objects.filter(email__iexact=user.email).delete()


def keeps(user: User) -> list[str]:
    """Organisations that would be left without an owner."""
    return [
        gettext(
            "You are the last owner of %(organisation)s: make somebody else an owner, or close it, "
            "on its page of members."
        )
        % {"organisation": organisation}
        for organisation in owned_alone(user)
    ]


def owned_alone(user: User) -> list[Organisation]:
    """Organisations whose only owner is this person."""
    own = Organisation.objects.filter(memberships__user=user, memberships__role=OWNER)
    others = Membership.objects.filter(role=OWNER).exclude(user=user).values("organisation_id")
    return list(own.exclude(pk__in=others).order_by("pk"))


def _forget_contact(organisation: Organisation, user: User) -> None:
    if user.email.lower() != organisation.contact_email.lower() and (
        not user.name or user.name != organisation.contact_name
    ):
        return
    organisation.contact_name = organisation.contact_email = organisation.contact_phone = ""
    organisation.save(update_fields=["contact_name", "contact_email", "contact_phone"])
