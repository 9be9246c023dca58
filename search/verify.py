"""The database against an index: which documents are missing, too many, or of another version."""

import time
from dataclasses import dataclass, field

from django.utils import timezone

from search import documents, shape
from search.engines.base import Engine
from search.models import IndexState, state_of
from search.reading import versions_expected


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets an index of one type apart from the database, as keys; `held` are the versions
    that the index has of those that are too many or of another version."""

    engine: str
    type: str
    expected: int
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.keys)

    @property
    def keys(self) -> list[str]:
        """All of them."""
        return [*self.missing, *self.extra, *self.stale]


def verify(engine: Engine) -> list[Difference]:
    """One Difference per registered type; all are falsy when the index is right.

    Counts and checksums are compared first, read in parts; only where they differ are keys held
    against each other. A document is stale when a newer state was requested than the index holds,
    or when the index is ahead of the outbox, as after a restored backup, and would pass over
    later writes. Raises EngineError."""
    started = time.monotonic()
    found = [_verify_type(engine, kind) for kind in documents.types()]
    IndexState.objects.filter(pk=state_of(engine.name).pk).update(
        verified_at=timezone.now(),
        verify_seconds=time.monotonic() - started,
        differences=sum(len(difference.keys) for difference in found),
    )
    return found


def _verify_type(engine: Engine, kind: documents.DocumentType) -> Difference:
    expected = shape.checksum(kind.type, versions_expected(engine, kind))
    if expected == engine.checksum(kind.type):
        return Difference(engine.name, kind.type, expected[0])
    return _differences(engine, kind)


def _differences(engine: Engine, kind: documents.DocumentType) -> Difference:
    held = dict(engine.versions(kind.type))
    missing, stale = [], []
    count = 0
    ours: dict[str, int] = {}
    for key, version in versions_expected(engine, kind):
        count += 1
        has = held.pop(key, None)
        if has is None:
            missing.append(key)
        elif has != version:
            stale.append(key)
            ours[key] = has
    return Difference(
        engine=engine.name,
        type=kind.type,
        expected=count,
        missing=sorted(missing),
        extra=sorted(held),
        stale=sorted(stale),
        held=held | ours,
    )
