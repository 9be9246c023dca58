"""Webhooks and robots, against a real server: what is sent, how it is signed, what answers mean."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from portal.accounts.models import User
from portal.foundation.models import AuditEntry, Endpoint, Notification, NotificationDelivery
from portal.foundation.notifications import endpoints, robots, sending
from portal.foundation.notifications.outgoing import Outgoing
from tests.foundation.telling import (
    due_now,
    forget_kinds,
    make_endpoint,
    make_reader,
    register_kinds,
    tell,
)
from tests.services.receivers import Answer, WebServer, running

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    register_kinds()
    yield
    forget_kinds()


@pytest.fixture
def server(settings: Any) -> Iterator[WebServer]:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    settings.ROBOT_HOSTS = {"wecom": ["127.0.0.1"], "dingtalk": ["127.0.0.1"]}
    server = WebServer()
    with running(server):
        yield server


@pytest.fixture
def reader() -> User:
    return make_reader()


def send() -> int:
    return sending.send_due_messages(50)


def delivery() -> NotificationDelivery:
    return NotificationDelivery.objects.exclude(channel="email").latest("pk")


# webhooks


def test_a_message_has_what_the_receiver_needs(
    reader: User, server: WebServer, settings: Any
) -> None:
    endpoint = make_endpoint(reader, f"{server.url}/hook?a=b")
    note = tell(reader)
    assert send() == 1
    [request] = server.requests
    assert request.path == "/hook?a=b"
    assert Webhook(endpoint.secret).verify(request.body, request.headers) == {
        "version": 1,
        "id": str(delivery().key),
        "kind": "test.hello",
        "at": note.created.isoformat(),
        "language": "en",
        "subject": "Hello Li",
        "body": "A word for Li.",
        "url": f"{settings.SITE_URL}/en/needs/N1/",
    }
    assert request.headers["webhook-id"] == str(delivery().key)
    row = delivery()
    assert (row.state, row.attempts, row.last_error) == ("sent", 1, "")
    assert row.sent_at is not None
    assert send() == 0


def test_another_s_secret_or_a_changed_body_does_not_verify(
    reader: User, server: WebServer
) -> None:
    endpoint = make_endpoint(reader, server.url)
    tell(reader)
    send()
    [request] = server.requests
    other = make_endpoint(make_reader(), server.url)
    for secret, body in ((other.secret, request.body), (endpoint.secret, request.body + " ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, request.headers)


def test_after_a_rotation_both_secrets_verify_for_a_day(reader: User, server: WebServer) -> None:
    endpoint = make_endpoint(reader, server.url)
    old = endpoint.secret
    endpoints.rotate_secret(actor=reader, endpoint=endpoint)
    assert endpoint.secret != old
    tell(reader)
    send()
    for secret in (old, endpoint.secret):
        Webhook(secret).verify(server.requests[-1].body, server.requests[-1].headers)
    Endpoint.objects.update(old_secret_until=timezone.now())
    tell(reader)
    send()
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(server.requests[-1].body, server.requests[-1].headers)


def test_a_repeat_has_the_same_key_and_body(reader: User, server: WebServer) -> None:
    make_endpoint(reader, server.url)
    tell(reader)
    server.answer = Answer(status=500)
    assert send() == 0
    due_now()
    server.answer = Answer()
    assert send() == 1
    first, second = server.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize(
    ("answer", "error", "paused"),
    [
        (Answer(status=500), "status:500", True),
        (Answer(status=404), "status:404", False),
        (Answer(status=429), "too-many", True),
        (Answer(status=302, headers={"Location": "/other"}), "redirect", False),
    ],
)
def test_what_is_no_yes_is_tried_again_later(
    reader: User, server: WebServer, answer: Answer, error: str, paused: bool
) -> None:
    make_endpoint(reader, server.url)
    tell(reader)
    server.answer = answer
    assert send() == 0
    row = delivery()
    assert (row.state, row.last_error) == ("pending", error)
    assert row.not_before is not None
    assert row.not_before > timezone.now() + timedelta(seconds=80)
    assert (Endpoint.objects.get().paused_until is not None) is paused
    assert [request.path for request in server.requests] == ["/"]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_respected(reader: User, server: WebServer, status: int) -> None:
    make_endpoint(reader, server.url)
    tell(reader)
    tell(reader)
    server.answer = Answer(status=status, headers={"Retry-After": "3600"})
    assert send() == 0
    assert len(server.requests) == 1
    until = Endpoint.objects.get().paused_until
    row = NotificationDelivery.objects.get(attempts=1)
    for moment in (until, row.not_before):
        assert moment is not None
        assert timedelta(minutes=59) < moment - timezone.now() < timedelta(hours=2)


def test_gone_switches_the_address_off_and_tells(reader: User, server: WebServer) -> None:
    endpoint = make_endpoint(reader, server.url)
    tell(reader)
    tell(reader)
    server.answer = Answer(status=410)
    assert send() == 0
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.off_because) == (False, "gone")
    assert len(server.requests) == 1
    rows = NotificationDelivery.objects.filter(channel="webhook").order_by("pk")
    assert list(rows.values_list("state", "last_error")) == [("dead", "gone"), ("dead", "off")]
    assert Notification.objects.filter(recipient=reader, kind=endpoints.KIND).count() == 1


def test_an_address_that_takes_nothing_is_switched_off(reader: User, server: WebServer) -> None:
    endpoint = make_endpoint(reader, server.url)
    for _ in range(endpoints.DEAD_IN_A_ROW):
        tell(reader)
    server.answer = Answer(status=400)
    for _ in range(8):
        send()
        due_now()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.off_because) == (False, "failing")
    dead = NotificationDelivery.objects.filter(channel="webhook", state="dead")
    assert dead.count() == endpoints.DEAD_IN_A_ROW
    assert {row.attempts for row in dead} == {8}
    assert Notification.objects.filter(kind=endpoints.KIND).count() == 1


def test_one_that_arrives_forgives_those_before(reader: User, server: WebServer) -> None:
    endpoint = make_endpoint(reader, server.url)
    Endpoint.objects.update(dead_in_a_row=4)
    tell(reader)
    send()
    endpoint.refresh_from_db()
    assert endpoint.dead_in_a_row == 0


def test_a_private_address_is_not_written_to(reader: User, settings: Any) -> None:
    server = WebServer()
    with running(server):
        settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
        make_endpoint(reader, server.url)
        settings.OUTBOUND_ALLOWED_HOSTS = []
        tell(reader)
        assert send() == 0
        assert server.requests == []
    assert delivery().last_error == "refused"


def test_a_server_that_is_away_is_tried_again(reader: User, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1"]
    make_endpoint(reader, "http://127.0.0.1:9/")
    tell(reader)
    assert send() == 0
    assert delivery().last_error == "connect"


# addresses


@pytest.mark.parametrize(
    ("channel", "url"),
    [
        ("webhook", "http://example.com/"),
        ("webhook", "ftp://example.com/"),
        ("webhook", "https://"),
        ("webhook", "https://user:word@example.com/"),
        ("webhook", "https://exa mple.com/"),
        ("webhook", "https://example.com:99999/"),
        ("webhook", "https://[::1/"),
        ("webhook", "javascript:alert(1)"),
        ("webhook", "https://example.com/" + "a" * 500),
        ("wecom", "https://example.com/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://qyapi.weixin.qq.com.example.com/"),
        ("dingtalk", "https://qyapi.weixin.qq.com/"),
    ],
)
def test_addresses_that_cannot_be_right_are_refused(reader: User, channel: str, url: str) -> None:
    with pytest.raises(ValidationError):
        endpoints.add_endpoint(actor=reader, channel=channel, url=url)


def test_the_robots_own_hosts_are_taken(reader: User) -> None:
    for channel, url in (
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1"),
    ):
        assert not endpoints.add_endpoint(actor=reader, channel=channel, url=url).active


def test_twice_the_same_and_too_many_are_refused(reader: User) -> None:
    endpoints.add_endpoint(actor=reader, channel="webhook", url="https://example.com/0")
    with pytest.raises(ValidationError):
        endpoints.add_endpoint(actor=reader, channel="webhook", url="https://example.com/0")
    for number in range(1, endpoints.AT_MOST):
        endpoints.add_endpoint(actor=reader, channel="webhook", url=f"https://e.com/{number}")
    with pytest.raises(ValidationError):
        endpoints.add_endpoint(actor=reader, channel="webhook", url="https://example.com/last")


def test_nothing_is_owed_to_an_address_before_its_test(reader: User, server: WebServer) -> None:
    endpoint = endpoints.add_endpoint(actor=reader, channel="webhook", url=server.url)
    tell(reader)
    server.answer = Answer(status=500)
    assert endpoints.test_endpoint(actor=reader, endpoint=endpoint) == "status:500"
    assert not endpoint.active
    server.answer = Answer()
    assert endpoints.test_endpoint(actor=reader, endpoint=endpoint) == ""
    assert endpoint.active
    assert not NotificationDelivery.objects.filter(channel="webhook").exists()
    tell(reader)
    assert NotificationDelivery.objects.filter(channel="webhook").count() == 1


def test_the_secret_is_shown_once_and_after_a_rotation(reader: User) -> None:
    endpoint = endpoints.add_endpoint(actor=reader, channel="webhook", url="https://example.com/")
    assert endpoint.secret.startswith("whsec_")
    show = endpoints.show_secret
    assert show(actor=reader, endpoint=endpoint) == endpoint.secret
    assert show(actor=reader, endpoint=endpoint) == ""
    endpoints.rotate_secret(actor=reader, endpoint=endpoint)
    assert show(actor=reader, endpoint=endpoint) == endpoint.secret


def test_the_audit_has_neither_secret_nor_address(reader: User) -> None:
    endpoint = endpoints.add_endpoint(
        actor=reader, channel="wecom", url="https://qyapi.weixin.qq.com/send?key=hush"
    )
    endpoints.remove_endpoint(actor=reader, endpoint=endpoint)
    entries = AuditEntry.objects.filter(verb__endswith="endpoint")
    assert {entry.verb for entry in entries} == {"add_endpoint", "remove_endpoint"}
    assert "hush" not in str(list(entries.values("before", "after", "note")))


def test_what_waits_for_a_removed_address_is_dropped(reader: User, server: WebServer) -> None:
    endpoint = make_endpoint(reader, server.url)
    tell(reader)
    endpoints.remove_endpoint(actor=reader, endpoint=endpoint)
    assert send() == 0
    assert (delivery().state, delivery().endpoint) == ("dropped", None)


# robots


def message(**fields: Any) -> Outgoing:
    usual: dict[str, Any] = {
        "key": NotificationDelivery().key,
        "kind": "test.hello",
        "language": "en",
        "subject": "Hello",
        "body": "A word.",
        "url": "https://duijie.example/en/needs/N1/",
        "at": datetime(2026, 1, 1, tzinfo=timezone.get_current_timezone()),
    }
    return Outgoing(**{**usual, **fields})


def test_wecom_gets_markdown(reader: User, server: WebServer, settings: Any) -> None:
    make_endpoint(reader, f"{server.url}/cgi-bin/webhook/send?key=k", "wecom")
    tell(reader)
    assert send() == 1
    [request] = server.requests
    assert request.path == "/cgi-bin/webhook/send?key=k"
    assert request.json["msgtype"] == "markdown"
    content = request.json["markdown"]["content"]
    assert content.startswith("**Hello Li**\n\nA word for Li.\n\n")
    assert f"({settings.SITE_URL}/en/needs/N1/)" in content
    assert delivery().key.hex[:8] in content


def test_dingtalk_is_signed(reader: User, server: WebServer) -> None:
    make_endpoint(reader, f"{server.url}/robot/send?access_token=t", "dingtalk", secret="SECx")
    tell(reader)
    assert send() == 1
    [request] = server.requests
    query = parse_qs(urlsplit(request.path).query)
    [moment] = query["timestamp"]
    code = hmac.new(b"SECx", f"{moment}\nSECx".encode(), hashlib.sha256).digest()
    assert query["sign"] == [base64.b64encode(code).decode()]
    assert query["access_token"] == ["t"]
    assert abs(int(moment) / 1000 - timezone.now().timestamp()) < 60
    assert request.json["markdown"]["title"] == "Hello Li"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"errcode": 310000, "errmsg": "sign not match"}', "errcode:310000"),
        ('{"errcode": 45009}', "too-many"),
        ("<html>", "no-json"),
        ("[]", "no-json"),
        ("{}", "no-json"),
    ],
)
def test_a_robot_that_says_no_has_failed(
    reader: User, server: WebServer, body: str, error: str
) -> None:
    make_endpoint(reader, server.url, "wecom")
    tell(reader)
    server.answer = Answer(body=body)
    assert send() == 0
    assert (delivery().state, delivery().last_error) == ("pending", error)


def test_a_robot_that_is_no_more_is_switched_off(reader: User, server: WebServer) -> None:
    endpoint = make_endpoint(reader, server.url, "wecom")
    tell(reader)
    server.answer = Answer(body='{"errcode": 93000}')
    send()
    endpoint.refresh_from_db()
    assert (endpoint.active, endpoint.off_because) == (False, "gone")


def test_a_robot_gets_twenty_a_minute(reader: User, server: WebServer) -> None:
    endpoint = make_endpoint(reader, server.url, "wecom")
    for _ in range(25):
        tell(reader)
    assert send() == 20
    assert len(server.requests) == 20
    endpoint.refresh_from_db()
    assert endpoint.paused_until is not None
    due_now()
    assert send() == 0
    NotificationDelivery.objects.update(tried_at=timezone.now() - timedelta(minutes=1))
    due_now()
    assert send() == 5
    rows = NotificationDelivery.objects.filter(channel="wecom")
    assert set(rows.values_list("state", "attempts")) == {("sent", 1)}


def test_words_cannot_make_links_mentions_or_headings() -> None:
    made = message(subject="<@all> [x](http://evil.example)", body="# big\n> quote `code` **b**")
    for text in (
        robots.wecom_body(made)["markdown"]["content"],
        robots.dingtalk_body(made)["markdown"]["text"],
    ):
        assert "<" not in text
        assert text.count("[") == 1
        assert "#" not in text
        assert text.count("**") == 2


def test_a_long_text_is_cut_within_the_limit() -> None:
    made = message(subject="题" * 1000, body="字" * 10_000)
    content = robots.wecom_body(made)["markdown"]["content"]
    assert len(content.encode()) <= robots.WECOM_BYTES
    assert made.url in content
    text = robots.dingtalk_body(made)["markdown"]["text"]
    assert len(text.encode()) <= robots.DINGTALK_BYTES
