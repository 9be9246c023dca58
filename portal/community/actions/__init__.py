"""Everything that writes to projects. Each action checks permission, state and values, and writes
audit and outbox rows in its own transaction.

ValidationError says what to mend, or that somebody else was quicker; PermissionDenied says that
this person may not do it."""

from portal.community.actions.joining import (
    approve_join,
    decline_join,
    leave_project,
    request_to_join,
    withdraw_join,
)
from portal.community.actions.projects import (
    create_project,
    decline_project,
    publish_project,
    update_project,
)

__all__ = [
    "approve_join",
    "create_project",
    "decline_join",
    "decline_project",
    "leave_project",
    "publish_project",
    "request_to_join",
    "update_project",
    "withdraw_join",
]
