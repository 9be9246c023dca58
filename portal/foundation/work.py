"""Background work: consumers that drain what is due, and periodic jobs."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from portal.foundation import readiness
from portal.foundation.models import PeriodicRun

logger = logging.getLogger(__name__)

BATCH = 200
Consumer = Callable[[int], int]

_consumers: dict[str, Consumer] = {}
_periodic: dict[str, tuple[timedelta, Callable[[], object]]] = {}


def register_consumer(name: str, drain: Consumer) -> None:
    """Add a consumer: `drain(limit)` does up to `limit` pieces of work and says how many."""
    _consumers[name] = drain


def register_periodic(name: str, every: timedelta, function: Callable[[], object]) -> None:
    """Add a job that runs when `every` has passed since its last run."""
    _periodic[name] = (every, function)


def run_round() -> int:
    """One round over all consumers and due jobs; says how many pieces of work were done.

    A consumer that fails is logged and does not hold up the others."""
    renew_connections()
    _say_alive()
    done = 0
    for name, drain in _consumers.items():
        try:
            done += drain(BATCH)
        except Exception:
            logger.exception("consumer %s failed", name)
    for name, (every, function) in _periodic.items():
        if _take_turn(name, every):
            try:
                function()
            except Exception:
                logger.exception("periodic job %s failed", name)
    return done


def _say_alive() -> None:
    try:
        readiness.hear_worker()
    except DatabaseError:
        logger.exception("the worker could not say that it lives")


def renew_connections() -> None:
    """Close connections that broke or grew old, between two pieces of long-running work."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _take_turn(name: str, every: timedelta) -> bool:
    now = timezone.now()
    with transaction.atomic():
        run, created = PeriodicRun.objects.select_for_update().get_or_create(
            name=name, defaults={"last_run": now}
        )
        if created:
            return True
        return bool(
            PeriodicRun.objects.filter(pk=run.pk, last_run__lte=now - every).update(last_run=now)
        )
