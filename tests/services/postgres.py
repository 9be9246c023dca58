"""A throw-away PostgreSQL: a new cluster in a temporary folder, on a free loopback port.

`python -m tests.services.postgres COMMAND…` runs a command with DATABASE_URL pointing at one and
ends with the command's exit code. Where PostgreSQL is missing it says so; in CI that is a failure.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

from tests.services.programs import find_postgres, in_ci

START_SECONDS = 60
STOP_SECONDS = 20
USER = "duijie"
# Nothing here outlives the tests, so nothing need reach the disk.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
}


class Unavailable(Exception):
    """Why no PostgreSQL can run here."""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _account() -> dict[str, Any]:
    """As whom the server runs: PostgreSQL refuses root, so root lends it to another user."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Unavailable("PostgreSQL does not run as root, and there is no other user to run it as")


def _initialise(binaries: Path, folder: Path, account: dict[str, Any]) -> None:
    command = [str(binaries / "initdb"), "--pgdata", str(folder / "data"), "--username", USER]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, **account
    )
    if done.returncode:
        raise Unavailable(f"initdb failed: {(done.stdout + done.stderr)[-1500:]}")


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise Unavailable(f"PostgreSQL did not start: {log.read_text()[-1500:]}")


@contextmanager
def cluster() -> Iterator[str]:
    """A running PostgreSQL; yields its DATABASE_URL and leaves nothing behind.

    Raises Unavailable with the reason where there can be none."""
    binaries = find_postgres()
    if binaries is None:
        raise Unavailable("PostgreSQL is not installed")
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="duijie-postgres-"))
    server = None
    try:
        if account:
            os.chown(folder, account["user"], account["group"])
        _initialise(binaries, folder, account)
        port = _free_port()
        command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-p", str(port)]
        for name, value in OPTIONS.items():
            command += ["-c", f"{name}={value}"]
        with (folder / "log").open("wb") as log:
            # A session of its own: a Ctrl-C meant for the tests must not stop it under them.
            server = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **account
            )
        url = f"postgres://{USER}@127.0.0.1:{port}/postgres"
        _wait(server, url, folder / "log")
        yield url
    finally:
        if server is not None:
            _stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _stop(server: subprocess.Popen[bytes]) -> None:
    # SIGINT is PostgreSQL's fast shutdown: it ends the sessions itself.
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(command: list[str]) -> int:
    """Run `command` with a cluster; its exit code, 2 on bad usage."""
    if not command:
        sys.stderr.write("usage: python -m tests.services.postgres COMMAND…\n")
        return 2
    # So that the cluster is ended too when we are asked to stop.
    signal.signal(signal.SIGTERM, _end)
    try:
        with cluster() as url:
            environment = {**os.environ, "DATABASE_URL": url}
            return subprocess.run(command, env=environment, check=False).returncode
    except Unavailable as reason:
        sys.stderr.write(f"postgres: not run on PostgreSQL: {reason}\n")
        return int(in_ci())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
