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

from search.documents import Vector
from search.engines import base
from search.engines.base import EngineError, Health, SearchResult, Suggestion, Write
from search.engines.tantivy_asked import Asked
from search.engines.tantivy_index import TantivyIndex, Writing
from search.engines.tantivy_schema import layout
from search.filters import Filters
from search.queries import FACETS, FIRST_DAY, MAX_TEXT, SearchQuery
from search.spelling import correct

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
            return Asked(snapshot, query, index.words_of(snapshot)).answer()

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
