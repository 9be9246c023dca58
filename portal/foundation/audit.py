"""The audit trail: every change of state leaves an entry in its own transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet

from portal.foundation.models import AuditEntry


@dataclass(frozen=True)
class Change:
    """One change among many, for `record_many`."""

    verb: str
    obj: models.Model
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def object_type(obj: models.Model) -> str:
    """`app.model`, as the audit stores it."""
    return obj._meta.label_lower


def record(
    actor: Any | None,
    verb: str,
    obj: models.Model,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> AuditEntry:
    """Write one entry. `actor` None is the system; `before`/`after` are JSON-ready."""
    return AuditEntry.objects.create(
        actor=actor,
        verb=verb,
        object_type=object_type(obj),
        object_id=str(obj.pk),
        before=before,
        after=after,
        note=note,
    )


def record_many(actor: Any | None, changes: Iterable[Change]) -> None:
    """Write one entry per change at once, for loads of many rows."""
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                actor=actor,
                verb=change.verb,
                object_type=object_type(change.obj),
                object_id=str(change.obj.pk),
                before=change.before,
                after=change.after,
            )
            for change in changes
        ),
        batch_size=1000,
    )


def trail(obj: models.Model) -> QuerySet[AuditEntry]:
    """All entries of one object, oldest first, with their actors."""
    return (
        AuditEntry.objects.filter(object_type=object_type(obj), object_id=str(obj.pk))
        .select_related("actor")
        .order_by("id")
    )
