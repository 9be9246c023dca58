"""`make run`: one go on an empty folder, again on a full one, and both processes end together."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import run
from tests.ground.repository import ROOT, environment

pytestmark = pytest.mark.ground

START_SECONDS = 180
END_SECONDS = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    """`make run` in a session of its own."""

    def __init__(self, data_dir: Path, log: Path) -> None:
        self.port = free_port()
        self.log = log
        ours = {**environment(), "DUIJIE_DATA_DIR": str(data_dir), "PORT": str(self.port)}
        ours |= {"DUIJIE_DEMO": "0", "DATABASE_URL": "", "ELASTICSEARCH_URL": ""}
        ours.pop("DJANGO_SETTINGS_MODULE", None)
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                ["make", "run"],
                cwd=ROOT,
                env=ours,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while f"ready at http://127.0.0.1:{self.port}/" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def running(self) -> list[int]:
        """The processes of this portal, by what their environment says."""
        mark = f"PORT={self.port}\0".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found

    def worker(self) -> int:
        for pid in self.running():
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if command[1:3] == [b"manage.py", b"work"]:
                return pid
        raise AssertionError("no worker runs")

    def wait_until_gone(self) -> None:
        self.process.wait(END_SECONDS)
        deadline = time.monotonic() + END_SECONDS
        while left := self.running():
            assert time.monotonic() < deadline, f"{left} still run: {self.log.read_text()}"
            time.sleep(0.2)

    def close(self) -> None:
        for pid in self.running():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def sleepers() -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Two processes that sleep for a minute, under the names of the real ones."""
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    processes = {name: subprocess.Popen(command) for name in ("server", "worker")}
    yield processes
    for process in processes.values():
        process.kill()
        process.wait()


def test_fresh_folder_to_served_pages_and_again(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    for attempt in ("first", "again"):
        portal = Portal(data_dir, tmp_path / f"{attempt}.log")
        try:
            portal.wait_until_ready()
            assert portal.status("/healthz") == 200
            assert portal.status("/zh-hans/") == 200
            assert portal.status("/en/") == 200
            assert portal.worker()
            portal.process.send_signal(signal.SIGTERM)
            portal.wait_until_gone()
        finally:
            portal.close()
    assert "demo rows" not in portal.log.read_text()


def test_a_worker_that_dies_takes_the_server_along(tmp_path: Path) -> None:
    portal = Portal(tmp_path / "data", tmp_path / "log")
    try:
        portal.wait_until_ready()
        os.kill(portal.worker(), signal.SIGKILL)
        portal.wait_until_gone()
        assert portal.process.returncode != 0
        assert "worker ended with exit code -9: ending the rest" in portal.log.read_text()
    finally:
        portal.close()


def test_exit_code_is_that_of_the_first_to_end(
    sleepers: dict[str, subprocess.Popen[bytes]],
) -> None:
    sleepers["server"].kill()
    sleepers["server"].wait()
    assert run.watch(sleepers, port=free_port(), asked_to_stop=[]) == 128 + signal.SIGKILL


def test_a_signal_ends_the_watch_with_success(
    sleepers: dict[str, subprocess.Popen[bytes]],
) -> None:
    assert run.watch(sleepers, port=free_port(), asked_to_stop=[signal.SIGTERM]) == 0
    run.stop(sleepers)
    assert [process.poll() for process in sleepers.values()] == [-signal.SIGTERM] * 2


def test_a_process_that_does_not_listen_is_killed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "GRACE_SECONDS", 0.5)
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True)"
    script += "; time.sleep(60)"
    deaf = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert deaf.stdout
    deaf.stdout.readline()
    run.stop({"worker": deaf})
    deaf.stdout.close()
    assert deaf.returncode == -signal.SIGKILL
    assert "worker did not end" in capsys.readouterr().err


def test_a_port_in_use_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert run.main() == 1
    assert f"port {port} is in use" in capsys.readouterr().err
