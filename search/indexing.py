"""From the database into the engines: the outbox's consumer, catching up, building anew.

Whoever changes a row calls `request_index` in the same transaction. The consumer reads the row
again and writes what a signed-out visitor may see of it, or takes it out, with the outbox row's
`requested` as version, so that a late write never replaces a newer one."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from portal.foundation import outbox
from portal.foundation.models import OutboxRow
from search import documents, engines
from search.engines.base import Delete, Engine, EngineError, Rebuild, Upsert, Write, chunks

logger = logging.getLogger(__name__)

BATCH = 200
REBUILD_BATCH = 500
REPLAYS = 5
"""Rounds of late writes taken in before the alias moves."""

Advance = Callable[[int], object]


def target_of(engine: Engine) -> str:
    """The engine's name in the outbox."""
    return f"index:{engine.name}"


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
    return len(rows)


def drain_named(name: str, limit: int = BATCH) -> int:
    """`drain` for the engine of that name, looked up when it is due: after any fork."""
    return drain(engines.get_engine(name), limit)


def _bring_up_to_date(engine: Engine, rows: list[OutboxRow]) -> None:
    by_identity = {(row.kind, row.key): row for row in rows}
    writes, refused = _read({name: row.requested for name, row in by_identity.items()})
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


def _read(
    versions: dict[tuple[str, str], int],
) -> tuple[list[Write], dict[tuple[str, str], str]]:
    """What the index should hold of these documents now, and why some can't be told."""
    by_type: dict[str, list[str]] = {}
    for type, key in versions:
        by_type.setdefault(type, []).append(key)
    writes: list[Write] = []
    refused: dict[tuple[str, str], str] = {}
    for type, keys in by_type.items():
        try:
            document_type = documents.get_type(type)
        except KeyError:
            refused |= {(type, key): f"no document type {type!r}" for key in keys}
            continue
        rows = document_type.get_for_index(keys)
        for key in keys:
            version = versions[type, key]
            if key not in rows:
                writes.append(Delete(type, key, version))
                continue
            try:
                writes.append(Upsert(document_type.to_document(rows[key]), version))
            except Exception as error:  # one broken row must not hold up the others
                logger.exception("%s %s", type, key)
                refused[type, key] = f"{error.__class__.__name__}: {error}"
    return writes, refused


@dataclass(frozen=True, slots=True)
class Synced:
    """How many requests were worked off, how many are left, and the last reason why."""

    done: int
    left: int
    reason: str = ""


def sync(engine: Engine, advance: Advance | None = None) -> Synced:
    """Work off everything that is requested, also what waits for another try."""
    target = target_of(engine)
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


# building anew


def versions_requested(engine: Engine) -> dict[tuple[str, str], int]:
    """The newest version asked for of every document, by type and key."""
    rows = OutboxRow.objects.filter(target=target_of(engine))
    return {
        (kind, key): requested
        for kind, key, requested in rows.values_list("kind", "key", "requested").iterator()
    }


def rebuild(engine: Engine, advance: Advance | None = None) -> int:
    """Build a new index beside the one in use and move the alias; says how many documents.

    Writes that come meanwhile go to the old index and are taken into the new one: before the
    alias moves, and once more after it for those that were under way at that moment.

    Raises EngineError and leaves the old index in use when a document can't be stored."""
    # Read before the rows themselves, so that no version is newer than what it stands for.
    versions = versions_requested(engine)
    count = 0
    with engine.rebuilding() as new:
        for document_type in documents.types():
            rows = document_type.queryset().iterator(chunk_size=REBUILD_BATCH)
            for part in chunks(rows, REBUILD_BATCH):
                _must_store(new.write(_first_writes(document_type, part, versions)))
                count += len(part)
                if advance is not None:
                    advance(len(part))
        for _ in range(REPLAYS):
            if not _replay(engine, new, versions):
                break
        new.publish(lambda: _replay(engine, new, versions))
    _replay(engine, engine, versions)
    return count


def _first_writes(
    document_type: documents.DocumentType, rows: list[Any], versions: dict[tuple[str, str], int]
) -> list[Upsert]:
    writes = []
    for row in rows:
        try:
            document = document_type.to_document(row)
        except Exception as error:
            key = document_type.object_key(row)
            raise EngineError(f"{document_type.type} {key} can't be read: {error}") from error
        writes.append(Upsert(document, versions.get((document.type, document.key), 0)))
    return writes


def _replay(engine: Engine, into: Engine | Rebuild, versions: dict[tuple[str, str], int]) -> int:
    """Take in what was requested since `versions`, and bring those up to date."""
    newest = versions_requested(engine)
    changed = {
        name: version for name, version in newest.items() if version != versions.get(name, 0)
    }
    for part in chunks(changed.items(), REBUILD_BATCH):
        # What can't be read now stays requested in the outbox, where its reason is shown.
        writes, _ = _read(dict(part))
        _must_store(into.write(writes))
    versions |= changed
    return len(changed)


def _must_store(refused: dict[tuple[str, str], str]) -> None:
    for (type, key), reason in refused.items():
        raise EngineError(f"{type} {key} can't be stored: {reason}")
