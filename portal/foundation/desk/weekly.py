"""Once a week people are written what waits for them: on Monday morning, where anything does.

The row of the week and the notification are written in one transaction for each person, so that
a worker killed anywhere writes to nobody twice and leaves nobody out."""

import logging
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop, override

from portal.foundation import notifications
from portal.foundation.desk.reading import Desk, Line, desk_of, last_day
from portal.foundation.models import WeeklyDesk

logger = logging.getLogger(__name__)

KIND = "desk.weekly"
AT = time(8)
LATEST = timedelta(days=2)
"""A worker that was down on Monday still writes for so long after it should have."""
LISTED = 10
BATCH = 50


def register() -> None:
    """Add the kind of notification."""
    notifications.register(
        KIND,
        subject=gettext_noop("What waits for you this week: %(count)s"),
        body=gettext_noop("This waits for you:\n%(list)s"),
        group=gettext_noop("Your desk"),
        # In the portal the desk itself tells it.
        without=("site",),
    )


def drain(limit: int, *, now: datetime | None = None) -> int:
    """Write to some of those who were not written to this week; says how many desks were read."""
    now = now or timezone.now()
    monday = week_due(now)
    if monday is None:
        return 0
    written = WeeklyDesk.objects.filter(user=OuterRef("pk"), monday=monday)
    people = get_user_model().objects.filter(
        ~Exists(written), is_active=True, date_joined__lt=_begin(monday)
    )
    return sum(
        _try_to_write(person, monday, now) for person in people.order_by("pk")[: min(limit, BATCH)]
    )


def week_due(now: datetime) -> date | None:
    """The Monday whose e-mail is to be written at this moment, in the portal's time zone."""
    local = timezone.localtime(now)
    monday = local.date() - timedelta(days=local.weekday())
    begin = _begin(monday)
    return monday if begin <= now < begin + LATEST else None


def _begin(monday: date) -> datetime:
    return timezone.make_aware(datetime.combine(monday, AT))


def _try_to_write(person: Any, monday: date, now: datetime) -> bool:
    """Whoever can't be written to is tried again and holds up nobody else."""
    try:
        _write(person, monday, now)
    except Exception:
        logger.exception("desk of person %s could not be read", person.pk)
        return False
    return True


def _write(person: Any, monday: date, now: datetime) -> None:
    with transaction.atomic(), override(person.language):
        row, made = WeeklyDesk.objects.get_or_create(user=person, monday=monday)
        if not made:
            return
        desk = desk_of(person, now=now)
        if not desk.total:
            return
        WeeklyDesk.objects.filter(pk=row.pk).update(items=desk.total)
        notifications.notify(
            recipient=person,
            kind=KIND,
            context={"count": desk.total, "list": text_of(desk)},
            url="/waiting/",
        )


def text_of(desk: Desk) -> str:
    """The most urgent items, one a line, with their deadlines, in the active language."""
    lines = [f"· {_in_words(line)}" for line in desk.first(LISTED)]
    left = desk.total - len(lines)
    if left > 0:
        lines.append(gettext("… and %(count)s more") % {"count": left})
    return "\n".join(lines)


def _in_words(line: Line) -> str:
    said = gettext("%(kind)s: %(title)s") % {"kind": line.label, "title": line.item.title}
    if line.item.due is None:
        return said
    day = date_format(last_day(line.item.due), "DATE_FORMAT")
    words = (
        gettext("%(what)s – overdue since %(day)s")
        if line.late
        else gettext("%(what)s – by %(day)s")
    )
    return words % {"what": said, "day": day}
