"""The worker: drains what is due, survives a failing consumer, takes back what a dead one held."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from portal.foundation import work
from portal.foundation.models import PeriodicRun
from portal.foundation.tasks import TASK_LEASE, reap_stalled_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def consumers(monkeypatch: pytest.MonkeyPatch) -> dict[str, work.Consumer]:
    registered: dict[str, work.Consumer] = {}
    monkeypatch.setattr(work, "_consumers", registered)
    monkeypatch.setattr(work, "_periodic", {})
    return registered


def test_once_runs_until_nothing_is_due(consumers, capsys) -> None:
    left = [3, 2, 1]

    def drain(limit: int) -> int:
        return left.pop() if left else 0

    work.register_consumer("counting", drain)
    call_command("work", "--once")
    assert left == []
    assert "work: 3 done" in capsys.readouterr().err


def test_a_failing_consumer_does_not_hold_up_the_others(consumers) -> None:
    def fail(limit: int) -> int:
        raise RuntimeError("no")

    work.register_consumer("failing", fail)
    work.register_consumer("fine", lambda limit: 1)
    assert work.run_round() == 1


def test_a_periodic_job_runs_once_a_period_whoever_asks(consumers) -> None:
    runs: list[int] = []
    work.register_periodic("daily", timedelta(days=1), lambda: runs.append(1))
    work.run_round()
    work.run_round()
    assert len(runs) == 1
    PeriodicRun.objects.update(last_run=timezone.now() - timedelta(days=2))
    work.run_round()
    work.run_round()
    assert len(runs) == 2


def test_what_a_killed_worker_left_running_is_queued_again() -> None:
    common = {
        "args_kwargs": {"args": [], "kwargs": {}},
        "task_path": "portal.foundation.tasks.reap_stalled_tasks",
        "backend_name": "default",
        "queue_name": "default",
        "priority": 0,
        "status": TaskResultStatus.RUNNING,
    }
    dead = DBTaskResult.objects.create(
        **common, started_at=timezone.now() - TASK_LEASE - timedelta(seconds=1)
    )
    alive = DBTaskResult.objects.create(**common, started_at=timezone.now())
    assert reap_stalled_tasks() == 1
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.status, alive.status) == (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def test_sessions_that_have_expired_are_deleted() -> None:
    for key, days in (("old", -1), ("new", 1)):
        expires = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=expires)
    work._periodic["sessions"][1]()
    assert [row.session_key for row in Session.objects.all()] == ["new"]
