"""The rebuild of an index against the engine's bare bulk rate of the same documents."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.search_made import BATCH, document_type


def measure(engine: Any) -> dict[str, float]:
    """Seconds of `search.rebuilding.rebuild` from the database, which leaves the index in use,
    and of the engine's own bulk of the same documents, made beforehand.

    Elasticsearch analyses text in its bulk, and so does the embedded engine in its own; `finished`
    is tantivy's rate for terms that were cut and stemmed beforehand."""
    from search.rebuilding import rebuild

    bases = (
        {"bare": _bulk(engine), "finished": _tantivy()}
        if engine.name == "embedded"
        else {"bare": _elasticsearch(engine)}
    )
    started = time.perf_counter()
    rebuild(engine)
    return {"ours": time.perf_counter() - started, **bases}


def _upserts() -> Iterator[list[Any]]:
    from search.engines.base import Upsert, chunks

    kind = document_type()
    for part in chunks(kind.queryset().order_by("pk").iterator(chunk_size=BATCH), BATCH):
        yield [Upsert(kind.to_document(row), 1) for row in part]


def _bulk(engine: Any) -> float:
    """The engine's bulk into a new index that is thrown away."""
    parts = list(_upserts())
    started = time.perf_counter()
    with engine.rebuilding() as new:
        for part in parts:
            new.write(part)
        new.close()
        return time.perf_counter() - started


def _tantivy() -> float:
    """add_document and commit, one writer with one thread as the engine has."""
    from tantivy import Index

    from search.engines.tantivy_index import _HEAP
    from search.engines.tantivy_schema import build_schema, register_tokenizers, to_tantivy

    made = [to_tantivy(write, 1) for part in _upserts() for write in part]
    with TemporaryDirectory(prefix="duijie-bench-") as folder:
        index = Index(build_schema(), str(Path(folder)))
        register_tokenizers(index)
        started = time.perf_counter()
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for document in made:
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        return time.perf_counter() - started


def _elasticsearch(engine: Any) -> float:
    """_bulk with the parts that the engine would send, and a refresh."""
    from search.engines.elasticsearch_bulk import bulk_parts
    from search.engines.elasticsearch_schema import operation

    name = engine.create_index()
    requests = [
        [
            json.dumps(line, ensure_ascii=False).encode()
            for write in part
            for line in operation(write)
        ]
        for upserts in _upserts()
        for begin in range(0, len(upserts), 500)
        for part in bulk_parts(upserts[begin : begin + 500])
    ]
    client = engine._writing
    started = time.perf_counter()
    for lines in requests:
        if client.bulk(index=name, operations=lines)["errors"]:
            raise RuntimeError("the bare bulk was refused")
    client.indices.refresh(index=name)
    seconds = time.perf_counter() - started
    client.indices.delete(index=name)
    return seconds
