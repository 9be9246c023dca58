"""The engine that needs no server: tantivy in the data folder.

Under the folder: `<prefix>-<time>/` is an index, the link `<prefix>` is the alias, `<prefix>.lock`
is held by whoever writes."""

import contextlib
import fcntl
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from tantivy import Order, Query

from search.documents import Vector
from search.engines import base
from search.engines.base import EngineError, Health, Hit, SearchResult, Suggestion, Write
from search.engines.tantivy_index import Snapshot, TantivyIndex, Writing, hit_count
from search.engines.tantivy_schema import layout, places, stored_name, unpack_shown
from search.engines.tantivy_words import Words
from search.filters import Filters
from search.plan import make_plan, with_typos
from search.queries import FACET_SIZE, FACETS, FIRST_DAY, MAX_TEXT, SearchQuery
from search.spelling import correct, mistypable

Answer = TypeVar("Answer")
_SHAPE = "shape"
"""File in an index's folder with the fingerprint it was made with."""


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    """tantivy reports a full disk, a broken file or a held lock as ValueError or OSError."""
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        raise EngineError(f"embedded index: {error}") from error


class EmbeddedEngine(base.Engine):
    """One writer across all processes, any number of readers."""

    name = "embedded"

    def __init__(self, root: Path, prefix: str) -> None:
        self.root, self.prefix = root, prefix
        self._alias = root / prefix
        self._guard = threading.Lock()
        self._open: tuple[int, str, TantivyIndex] | None = None

    # the alias and the lock

    @contextlib.contextmanager
    def _locked(self, name: str = "lock") -> Iterator[None]:
        """Wait for every other writer, in any process."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / f"{self.prefix}.{name}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _target(self) -> str:
        """The folder the alias points to, "" before there is one."""
        try:
            return self._alias.readlink().name
        except FileNotFoundError:
            return ""

    def _point(self, folder: Path) -> None:
        fresh = self.root / f"{self.prefix}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name)
        fresh.replace(self._alias)

    def _new_folder(self) -> Path:
        """An empty folder that says which shape its index has."""
        folder = self.root / f"{self.prefix}-{time.time_ns()}"
        folder.mkdir(parents=True)
        (folder / _SHAPE).write_text(self.shape(), encoding="ascii")
        return folder

    def layout(self) -> Any:
        """tantivy's schema and a document in it."""
        return layout()

    def held_shape(self) -> str | None:
        """The fingerprint in the folder of the index in use."""
        if not self._target():
            return None
        try:
            return (self._alias / _SHAPE).read_text(encoding="ascii")
        except OSError:
            return ""

    def beside(self) -> list[str]:
        """Folders that the alias does not point to."""
        pattern, used = re.compile(rf"{re.escape(self.prefix)}-\d{{16,}}"), self._target()
        folders = [path for path in self.root.glob(f"{self.prefix}-*") if not path.is_symlink()]
        return sorted(f.name for f in folders if pattern.fullmatch(f.name) and f.name != used)

    def discard(self, name: str) -> None:
        """Remove a folder."""
        if name in self.beside():
            shutil.rmtree(self.root / name, ignore_errors=True)

    def _current(self) -> TantivyIndex:
        """The index behind the alias, an empty one beside it before there is any; opened anew
        after a fork."""
        target = self._target() or f"{self.prefix}-none"
        held = self._open
        if held is not None and held[:2] == (os.getpid(), target):
            return held[2]
        with self._locked("none.lock") if target.endswith("-none") else self._guard:
            opened = TantivyIndex(self.root / target)
            self._open = (os.getpid(), target, opened)
        return opened

    def _read(self, use: Callable[[TantivyIndex], Answer]) -> Answer:
        """Use the index behind the alias; again when the alias moved and its folder went while
        it was used."""
        with _failures():
            while True:
                target = self._target()
                try:
                    return use(self._current())
                except (OSError, ValueError):
                    if self._target() == target:
                        raise

    def exists(self) -> bool:
        """Whether there is an index behind the alias."""
        return bool(self._target())

    def _make_first(self) -> None:
        """An empty index behind the alias if there is none. Wants the lock."""
        if not self._target():
            folder = self._new_folder()
            TantivyIndex(folder)
            self._point(folder)

    # writing

    def write(self, batch: Sequence[Write]) -> dict[tuple[str, str], str]:
        """Apply a batch in one commit, waiting for other writers."""
        with _failures(), self._locked():
            self._make_first()
            self._current().write(batch)
        return {}

    @contextlib.contextmanager
    def rebuilding(self, *, resume: str = "", keep: bool = False) -> Iterator["EmbeddedRebuild"]:
        """A new index in a folder of its own, or the one left in the folder named."""
        with _failures():
            folder = self.root / resume if resume else self._new_folder()
            rebuild = EmbeddedRebuild(self, folder)
        try:
            yield rebuild
        finally:
            rebuild.close()
            if self._target() != folder.name and not keep:
                shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, replay: Callable[[], object]) -> None:
        """Move the alias to a folder after `replay`, and remove the one it leaves."""
        with _failures(), self._locked():
            replay()
            before = self._target()
            self._point(folder)
            if before:
                shutil.rmtree(self.root / before, ignore_errors=True)

    def drop(self) -> None:
        """Remove the index in use and all beside it."""
        with _failures(), self._locked():
            self._alias.unlink(missing_ok=True)
            for folder in self.root.glob(f"{self.prefix}-*"):
                shutil.rmtree(folder, ignore_errors=True)

    # reading

    def search(self, query: SearchQuery) -> SearchResult:
        """Hits, total and facet counts."""

        def answer(index: TantivyIndex) -> SearchResult:
            snapshot = index.snapshot()
            return _Search(snapshot, query, index.words_of(snapshot)).answer()

        return self._read(answer)

    def suggest(
        self, prefix: str, *, types: Sequence[str] = (), limit: int = 8, day: date = FIRST_DAY
    ) -> list[Suggestion]:
        """Titles that have words beginning like these."""
        return self._read(lambda index: index.words().suggest(prefix, types, limit, day))

    def correct(self, text: str) -> str | None:
        """The text with mistyped words replaced."""
        return self._read(lambda index: correct(text[:MAX_TEXT], index.words().unknown))

    def knn(
        self, vector: Vector, *, filters: Filters, k: int, type: str
    ) -> list[tuple[str, float]]:
        """Exact nearest neighbours by cosine."""
        norm = float((vector @ vector) ** 0.5)
        if not norm:
            return []
        unit = vector / norm
        return self._read(
            lambda index: index.nearest(unit, k, index.queries.filtered(filters, type))
        )

    def versions(self, type: str) -> Iterator[tuple[str, int]]:
        """Key and version of every document of a type."""
        yield from self._read(lambda index: list(index.snapshot().versions(type)))

    def checksum(self, type: str) -> tuple[int, int]:
        """From the numbers that stand for the documents, without reading these."""
        return self._read(lambda index: index.snapshot().checksum(type))

    def count(self, type: str = "") -> int:
        """How many documents it holds."""
        return self._read(lambda index: index.snapshot().count(index.queries.live(type)))

    def warm(self) -> None:
        """Open what was committed last and read in what searches use; raises nothing."""
        with contextlib.suppress(EngineError):
            if self.exists():
                self._read(lambda index: index.warm())
                self.search(SearchQuery(text="a 的", facets=FACETS))

    def health(self) -> Health:
        """Whether the index can be searched, also one of another shape."""
        try:
            self.search(SearchQuery(text="a 的", facets=FACETS, limit=1))
        except EngineError as error:
            return Health(False, str(error))
        return Health(True)


