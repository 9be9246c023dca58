"""What this room gives the others: permissions, work, menu, what it holds of people."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.accounts import erasing, exporting, personal, security
from portal.accounts.models import Complaint
from portal.foundation import notifications, permissions, registries, work

DAILY = timedelta(days=1)
HOURLY = timedelta(hours=1)
STAFF = ["officer", "superuser"]
NOWHERE_ELSE = ("webhook", "wecom", "dingtalk")
State = Complaint.State


def register() -> None:
    """Fill the registries."""
    _permissions()
    _notifications()
    work.register_periodic("security-log", DAILY, security.prune)
    work.register_periodic("exports", HOURLY, exporting.delete_old)
    work.register_periodic("erasures", HOURLY, erasing.carry_out_due)
    registries.personal_data.register(
        registries.PersonalData("accounts", 10, personal.export, personal.erase)
    )
    _menu()


def _permissions() -> None:
    permissions.register(
        "accounts.complaint.read",
        roles=STAFF,
        summary=gettext_noop("Read complaints, with who wrote them; logged"),
    )
    permissions.register(
        "accounts.complaint.answer",
        roles=STAFF,
        states=[State.RECEIVED, State.ANSWERED],
        summary=gettext_noop("Answer a complaint"),
    )
    permissions.register(
        "accounts.complaint.close",
        roles=STAFF,
        states=[State.RECEIVED, State.ANSWERED],
        summary=gettext_noop("Close a complaint"),
    )
    permissions.register(
        "accounts.security.read",
        roles=STAFF,
        summary=gettext_noop("Read and export the log of sign-ins and security; logged"),
    )


def _notifications() -> None:
    group = gettext_noop("Your account")
    notifications.register(
        "accounts.export-ready",
        subject=gettext_noop("The copy of your data is ready"),
        body=gettext_noop(
            "You can download it on the page “My data” for %(days)s days; then it is deleted."
        ),
        group=group,
        required=True,
        without=NOWHERE_ELSE,
    )
    notifications.register(
        "accounts.erasure-asked",
        subject=gettext_noop("Your account ends on %(day)s"),
        body=gettext_noop(
            "Somebody signed in as you asked for your account to be erased. Until %(day)s you can "
            "keep it with one click: follow the link. After that nobody can bring it back."
        ),
        group=group,
        required=True,
        without=NOWHERE_ELSE,
    )
    notifications.register(
        "accounts.erasure-blocked",
        subject=gettext_noop("Your account could not be erased yet"),
        body=gettext_noop(
            "Something has to be done first, which the page “My data” tells. It is tried again "
            "every day."
        ),
        group=group,
        required=True,
        without=NOWHERE_ELSE,
    )


def _menu() -> None:
    registries.menu.register(
        registries.MenuEntry(
            name="complaints",
            order=92,
            label=_("Complaints"),
            url="/officers/complaints/",
            icon="chat",
            shown=lambda user: permissions.allowed(user, "accounts.complaint.read"),
        )
    )
    registries.menu.register(
        registries.MenuEntry(
            name="security-log",
            order=95,
            label=_("Security log"),
            url="/officers/security/",
            icon="lock",
            shown=lambda user: permissions.allowed(user, "accounts.security.read"),
        )
    )
