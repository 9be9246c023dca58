"""Run the server and the worker together in the foreground.

Ctrl-C, SIGTERM and a closed terminal end both. When one of them ends by itself, so does the other,
and the exit code is its own: a portal without its worker looks well and answers from an old index.
"""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from portal.settings.environment import read_environment  # noqa: E402
from scripts.health import HOST, answers  # noqa: E402

WORKERS = 2
# Threads a worker answers with; each keeps a database connection. granian's own default is 256,
# more than PostgreSQL allows connections.
THREADS = 4
# What a server gets to finish its requests and a worker its batch before it is killed.
GRACE_SECONDS = 20.0
# How long the server may take to answer before that is said.
START_SECONDS = 60.0
POLL_SECONDS = 0.2


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(f"run: {line}", file=sys.stderr, flush=True)


def server_command(port: int, application: str = "portal.wsgi:application") -> list[str]:
    """How the server is started; the Dockerfile says the same with GRANIAN_* variables."""
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi"]
    command += ["--host", HOST, "--port", str(port), "--workers", str(WORKERS)]
    command += ["--blocking-threads", str(THREADS), "--workers-kill-timeout", "5"]
    return [*command, "--log-level", "warning", application]


def port_is_free(port: int) -> bool:
    """Whether nobody serves at `port`. The server itself would share it with another one unsaid."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """End every process that still runs: asked first, killed when it does not listen."""
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for name, process in processes.items():
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{name} did not end in {GRACE_SECONDS:.0f} seconds: killed")
            process.kill()
            process.wait()


def watch(
    processes: dict[str, subprocess.Popen[bytes]], *, port: int, asked_to_stop: list[int]
) -> int:
    """Wait for the first process to end or for a signal; the exit code of the whole.

    Prints the address once it answers."""
    started = time.monotonic()
    announced = warned = False
    while not asked_to_stop:
        for name, process in processes.items():
            code = process.poll()
            if code is not None:
                say(f"{name} ended with exit code {code}: ending the rest")
                # A process ended by a signal has a negative code; shells say 128 + signal.
                return code if code >= 0 else 128 - code
        if not announced and answers(port):
            announced = True
            say(f"ready at http://{HOST}:{port}/ (Ctrl-C ends it)")
        elif not announced and not warned and time.monotonic() - started > START_SECONDS:
            warned = True
            say(f"/healthz has not answered for {START_SECONDS:.0f} seconds: see the lines above")
        time.sleep(POLL_SECONDS)
    return 0


def main() -> int:
    """Start both, wait, end both."""
    port = read_environment().PORT
    if not port_is_free(port):
        say(f"port {port} is in use: end what serves there, or choose another with PORT=8001")
        return 1
    asked_to_stop: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Whoever started us may have us ignore a signal (nohup does): leave that as it is.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda received, _frame: asked_to_stop.append(received))
    # Sessions of their own, so that a Ctrl-C reaches them through us only: once, and in order.
    commands = {"server": server_command(port), "worker": [sys.executable, "manage.py", "work"]}
    processes = {
        name: subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        for name, command in commands.items()
    }
    try:
        return watch(processes, port=port, asked_to_stop=asked_to_stop)
    finally:
        stop(processes)


if __name__ == "__main__":
    sys.exit(main())
