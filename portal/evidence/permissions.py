"""Who may read and take away evidence."""

from django.utils.translation import gettext_noop

from portal.foundation import permissions
from portal.organisations.permissions import MEMBERS


def register() -> None:
    """Fill the permission table."""
    permissions.register(
        "evidence.export",
        roles=[*MEMBERS, "moderator"],
        summary=gettext_noop("Take the evidence of one's own organisation away as a file"),
    )
