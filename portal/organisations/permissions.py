"""Who may do what to an organisation and its profile: registered into the one table at start."""

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_noop as _

from portal.foundation import permissions
from portal.organisations.models import (
    Invitation,
    Membership,
    Offer,
    Organisation,
    ProviderProfile,
)

OWNER = "organisation_owner"
EDITOR = "organisation_editor"
MEMBERS = (OWNER, EDITOR)
_ROLES = {Membership.Role.OWNER.value: OWNER, Membership.Role.EDITOR.value: EDITOR}

Verification = ProviderProfile.Verification


def organisation_roles(user: Any, organisation: Organisation) -> set[str]:
    """A signed-in person's roles in an organisation: owner, editor or none."""
    return organisation_roles_by_id(user, organisation.pk)


def organisation_roles_by_id(user: Any, organisation_id: int) -> set[str]:
    """The same, where only the organisation's id is at hand.

    A person's memberships are read once and kept on the user object of the request."""
    known: dict[int, str] | None = getattr(user, "_organisation_roles", None)
    if known is None:
        rows = Membership.objects.filter(user_id=user.pk).values_list("organisation_id", "role")
        known = user._organisation_roles = dict(rows)
    role = known.get(organisation_id)
    return {_ROLES[role]} if role else set()


def forget_roles(user: Any) -> None:
    """Memberships of this person changed: read them again."""
    if user is not None and hasattr(user, "_organisation_roles"):
        del user._organisation_roles


def _roles_through(path: str) -> permissions.RoleResolver:
    def resolve(user: Any, obj: Model) -> set[str]:
        owner: Any = obj
        *steps, last = path.split(".")
        for step in steps:
            owner = getattr(owner, step)
        return organisation_roles_by_id(user, getattr(owner, last))

    return resolve


def register() -> None:
    """Fill the table with this room's actions and roles."""
    paths = {
        ProviderProfile: "organisation_id",
        Offer: "provider.organisation_id",
        Membership: "organisation_id",
        Invitation: "organisation_id",
    }
    permissions.register_roles(Organisation, organisation_roles, parties=MEMBERS)
    for model, path in paths.items():
        permissions.register_roles(model, _roles_through(path), parties=MEMBERS)
    _register_organisation()
    _register_profile()
    _register_members()


def _register_organisation() -> None:
    add = permissions.register
    add(
        "organisations.organisation.register",
        roles=["user", "system"],
        summary=_("Register an organisation and become its owner"),
    )
    add(
        "organisations.organisation.update",
        roles=[*MEMBERS, "moderator"],
        summary=_("Change names, place and contact of an organisation"),
    )
    add(
        "organisations.organisation.manage",
        roles=[*MEMBERS, "moderator"],
        summary=_("See an organisation's own pages"),
    )
    add(
        "organisations.organisation.close",
        roles=["organisation_owner"],
        summary=_("Close an organisation: nobody acts for it any more"),
    )
    add(
        "organisations.organisation.add_uscc",
        roles=[OWNER],
        summary=_("Add the unified social credit code that an organisation lacks"),
    )
    add(
        "organisations.organisation.pass_uscc",
        roles=["moderator"],
        summary=_("Pass a code whose check digit is wrong, having seen the licence"),
    )
    add(
        "organisations.recognition.record",
        roles=["moderator", "officer"],
        summary=_("Record or take back a title that an authority gave"),
    )
    add(
        "organisations.provider.load",
        roles=["officer", "system"],
        summary=_("Load providers from a file: they are listed and verified"),
    )


def _register_profile() -> None:
    add = permissions.register
    for verb, summary in (
        ("save", _("Write an organisation's provider profile")),
        ("list", _("List a provider profile or take it off the list")),
    ):
        add(f"organisations.profile.{verb}", roles=[*MEMBERS, "moderator"], summary=summary)
    add(
        "organisations.profile.export",
        roles=[*MEMBERS],
        summary=_("Take one's own profile and offers away as a file"),
    )
    add(
        "organisations.profile.import",
        roles=[*MEMBERS, "moderator"],
        summary=_("Bring a profile and its offers from a spreadsheet, and undo it for a day"),
    )
    add(
        "organisations.offer.edit",
        roles=[*MEMBERS, "moderator"],
        summary=_("Add, change and delete offers"),
    )
    add(
        "organisations.profile.request_verification",
        roles=[*MEMBERS],
        states=[Verification.UNVERIFIED, Verification.DECLINED],
        summary=_("Ask a moderator to verify a profile"),
    )
    add(
        "organisations.profile.verify",
        roles=["moderator"],
        states=[Verification.UNVERIFIED, Verification.PENDING, Verification.DECLINED],
        summary=_("Verify a profile"),
    )
    add(
        "organisations.profile.decline",
        roles=["moderator"],
        states=[Verification.PENDING, Verification.VERIFIED],
        summary=_("Decline to verify a profile, or take the mark back"),
    )


def _register_members() -> None:
    add = permissions.register
    add(
        "organisations.member.manage",
        roles=[OWNER, "moderator"],
        summary=_("Invite members, change their roles, remove them"),
    )
    add(
        "organisations.member.leave",
        roles=[*MEMBERS],
        summary=_("Leave an organisation"),
    )
    add(
        "organisations.invitation.change",
        roles=[OWNER, "moderator"],
        states=[Invitation.State.OPEN],
        summary=_("Withdraw an invitation or send it again"),
    )
    add(
        "organisations.invitation.accept",
        roles=["user"],
        states=[Invitation.State.OPEN],
        summary=_("Accept an invitation sent to one's own e-mail address"),
    )
