"""Who may see everybody's rows in the lists, and the way to the list of jobs."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.foundation import permissions
from portal.foundation.registries import MenuEntry, menu


def register() -> None:
    """Called once at start."""
    permissions.register(
        "matching.need.list_all",
        roles=["officer", "moderator"],
        summary=gettext_noop("List the needs of all organisations, in any state"),
    )
    permissions.register(
        "matching.introduction.list_all",
        roles=["officer"],
        summary=gettext_noop("List the introductions of all organisations"),
    )
    permissions.register(
        "matching.job.list_all",
        roles=["officer", "moderator"],
        summary=gettext_noop("List the jobs of all organisations, without prices"),
    )
    menu.register(MenuEntry("jobs", 31, _("Jobs"), "/jobs/", "check"))
