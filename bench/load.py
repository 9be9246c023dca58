"""Servers to measure and a bounded load for them: loopback only, so many seconds and no longer."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

from bench.report import ROOT
from scripts.run import server_command

HOST = "127.0.0.1"
CONNECTIONS = 16
# Stands for a number that is another one in each request, where a page must not come from a cache.
FRESH = "{fresh}"
FRESH_SCRIPT = ROOT / "bench" / "fresh.lua"
START_SECONDS = 60


class BenchError(Exception):
    """Why something could not be measured."""


def free_port() -> int:
    """A loopback port that nobody serves at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def status_of(port: int, path: str) -> int:
    """The status that `path` is answered with; 0 when nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def surroundings(environment: dict[str, str]) -> dict[str, str]:
    """Our environment with `environment`, less the settings module: benches that run Django in
    this process name their own when they are imported, and a server has to choose its own."""
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {**kept, **environment}


@contextmanager
def serving(application: str, *, path: str, environment: dict[str, str]) -> Iterator[int]:
    """A server as `make run` starts it; yields its port once `path` is answered with 200.

    Raises BenchError when that does not happen in START_SECONDS."""
    port = free_port()
    server = subprocess.Popen(
        server_command(port, application), cwd=ROOT, env=surroundings(environment)
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while (status := status_of(port, path)) != 200:
            if server.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"{application} answers {path} with {status or 'nothing'}")
            time.sleep(0.2)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def first_fresh() -> int:
    """Microseconds: grows faster than requests are answered, and a Lua number still holds it."""
    return time.time_ns() // 1000


def client_name() -> str:
    """What makes the load here."""
    return "wrk" if shutil.which("wrk") else "a Python client (wrk is not installed)"


def requests_per_second(port: int, path: str, seconds: int) -> float:
    """Requests a second that `path` answers to CONNECTIONS connections, for `seconds`.

    FRESH in `path` is replaced by a new number each time, never one of an earlier call.
    Raises BenchError when any answer is not 200: an error page would be a fast page."""
    if shutil.which("wrk"):
        return _wrk(port, path, seconds)
    return _threads(port, path, seconds)


def _wrk(port: int, path: str, seconds: int) -> float:
    url = f"http://{HOST}:{port}"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s"]
    if FRESH in path:
        command += ["-s", str(FRESH_SCRIPT), url, "--", path, str(first_fresh())]
    else:
        command.append(url + path)
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if "Non-2xx" in told or "Socket errors" in told or rate is None:
        raise BenchError(f"{path}: {told}")
    return float(rate[1])


def _threads(port: int, path: str, seconds: int) -> float:
    deadline = time.monotonic() + seconds
    numbers = count(first_fresh())

    def visit() -> int:
        connection = http.client.HTTPConnection(HOST, port, timeout=10)
        visits = 0
        while time.monotonic() < deadline:
            connection.request("GET", path.replace(FRESH, str(next(numbers))))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise BenchError(f"{path} answered {answer.status}")
            visits += 1
        connection.close()
        return visits

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        visits = [pool.submit(visit) for _ in range(CONNECTIONS)]
    return sum(done.result() for done in visits) / seconds
