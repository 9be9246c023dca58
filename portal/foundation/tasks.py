"""What the worker does for the foundation: due tasks, stalled tasks, old sessions."""

import os
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

REAP_EVERY = timedelta(minutes=5)
SESSIONS_EVERY = timedelta(days=1)
TASK_LEASE = timedelta(minutes=30)


def run_due_tasks(limit: int) -> int:
    """Run queued django-tasks, up to `limit`; says how many."""
    ready = DBTaskResult.objects.ready().count()
    if not ready:
        return 0
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=limit,
        worker_id=f"{os.getpid()}-{get_random_string(8)}",
        excluded_queue_names=[],
    ).run()
    return min(ready, limit)


def reap_stalled_tasks() -> int:
    """Queue again what a killed worker left running longer than the lease."""
    return DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - TASK_LEASE
    ).update(status=TaskResultStatus.READY, started_at=None)


def delete_expired_sessions() -> None:
    """Take out sessions that are over; visitors leave one with each need they try out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
