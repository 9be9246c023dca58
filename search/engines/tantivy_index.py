"""One tantivy index in one folder: writing with versions, reading what was committed last."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tantivy import Index, Order, Query, Searcher

from search.engines.base import Write
from search.engines.passages import Changes, PassageMatrix
from search.engines.tantivy_schema import (
    QueryBuilder,
    build_schema,
    register_tokenizers,
    split_uid,
    stored_name,
    to_tantivy,
    uid,
    unpack_vectors,
)
from search.engines.tantivy_words import WordList, Words
from search.shape import mixed_sum

_HEAP = 64_000_000


class TantivyIndex:
    """An index folder as this process sees it. Open it after a fork, not before: a reader
    opened earlier never sees later commits."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # An index that is there keeps the schema it was made with; `Engine.held_shape` tells.
        made = (folder / "meta.json").exists()
        self.index = Index.open(str(folder)) if made else Index(build_schema(), str(folder))
        self.index.config_reader("manual")
        register_tokenizers(self.index)
        self.queries = QueryBuilder(self.index)
        self.word_list = WordList()
        self.passages = PassageMatrix()
        self._meta = folder / "meta.json"
        self._seen = 0
        self._lock = threading.Lock()
        self._searcher: Searcher = self.index.searcher()

    def snapshot(self) -> "Snapshot":
        """What was committed last, by any process. Addresses of one are nothing to another."""
        # tantivy replaces meta.json with each commit; a look at it is cheaper than a reload.
        seen = self._meta.stat().st_mtime_ns
        if seen != self._seen:
            with self._lock:
                self.index.reload()
                self._searcher, self._seen = self.index.searcher(), seen
        return Snapshot(self._searcher, self.queries)

    def words(self) -> Words:
        """What that state of the index tells about words."""
        return self.words_of(self.snapshot())

    def words_of(self, snapshot: "Snapshot") -> Words:
        """The same of a snapshot of this index."""
        return Words(snapshot.searcher, self.queries, self.word_list)

    def write(self, batch: Sequence[Write]) -> None:
        """Apply a batch in one commit. The caller holds the lock: there is one writer at a time."""
        snapshot = self.snapshot()
        held = snapshot.held_versions([uid(write.identity) for write in batch])
        with Writing(self.index, held, snapshot.last_batch() + 1) as writing:
            writing.add(batch)

    def warm(self) -> None:
        """Read in the passages."""
        snapshot = self.snapshot()
        self.passages.catch_up(snapshot.last_batch(), snapshot.changes)

    def nearest(
        self, vector: NDArray[np.float32], k: int, allowed: Query
    ) -> list[tuple[str, float]]:
        """The `k` nearest keys among the documents that match."""
        snapshot = self.snapshot()
        self.passages.catch_up(snapshot.last_batch(), snapshot.changes)
        hashes = snapshot.numbers("number", snapshot.addresses(allowed), np.uint64)
        found = self.passages.nearest(vector, k, hashes)
        return [(split_uid(name)[1], cosine) for name, cosine in found]


def hit_count(found: Any) -> int:
    """How many documents a search matched (tantivy's type stubs leave it out)."""
    return int(found.count)


class Snapshot:
    """The index as of one commit."""

    def __init__(self, searcher: Searcher, queries: QueryBuilder) -> None:
        self.searcher, self.queries = searcher, queries

    def held_versions(self, uids: Sequence[str]) -> dict[str, int]:
        """Version by uid, of documents and marks of deletion."""
        if self.searcher.num_docs == 0:
            return {}
        addresses = self.addresses(self.queries.by_uids(uids))
        versions: Any = self.searcher.fast_field_values("version", addresses)
        names = (uid(stored_name(self.searcher.doc(address))) for address in addresses)
        return dict(zip(names, versions, strict=True))

    def all_held(self) -> dict[str, int]:
        """The same of everything."""
        if self.searcher.num_docs == 0:
            return {}
        addresses = self.addresses(Query.all_query())
        versions: Any = self.searcher.fast_field_values("version", addresses)
        names = (uid(stored_name(self.searcher.doc(address))) for address in addresses)
        return dict(zip(names, versions, strict=True))

    def checksum(self, document_type: str) -> tuple[int, int]:
        """Documents of a type, and the sum over them that `search.shape.checksum` makes."""
        addresses = self.addresses(self.queries.live(document_type))
        numbers = self.numbers("number", addresses, np.uint64)
        return len(addresses), mixed_sum(numbers, self.numbers("version", addresses, np.uint64))

    def last_batch(self) -> int:
        """The number of the last batch, 0 before the first."""
        found = self.searcher.search(
            Query.all_query(), limit=1, count=False, order_by_field="batch", order=Order.Desc
        )
        return int(found.hits[0][0]) if found.hits else 0

    def addresses(self, query: Query) -> list[Any]:
        """Every document that matches."""
        found = self.searcher.search(query, limit=max(1, self.searcher.num_docs), count=False)
        return [address for _, address in found.hits]

    def count(self, query: Query) -> int:
        """How many documents match."""
        return hit_count(self.searcher.search(query, limit=1))

    def numbers(self, field: str, addresses: list[Any], kind: Any = np.float64) -> NDArray[Any]:
        """A number of each document."""
        return np.array(self.searcher.fast_field_values(field, addresses), dtype=kind)

    def points(self, addresses: list[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Latitudes and longitudes."""
        return self.numbers("latitude", addresses), self.numbers("longitude", addresses)

    def versions(self, document_type: str) -> Iterator[tuple[str, int]]:
        """Key and version of every document of a type."""
        addresses = self.addresses(self.queries.live(document_type))
        versions: Any = self.searcher.fast_field_values("version", addresses)
        for address, version in zip(addresses, versions, strict=True):
            yield stored_name(self.searcher.doc(address))[1], version

    def changes(self, batch: int) -> Changes:
        """Documents and marks written after a batch, with their passages."""
        addresses = self.addresses(self.queries.since(batch))
        hashes: Any = self.searcher.fast_field_values("number", addresses)
        for address, owner in zip(addresses, hashes, strict=True):
            document = self.searcher.doc(address)
            data = document.get_first("vectors")
            vectors = unpack_vectors(bytes(data)) if data else None
            yield owner, uid(stored_name(document)), vectors


class Writing:
    """tantivy's writer for one commit; `held` are the versions the index has by uid."""

    def __init__(self, index: Index, held: dict[str, int], batch: int) -> None:
        self._writer = index.writer(heap_size=_HEAP, num_threads=1)
        self._held, self._batch = held, batch

    def __enter__(self) -> "Writing":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._writer.commit()
            else:
                self._writer.rollback()
        finally:
            # Only this gives tantivy's own lock back.
            self._writer.wait_merging_threads()

    def commit(self) -> None:
        """What was added until now is there for good."""
        self._writer.commit()

    def add(self, batch: Sequence[Write]) -> None:
        """Take in what is newer than what is held."""
        for write in batch:
            name = uid(write.identity)
            held = self._held.get(name)
            if held is not None and held >= write.version:
                continue
            document = to_tantivy(write, self._batch)
            if held is not None:
                self._writer.delete_documents_by_term("uid", name)
            self._writer.add_document(document)
            self._held[name] = write.version
