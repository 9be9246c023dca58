"""What waits for one person, of every room, the most urgent first.

Reading it asks every room, so it is kept for a minute: pages show the number in their head, the
home page the first few. It is read anew on the desk's own page, and on a page that tells what
the person has just done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from portal.foundation import registries
from portal.foundation.desk import MOST
from portal.foundation.registries import NextStep, WaitingItem

KEPT_SECONDS = 60


@dataclass(frozen=True)
class Group:
    """The items of one kind, most urgent first; `late` of them are overdue. Where `more` is set
    there may be others that were not read."""

    name: str
    label: str
    items: list[WaitingItem]
    late: int
    more: bool


@dataclass(frozen=True)
class Line:
    """An item beside the label of its kind, for the short list on the home page."""

    label: str
    item: WaitingItem
    late: bool


@dataclass(frozen=True)
class Desk:
    """Everything that waits for one person; groups with something overdue come first."""

    groups: list[Group]
    now: datetime

    @property
    def total(self) -> int:
        """How many items there are, of those that were read."""
        return sum(len(group.items) for group in self.groups)

    @property
    def late(self) -> int:
        """How many are overdue."""
        return sum(group.late for group in self.groups)

    def first(self, count: int) -> list[Line]:
        """The most urgent of all kinds."""
        pairs = [(item, group.label) for group in self.groups for item in group.items]
        pairs.sort(key=lambda pair: urgency(pair[0]))
        return [
            Line(label, item, is_late(item, self.now)) for item, label in pairs[: max(count, 0)]
        ]


def urgency(item: WaitingItem) -> tuple[bool, datetime, datetime]:
    """The order of a desk: by deadline, then what has waited longest; no deadline comes last."""
    return item.due is None, item.due or item.since, item.since


def is_late(item: WaitingItem, now: datetime) -> bool:
    """Is its deadline over?"""
    return item.due is not None and item.due < now


def last_day(due: datetime) -> date:
    """The last day before a deadline, in the portal's time zone: that of midnight is over."""
    return timezone.localtime(due - timedelta.resolution).date()


def desk_of(user: Any, *, now: datetime | None = None) -> Desk:
    """What waits for somebody who is signed in, read anew, in the active language."""
    now = now or timezone.now()
    groups = [
        _group(entry.name, str(entry.label), entry.items(user), now)
        for entry in registries.waiting.all()
    ]
    found = [group for group in groups if group.items]
    found.sort(key=lambda group: group.late == 0)
    return Desk(found, now)


def _group(name: str, label: str, items: Iterable[WaitingItem], now: datetime) -> Group:
    ordered = sorted(items, key=urgency)
    late = sum(is_late(item, now) for item in ordered)
    return Group(name, label, ordered[:MOST], late, len(ordered) >= MOST)


def fresh_desk(user: Any) -> Desk:
    """The same; what pages keep of it is renewed."""
    desk = desk_of(user)
    cache.set(_desk_key(user), desk, KEPT_SECONDS)
    cache.set(_count_key(user), desk.total, KEPT_SECONDS)
    return desk


def kept_desk(request: HttpRequest) -> Desk:
    """The desk of whoever asks, at most a minute old."""
    kept: Desk | None = None if _just_acted(request) else cache.get(_desk_key(request.user))
    return kept if kept is not None else fresh_desk(request.user)


def kept_count(request: HttpRequest) -> int:
    """How much waits for whoever asks, at most a minute old."""
    kept: int | None = None if _just_acted(request) else cache.get(_count_key(request.user))
    return kept if kept is not None else fresh_desk(request.user).total


def steps_for(user: Any) -> list[NextStep]:
    """What this person could do next, by who they are; the address with its language."""
    language = get_language()
    return [
        replace(step, url=f"/{language}{step.url}")
        for step in registries.next_steps.all()
        if step.fits(user)
    ]


def _just_acted(request: HttpRequest) -> bool:
    """Does this page tell of something that was done? The desk may have changed by it."""
    return len(get_messages(request)) > 0


def _desk_key(user: Any) -> str:
    return f"desk-{user.pk}-{get_language()}"


def _count_key(user: Any) -> str:
    return f"desk-count-{user.pk}"
