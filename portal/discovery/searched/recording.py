"""Counting in memory, and adding what was counted to the database."""

import atexit
import logging
import os
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.discovery.models import SearchCount, SearchedDay, SearchedText
from portal.discovery.searched.counting import (
    MAX_POSITION,
    SHOWN_FROM,
    WRITE_EVERY,
    Note,
    as_kept,
    digest_of,
    normal,
    note_of,
    signed,
)
from portal.discovery.service import SearchAnswer

logger = logging.getLogger(__name__)

MAX_TEXTS = 5_000
"""Different texts held at once; a flood of others is counted without its texts."""
_LENGTH = 48


@dataclass(slots=True)
class _Day:
    """Counts of one text on a day in a language."""

    text: str = ""
    times: int = 0
    nothing_found: int = 0
    nothing_read: int = 0
    clicks: int = 0
    top_three: int = 0
    reciprocals: float = 0.0


@dataclass(slots=True)
class _Counted:
    counts: Counter[tuple[date, str, str, str]] = field(default_factory=Counter)
    texts: dict[tuple[date, str, str], _Day] = field(default_factory=dict)

    def day(self, language: str, digest: str) -> _Day | None:
        """The counts of a text today; None when too many others are held."""
        key = (timezone.localdate(), language, digest)
        if key not in self.texts and len(self.texts) >= MAX_TEXTS:
            return None
        return self.texts.setdefault(key, _Day())


_lock = threading.Lock()
_counted = _Counted()
_regularly = False
_stopped = threading.Event()
_writer: tuple[int, threading.Thread] | None = None


def record(answer: SearchAnswer) -> Note:
    """Count a search that was answered; gives what to count when its page is served again."""
    note = note_of(answer)
    _count(note)
    return note


def record_kept(note: Note) -> None:
    """Count a search whose page came from the visitors' cache."""
    _count(as_kept(note))


def click_token(text: str) -> str:
    """What a page of results carries, so that a click can be counted for its text; "" where the
    text is not counted."""
    kind, folded = normal(text)
    return signed(digest_of(folded)) if kind == "words" else ""


def record_click(token: str, position: int, language: str) -> None:
    """Count that the result at `position` (from 1, over all pages) was opened.

    A token that is not the portal's counts for no text."""
    position = min(max(position, 1), MAX_POSITION)
    digest = token[:-16]
    genuine = len(token) == _LENGTH and constant_time_compare(signed(digest), token)
    with _lock:
        _counted.counts[timezone.localdate(), language, "click", str(position)] += 1
        day = _counted.day(language, digest) if genuine else None
        if day is not None:
            day.clicks += 1
            day.top_three += position <= 3
            day.reciprocals += 1 / position
    _ensure_writer()


def _count(note: Note) -> None:
    today = timezone.localdate()
    digest = digest_of(note.text) if note.text else ""
    with _lock:
        for name, value in note.counts:
            _counted.counts[today, note.language, name, value] += 1
        day = _counted.day(note.language, digest) if digest else None
        if day is not None:
            day.text = note.text
            day.times += 1
            day.nothing_found += note.nothing_found
            day.nothing_read += note.nothing_read
    _ensure_writer()


# writing


def write() -> int:
    """Add what was counted to the database; says how many rows. What can't be written is
    dropped: counts are not worth filling the memory for."""
    global _counted
    with _lock:
        counted, _counted = _counted, _Counted()
    if not counted.counts:
        return 0
    with transaction.atomic():
        _add_counts(counted)
        _add_days(counted)
        _add_texts(counted)
    return len(counted.counts) + len(counted.texts)


def write_regularly() -> None:
    """From now on this process writes by itself; called by what serves pages."""
    global _regularly
    _regularly = True
    _stopped.clear()
    atexit.register(stop_writing)


def stop_writing() -> None:
    """Write what is left, and no more by itself."""
    global _regularly
    _regularly = False
    _stopped.set()
    atexit.unregister(stop_writing)
    if _writer is not None and _writer[0] == os.getpid():
        _writer[1].join(timeout=WRITE_EVERY)
    _write_or_tell()


def _ensure_writer() -> None:
    """A thread of this very process: one that was there before a fork is not."""
    global _writer
    if not _regularly or _runs(_writer):
        return
    with _lock:
        if not _runs(_writer):
            thread = threading.Thread(target=_keep_writing, name="searched", daemon=True)
            _writer = (os.getpid(), thread)
            thread.start()


def _runs(writer: tuple[int, threading.Thread] | None) -> bool:
    return writer is not None and writer[0] == os.getpid() and writer[1].is_alive()


def _keep_writing() -> None:
    while not _stopped.wait(WRITE_EVERY):
        _write_or_tell()
        connection.close()


def _write_or_tell() -> None:
    try:
        write()
    except Error:
        logger.exception("what was searched could not be written")


def _add_counts(counted: _Counted) -> None:
    table = SearchCount._meta.db_table
    statement = (
        f"INSERT INTO {table} (day, language, name, value, times) VALUES (%s, %s, %s, %s, %s) "  # noqa: S608
        "ON CONFLICT (day, language, name, value) "
        f"DO UPDATE SET times = {table}.times + excluded.times"
    )
    rows = [(_date(day), *rest, times) for (day, *rest), times in sorted(counted.counts.items())]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _add_days(counted: _Counted) -> None:
    table = SearchedDay._meta.db_table
    names = ("times", "nothing_found", "nothing_read", "clicks", "top_three", "reciprocals")
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    statement = (
        f"INSERT INTO {table} (day, language, digest, {', '.join(names)}) "  # noqa: S608
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) "
        f"ON CONFLICT (day, language, digest) DO UPDATE SET {added}"
    )
    rows = [
        (_date(day), language, digest, *(getattr(found, name) for name in names))
        for (day, language, digest), found in sorted(counted.texts.items(), key=lambda one: one[0])
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _add_texts(counted: _Counted) -> None:
    """The words themselves are stored from SHOWN_FROM on only."""
    table = SearchedText._meta.db_table
    statement = (
        f"INSERT INTO {table} (digest, times, text) VALUES (%s, %s, %s) "  # noqa: S608
        f"ON CONFLICT (digest) DO UPDATE SET times = {table}.times + excluded.times, "
        f"text = CASE WHEN {table}.times + excluded.times >= {SHOWN_FROM} THEN %s ELSE '' END"
    )
    times: Counter[tuple[str, str]] = Counter()
    for (_, _, digest), found in counted.texts.items():
        if found.times:
            times[digest, found.text] += found.times
    rows = [
        (digest, count, text if count >= SHOWN_FROM else "", text)
        for (digest, text), count in sorted(times.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _date(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)
