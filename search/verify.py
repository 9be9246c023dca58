"""The database against an index: which documents are missing, too many, or of another version."""

from dataclasses import dataclass, field

from search import documents
from search.engines.base import Engine
from search.indexing import versions_requested


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets an index of one type apart from the database, as keys."""

    engine: str
    type: str
    expected: int
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.stale)


def verify(engine: Engine) -> list[Difference]:
    """One Difference per registered type; all are falsy when the index is right.

    A document is stale when a newer state was requested than the index holds, or when the index
    is ahead of the outbox, as after a restored backup, and would pass over later writes."""
    versions = versions_requested(engine)
    return [_verify_type(engine, kind, versions) for kind in documents.types()]


def _verify_type(
    engine: Engine, document_type: documents.DocumentType, versions: dict[tuple[str, str], int]
) -> Difference:
    name = document_type.type
    expected = set(document_type.keys())
    held = dict(engine.versions(name))
    return Difference(
        engine=engine.name,
        type=name,
        expected=len(expected),
        missing=sorted(expected - held.keys()),
        extra=sorted(held.keys() - expected),
        stale=sorted(
            key for key in expected & held.keys() if held[key] != versions.get((name, key), 0)
        ),
    )
