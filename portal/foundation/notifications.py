"""Telling people: one row a message, shown in the portal and sent by e-mail by the worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from portal.foundation.models import Notification


@dataclass(frozen=True)
class NotificationKind:
    """The words of one kind: English source strings with %(name)s places, marked for gettext."""

    kind: str
    subject: str
    body: str


_kinds: dict[str, NotificationKind] = {}


def register(kind: str, *, subject: str, body: str) -> None:
    """Add a kind; `subject` and `body` are marked with gettext_noop where they stand."""
    _kinds[kind] = NotificationKind(kind, subject, body)


def kinds() -> dict[str, NotificationKind]:
    """All kinds by name."""
    return dict(_kinds)


def notify(*, recipient: Any, kind: str, context: dict[str, str | int], url: str) -> Notification:
    """Tell one person, in the caller's transaction. `url` is a path without language prefix.

    Raises KeyError for a kind nobody registered."""
    _kinds[kind]
    return Notification.objects.create(recipient=recipient, kind=kind, context=context, url=url)


def subject_of(notification: Notification) -> str:
    """The subject in the active language."""
    return gettext(_kinds[notification.kind].subject) % notification.context


def body_of(notification: Notification) -> str:
    """The body in the active language."""
    return gettext(_kinds[notification.kind].body) % notification.context


def unread(user: Any) -> QuerySet[Notification]:
    """What a person has not read yet, newest first."""
    return Notification.objects.filter(recipient=user, read_at__isnull=True)


def mark_read(user: Any, *, pk: int | None = None) -> int:
    """Mark one or all of a person's notifications as read; says how many changed."""
    rows = unread(user)
    if pk is not None:
        rows = rows.filter(pk=pk)
    return rows.update(read_at=timezone.now())


def count_as_emailed(recipients: Iterable[Any]) -> int:
    """Send no e-mail of what these people were told so far; says how many rows changed."""
    return Notification.objects.filter(recipient__in=list(recipients), emailed_at=None).update(
        emailed_at=timezone.now()
    )


def count_as_sent(notification: Notification, at: datetime) -> None:
    """Send no e-mail of this one: its room writes a fuller one itself."""
    Notification.objects.filter(pk=notification.pk).update(emailed_at=at)
