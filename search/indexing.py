"""From the database into the engines: the outbox's consumer, catching up, building anew.

Whoever changes a row calls `request_index` in the same transaction. The consumer reads the row
again and writes what a signed-out visitor may see of it, or takes it out, with the outbox row's
`requested` as version, so that a late write never replaces a newer one."""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone

from portal.foundation import outbox
from portal.foundation.models import OutboxRow
from search import engines
from search.engines.base import Engine, EngineError
from search.models import IndexState, state_of
from search.reading import read_documents, target_of
from search.rebuilding import rebuild

__all__ = [
    "Synced", "drain", "drain_named", "ensure_shape", "follow", "other_shape", "rebuild",
    "request_index", "request_index_many", "sync", "target_of",
]  # fmt: skip

logger = logging.getLogger(__name__)

BATCH = 200
REBUILD_AGAIN_SECONDS = 60.0
"""How long an index is left as it is after the worker could not build it anew."""

Advance = Callable[[int], object]

_followers: list[str] = []


def follow(target: str) -> None:
    """Let the outbox owe `target`, too, every document that is to be indexed."""
    if target not in _followers:
        _followers.append(target)


def request_index(type: str, key: str) -> None:
    """Ask for one document to be brought up to date in every engine, in this transaction."""
    request_index_many(type, [key])


def request_index_many(type: str, keys: Iterable[str]) -> None:
    """The same for many documents of a type."""
    wanted = list(keys)
    for target in [*map(target_of, engines.all_engines()), *_followers]:
        outbox.request_many(target, type, wanted)


# the shape


def other_shape(engine: Engine) -> str:
    """Why the index should be built anew, "" where it is as it would be made now or where there
    is none yet. Raises EngineError."""
    held = engine.held_shape()
    if held is None or held == engine.shape():
        return ""
    return (
        f"{engine.name}: the index was made with another shape (another version of the portal, or "
        "another sentence encoder): run `manage.py index rebuild`"
    )


def ensure_shape(engine: Engine, advance: Advance | None = None) -> None:
    """Build the index anew where its shape is not that of this version and encoder. Searches are
    answered from the old one meanwhile. Raises EngineError."""
    if reason := other_shape(engine):
        logger.warning("%s; doing that now", reason)
        count = rebuild(engine, advance, say=logger.info)
        logger.info("%s: built anew, %s documents", target_of(engine), count)


# the consumer


def drain(engine: Engine, limit: int = BATCH) -> int:
    """Bring up to `limit` requested documents up to date; says how many were taken on.

    While the engine can't be used nothing is claimed, so that nothing waits once it can."""
    target = target_of(engine)
    if not outbox.pending(target).exists() or not engine.health().ok:
        return 0
    try:
        if not engine.exists():
            rebuild(engine)
    except EngineError as error:
        logger.warning("%s: %s", target, error)
        return 0
    rows = outbox.claim(target, limit)
    if rows:
        _bring_up_to_date(engine, rows)
        _remember_sync(engine)
    return len(rows)


def _remember_sync(engine: Engine) -> None:
    IndexState.objects.filter(pk=state_of(engine.name).pk).update(synced_at=timezone.now())


_looked_at: dict[str, float] = {}
"""When this process may look at an engine's shape again; for ever once it is right."""


def drain_named(name: str, limit: int = BATCH) -> int:
    """`drain` for the engine of that name, looked up when it is due: after any fork. The first
    time it sees to the index's shape."""
    engine = engines.get_engine(name)
    if time.monotonic() >= _looked_at.get(name, 0.0) and engine.health().ok:
        _looked_at[name] = float("inf")
        try:
            ensure_shape(engine)
        except EngineError as error:
            # The old index goes on; what it can't take waits in the outbox.
            logger.warning("%s: %s", target_of(engine), error)
            _looked_at[name] = time.monotonic() + REBUILD_AGAIN_SECONDS
    return drain(engine, limit)


def _bring_up_to_date(engine: Engine, rows: list[OutboxRow]) -> None:
    by_identity = {(row.kind, row.key): row for row in rows}
    writes, refused = read_documents({name: row.requested for name, row in by_identity.items()})
    try:
        refused |= engine.write(writes)
    except EngineError as error:
        logger.warning("%s: %s", target_of(engine), error)
        outbox.fail(rows, str(error))
        return
    for name, reason in refused.items():
        logger.error("%s: %s %s not indexed: %s", target_of(engine), *name, reason)
        outbox.fail([by_identity[name]], reason)
    outbox.acknowledge(row for name, row in by_identity.items() if name not in refused)


@dataclass(frozen=True, slots=True)
class Synced:
    """How many requests were worked off, how many are left, and the last reason why."""

    done: int
    left: int
    reason: str = ""


def sync(engine: Engine, advance: Advance | None = None) -> Synced:
    """Work off everything that is requested, also what waits for another try; an index of another
    shape is built anew first. Raises EngineError when that fails."""
    target = target_of(engine)
    if engine.health().ok:
        ensure_shape(engine, advance)
    outbox.retry_now(target)
    done = 0
    while taken := drain(engine):
        done += taken
        if advance is not None:
            advance(taken)
    left = outbox.pending(target)
    reason = ""
    if failed := left.exclude(error="").order_by("-changed").first():
        reason = failed.error
    elif not (health := engine.health()).ok:
        reason = health.detail
    return Synced(done, left.count(), reason if left.exists() else "")
