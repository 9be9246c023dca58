"""Put a backup in place: looked through whole before anything is changed."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.foundation.backup import archive, databases, making


class NotRestored(Exception):
    """Why a backup was not put in place; nothing has changed."""


def restore(path: Path, *, force: bool = False, new_key: bool = False) -> Path | None:
    """Put the backup at `path` in place of this installation's database and files.

    Everything is unpacked and checked in a folder of its own first. The database is replaced in
    one transaction, then the folders are exchanged; the files that were here lie in the folder
    that comes back. Raises NotRestored, BadBackup."""
    if not force and not is_empty():
        raise NotRestored("this installation is not empty; --force replaces what is here")
    data = Path(settings.DUIJIE_DATA_DIR)
    with (
        archive.opened(path) as (packed, manifest),
        tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as scratch,
    ):
        _check(manifest, new_key=new_key)
        unpacked = Path(scratch)
        archive.unpack(packed, manifest["members"], unpacked)
        databases.load(unpacked, manifest["database"])
        return _exchange(unpacked / "files", data)


def is_empty() -> bool:
    """Nobody has an account here and nothing was uploaded."""
    return not get_user_model().objects.exists() and not any(making.files())


def _check(manifest: dict[str, Any], *, new_key: bool) -> None:
    vendor = manifest["database"]["vendor"]
    if vendor != databases.vendor():
        raise NotRestored(f"the backup is of {vendor}, this installation uses {databases.vendor()}")
    here = {tuple(row) for row in databases.migrations()}
    there = {tuple(row) for row in manifest["migrations"]}
    # Old installations remember migrations that have been merged since: those tell nothing.
    if differing := (here ^ there) & _migrations_of_code() or _newer(there):
        differ = ", ".join(".".join(row) for row in sorted(differing)[:5])
        raise NotRestored(
            f"the backup was made by version {manifest['version']} with other migrations "
            f"({differ}): restore it with that version, then update"
        )
    if manifest["secret_key"] != making.fingerprint() and not new_key:
        raise NotRestored(
            "SECRET_KEY is another one than when the backup was made; set that one, or accept with "
            "--new-key that everybody is signed out and links in e-mails sent no longer work"
        )


def _migrations_of_code() -> set[tuple[str, ...]]:
    return set(MigrationExecutor(connection).loader.disk_migrations)


def _newer(there: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Migrations of the backup that come after all this code has: it was made by newer code."""
    last: dict[str, str] = {}
    for app, name in _migrations_of_code():
        last[app] = max(last.get(app, ""), name)
    return {(app, name) for app, name in there if app in last and name > last[app]}


def _exchange(unpacked: Path, data: Path) -> Path | None:
    """New folders in, old ones aside."""
    aside = data / f"replaced-{timezone.now():%Y%m%d-%H%M%S}"
    for name, folder in making.folders().items():
        if folder.exists() and any(folder.iterdir()):
            aside.mkdir(exist_ok=True)
            shutil.move(folder, aside / name)
        elif folder.exists():
            folder.rmdir()
        new = unpacked / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        if new.exists():
            shutil.move(new, folder)
        else:
            folder.mkdir()
    # Unpacked with the usual rights; what people uploaded is the portal's own.
    making.folders()["private"].chmod(0o700)
    return aside if aside.exists() else None
