"""What files add to the registries of the house."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop

from portal.foundation import permissions, registries, work
from portal.foundation.files import readers, sweeping
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
    registries.personal_data.register(registries.PersonalData("files", 70, _export, _erase))


def _export(user: Any) -> list[dict[str, Any]]:
    return [
        {"name": row.name, "size": row.size, "sha256": row.sha256, "created": row.created}
        for row in StoredFile.objects.filter(uploaded_by=user)
    ]


def _erase(user: Any) -> None:
    """What the other side was given stays theirs; only who gave it is taken out."""
    StoredFile.objects.filter(uploaded_by=user).update(uploaded_by=None)
