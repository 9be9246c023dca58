"""Building an index anew beside the one in use, under writes, and on from where it was stopped."""

import contextlib
import gc
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.utils import timezone

from search import documents
from search.documents import DocumentType
from search.engines.base import Engine, EngineError, Rebuild, Upsert, chunks
from search.models import IndexState, state_of
from search.reading import Versions, read_documents, read_rows, versions_requested
from search.turns import only_builder

logger = logging.getLogger(__name__)

BATCH = 500
REPLAYS = 5
"""Rounds of late writes taken in before the alias moves."""
COLLECTED_AFTER = 50_000
"""Objects made between two collections of garbage: those of a few hundred rows."""
CHECKPOINT_SECONDS = 10.0
"""What a killed rebuild has to do again at most."""

_KEPT = ["building", "building_shape", "positions", "taken_in", "building_changed"]

_Part = tuple[list[Any], list[Upsert], Future[dict[tuple[str, str], str]]]
"""Rows, what is written of them, and what comes of it."""

Advance = Callable[[int], object]
Say = Callable[[str], object]


def rebuild(engine: Engine, advance: Advance | None = None, say: Say = logger.info) -> int:
    """Build a new index beside the one in use and move the alias; says how many documents.

    A rebuild that was interrupted, even by the death of its process, goes on after the rows it
    had taken in, unless the index would have another shape now. Writes that come meanwhile go to
    the old index and are taken into the new one: before the alias moves, and once more after it
    for those that were under way at that moment.

    Raises EngineError and leaves the old index in use when a document can't be stored, or while
    another process builds."""
    with only_builder(engine), _collecting_seldom():
        state = state_of(engine.name)
        resume = _prepare(engine, state)
        with engine.rebuilding(resume=resume, keep=True) as new:
            building = _Building(engine, new, state, advance or (lambda _: None))
            building.begin(resumed=bool(resume), say=say)
            building.take_in_rows()
            building.finish()
    return state.taken_in


@contextlib.contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Rows come and go by the ten thousand. The collector of garbage need not look after each
    thousand, nor walk each time through all that lives as long as the process."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def remove_leftovers(engine: Engine, *, unless: str = "") -> int:
    """Remove half-built indexes but the one named; says how many. The caller is the builder."""
    found = [name for name in engine.beside() if name != unless]
    for name in found:
        engine.discard(name)
    return len(found)


def _prepare(engine: Engine, state: IndexState) -> str:
    """The half-built index to go on with, "" to begin with a new one; no other is left."""
    there = state.building in engine.beside() and state.building_shape == engine.shape()
    resume = state.building if there else ""
    remove_leftovers(engine, unless=resume)
    return resume


class _Building:
    """One rebuild: rows in the order of their primary keys, then what changed meanwhile."""

    def __init__(self, engine: Engine, new: Rebuild, state: IndexState, advance: Advance) -> None:
        self.engine, self.new, self.state, self.advance = engine, new, state, advance
        # Read before the rows themselves, so that no version is newer than what it stands for.
        self.requested = versions_requested(engine)
        self.held: Versions = {}
        self.started = self.saved = time.monotonic()

    def begin(self, *, resumed: bool, say: Say) -> None:
        """Find out what the new index holds already."""
        if resumed:
            for kind in documents.types():
                self.held |= {(kind.type, key): n for key, n in self.new.versions(kind.type)}
            say(f"{self.engine.name} rebuild: goes on after {self.state.taken_in} documents")
            self.advance(self.state.taken_in)
            return
        self.held = dict(self.requested)
        self.state.building, self.state.building_shape = self.new.name, self.engine.shape()
        self.state.positions, self.state.taken_in = {}, 0
        self.save()

    def save(self) -> None:
        """Put down how far it is, after the index itself has it for good."""
        self.new.checkpoint()
        self.state.building_changed = timezone.now()
        self.state.save(update_fields=_KEPT)
        self.saved = time.monotonic()

    def take_in_rows(self) -> None:
        """Every row after the last one taken in. While the engine stores some, the next are read
        and put in its form, where it can be written to by several threads."""
        with ThreadPoolExecutor(max(1, self.new.writers)) as pool:
            for kind in documents.types():
                under_way: deque[_Part] = deque()
                for rows in _pages(kind, self.state.positions.get(kind.type)):
                    try:
                        writes = read_rows(kind, rows, self.requested)
                    except EngineError:
                        self._all_taken_in(kind, under_way)
                        raise
                    under_way.append((rows, writes, pool.submit(self.new.write, writes)))
                    while len(under_way) >= self.new.writers:
                        self._taken_in(kind, *under_way.popleft())
                self._all_taken_in(kind, under_way)
        self.save()

    def _all_taken_in(self, kind: DocumentType, under_way: "deque[_Part]") -> None:
        while under_way:
            self._taken_in(kind, *under_way.popleft())

    def _taken_in(
        self,
        kind: DocumentType,
        rows: list[Any],
        writes: list[Upsert],
        done: Future[dict[tuple[str, str], str]],
    ) -> None:
        """Wait for a part to be stored. In the order of the rows, so that the position never
        passes one that is not."""
        _must_store(done.result())
        self.held.update((write.identity, write.version) for write in writes)
        self.state.positions[kind.type] = rows[-1].pk
        self.state.taken_in += len(rows)
        self.advance(len(rows))
        if time.monotonic() - self.saved >= CHECKPOINT_SECONDS:
            self.save()

    def finish(self) -> None:
        """Take in what came late, move the alias."""
        for _ in range(REPLAYS):
            if not self._replay(self.new):
                break
        self.new.publish(lambda: self._replay(self.new))
        self.state.building, self.state.building_shape, self.state.positions = "", "", {}
        self.state.rebuilt_at, self.state.building_changed = timezone.now(), None
        self.state.rebuild_seconds = time.monotonic() - self.started
        self.state.save(update_fields=[*_KEPT, "rebuilt_at", "rebuild_seconds"])
        self._replay(self.engine)

    def _replay(self, into: Engine | Rebuild) -> int:
        """Take in what was requested since, and what a resumed rebuild had not seen: what was
        hidden or deleted while nobody built."""
        newest = versions_requested(self.engine)
        changed = {
            name: version for name, version in newest.items() if version != self.held.get(name, 0)
        }
        for part in chunks(changed.items(), BATCH):
            # What can't be read now stays requested in the outbox, where its reason is shown.
            writes, _ = read_documents(dict(part))
            _must_store(into.write(writes))
        self.held |= changed
        return len(changed)


def _pages(kind: DocumentType, after: Any) -> Iterator[list[Any]]:
    """Rows in pages, each read when it is due: no long transaction, and a place to go on from."""
    rows = kind.queryset().order_by("pk")
    while True:
        page = list((rows if after is None else rows.filter(pk__gt=after))[:BATCH])
        if not page:
            return
        yield page
        after = page[-1].pk


def _must_store(refused: dict[tuple[str, str], str]) -> None:
    for (type, key), reason in refused.items():
        raise EngineError(f"{type} {key} can't be stored: {reason}")
