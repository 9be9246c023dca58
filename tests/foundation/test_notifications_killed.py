"""A worker killed with SIGKILL at any point: each notification leaves at least once, a repeat has
the same key and words, and nothing is lost. A real process, real servers, the real database."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection

from portal.accounts.models import User
from portal.foundation.models import NotificationDelivery
from portal.foundation.notifications import sending
from tests.foundation.notification_worker import NOWHERE, POINTS
from tests.foundation.telling import (
    HELLO,
    TALK,
    due_now,
    forget_kinds,
    make_endpoint,
    make_reader,
    register_kinds,
    tell,
)
from tests.services.receivers import MailServer, WebServer, running

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
HELD = "while the server has it"
EVERY_POINT = [*POINTS, HELD]


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    register_kinds()
    yield
    forget_kinds()


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()
    with running(server):
        yield server


@pytest.fixture
def post() -> Iterator[MailServer]:
    server = MailServer()
    with running(server):
        yield server


@pytest.fixture(autouse=True)
def here(settings: Any, post: MailServer) -> None:
    """This process sends the same way as the worker."""
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port


@pytest.fixture
def reader(web: WebServer) -> User:
    return make_reader()


def database_url() -> str:
    """The database of this test, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def start(point: str, post: MailServer, folder: Path) -> subprocess.Popen[bytes]:
    """A worker that dies at `point`."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.development",
        "DATABASE_URL": database_url(),
        "DUIJIE_DATA_DIR": str(folder),
        "DUIJIE_OUTBOUND_HOSTS": "127.0.0.1",
        "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
        "SITE_URL": django_settings.SITE_URL,
        "SECRET_KEY": django_settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "tests.foundation.notification_worker", point]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def kill(point: str, holding: WebServer | MailServer, post: MailServer, folder: Path) -> None:
    """Run a worker until SIGKILL ends it at the point."""
    if point != HELD:
        assert start(point, post, folder).wait(120) == -signal.SIGKILL
        return
    holding.hold()
    worker = start(NOWHERE, post, folder)
    assert holding.arrived.wait(120)
    worker.kill()
    assert worker.wait(10) == -signal.SIGKILL
    holding.release()


def next_worker() -> None:
    """Another worker comes when the dead one's leases are over."""
    due_now()
    while sending.send_due_emails(50) + sending.send_due_messages(50):
        pass


def states(channel: str) -> set[str]:
    rows = NotificationDelivery.objects.filter(channel=channel)
    return set(rows.values_list("state", flat=True))


@pytest.mark.parametrize("point", EVERY_POINT)
def test_webhooks(
    point: str, reader: User, web: WebServer, post: MailServer, tmp_path: Path
) -> None:
    make_endpoint(reader, web.url)
    # Nothing by e-mail here, so that the worker comes to the webhooks at once.
    for number in range(3):
        tell(reader, HELLO, name=f"Li {number}")
    NotificationDelivery.objects.filter(channel="email").delete()
    kill(point, web, post, tmp_path)
    arrived = len(web.requests)
    assert arrived == (0 if "taking" in point else 1)
    next_worker()
    assert states("webhook") == {"sent"}
    keys = {str(row.key) for row in NotificationDelivery.objects.all()}
    assert {request.headers["webhook-id"] for request in web.requests} == keys
    bodies = {request.headers["webhook-id"]: request.body for request in web.requests}
    assert all(bodies[one.headers["webhook-id"]] == one.body for one in web.requests)
    repeats = 1 if point in ("before putting down", HELD) else 0
    assert len(web.requests) == 3 + repeats


@pytest.mark.parametrize("point", EVERY_POINT)
def test_emails(point: str, reader: User, post: MailServer, tmp_path: Path) -> None:
    for number in range(3):
        tell(reader, TALK, name=f"Li {number}")
    due_now()
    kill(point, post, post, tmp_path)
    assert len(post.messages) == (0 if "taking" in point else 1)
    # What comes meanwhile is no part of an e-mail that may be with the reader already.
    tell(reader, HELLO, name="Wang")
    next_worker()
    assert states("email") == {"sent"}
    subjects = [str(message["Subject"]) for message in post.messages]
    repeats = 1 if point in ("before putting down", HELD) else 0
    assert subjects.count("Hello Li 2 (3)") == 1 + repeats
    assert subjects.count("Hello Wang") == 1
    talks = [one for one in post.messages if str(one["Subject"]).startswith("Hello Li")]
    [key] = {str(message["Message-ID"]) for message in talks}
    lead = NotificationDelivery.objects.filter(followers__isnull=False).distinct().get()
    assert str(lead.key) in key


def test_two_workers_at_once_send_each_once(
    reader: User, web: WebServer, post: MailServer, tmp_path: Path
) -> None:
    make_endpoint(reader, web.url)
    for number in range(6):
        tell(reader, HELLO, name=f"Li {number}")
        tell(reader, TALK, name=f"Wang {number}")
    due_now()
    workers = [start(NOWHERE, post, tmp_path) for _ in range(2)]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    assert states("webhook") == states("email") == {"sent"}
    keys = [request.headers["webhook-id"] for request in web.requests]
    assert len(keys) == len(set(keys)) == 12
    names = [str(message["Message-ID"]) for message in post.messages]
    assert len(names) == len(set(names))
    hellos = [one for one in post.messages if str(one["Subject"]).startswith("Hello Li")]
    assert len(hellos) == 6
