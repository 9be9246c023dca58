"""How people are told: choices by kind and channel, digests, threads, stopping from an e-mail."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client as PlainClient
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.foundation import notifications
from portal.foundation.models import (
    AuditEntry,
    DigestTime,
    Endpoint,
    Notification,
    NotificationChoice,
    NotificationDelivery,
)
from portal.foundation.models.notifications import Channel, Mode
from portal.foundation.notifications import choices, personal, sending, tokens
from tests.clients import Client
from tests.foundation.telling import (
    DUTY,
    HELLO,
    TALK,
    due_now,
    forget_kinds,
    make_endpoint,
    make_reader,
    register_kinds,
    tell,
)

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
EMAIL, SITE = Channel.EMAIL, Channel.SITE


@pytest.fixture(autouse=True)
def kinds(db: None) -> Iterator[None]:
    register_kinds()
    yield
    forget_kinds()


@pytest.fixture
def reader() -> User:
    return make_reader()


def choose(reader: User, mode: str, kind: str = HELLO, channel: Channel = EMAIL) -> int:
    return choices.choose(actor=reader, modes={(kind, channel): mode})


def send() -> list[Any]:
    """What the worker sends by e-mail now."""
    mail.outbox.clear()
    sending.send_due_emails(100)
    return list(mail.outbox)


# choosing


def test_without_a_choice_everything_comes_at_once(reader: User) -> None:
    assert tell(reader).bell
    assert [message.subject for message in send()] == ["Hello Li"]


def test_switched_off_it_stands_in_the_portal_only(reader: User) -> None:
    assert choose(reader, "off") == 1
    tell(reader)
    assert send() == []
    assert notifications.unread(reader).count() == 1


def test_without_the_bell_it_stands_there_and_is_not_new(reader: User, client: Client) -> None:
    choose(reader, "off", channel=SITE)
    row = tell(reader)
    assert (row.bell, row.is_new) == (False, False)
    assert notifications.unread(reader).count() == 0
    client.force_login(reader)
    assert b"Hello Li" in client.get("/en/notifications/").content
    assert len(send()) == 1


def test_a_duty_cannot_be_switched_off(reader: User) -> None:
    for channel in (EMAIL, SITE):
        with pytest.raises(ValidationError):
            choose(reader, "off", DUTY, channel)
    choices.stop_emails(user=reader, wanted=["*", DUTY], by="test")
    tell(reader, DUTY)
    [message] = send()
    assert "List-Unsubscribe" not in message.extra_headers


@pytest.mark.parametrize(
    ("kind", "channel", "mode"),
    [
        ("nobody", EMAIL, "off"),
        (HELLO, EMAIL, "hourly"),
        (HELLO, SITE, "daily"),
        (HELLO, Channel.WEBHOOK, "weekly"),
    ],
)
def test_what_there_is_not_cannot_be_chosen(
    reader: User, kind: str, channel: Channel, mode: str
) -> None:
    with pytest.raises(ValidationError):
        choices.choose(actor=reader, modes={(kind, channel): mode})
    assert not NotificationChoice.objects.exists()


def test_a_change_is_audited_once(reader: User) -> None:
    assert choose(reader, "daily") == 1
    assert choose(reader, "daily") == 0
    entry = AuditEntry.objects.get(verb="choose_notifications")
    assert entry.before == {"test.hello email": "instant"}
    assert entry.after == {"test.hello email": "daily"}


def test_an_address_gets_what_is_chosen_for_its_channel(reader: User) -> None:
    make_endpoint(reader, "https://example.com/")
    tell(reader)
    choose(reader, "off", channel=Channel.WEBHOOK)
    tell(reader)
    assert NotificationDelivery.objects.filter(channel="webhook").count() == 1


def test_all_is_written_or_nothing(reader: User) -> None:
    make_endpoint(reader, "https://example.com/")
    with transaction.atomic():
        tell(reader)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()
    assert not NotificationDelivery.objects.exists()


# digests


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 here; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("mode", "now", "expected"),
    [
        (Mode.DAILY, at(23, 7, 59), at(23, 8)),
        (Mode.DAILY, at(23, 8), at(24, 8)),
        (Mode.DAILY, at(23, 23), at(24, 8)),
        (Mode.WEEKLY, at(23, 7), at(23, 8)),
        (Mode.WEEKLY, at(23, 8), at(30, 8)),
        (Mode.WEEKLY, at(22, 8), at(23, 8)),
        (Mode.WEEKLY, at(25, 12), at(30, 8)),
    ],
)
def test_when_a_digest_is_due(mode: Mode, now: datetime, expected: datetime) -> None:
    assert choices.next_digest(DigestTime(hour=8, weekday=0), mode, now) == expected


@given(
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    mode=st.sampled_from([Mode.DAILY, Mode.WEEKLY]),
    minutes=st.integers(0, 60 * 24 * 400),
)
def test_a_digest_is_the_next_one(hour: int, weekday: int, mode: Mode, minutes: int) -> None:
    now = at(1, 0) + timedelta(minutes=minutes)
    due = choices.next_digest(DigestTime(hour=hour, weekday=weekday), mode, now)
    period = timedelta(days=1 if mode == Mode.DAILY else 7)
    assert timedelta(0) < due - now <= period
    local = timezone.localtime(due)
    assert (local.hour, local.minute) == (hour, 0)
    assert mode == Mode.DAILY or local.weekday() == weekday


def test_a_digest_is_one_e_mail_of_all_that_is_due(reader: User) -> None:
    choose(reader, "daily")
    choose(reader, "daily", TALK)
    long_ago = timezone.now() - timedelta(days=2)
    for name in ("Li", "Wang"):
        tell(reader, name=name, now=long_ago)
    for name in ("Zhou", "Wu"):
        tell(reader, TALK, name=name, url="/introductions/1/", now=long_ago)
    tell(reader, name="Tomorrow")
    tell(make_reader(), name="Somebody else", now=long_ago)
    messages = send()
    assert [message.subject for message in messages] == [
        "Your day: 3 new, “Hello Li” …",
        "Hello Somebody else",
    ]
    body = messages[0].body
    assert [name for name in ("Li", "Wang", "Wu", "Tomorrow") if f"Hello {name}" in body] == [
        "Li",
        "Wang",
        "Wu",
    ]
    assert "Hello Wu (2)" in body
    assert send() == []


def test_what_was_switched_off_meanwhile_is_left_out(reader: User) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    for kind in (HELLO, TALK):
        choose(reader, "weekly", kind)
        tell(reader, kind, name=kind, now=long_ago)
    choose(reader, "off")
    [message] = send()
    assert message.subject == "Hello test.talk"
    found = dict(NotificationDelivery.objects.values_list("notification__kind", "state"))
    assert found == {HELLO: "dropped", TALK: "sent"}
    tell(reader, TALK, now=long_ago)
    choose(reader, "off", TALK)
    assert send() == []
    assert not NotificationDelivery.objects.filter(state="pending").exists()


def test_the_hour_is_chosen(reader: User) -> None:
    choices.set_digest_time(actor=reader, hour=17, weekday=4)
    choose(reader, "weekly")
    tell(reader, now=at(23, 9))
    due = NotificationDelivery.objects.get().not_before
    assert due == at(27, 17)
    with pytest.raises(ValidationError):
        choices.set_digest_time(actor=reader, hour=24, weekday=0)


# threads


def test_ten_messages_are_one_e_mail(reader: User) -> None:
    for number in range(10):
        tell(reader, TALK, name=str(number), url="/introductions/1/")
    tell(reader, TALK, name="other", url="/introductions/2/")
    assert send() == []
    due_now()
    assert sorted(message.subject for message in send()) == ["Hello 9 (10)", "Hello other"]
    assert send() == []


def test_a_message_that_was_read_is_not_mailed(reader: User) -> None:
    first, _second = (tell(reader, TALK, name=name) for name in ("one", "two"))
    notifications.mark_read(reader, pk=first.pk)
    due_now()
    [message] = send()
    assert message.subject == "Hello two"
    notifications.mark_read(reader)
    tell(reader, HELLO)
    assert len(send()) == 1


def test_a_repeat_has_the_same_key_and_nothing_new(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(reader, TALK, name="one")
    tell(reader, TALK, name="two")
    due_now()

    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "settle", die)
        with pytest.raises(Killed):
            sending.send_due_emails(10)
    tell(reader, TALK, name="three")
    due_now()
    first, *later = [*mail.outbox, *send()]
    assert [message.subject for message in (first, *later)] == [
        "Hello two (2)",
        "Hello two (2)",
        "Hello three",
    ]
    key = first.extra_headers["Message-ID"]
    assert [message.extra_headers["Message-ID"] == key for message in later] == [True, False]


# stopping


def stop_path(message: Any) -> str:
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    found = re.fullmatch(r"https?://[^/]+(/.*)", address)
    assert found is not None
    return found[1]


def test_one_click_stops_the_kind(reader: User) -> None:
    tell(reader)
    [message] = send()
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parseaddr(message.extra_headers["Message-ID"])[1].startswith("notification-")
    stranger = PlainClient(enforce_csrf_checks=True)
    path = stop_path(message)
    page = stranger.get(path)
    assert page.status_code == 200
    assert b"Hello \xe2\x80\xa6" in page.content
    assert not NotificationChoice.objects.exists()
    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    tell(reader)
    assert send() == []
    tell(reader, DUTY)
    assert len(send()) == 1
    undo = re.search(r'name="undo" value="([^"]+)"', answer.content.decode())
    assert undo is not None
    assert stranger.post(path, {"undo": undo[1]}).status_code == 200
    tell(reader)
    assert len(send()) == 1


def test_everything_is_stopped_and_taken_up_as_it_was(reader: User, client: Client) -> None:
    choose(reader, "weekly", TALK)
    path = f"/en/notifications/unsubscribe/{tokens.stop_token(reader, ['*'])}/"
    answer = client.post(path)
    for kind in (HELLO, TALK):
        tell(reader, kind)
    assert send() == []
    undo = re.search(r'name="undo" value="([^"]+)"', answer.content.decode())
    assert undo is not None
    client.post(path, {"undo": undo[1]})
    chosen = choices.chosen_by(reader)
    assert chosen.rows == {(TALK, EMAIL): Mode.WEEKLY}


@pytest.mark.parametrize("token", ["x", "a:b:c", "1-abc", "%00", "💥"])
def test_no_other_text_stops_anything(client: Client, token: str) -> None:
    assert client.get(f"/en/notifications/unsubscribe/{token}/").status_code == 404
    assert client.post(f"/en/notifications/unsubscribe/{token}/").status_code == 404


def test_one_token_is_good_for_nothing_else(reader: User, client: Client) -> None:
    other = make_reader()
    path = f"/en/notifications/unsubscribe/{tokens.stop_token(reader, [HELLO])}/"
    for undo in (tokens.undo_token(other, {}), tokens.stop_token(reader, [HELLO]), "x"):
        assert client.post(path, {"undo": undo}).status_code == 404
    reader.is_active = False
    reader.save()
    assert client.post(path).status_code == 404


# rights and age


def test_what_is_kept_of_a_person_is_handed_out_and_deleted(reader: User) -> None:
    choose(reader, "daily")
    choices.set_digest_time(actor=reader, hour=9, weekday=1)
    make_endpoint(reader, "https://example.com/hook")
    tell(reader)
    told = personal.export(reader)
    assert told["choices"] == [{"kind": HELLO, "channel": "email", "mode": "daily"}]
    assert told["digests"] == {"hour": 9, "weekday": 1}
    assert [row["url"] for row in told["addresses"]] == ["https://example.com/hook"]
    assert [row["subject"] for row in told["notifications"]] == ["Hello Li"]
    assert "whsec_" not in str(told)
    personal.erase(reader)
    personal.erase(reader)
    for model in (Notification, NotificationChoice, NotificationDelivery, Endpoint, DigestTime):
        assert not model.objects.exists()


def test_the_old_go_and_the_owed_stay(reader: User, settings: Any) -> None:
    settings.NOTIFICATION_DAYS = 30
    sent, owed = tell(reader), tell(reader)
    NotificationDelivery.objects.filter(notification=sent).update(state="dropped")
    assert notifications.delete_old() == 0
    assert notifications.delete_old(now=timezone.now() + timedelta(days=31)) == 1
    assert list(Notification.objects.values_list("pk", flat=True)) == [owed.pk]
