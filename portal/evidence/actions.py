"""Writing evidence: the rooms in which things happen call this, in their own transaction."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.evidence import facts as kinds
from portal.evidence.models import Evidence
from portal.foundation import audit
from portal.organisations.models import Organisation


def source_of(source: models.Model) -> dict[str, str]:
    """How evidence names the row it follows from."""
    return {"source_kind": source._meta.label_lower, "source_key": str(source.pk)}


@transaction.atomic
def record(
    *,
    organisation: Organisation,
    kind: str,
    source: models.Model,
    at: datetime,
    facts: dict[str, Any],
    actor: Any | None = None,
) -> Evidence:
    """The evidence of `source`; a second call for the same source changes nothing, and what was
    withdrawn stays withdrawn. Raises ValueError for facts that are not of the kind."""
    kinds.check(kind, facts)
    row, made = Evidence.objects.get_or_create(
        **source_of(source),
        defaults={"organisation": organisation, "kind": kind, "at": at, "facts": facts},
    )
    if made:
        audit.record(actor, "evidence.record", row, after={"kind": kind, "facts": facts})
    return row


@transaction.atomic
def withdraw(
    *, source: models.Model, reason: str, actor: Any | None = None, now: datetime | None = None
) -> bool:
    """Let the evidence of `source` count no more; False where there is none that counts."""
    now = now or timezone.now()
    row = (
        Evidence.objects.select_for_update(of=("self",))
        .filter(**source_of(source), withdrawn_at__isnull=True)
        .first()
    )
    if row is None:
        return False
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    audit.record(actor, "evidence.withdraw", row, note=reason)
    return True
