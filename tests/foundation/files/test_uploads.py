"""Bodies that are too large, over a real connection: nothing is read, nothing is kept."""

import resource
import socket
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings

from tests.clients import Client
from tests.factories import make_user

GIGABYTES = 2 * 1024**3
START = b'--B\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'


def answer_to(url: str, path: str, cookie: str, declared: int, body: bytes) -> bytes:
    """What a server answers to a body of which only a bit is sent."""
    address = urlsplit(url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {declared}\r\n\r\n"
    )
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=20) as way:
        way.sendall(head.encode() + body)
        got = b""
        while piece := way.recv(65536):
            got += piece
            if b"</html>" in got:
                break
    return got


@pytest.mark.parametrize("signed_in", [True, False])
def test_two_gigabytes_are_refused_by_what_they_declare(
    live_server: Any, tmp_path: Path, settings: Any, signed_in: bool
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    cookie = ""
    if signed_in:
        client = Client()
        client.force_login(make_user())
        cookie = (
            f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    got = answer_to(live_server.url, "/en/introductions/1/talk/", cookie, GIGABYTES, START)
    assert b" 413 " in got.split(b"\r\n")[0]
    assert b"That is too large" in got
    assert b"One file may have 25" in got
    assert time.monotonic() - started < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 64 * 1024
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_more_than_may_be_sent_stops_while_it_arrives(settings: Any, tmp_path: Path) -> None:
    """Where the declared length says nothing, as in a test's client that claims less."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_REQUEST_BYTES = 100_000
    from django.core.files.uploadhandler import StopUpload

    from portal.foundation.files.uploads import Counter

    counter = Counter()
    assert counter.receive_data_chunk(b"a" * 90_000, 0) == b"a" * 90_000
    with pytest.raises(StopUpload):
        counter.receive_data_chunk(b"a" * 20_000, 90_000)


@pytest.mark.django_db
def test_who_is_signed_out_sends_no_files_at_all() -> None:
    body = START + b"a" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = Client().post(
        "/en/accounts/login/", body, content_type="multipart/form-data; boundary=B"
    )
    assert answer.status_code == 413