class EmbeddedRebuild(base.Rebuild):
    """A new index, written through one writer until it is published."""

    def __init__(self, engine: EmbeddedEngine, folder: Path) -> None:
        self.engine, self.index, self.name = engine, TantivyIndex(folder), folder.name
        self._stack = contextlib.ExitStack()
        held = self.index.snapshot().all_held()
        self._writing: Writing | None = self._stack.enter_context(
            Writing(self.index.index, held, batch=1)
        )

    def write(self, batch: Sequence[Write]) -> dict[tuple[str, str], str]:
        """Into the new index; once it is being published, a commit each."""
        with _failures():
            if self._writing is not None:
                self._writing.add(batch)
            else:
                self.index.write(batch)
        return {}

    def checkpoint(self) -> None:
        """Commit."""
        with _failures():
            if self._writing is not None:
                self._writing.commit()

    def versions(self, type: str) -> Iterator[tuple[str, int]]:
        """Of what was committed."""
        with _failures():
            yield from self.index.snapshot().versions(type)

    def close(self) -> None:
        """Finish the first commit and give tantivy's lock back."""
        self._writing = None
        with _failures():
            self._stack.close()

    def publish(self, replay: Callable[[], object]) -> None:
        """Commit, bring in late writes while nobody else writes, move the alias."""
        self.close()
        self.engine.publish(self.index.folder, replay)


