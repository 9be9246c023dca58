"""Who may read a file: whoever a room says, and nobody else."""

from collections.abc import Callable
from typing import Any

from portal.foundation.models.files import StoredFile

Reader = Callable[[Any, StoredFile], bool]
READER = "file_reader"

_readers: dict[str, Reader] = {}


def register_reader(name: str, may_read: Reader) -> None:
    """A room says who may read the files that it refers to; called in AppConfig.ready."""
    _readers[name] = may_read


def roles(user: Any, row: StoredFile) -> set[str]:
    """A signed-in person's role towards a file."""
    return {READER} if any(may_read(user, row) for may_read in _readers.values()) else set()
