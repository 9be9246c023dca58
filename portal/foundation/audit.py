"""The audit trail: every change of state leaves an entry in its own transaction."""

from typing import Any

from django.db import models
from django.db.models import QuerySet

from portal.foundation.models import AuditEntry


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


def trail(obj: models.Model) -> QuerySet[AuditEntry]:
    """All entries of one object, oldest first, with their actors."""
    return (
        AuditEntry.objects.filter(object_type=object_type(obj), object_id=str(obj.pk))
        .select_related("actor")
        .order_by("id")
    )
