"""Taking out what nothing refers to: rows without a reader, bytes without a row."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet
from django.utils import timezone

from portal.foundation import audit
from portal.foundation.files import storing
from portal.foundation.models.files import StoredFile

AGE = timedelta(days=1)
AT_ONCE = 500


def unreferred() -> QuerySet[StoredFile]:
    """Files that no row of any room points to."""
    rows = StoredFile.objects.all()
    # Also relations that have no name from this side.
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            field = {relation.field.name: OuterRef("pk")}
            rows = rows.exclude(Exists(relation.related_model._base_manager.filter(**field)))
    return rows


def sweep(*, now: datetime | None = None) -> int:
    """Delete files that nothing has referred to for a day; says how many."""
    before = (now or timezone.now()) - AGE
    deleted = 0
    for pk in list(unreferred().filter(created__lt=before).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            row = unreferred().select_for_update(of=("self",)).filter(pk=pk).first()
            if row is not None:
                audit.record(None, "file.sweep", row, before={"size": row.size})
                storing.delete(row)
                deleted += 1
    return deleted + _sweep_disk(before)


def _sweep_disk(before: datetime) -> int:
    """Delete bytes that a broken-off upload or a rolled back transaction left."""
    limit = min(before.timestamp(), time.time() - AGE.total_seconds())
    found: dict[str, list[Path]] = {}
    for path in (settings.DUIJIE_DATA_DIR / "private").glob("??/*"):
        if path.stat().st_mtime < limit:
            found.setdefault(path.stem, []).append(path)
    names = list(found)
    deleted = 0
    for start in range(0, len(names), AT_ONCE):
        some = [name for name in names[start : start + AT_ONCE] if _is_key(name)]
        known = StoredFile.objects.filter(key__in=[UUID(name) for name in some])
        kept = {key.hex for key in known.values_list("key", flat=True)}
        for name in set(some) - kept:
            for path in found[name]:
                path.unlink(missing_ok=True)
            deleted += 1
    return deleted


def _is_key(name: str) -> bool:
    try:
        return UUID(name).hex == name
    except ValueError:
        return False
