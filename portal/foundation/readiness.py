"""Whether this portal can be used: what /readyz says, check by check.

Rooms add their own with `register`. A check that is degraded does not take the portal out: pages
answer, only less well."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.foundation.models import PeriodicRun

State = Literal["ok", "degraded", "failed"]
WORKER = "worker-heard"
HEARD_EVERY = timedelta(seconds=15)
SILENT_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Finding:
    """What one check found; `detail` is for those who run the portal and names no secret."""

    state: State
    detail: str = ""


_checks: dict[str, Callable[[], Finding]] = {}
_migrated = False


def register(name: str, check: Callable[[], Finding]) -> None:
    """Add a check; the same name again replaces it."""
    _checks[name] = check


def findings() -> dict[str, dict[str, Any]]:
    """Every check by name; one that breaks has failed, and its error's kind is all it tells."""
    found = {}
    for name, check in _checks.items():
        try:
            finding = check()
        except Exception as error:
            finding = Finding("failed", type(error).__name__)
        found[name] = asdict(finding)
    return found


def is_ready(found: dict[str, dict[str, Any]]) -> bool:
    """Nothing has failed."""
    return all(row["state"] != "failed" for row in found.values())


def hear_worker() -> None:
    """The worker lives: called each round, written a few times a minute."""
    now = timezone.now()
    heard = PeriodicRun.objects.filter(name=WORKER)
    if heard.filter(last_run__gt=now - HEARD_EVERY).exists():
        return
    if not heard.update(last_run=now):
        PeriodicRun.objects.get_or_create(name=WORKER, defaults={"last_run": now})


def check_database() -> Finding:
    """It answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding("ok", connection.vendor)


def check_migrations() -> Finding:
    """All applied. Asked until it is so: code and database do not part while a process runs."""
    global _migrated
    if _migrated:
        return Finding("ok")
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        return Finding("failed", f"{missing} to apply")
    _migrated = True
    return Finding("ok")


def check_worker() -> Finding:
    """Heard from lately. Without it pages answer, but nothing is sent, indexed or expired."""
    try:
        row = PeriodicRun.objects.filter(name=WORKER).first()
    except DatabaseError:
        return Finding("failed", "the database does not tell")
    if row is None:
        return Finding("degraded", "never heard from")
    silent = timezone.now() - row.last_run
    if silent > SILENT_AFTER:
        return Finding("degraded", f"silent for {int(silent.total_seconds())} s")
    return Finding("ok")


def check_disk() -> Finding:
    """Room for what people upload and for the index."""
    free = shutil.disk_usage(settings.DUIJIE_DATA_DIR).free
    text = f"{free // 1_048_576} MB free"
    if free < settings.MIN_FREE_BYTES // 5:
        return Finding("failed", text)
    return Finding("degraded" if free < settings.MIN_FREE_BYTES else "ok", text)


def register_own() -> None:
    """The foundation's checks."""
    register("database", check_database)
    register("migrations", check_migrations)
    register("worker", check_worker)
    register("disk", check_disk)
