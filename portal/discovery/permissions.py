"""Who may do what to a saved search, and who sees what was searched: into the one table."""

from typing import Any

from django.utils.translation import gettext_noop as _

from portal.discovery.models import SavedSearch
from portal.foundation import permissions

OWNER = "search_owner"


def _roles(user: Any, search: SavedSearch) -> set[str]:
    return {OWNER} if search.owner_id == user.pk else set()


def register() -> None:
    """Fill the table with this room's actions and roles."""
    permissions.register_roles(SavedSearch, _roles)
    add = permissions.register
    add("discovery.search.save", roles=["user"], summary=_("Save a search"))
    add(
        "discovery.saved_search.view",
        roles=[OWNER],
        summary=_("See a saved search, what it found and its addresses"),
    )
    add(
        "discovery.saved_search.change",
        roles=[OWNER],
        summary=_("Rename, pause and delete a saved search, and choose how to be told"),
    )
    add(
        "discovery.searches.report",
        roles=["officer"],
        summary=_("See what people searched, in counts"),
    )
