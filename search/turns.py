"""One builder an index, whichever processes there are, let go by the death of its holder."""

import contextlib
import fcntl
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from search.engines.base import Engine, EngineError


@contextlib.contextmanager
def only_builder(engine: Engine) -> Iterator[None]:
    """Raises EngineError where another process, or another thread, is building this index.

    PostgreSQL keeps the lock with the session, so that it holds across machines; an installation
    with SQLite is one machine, and a lock on a file in the data folder does."""
    name = f"{settings.SEARCH_INDEX_PREFIX}.{engine.name}"
    locked = _in_postgres if connection.vendor == "postgresql" else _in_a_file
    with locked(name) as held:
        if not held:
            raise EngineError(f"{engine.name}: another process is building the index")
        yield


@contextlib.contextmanager
def _in_a_file(name: str) -> Iterator[bool]:
    folder = Path(settings.DUIJIE_DATA_DIR) / "index"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.building").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextlib.contextmanager
def _in_postgres(name: str) -> Iterator[bool]:
    digest = blake2b(f"duijie:{name}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            # A session that broke has let go of it already.
            with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
