"""The file: a ZIP whose last member, the manifest, has a checksum for each other one."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

MANIFEST = "manifest.json"
FORMAT = 1
CHUNK = 1 << 20


class BadBackup(ValueError):
    """The file is no backup, or not whole; says why."""


class Writer:
    """Adds members and remembers their checksums."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.members: dict[str, dict[str, Any]] = {}

    @contextmanager
    def member(self, name: str) -> Iterator["Hashed"]:
        """A member to write to."""
        with self.archive.open(name, "w", force_zip64=True) as raw:
            hashed = Hashed(raw)
            yield hashed
        self.members[name] = {"sha256": hashed.digest.hexdigest(), "size": hashed.size}

    def file(self, name: str, path: Path) -> None:
        """A member from a file."""
        with path.open("rb") as source, self.member(name) as sink:
            while chunk := source.read(CHUNK):
                sink.write(chunk)


class Hashed:
    """Writes through and hashes on the way."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw, self.size, self.digest = raw, 0, hashlib.sha256()

    def write(self, data: bytes | memoryview) -> None:
        """More of the member."""
        self.raw.write(data)
        self.digest.update(data)
        self.size += len(data)


@contextmanager
def written(path: Path, facts: dict[str, Any]) -> Iterator[Writer]:
    """A new archive at `path`, which appears when it is whole; `facts` go into the manifest."""
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as raw,
            zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            writer = Writer(archive)
            yield writer
            manifest = {**facts, "format": FORMAT, "members": writer.members}
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """An archive with its manifest. Raises BadBackup."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if manifest.get("format") != FORMAT:
                raise BadBackup(f"format {manifest.get('format')!r} is not known here")
            yield archive, manifest
    except (OSError, zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise BadBackup(f"{path.name} is no backup of this portal: {error}") from None


def unpack(archive: zipfile.ZipFile, members: dict[str, dict[str, Any]], folder: Path) -> None:
    """Every member into `folder`, each held against its checksum. Raises BadBackup."""
    present = set(archive.namelist()) - {MANIFEST}
    if present != set(members):
        raise BadBackup("its members are not those of the manifest")
    for name, known in members.items():
        target = folder / _safe(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with archive.open(name) as source, target.open("wb") as sink:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                sink.write(chunk)
        if digest.hexdigest() != known["sha256"]:
            raise BadBackup(f"{name} is damaged: its checksum differs")


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise BadBackup(f"{name!r} is no name for a member")
    return path
