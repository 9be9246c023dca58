"""/healthz says that the process answers, /readyz whether the portal can be used and why not."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from portal.foundation import readiness, work
from portal.foundation.models import PeriodicRun
from tests.clients import Client

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def data(settings, tmp_path):
    settings.DUIJIE_DATA_DIR = tmp_path


def checks(client: Client) -> dict[str, str]:
    answer = client.get("/readyz")
    return {name: row["state"] for name, row in answer.json()["checks"].items()}


def test_healthz_asks_nothing_else(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_once_the_worker_was_heard(client: Client) -> None:
    assert checks(client)["worker"] == "degraded"
    assert client.get("/readyz").status_code == 200
    work._say_alive()
    found = checks(client)
    assert {found[name] for name in ("database", "migrations", "worker")} == {"ok"}
    PeriodicRun.objects.update(last_run=timezone.now() - timedelta(minutes=3))
    assert checks(client)["worker"] == "degraded"
    work._say_alive()
    assert checks(client)["worker"] == "ok"


def test_without_the_database_it_is_not_ready_and_says_no_secret(
    client: Client, monkeypatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise OperationalError("password=hidden host=db.internal")

    monkeypatch.setattr(connection, "cursor", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"state": "failed", "detail": "OperationalError"}
    assert "hidden" not in answer.content.decode()


def test_migrations_that_are_missing(client: Client, monkeypatch) -> None:
    from django.db.migrations.executor import MigrationExecutor

    monkeypatch.setattr(readiness, "_migrated", False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [1, 2])
    assert client.get("/readyz").json()["checks"]["migrations"]["detail"] == "2 to apply"
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(("free", "state"), [(400, "degraded"), (50, "failed"), (900, "ok")])
def test_disk(client: Client, monkeypatch, free: int, state: str) -> None:
    usage = Usage(10**12, 0, free * 1024 * 1024)
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda path: usage)
    assert checks(client)["disk"] == state


def test_details_are_for_allowed_addresses(client: Client) -> None:
    answer = client.get("/readyz", REMOTE_ADDR="203.0.113.9")
    assert answer.json() == {"status": "ready"}
    answer = client.get("/readyz", headers={"X-Forwarded-For": "203.0.113.9"})
    assert "checks" not in answer.json()
