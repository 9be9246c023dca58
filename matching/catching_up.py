"""Bringing readings and indexes up to date before a command reads them."""

from portal.foundation.progress import Progress, Stream
from portal.organisations.reading import read_pending
from search import engines, indexing
from search.engines.base import EngineError


def catch_up(stderr: Stream) -> None:
    """Read every profile that waits to be read, then drain the outbox of every engine.

    An engine that can't be used is told on `stderr` and left out. Raises EncoderError."""
    reading = Progress(stderr, "profiles read")
    read_pending(reading)
    for engine in engines.all_engines():
        progress = Progress(stderr, f"{engine.name}: documents")
        try:
            indexing.sync(engine, progress.advance)
        except EngineError as error:
            stderr.write(f"{engine.name}: {error}\n")
