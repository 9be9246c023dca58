"""Telling people: one row a message, shown in the portal and sent by the worker on the channels
that each person chose.

    register (kinds) · notify (telling) · choices · endpoints · sending (the worker's part)
    letters (e-mail) · webhooks · robots · views
"""

from portal.foundation.notifications.registered import (
    NotificationKind,
    body_of,
    kinds,
    register,
    subject_of,
)
from portal.foundation.notifications.telling import (
    count_as_emailed,
    delete_old,
    mark_read,
    notify,
    unread,
)

__all__ = [
    "NotificationKind",
    "body_of",
    "count_as_emailed",
    "delete_old",
    "kinds",
    "mark_read",
    "notify",
    "register",
    "subject_of",
    "unread",
]
