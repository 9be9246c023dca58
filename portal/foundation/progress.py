"""Progress of long commands, on stderr."""

import time
from typing import Protocol


class Stream(Protocol):
    """Where progress is written: a file, or a command's `stderr`."""

    def write(self, text: str, /) -> object: ...
    def flush(self) -> None: ...


class Progress:
    """Counts up to `total` and says so about once a second, and at the end."""

    def __init__(self, stream: Stream, label: str, total: int | None = None) -> None:
        self.stream, self.label, self.total = stream, label, total
        self.count = 0
        self._said: int | None = None
        self._next = time.monotonic() + 1

    def advance(self, by: int = 1) -> None:
        """`by` more are done."""
        self.count += by
        if time.monotonic() >= self._next:
            self._say()
            self._next = time.monotonic() + 1

    def pause(self) -> None:
        """Nothing to do for now: say the count unless that was said."""
        if self.count != (self._said or 0):
            self._say()

    def finish(self) -> None:
        """Say the final count unless that was the last thing said."""
        if self.count != self._said:
            self._say()

    def _say(self) -> None:
        of = f" of {self.total}" if self.total is not None else ""
        self.stream.write(f"{self.label}: {self.count}{of}\n")
        self.stream.flush()
        self._said = self.count
