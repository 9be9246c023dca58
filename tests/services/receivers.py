"""Real servers that receive: one for webhooks and robots, one for e-mail. Both can hold what they
were sent without answering, so that a test can kill the sender just then."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What was posted: path with query, headers in lower case, body."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass
class Answer:
    """What the web server says."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = '{"errcode": 0, "errmsg": "ok"}'


class _Held:
    """A gate that is open unless a test closes it."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def hold(self) -> None:
        """From now on answer nobody."""
        self.arrived.clear()
        self.gate.clear()

    def release(self) -> None:
        """Answer again."""
        self.gate.set()

    def pass_gate(self) -> None:
        """Tell that something came, and wait until it may be answered."""
        self.arrived.set()
        self.gate.wait(60)


class WebServer(_Held):
    """Takes posts."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []
        self.answer = Answer()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                owner.requests.append(Request(self.path, headers, body))
                owner.pass_gate()
                answer = owner.answer
                with suppress(ConnectionError):
                    self.send_response(answer.status)
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(answer.body.encode())

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"


class MailServer(_Held):
    """Takes e-mail. `refuse` is a reply to the sender's MAIL FROM, such as `550 no`."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[EmailMessage] = []
        self.refuse = ""
        handler = type("Handler", (_MailHandler,), {"owner": self})
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.port: int = self.server.server_address[1]


class _MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender needs."""

    owner: MailServer

    def handle(self) -> None:
        with suppress(ConnectionError):
            self._say("220 here")
            while line := self.rfile.readline():
                word = line.strip().upper()
                if word == b"QUIT":
                    self._say("221 bye")
                    return
                self._say(self._answer(word))

    def _answer(self, word: bytes) -> str:
        if word == b"DATA":
            self._say("354 go on")
            self.owner.messages.append(self._message())
            self.owner.pass_gate()
        if word.startswith(b"MAIL") and self.owner.refuse:
            return self.owner.refuse
        return "250 ok"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return message_from_bytes(b"".join(lines), policy=policy.default)


@contextmanager
def running(server: WebServer | MailServer) -> Iterator[None]:
    """Serve until the block ends."""
    thread = threading.Thread(target=server.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.release()
        server.server.shutdown()
        server.server.server_close()
