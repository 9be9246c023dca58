"""Filled, backed up, emptied, restored: rows, files and search are what they were."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Manage = Callable[..., subprocess.CompletedProcess[str]]

FILL = """
from django.conf import settings
from pathlib import Path
from tests.factories import make_listed_provider, make_introduction, make_user
make_introduction(provider=make_listed_provider(name_zh="北仑备份视觉", name_en="Backup Vision"))
make_user(name="张三", email="zhang@works.example")
for folder in (Path(settings.MEDIA_ROOT) / "images", Path(settings.DUIJIE_DATA_DIR) / "private/ab"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "picture.png").write_bytes(b"\\x89PNG" + bytes(range(256)) * 300)
"""
ROWS = """
import json
from django.apps import apps
from django.core import serializers
rows = {}
for model in apps.get_models(include_auto_created=True):
    if model._meta.label not in ("foundation.PeriodicRun", "sessions.Session"):
        rows[model._meta.label] = serializers.serialize("json", model.objects.order_by("pk"))
print("ROWS" + json.dumps(rows))
"""
ANOTHER = """
from tests.factories import make_user
print("PK", make_user().pk)
"""
FOUND = """
from portal.discovery.service import SearchRequest, search
print("FOUND", [hit.key for hit in search(SearchRequest(text="Backup Vision")).hits])
"""
WRITING = """
import threading
from django.core.management import call_command
from django.db import connection
from portal.accounts.models import User
from tests.factories import make_user
stop = threading.Event()
def write():
    while not stop.is_set():
        make_user()
    connection.close()
thread = threading.Thread(target=write)
thread.start()
try:
    call_command("backup", PATH)
finally:
    stop.set()
    thread.join()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Manage]:
    """An installation of its own on each database; a name gives another one."""

    def at(name: str) -> Manage:
        data = tmp_path / name
        data.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.development",
            "DUIJIE_DATA_DIR": str(data),
            "DUIJIE_ENCODER": "none",
            "SECRET_KEY": "the-same-for-both",
            "DATABASE_URL": url(name),
            "ELASTICSEARCH_URL": "",
        }

        def manage(*words: str, **changed: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "manage.py", *words],
                cwd=ROOT,
                env={**environment, **changed},
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )

        return manage

    def url(name: str) -> str:
        if request.param == "sqlite":
            return ""
        import psycopg

        address = request.getfixturevalue("postgres_url")
        database = f"backup_{name}_{os.getpid()}"
        with psycopg.connect(address, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if known.fetchone() is None:
                connection.execute(f"CREATE DATABASE {database} OWNER portal_user")
        return address.replace("duijie@", "portal_user@").rpartition("/")[0] + f"/{database}"

    if request.param == "postgresql":
        import psycopg

        with psycopg.connect(request.getfixturevalue("postgres_url"), autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname='portal_user'").fetchone():
                admin.execute("CREATE ROLE portal_user LOGIN NOSUPERUSER")
    return at


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def rows_of(manage: Manage) -> dict[str, str]:
    lines = said(manage("shell", "-v0", "-c", ROWS)).splitlines()
    return json.loads(next(line for line in lines if line.startswith("ROWS"))[4:])


def files_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in ("media", "private")
        for path in sorted((folder / part).rglob("*"))
        if path.is_file()
    }


def test_filled_backed_up_emptied_restored(place: Callable[[str], Manage], tmp_path: Path) -> None:
    old, file = place("old"), tmp_path / "backup.zip"
    said(old("setup"))
    said(old("shell", "-v0", "-c", FILL))
    said(old("backup", str(file)))
    assert file.stat().st_mode & 0o077 == 0
    assert old("backup", str(file)).returncode != 0

    refused = old("restore", str(file))
    assert "not empty" in refused.stderr
    other_key = place("new")("restore", str(file), SECRET_KEY="another")
    assert "SECRET_KEY" in other_key.stderr

    new = place("new")
    said(new("restore", str(file)))
    assert rows_of(new) == rows_of(old)
    assert files_of(tmp_path / "new") == files_of(tmp_path / "old")
    assert len(files_of(tmp_path / "new")) == 2
    found = said(new("shell", "-v0", "-c", FOUND)).strip()
    assert found.startswith("FOUND ['")
    # Numbers go on where they were.
    said(new("shell", "-v0", "-c", ANOTHER))

    said(new("restore", str(file), "--force"))
    assert rows_of(new) == rows_of(old)
    assert list((tmp_path / "new").glob("replaced-*/media/images/picture.png"))
    assert not list((tmp_path / "new").glob(".restore-*"))


def test_a_backup_under_writes_is_of_one_moment(
    place: Callable[[str], Manage], tmp_path: Path
) -> None:
    old, new, file = place("old"), place("new"), tmp_path / "backup.zip"
    said(old("setup"))
    said(old("shell", "-v0", "-c", WRITING.replace("PATH", repr(str(file)))))
    said(new("restore", str(file)))
    rows = rows_of(new)
    users = {row["pk"] for row in json.loads(rows["accounts.User"])}
    addresses = {row["fields"]["user"] for row in json.loads(rows["account.EmailAddress"])}
    assert users == addresses


@pytest.mark.parametrize("fault", ["cut", "changed", "no zip", "foreign member"])
def test_a_damaged_file_changes_nothing(
    settings, tmp_path: Path, transactional_db: None, fault: str
) -> None:
    from django.core.management import CommandError, call_command

    from portal.accounts.models import User
    from tests.factories import make_user

    settings.DUIJIE_DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.txt").write_text("here")
    make_user()
    file = tmp_path / "backup.zip"
    call_command("backup", str(file))
    make_user()
    before = User.objects.count()
    if fault == "cut":
        file.write_bytes(file.read_bytes()[:-200])
    elif fault == "no zip":
        file.write_text("no zip")
    else:
        packed = zipfile.ZipFile(file)
        members = {name: packed.read(name) for name in packed.namelist()}
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in members.items():
                changed = b"there" if name.endswith("a.txt") and fault == "changed" else data
                archive.writestr(name, changed)
            if fault == "foreign member":
                archive.writestr("../../outside", b"x")
    with pytest.raises(CommandError, match="not restored"):
        call_command("restore", str(file), force=True)
    assert User.objects.count() == before
    assert (tmp_path / "media" / "a.txt").read_text() == "here"
    assert not (tmp_path.parent / "outside").exists()
