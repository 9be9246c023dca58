"""/metrics: who may read it, and that it says what is the case, cheaply and of nobody."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.foundation import metric_files, metrics, outbox
from tests.clients import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    metrics.forget()


def read(client: Client) -> dict[str, float]:
    """Every sample by name and labels."""
    metrics.forget()
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert response.headers["Cache-Control"] == "no-store"
    lines = response.content.decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in samples}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "10.0.0.9"}, 403),
        ({"REMOTE_ADDR": ""}, 403),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1, 203.0.113.9"}, 403),
        ({"HTTP_X_FORWARDED_FOR": "rubbish"}, 403),
        ({"HTTP_X_FORWARDED_PROTO": "https"}, 403),
        ({"HTTP_AUTHORIZATION": "Bearer "}, 200),
        ({"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer "}, 403),
    ],
)
def test_only_this_machine_may_read_it(
    client: Client, headers: dict[str, str], status: int
) -> None:
    assert client.get("/metrics", **headers).status_code == status


def test_networks_and_a_token_let_others_read_it(client: Client, settings: Any) -> None:
    settings.METRICS_ALLOWED = ["10.0.0.0/8"]
    settings.METRICS_TOKEN = "let me"
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 403
    given = {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer let me"}
    assert client.get("/metrics", **given).status_code == 200
    wrong = {**given, "HTTP_AUTHORIZATION": "Bearer let me in"}
    assert client.get("/metrics", **wrong).status_code == 403


def test_the_outbox_tasks_and_emails(client: Client) -> None:
    outbox.request_many("index:embedded", "thing", ["a", "b", "c"])
    rows = outbox.claim("index:embedded", 2)
    outbox.acknowledge(rows[:1])
    outbox.fail(rows[1:], "no")
    found = read(client)
    assert found['duijie_outbox_pending{target="index:embedded"}'] == 2
    assert found['duijie_outbox_failed{target="index:embedded"}'] == 1
    assert 0 <= found['duijie_outbox_oldest_seconds{target="index:embedded"}'] < 60
    assert found['duijie_tasks{state="failed"}'] == 0
    assert found['duijie_notification_deliveries{channel="email",state="pending"}'] == 0
    up = {name for name, value in found.items() if name.startswith("duijie_collector_up") and value}
    assert up >= {
        'duijie_collector_up{collector="foundation"}',
        'duijie_collector_up{collector="search"}',
        'duijie_collector_up{collector="vocabulary"}',
    }


def test_requests_are_counted_by_view_and_say_nothing_of_what_was_asked(client: Client) -> None:
    name = 'duijie_http_requests_total{status="200",view="discovery:search"}'
    before = read(client).get(name, 0.0)
    client.get("/en/search/", {"q": "our secret trouble"})
    client.get("/en/no-such-page-anywhere/")
    found = read(client)
    assert found[name] == before + 1
    assert found['duijie_http_request_seconds_count{view="discovery:search"}'] >= 1
    assert 'duijie_searches_total{degraded="no",engine="embedded"}' in found
    text = client.get("/metrics").content.decode()
    assert "secret" not in text
    assert "no-such-page" not in text


def test_asked_again_at_once_it_answers_from_what_it_had(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/metrics")
    with django_assert_num_queries(0):
        client.get("/metrics")


def test_a_collector_that_fails_does_not_take_the_others_along(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise RuntimeError

    monkeypatch.setattr(metrics, "_collectors", {"bad": fail, **metrics._collectors})
    found = read(client)
    assert found['duijie_collector_up{collector="bad"}'] == 0
    assert found['duijie_collector_up{collector="foundation"}'] == 1


PROCESS = """
from pathlib import Path
from portal.foundation import metric_files
metric_files.share(Path({folder!r}))
from portal.foundation import metrics
metrics.counter("made", "", ["of"]).labels("x").inc(2)
metrics.gauge("high", "", ["of"]).labels("x").set(1)
metrics._collectors.clear()
print(metrics.render().decode())
"""


def test_processes_add_up_and_dead_ones_have_no_state(tmp_path: Path) -> None:
    def run() -> str:
        command = [sys.executable, "-c", PROCESS.format(folder=str(tmp_path))]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert 'made_total{of="x"} 2.0' in run()
    assert 'made_total{of="x"} 4.0' in run()
    left = sorted(path.name for path in tmp_path.glob("gauge_livemax_*.db"))
    assert len(left) == 1


def test_files_of_processes_long_gone_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(metric_files.VARIABLE, "")
    for name in ("counter_999999999.db", f"counter_{os.getpid()}.db", "counter_999999998.db"):
        (tmp_path / name).touch()
    for name in ("counter_999999999.db", f"counter_{os.getpid()}.db"):
        os.utime(tmp_path / name, (0, 0))
    metric_files.share(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [f"counter_{os.getpid()}.db", "counter_999999998.db"]
    )
