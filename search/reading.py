"""From the database to writes for an engine: what is wanted of each document, and as of when."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from portal.foundation.models import OutboxRow
from search import documents
from search.documents import DocumentType, IndexedDocument
from search.engines.base import Delete, Engine, EngineError, Upsert, Write, chunks

LOOK_UP = 2_000

Versions = dict[tuple[str, str], int]
"""Version by type and key."""

_dimensions: Callable[[], int | None] | None = None


def register_dimensions(dimensions: Callable[[], int | None]) -> None:
    """How many dimensions the encoder's vectors have, None while that is not known."""
    global _dimensions
    _dimensions = dimensions


def target_of(engine: Engine) -> str:
    """The engine's name in the outbox."""
    return f"index:{engine.name}"


def versions_requested(engine: Engine) -> Versions:
    """The newest version asked for of every document."""
    rows = OutboxRow.objects.filter(target=target_of(engine))
    return {
        (kind, key): requested
        for kind, key, requested in rows.values_list("kind", "key", "requested").iterator()
    }


def versions_expected(engine: Engine, kind: DocumentType) -> Iterator[tuple[str, int]]:
    """Key and version of every row of a type that the index should hold."""
    rows = OutboxRow.objects.filter(target=target_of(engine), kind=kind.type)
    for keys in chunks(kind.keys(), LOOK_UP):
        found = rows.filter(key__in=keys).values_list("key", "requested")
        requested = dict(found)
        for key in keys:
            yield key, requested.get(key, 0)


def read_rows(kind: DocumentType, rows: list[Any], versions: Versions) -> list[Upsert]:
    """Writes of rows as of the versions given. Raises EngineError for one that can't be read."""
    writes = []
    for row in rows:
        try:
            document = kind.to_document(row)
        except Exception as error:
            raise EngineError(
                f"{kind.type} {kind.object_key(row)} can't be read: {error}"
            ) from error
        writes.append(Upsert(document, versions.get((document.type, document.key), 0)))
    return fitting(writes)


def read_documents(versions: Versions) -> tuple[list[Write], dict[tuple[str, str], str]]:
    """What the index should hold of these documents now, and why some can't be told."""
    by_type: dict[str, list[str]] = {}
    for type, key in versions:
        by_type.setdefault(type, []).append(key)
    upserts: list[Upsert] = []
    deletes: list[Write] = []
    refused: dict[tuple[str, str], str] = {}
    for type, keys in by_type.items():
        try:
            document_type = documents.get_type(type)
        except KeyError:
            refused |= {(type, key): f"no document type {type!r}" for key in keys}
            continue
        rows = document_type.get_for_index(keys)
        deletes += [Delete(type, key, versions[type, key]) for key in keys if key not in rows]
        for key, row in rows.items():
            try:
                upserts.append(Upsert(document_type.to_document(row), versions[type, key]))
            except Exception as error:  # one broken row must not hold up the others
                refused[type, key] = f"{error.__class__.__name__}: {error}"
    return [*fitting(upserts), *deletes], refused


def fitting(writes: list[Upsert]) -> list[Upsert]:
    """Vectors of other dimensions than the encoder's have no place in the index: such a document
    goes without until the worker has encoded it again."""
    dimensions = _dimensions() if _dimensions is not None else None
    if dimensions is None:
        return writes
    return [
        write if _fits(write.document, dimensions) else _without_vectors(write) for write in writes
    ]


def _fits(document: IndexedDocument, dimensions: int) -> bool:
    return all(len(vector) == dimensions for vector in document.vectors)


def _without_vectors(write: Upsert) -> Upsert:
    return Upsert(replace(write.document, vectors=()), write.version)