class _Search:
    """One search over one state of the index."""

    def __init__(self, snapshot: Snapshot, query: SearchQuery, words: Words) -> None:
        self.snapshot, self.query = snapshot, query
        self.searcher, self.queries = snapshot.searcher, snapshot.queries
        plan = make_plan(query, words.frequencies)
        self.plan = with_typos(plan, words.unknown(mistypable(query.text[:MAX_TEXT])))
        self.here = self._here()
        self.matching = self.queries.matching(query, self.plan, here=self.here)

    def answer(self) -> SearchResult:
        if self.query.order == "distance":
            total, hits = self._nearest()
        else:
            total, hits = self._best()
        return SearchResult(total, hits, self._facets(), self.plan.marks)

    def _here(self) -> Query | None:
        """Places within reach: a box first, then the exact circle over the points found in it."""
        near = self.query.near
        if near is None or (near.within_km is None and self.query.sort != "distance"):
            return None
        box = self.queries.in_box(near)
        if near.within_km is None:
            return box
        candidates = self.snapshot.addresses(self.queries.matching(self.query, self.plan, here=box))
        latitudes, longitudes = self.snapshot.points(candidates)
        inside = near.distances(latitudes, longitudes) <= near.within_km
        if inside.all():
            return box
        return self.queries.at_places(places(latitudes[inside], longitudes[inside]))

    def _best(self) -> tuple[int, tuple[Hit, ...]]:
        total = 0
        field = "created" if self.query.order == "newest" else None

        def fetch(size: int) -> list[tuple[float, Any]]:
            nonlocal total
            found = self.searcher.search(
                self.matching, limit=size, order_by_field=field, order=Order.Desc
            )
            total = hit_count(found)
            return list(found.hits)

        window = base.tie_window(fetch, lambda hit: hit[0], self.query)
        return total, self._hits(base.ordered_page(self._numbered(window), self.query))

    def _numbered(self, window: Sequence[tuple[float, Any]]) -> Iterator[tuple[float, int, Any]]:
        """(score, address) with the document's number between."""
        addresses = [address for _, address in window]
        numbers: Any = self.searcher.fast_field_values("number", addresses)
        for (score, address), number in zip(window, numbers, strict=True):
            yield score, number, address

    def _nearest(self) -> tuple[int, tuple[Hit, ...]]:
        near = self.query.near
        assert near is not None  # noqa: S101  SearchQuery sees to it
        addresses = self.snapshot.addresses(self.matching)
        distances = near.distances(*self.snapshot.points(addresses)).tolist() if addresses else []
        ranked = sorted(zip(distances, range(len(addresses)), strict=True))
        window = base.tie_window(lambda size: ranked[:size], lambda hit: hit[0], self.query)
        numbered = self._numbered([(distance, addresses[place]) for distance, place in window])
        page = base.ordered_page(numbered, self.query, descending=False)
        return len(addresses), self._hits(page)

    def _hits(self, page: list[tuple[float, int, Any]]) -> tuple[Hit, ...]:
        distances = self._distances([address for _, _, address in page])
        hits = []
        for (score, _, address), distance in zip(page, distances, strict=True):
            document = self.searcher.doc(address)
            document_type, key = stored_name(document)
            kept = score if self.query.order == "relevance" else 0.0
            hits.append(Hit(document_type, key, kept, unpack_shown(document), distance))
        return tuple(hits)

    def _distances(self, addresses: list[Any]) -> list[float | None]:
        near = self.query.near
        if near is None or not addresses:
            return [None] * len(addresses)
        latitudes = self.searcher.fast_field_values("latitude", addresses)
        longitudes = self.searcher.fast_field_values("longitude", addresses)
        return [
            None if latitude is None or longitude is None else near.distance(latitude, longitude)
            for latitude, longitude in zip(latitudes, longitudes, strict=True)
        ]

    # facets

    def _facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Counts under every filter but a facet's own; those without one in a single pass."""
        free = [name for name in self.query.facets if not self.query.chosen(name)]
        counts = self._count(self.matching, free)
        for name in self.query.facets:
            if self.query.chosen(name):
                others = self.queries.matching(self.query, self.plan, apart=name, here=self.here)
                counts |= self._count(others, [name])
        return {name: counts[name] for name in self.query.facets}

    def _count(
        self, matching: Query, names: Sequence[str]
    ) -> dict[str, tuple[tuple[str, int], ...]]:
        if not names:
            return {}
        wanted = {name: {"terms": {"field": name, "size": FACET_SIZE}} for name in names}
        found = self.searcher.aggregate(matching, wanted)
        counts = {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in found[name]["buckets"]]
            for name in names
        }
        limit = self.query.filters.price_max
        if "offer_type" in counts and limit is not None:
            # Only types of which an offer within the limit is there.
            counts["offer_type"] = [
                (value, self._offering(matching, value, limit)) for value, _ in counts["offer_type"]
            ]
        return {name: base.ordered_counts(pairs) for name, pairs in counts.items()}

    def _offering(self, matching: Query, offer_type: str, limit: int) -> int:
        query = self.queries.offering(matching, offer_type, limit)
        return self.snapshot.count(query)
