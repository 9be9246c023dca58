"""What files add to the registries of the house."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files import File
from django.utils.translation import gettext_noop

from portal.foundation import permissions, registries, work
from portal.foundation.files import readers, storing, sweeping
from portal.foundation.models.files import StoredFile

SWEEP_EVERY = timedelta(hours=6)


def register() -> None:
    """Called once at start."""
    work.register_periodic("sweep-files", SWEEP_EVERY, sweeping.sweep)
    permissions.register_roles(StoredFile, readers.roles)
    permissions.register(
        "foundation.file.upload",
        roles=["user"],
        summary=gettext_noop("Upload a file where a form asks for one"),
    )
    permissions.register(
        "foundation.file.read",
        roles=[readers.READER],
        summary=gettext_noop("Read a file: whoever may read what it belongs to"),
    )
    registries.personal_data.register(
        registries.PersonalData("files", 70, _export, _erase, files=_files)
    )


def _export(user: Any) -> list[dict[str, Any]]:
    return [
        {"name": row.name, "size": row.size, "sha256": row.sha256, "created": row.created}
        for row in StoredFile.objects.filter(uploaded_by=user)
    ]


def _files(user: Any) -> Iterator[tuple[str, File]]:
    """The bytes of what the person uploaded, as long as they are there; opened by the reader."""
    for row in StoredFile.objects.filter(uploaded_by=user):
        path = storing.path_of(row.key)
        if path.is_file():
            yield row.name, File(None, name=str(path))


def _erase(user: Any) -> None:
    """What the other side was given stays theirs; only who gave it is taken out."""
    StoredFile.objects.filter(uploaded_by=user).update(uploaded_by=None)
