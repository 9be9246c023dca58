"""Filled, backed up, emptied, restored: rows, files and search are what they were. On the database
that the suite runs on, which is each of the two in turn."""

import hashlib
import shutil
import threading
import zipfile
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection

from portal.accounts.models import User
from portal.discovery.service import SearchRequest, search
from portal.foundation.backup import making
from tests.factories import make_introduction, make_listed_provider, make_user

pytestmark = pytest.mark.django_db(transaction=True)

OWN_PACE = (
    "foundation.OutboxRow",
    "foundation.PeriodicRun",
    "search.IndexState",
    "sessions.Session",
)
"""What the worker and the rebuilt index write themselves."""


@pytest.fixture(autouse=True)
def place(settings, tmp_path: Path) -> Path:
    """An installation's folder of its own."""
    settings.DUIJIE_DATA_DIR, settings.MEDIA_ROOT = tmp_path / "data", tmp_path / "data/media"
    settings.DUIJIE_DATA_DIR.mkdir()
    return tmp_path / "data"


def rows() -> dict[str, str]:
    return {
        model._meta.label: serializers.serialize("json", model.objects.order_by("pk"))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in OWN_PACE and not model._meta.proxy and model._meta.managed
    }


def files() -> dict[str, str]:
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in making.files()}


def fill(place: Path) -> None:
    make_introduction(
        provider=make_listed_provider(name_zh="北仑备份视觉", name_en="Backup Vision")
    )
    for folder in (place / "media/images", place / "private/ab"):
        folder.mkdir(parents=True)
        (folder / "picture.png").write_bytes(b"\x89PNG" + bytes(range(256)) * 300)


def empty(place: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(place)
    place.mkdir()


def test_filled_backed_up_emptied_restored(place: Path, tmp_path: Path) -> None:
    fill(place)
    file, before, kept = tmp_path / "backup.zip", rows(), files()
    call_command("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    assert len(kept) == 2
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", str(file))
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(file))

    empty(place)
    assert rows() != before
    call_command("restore", str(file))
    assert rows() == before
    assert files() == kept
    assert (place / "private").stat().st_mode & 0o077 == 0
    hits = search(SearchRequest(text="Backup Vision", types=("provider",))).hits
    assert len(hits) == 1
    last = User.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert make_user().pk > last

    call_command("restore", str(file), force=True)
    assert rows() == before
    assert list(place.glob("replaced-*/media/images/picture.png"))
    assert not list(place.glob(".restore-*"))


def test_a_backup_under_writes_is_of_one_moment(place: Path, tmp_path: Path) -> None:
    file, stop = tmp_path / "backup.zip", threading.Event()

    def write() -> None:
        while not stop.is_set():
            make_user()
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while User.objects.count() < 3:
            stop.wait(0.01)
        call_command("backup", str(file))
    finally:
        stop.set()
        writer.join()
    empty(place)
    call_command("restore", str(file))
    addresses = set(EmailAddress.objects.values_list("user_id", flat=True))
    assert set(User.objects.values_list("pk", flat=True)) == addresses
    assert len(addresses) >= 3


def test_what_does_not_fit_is_refused_by_name(place: Path, tmp_path: Path, settings) -> None:
    make_user()
    file = tmp_path / "backup.zip"
    call_command("backup", str(file))
    settings.SECRET_KEY = "another"
    with pytest.raises(CommandError, match="SECRET_KEY"):
        call_command("restore", str(file), force=True)
    call_command("restore", str(file), force=True, new_key=True)
    settings.SECRET_KEY = "only-for-tests"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('accounts', '9999_newer', CURRENT_TIMESTAMP)"
        )
    newer = tmp_path / "newer.zip"
    try:
        call_command("backup", str(newer))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_newer'")
    with pytest.raises(CommandError, match=r"accounts\.9999_newer"):
        call_command("restore", str(newer), force=True)


@pytest.mark.parametrize("fault", ["cut", "changed", "no zip", "foreign member"])
def test_a_damaged_file_changes_nothing(place: Path, tmp_path: Path, fault: str) -> None:
    (place / "media").mkdir()
    (place / "media" / "a.txt").write_text("here")
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
    assert (place / "media" / "a.txt").read_text() == "here"
    assert not (place.parent / "outside").exists()
