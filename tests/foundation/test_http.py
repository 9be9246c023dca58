"""The guarded session: no private address by name, number or redirect; answers are bounded."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from urllib3 import PoolManager, Retry
from urllib3.exceptions import MaxRetryError

from portal.foundation.http import MAX_BYTES, TooLarge, guarded_session


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        body = b"x" * (MAX_BYTES + 1) if self.path == "/large" else b"hello"
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "198.18.0.1",
        "240.0.0.1",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[fec0::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_private_addresses_are_refused(host: str) -> None:
    with guarded_session() as session, pytest.raises(requests.RequestException):
        session.get(f"http://{host}:9/", timeout=2)


def test_a_local_server_is_refused_unless_its_host_is_allowed(server: str, settings) -> None:
    with guarded_session() as session, pytest.raises(requests.RequestException):
        session.get(server)
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with guarded_session() as session:
        assert session.get(server).text == "hello"


def test_redirects_are_not_followed(server: str, settings) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with guarded_session() as session:
        assert session.get(f"{server}/redirect").status_code == 302


def test_a_large_answer_is_cut_off(server: str, settings) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    with guarded_session() as session, pytest.raises(TooLarge):
        session.get(f"{server}/large")


def test_the_log_never_holds_the_key_in_an_address(caplog: pytest.LogCaptureFixture) -> None:
    # Nobody listens there; urllib3 tells of each new try with path and query.
    retries = Retry(total=1, backoff_factor=0)
    with PoolManager() as pool, caplog.at_level("INFO"), pytest.raises(MaxRetryError):
        pool.request("POST", "http://127.0.0.1:9/send?key=very-secret", retries=retries)
    assert "very-secret" not in caplog.text
