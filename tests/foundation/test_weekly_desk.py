"""The weekly e-mail of what waits: on Monday morning, once, to those for whom anything does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from portal.accounts.models import User
from portal.foundation import registries
from portal.foundation.desk import weekly
from portal.foundation.models import Notification, WeeklyDesk
from portal.foundation.notifications import sending
from portal.foundation.registries import Waiting, WaitingItem
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db
MONDAY = timezone.make_aware(datetime(2027, 3, 1, 8))
Desks = dict[str, list[WaitingItem]]


@pytest.fixture
def desks(monkeypatch: pytest.MonkeyPatch) -> Desks:
    """Items by e-mail address, the only kind there is."""
    found: Desks = {}
    registry: registries.Registry[Waiting] = registries.Registry()
    registry.register(Waiting("things", 1, "Things", lambda user: found.get(user.email, [])))
    monkeypatch.setattr(registries, "waiting", registry)
    return found


def busy(desks: Desks, count: int = 1, language: str = "en") -> User:
    """Somebody for whom `count` things wait."""
    user = make_user(language=language)
    due = MONDAY - timedelta(days=1)
    desks[user.email] = [
        WaitingItem(f"Thing {number}", "/en/x/", MONDAY - timedelta(days=9), due)
        for number in range(1, count + 1)
    ]
    return user


def written() -> list[Notification]:
    return list(Notification.objects.filter(kind=weekly.KIND).order_by("pk"))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (MONDAY - timedelta(seconds=1), False),
        (MONDAY, True),
        (MONDAY + timedelta(days=2, seconds=-1), True),
        (MONDAY + timedelta(days=2), False),
        (MONDAY + timedelta(days=6), False),
        (MONDAY + timedelta(days=7), True),
    ],
)
def test_it_is_due_on_monday_morning_and_two_days_after(at: datetime, due: bool) -> None:
    assert (weekly.week_due(at) is not None) is due


def test_only_those_for_whom_something_waits_are_written_to(desks: Desks) -> None:
    user = busy(desks, 12)
    make_user()
    assert weekly.drain(200, now=MONDAY) == 2
    [told] = written()
    assert (told.recipient, told.url, told.context["count"]) == (user, "/waiting/", 12)
    assert told.context["list"].splitlines()[0] == "· Things: Thing 1 – overdue since Feb. 28, 2027"
    assert told.context["list"].splitlines()[-1] == "… and 2 more"
    assert not told.bell, "in the portal the desk tells it"
    assert list(WeeklyDesk.objects.order_by("pk").values_list("items", flat=True)) == [12, 0]


def test_once_a_week_however_often_the_worker_comes(desks: Desks) -> None:
    busy(desks)
    for hours in (0, 1, 30):
        weekly.drain(200, now=MONDAY + timedelta(hours=hours))
    assert len(written()) == 1
    weekly.drain(200, now=MONDAY + timedelta(days=7))
    assert len(written()) == 2


class Killed(BaseException):
    """The worker's end, which no handler catches."""


@pytest.mark.parametrize("step", ["desk_of", "text_of"])
def test_a_worker_killed_in_between_writes_to_all_and_to_nobody_twice(
    step: str, desks: Desks, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    for _ in range(3):
        busy(desks)
    whole = getattr(weekly, step)
    calls: list[int] = []

    def dies_at_the_second(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return whole(*args, **kwargs)

    monkeypatch.setattr(weekly, step, dies_at_the_second)
    with pytest.raises(Killed):
        weekly.drain(200, now=MONDAY)
    assert (len(written()), WeeklyDesk.objects.count()) == (1, 1)
    monkeypatch.undo()


def test_one_desk_that_cannot_be_read_holds_up_nobody(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, user = make_user(), busy(desks)

    def read(person: User) -> list[WaitingItem]:
        if person == broken:
            raise ValueError
        return desks[person.email]

    registries.waiting.register(Waiting("things", 1, "Things", read))
    assert weekly.drain(200, now=MONDAY) == 1
    assert [row.recipient for row in written()] == [user]
    assert list(WeeklyDesk.objects.values_list("user", flat=True)) == [user.pk]


def test_nobody_who_joined_later_or_left(desks: Desks) -> None:
    late, gone = busy(desks), busy(desks)
    User.objects.filter(pk=late.pk).update(date_joined=MONDAY + timedelta(hours=1))
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert weekly.drain(200, now=MONDAY + timedelta(hours=2)) == 0
    assert written() == []


def test_a_batch_at_a_time(desks: Desks) -> None:
    for _ in range(3):
        busy(desks)
    assert [weekly.drain(2, now=MONDAY) for _ in range(3)] == [2, 1, 0]
    assert len(written()) == 3


def test_the_e_mail_stops_in_one_click(desks: Desks, client: Client) -> None:
    user = busy(desks)
    weekly.drain(200, now=MONDAY)
    assert sending.send_due_emails(10) == 1
    [message] = mail.outbox
    assert message.to == [user.email]
    assert message.subject == "What waits for you this week: 1"
    assert "Thing 1" in message.body
    assert "/en/waiting/" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = message.extra_headers["List-Unsubscribe"].strip("<>")
    answer = client.post(
        stop.partition("//")[2].partition("/")[2].join(["/", ""]), {"List-Unsubscribe": "One-Click"}
    )
    assert answer.status_code == 200
    weekly.drain(200, now=MONDAY + timedelta(days=7))
    assert sending.send_due_emails(10) == 0
    assert len(mail.outbox) == 1


def test_it_is_written_in_the_language_of_the_reader(desks: Desks) -> None:
    busy(desks, language="zh-hans")
    weekly.drain(200, now=MONDAY)
    assert "2027年2月28日" in written()[0].context["list"]
