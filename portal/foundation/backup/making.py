"""Make a backup while the portal runs."""

import hashlib
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from portal.foundation.backup import archive, databases

Advance = Callable[[int], None]
ROOT = Path(__file__).resolve().parents[3]


def folders() -> dict[str, Path]:
    """What is backed up beside the database, by the name it has in the archive."""
    return {
        "media": Path(settings.MEDIA_ROOT),
        "private": Path(settings.DUIJIE_DATA_DIR) / "private",
    }


def make(path: Path, advance: Advance) -> dict[str, int]:
    """Write the backup to `path`, readable by its owner only; says how many files, and how many
    were deleted by the portal while it was made.

    The database comes first: files are never changed, so each one it names is there or has been
    deleted since."""
    counts = {"files": 0, "gone": 0}
    about = facts()
    with (
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as scratch,
        archive.written(path, about) as writer,
    ):
        about["database"] = {
            "vendor": databases.vendor(),
            **databases.dump(writer, Path(scratch)),
        }
        advance(1)
        for name, file in files():
            try:
                writer.file(name, file)
                counts["files"] += 1
            except FileNotFoundError:
                counts["gone"] += 1
            advance(1)
    return counts


def facts() -> dict[str, Any]:
    """What a backup has to fit to."""
    return {
        "made": timezone.now().isoformat(),
        "version": version(),
        "migrations": databases.migrations(),
        "secret_key": fingerprint(),
    }


def files() -> Iterator[tuple[str, Path]]:
    """Every uploaded file with its name in the archive."""
    for name, folder in folders().items():
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield f"files/{name}/{file.relative_to(folder).as_posix()}", file


def fingerprint() -> str:
    """What tells whether SECRET_KEY is the same, and nothing else about it."""
    return hashlib.sha256(f"duijie-backup:{settings.SECRET_KEY}".encode()).hexdigest()[:16]


def version() -> str:
    """The portal's version, `unknown` where its files do not tell."""
    try:
        with (ROOT / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "unknown"
