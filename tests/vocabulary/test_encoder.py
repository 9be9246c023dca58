"""The encoder port: the local model, and a server over real HTTP."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from portal.vocabulary import vectors
from portal.vocabulary.encoder import EncoderError, LocalEncoder, OpenAIEncoder, get_encoder
from portal.vocabulary.models import SentenceVector


class Server(ThreadingHTTPServer):
    """Answers as an embeddings server does; `answer` may be replaced by a test."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.status = 200
        self.body: bytes | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append(asked)
        self.server.keys.append(self.headers["Authorization"])
        data = [
            {"index": index, "embedding": [float(len(text)), 3.0, 4.0]}
            for index, text in enumerate(asked["input"])
        ]
        # Servers may answer in any order: the index tells.
        body = self.server.body or json.dumps({"data": data[::-1]}).encode()
        found = self.path == "/v1/embeddings"
        self.send_response(self.server.status if found else 404)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def local() -> LocalEncoder:
    return LocalEncoder()


def test_local_vectors_have_length_one_and_bring_languages_together(local: LocalEncoder) -> None:
    asked = local.encode_queries(["机器夜里停了没人知道"])
    given = local.encode_passages(
        ["live board of machine downtime", "translation of contracts into Russian"]
    )
    assert asked.shape == (1, LocalEncoder.dimensions)
    assert given.dtype == np.float32
    assert np.linalg.norm(given, axis=1) == pytest.approx(1, abs=1e-5)
    near, far = given @ asked[0]
    assert near > far


@pytest.mark.parametrize("text", ["", "\x00", "a\ud800b", "😀" * 50, "字" * 50_000])
def test_local_encoder_takes_any_text(local: LocalEncoder, text: str) -> None:
    assert np.isfinite(local.encode_queries([text])).all()


def test_local_encoder_of_nothing_is_empty(local: LocalEncoder) -> None:
    assert local.encode_passages([]).shape == (0, LocalEncoder.dimensions)


def test_a_server_is_asked_in_batches_with_role_and_key(server: Server) -> None:
    encoder = OpenAIEncoder(server.address, "e5", "secret")
    rows = encoder.encode_passages(["x" * n for n in range(40)])
    assert rows.shape == (40, 3)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    # The order is that of the texts, whatever the answer's.
    assert (np.diff(rows[:, 0]) > 0).all()
    assert [len(asked["input"]) for asked in server.seen] == [32, 8]
    assert server.seen[0]["model"] == "e5"
    assert server.seen[0]["input"][1] == "passage: x"
    assert server.keys == ["Bearer secret"] * 2


def test_queries_are_marked_as_such_and_no_key_sends_none(server: Server) -> None:
    OpenAIEncoder(server.address, "e5", "").encode_queries(["hello"])
    assert server.seen[0]["input"] == ["query: hello"]
    assert server.keys == [None]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (200, b"<html>"),
        (200, b"{}"),
        (200, b'{"data": []}'),
        (200, b'{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}'),
    ],
)
def test_a_server_that_gives_no_vectors_is_told_plainly(
    server: Server, status: int, body: bytes
) -> None:
    server.status, server.body = status, body
    with pytest.raises(EncoderError, match=r"/v1/embeddings gave"):
        OpenAIEncoder(server.address, "e5", "").encode_queries(["a", "b"])


def test_a_server_that_is_not_there_is_told_plainly() -> None:
    with pytest.raises(EncoderError, match="gave no vectors"):
        OpenAIEncoder("http://127.0.0.1:9/v1", "e5", "").encode_queries(["a"])


def test_settings_choose_the_encoder(settings, server: Server) -> None:
    settings.SENTENCE_ENCODER = "none"
    assert get_encoder() is None
    settings.SENTENCE_ENCODER = "openai"
    settings.SENTENCE_ENCODER_URL = ""
    with pytest.raises(ImproperlyConfigured, match="DUIJIE_ENCODER_URL"):
        get_encoder()
    settings.SENTENCE_ENCODER_URL, settings.SENTENCE_ENCODER_MODEL = server.address, "e5"
    encoder = get_encoder()
    assert encoder is not None
    assert encoder.name == f"openai:e5@127.0.0.1:{server.server_port}"
    assert get_encoder() is encoder


@pytest.fixture
def remote(settings, server: Server) -> Server:
    settings.SENTENCE_ENCODER, settings.SENTENCE_ENCODER_MODEL = "openai", "e5"
    settings.SENTENCE_ENCODER_URL = server.address
    return server


@pytest.mark.django_db
def test_a_passage_is_encoded_once(remote: Server) -> None:
    first = vectors.vectors_for_passages(["aa", "b", "aa"])
    assert first is not None
    assert first.shape == (3, 3)
    assert remote.seen[0]["input"] == ["passage: aa", "passage: b"]
    assert vectors.missing_passages(["aa", "c"]) == 1
    again = vectors.vectors_for_passages(["b", "aa"])
    assert again is not None
    assert (again == first[[1, 0]]).all()
    assert len(remote.seen) == 1
    assert SentenceVector.objects.count() == 2


@pytest.mark.django_db
def test_a_visitors_query_writes_nothing_and_a_need_is_kept(
    remote: Server, django_assert_num_queries
) -> None:
    cache.clear()
    with django_assert_num_queries(0):
        first = vectors.vector_for_query("a visitor")
        again = vectors.query_vectors(["a visitor", "a visitor"])
    assert first is not None
    assert again is not None
    assert (again == first).all()
    assert vectors.vector_for_query("a need", keep=True) is not None
    with django_assert_num_queries(1):
        vectors.vector_for_query("a need", keep=True)
    assert len(remote.seen) == 2


@pytest.mark.django_db
def test_without_an_encoder_there_are_no_vectors(settings) -> None:
    settings.SENTENCE_ENCODER = "none"
    assert vectors.vectors_for_passages(["a"]) is None
    assert vectors.vector_for_query("a") is None
    assert vectors.missing_passages(["a"]) == 0
