"""Who acts for an organisation: invitations, roles, leaving. An organisation that has an owner
always keeps one."""

import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from portal.accounts.models import User
from portal.accounts.queries import has_confirmed_email
from portal.foundation import audit, limits, outbox, permissions
from portal.foundation.notifications import notify
from portal.organisations.models import Invitation, Membership, Organisation
from portal.organisations.permissions import forget_roles

VALID_FOR = timedelta(days=14)
MAIL = "invitation-mail"
PER_DAY = limits.Limit(("organisations.member.invite", "organisations.member.invite_again"), 30)
State = Invitation.State


def invite_member(
    *, actor: User | None, organisation: Organisation, email: str, role: str
) -> Invitation:
    """Ask an address to join as owner or editor, for 14 days. An expired invitation of the same
    address is renewed.

    Raises ValidationError, PermissionDenied."""
    permissions.require(actor, "organisations.member.manage", organisation)
    PER_DAY.require(actor)
    email = _clean_email(email)
    _check_role(role)
    with transaction.atomic():
        _lock(organisation)
        if organisation.memberships.filter(user__email__iexact=email).exists():
            raise ValidationError({"email": gettext("This person is already a member.")})
        invitation = organisation.invitations.filter(email=email, state=State.OPEN).first()
        if invitation is not None and invitation.expires > timezone.now():
            raise ValidationError(
                {"email": gettext("This address is already invited. You can send it again.")}
            )
        if invitation is None:
            invitation = Invitation(organisation=organisation, email=email)
        invitation.role = role
        invitation.invited_by = actor
        _send(invitation)
        audit.record(actor, "organisations.member.invite", organisation, after={"role": role})
    return invitation


def resend_invitation(*, actor: User | None, invitation: Invitation) -> Invitation:
    """Send a new link that is valid for 14 days; the old one stops working.

    Raises ValidationError when it is no longer open, PermissionDenied."""
    permissions.require(actor, "organisations.invitation.change", invitation)
    PER_DAY.require(actor)
    with transaction.atomic():
        _lock(invitation.organisation)
        invitation = Invitation.objects.select_related("organisation").get(pk=invitation.pk)
        if invitation.state != State.OPEN:
            raise _closed()
        _send(invitation)
        audit.record(
            actor,
            "organisations.member.invite_again",
            invitation.organisation,
            after={"role": invitation.role},
        )
    return invitation


def withdraw_invitation(*, actor: User | None, invitation: Invitation) -> Invitation:
    """The link stops working.

    Raises ValidationError when it is no longer open, PermissionDenied."""
    permissions.require(actor, "organisations.invitation.change", invitation)
    with transaction.atomic():
        _move(invitation, State.WITHDRAWN)
        audit.record(actor, "organisations.member.withdraw_invitation", invitation.organisation)
    return invitation


def accept_invitation(*, actor: User, invitation: Invitation) -> Membership:
    """Join with the role that was offered. The actor's own confirmed address must be the one
    that was invited.

    Raises ValidationError when it expired or is no longer open, PermissionDenied."""
    permissions.require(actor, "organisations.invitation.accept", invitation)
    if not has_confirmed_email(actor, invitation.email):
        raise PermissionDenied("organisations.invitation.accept")
    if invitation.expires <= timezone.now():
        raise ValidationError(gettext("This invitation has expired. Ask to have it sent again."))
    with transaction.atomic():
        _move(invitation, State.ACCEPTED)
        membership, _ = Membership.objects.get_or_create(
            organisation=invitation.organisation, user=actor, defaults={"role": invitation.role}
        )
        forget_roles(actor)
        audit.record(
            actor,
            "organisations.member.join",
            invitation.organisation,
            after={"role": membership.role},
        )
        if invitation.invited_by is not None:
            notify(
                recipient=invitation.invited_by,
                kind="organisations.joined",
                context={"name": str(actor), "organisation": str(invitation.organisation)},
                url=f"/desk/{invitation.organisation.key}/members/",
            )
    return membership


def change_member_role(*, actor: User | None, membership: Membership, role: str) -> Membership:
    """Make a member owner or editor.

    Raises ValidationError for the last owner, PermissionDenied."""
    permissions.require(actor, "organisations.member.manage", membership)
    _check_role(role)
    with transaction.atomic():
        _lock(membership.organisation)
        membership.refresh_from_db()
        if membership.role == role:
            return membership
        if role != Membership.Role.OWNER:
            _keep_an_owner(membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        forget_roles(membership.user)
        forget_roles(actor)
        audit.record(
            actor,
            "organisations.member.change_role",
            membership.organisation,
            before={"user": membership.user_id, "role": before},
            after={"user": membership.user_id, "role": role},
        )
    return membership


def remove_member(*, actor: User | None, membership: Membership) -> None:
    """Take a member out.

    Raises ValidationError for the last owner, PermissionDenied."""
    permissions.require(actor, "organisations.member.manage", membership)
    _take_out(actor, membership, "organisations.member.remove")


def leave_organisation(*, actor: User, membership: Membership) -> None:
    """Leave; the last owner hands over first.

    Raises ValidationError for the last owner, PermissionDenied."""
    permissions.require(actor, "organisations.member.leave", membership)
    if membership.user_id != actor.pk:
        raise PermissionDenied("organisations.member.leave")
    _take_out(actor, membership, "organisations.member.leave")


def _take_out(actor: User | None, membership: Membership, verb: str) -> None:
    with transaction.atomic():
        _lock(membership.organisation)
        _keep_an_owner(membership)
        audit.record(
            actor,
            verb,
            membership.organisation,
            before={"user": membership.user_id, "role": membership.role},
        )
        forget_roles(membership.user)
        forget_roles(actor)
        membership.delete()


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(
        organisation=membership.organisation_id, role=Membership.Role.OWNER
    )
    if not owners.exclude(pk=membership.pk).exists() and owners.filter(pk=membership.pk).exists():
        raise ValidationError(gettext("This is the last owner. Make somebody else an owner first."))


def _send(invitation: Invitation) -> None:
    """A fresh link: in the portal for somebody with an account, by e-mail for anybody else."""
    invitation.token = secrets.token_urlsafe(32)
    invitation.expires = timezone.now() + VALID_FOR
    invitation.save()
    person = User.objects.filter(email__iexact=invitation.email, is_active=True).first()
    if person is None:
        outbox.request(MAIL, "invitation", str(invitation.pk))
    else:
        notify(
            recipient=person,
            kind="organisations.invited",
            context={"organisation": str(invitation.organisation)},
            url=invitation.get_absolute_url(),
        )


def _move(invitation: Invitation, target: str) -> None:
    rows = Invitation.objects.filter(pk=invitation.pk, state=State.OPEN, token=invitation.token)
    if not rows.update(state=target):
        raise _closed()
    invitation.state = target


def _closed() -> ValidationError:
    return ValidationError(gettext("This invitation is no longer open."))


def _lock(organisation: Organisation) -> None:
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _clean_email(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from None
    return address


def _check_role(role: str) -> None:
    if role not in Membership.Role.values:
        raise ValidationError({"role": gettext("Choose owner or editor.")})
