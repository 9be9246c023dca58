"""A copy of all that the portal holds of a person: asked for, made by the worker, kept for days."""

import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from portal.accounts import security
from portal.accounts.models import DataExport, SecurityEvent, User
from portal.foundation import audit, limits
from portal.foundation.notifications import notify
from portal.foundation.registries import personal_data

PER_DAY = limits.Limit(("export.request",), 5)
MAKING = timedelta(hours=2)
"""How long making one may take before it counts as failed."""
State = DataExport.State


def folder() -> Path:
    """Where copies lie, outside of everything that is served."""
    path = Path(settings.DUIJIE_DATA_DIR) / "exports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(export: DataExport) -> Path:
    """The file of one copy."""
    return folder() / f"{export.key}.zip"


def ask(*, actor: User, request: Any = None, now: datetime | None = None) -> DataExport:
    """Ask for a copy; while one is being made, it is that one.

    Raises ValidationError after five in 24 hours."""
    now = now or timezone.now()
    waiting = DataExport.objects.filter(user=actor, state=State.WAITING).first()
    if waiting is not None:
        return waiting
    PER_DAY.require(actor)
    try:
        with transaction.atomic():
            made = DataExport.objects.create(
                user=actor, asked_at=now, total=len(personal_data.all()) + 1
            )
            audit.record(actor, "export.request", made)
            security.log(SecurityEvent.Kind.EXPORT, request=request, user=actor, now=now)
            make_export.enqueue(made.pk)
    except IntegrityError:
        return DataExport.objects.get(user=actor, state=State.WAITING)
    return made


@task()
def make_export(pk: int) -> None:
    """Write the ZIP: one JSON file a room, and the person's own files."""
    export = DataExport.objects.select_related("user").filter(pk=pk, state=State.WAITING).first()
    if export is None:
        return
    part = path_of(export).with_suffix(".part")
    try:
        _write(export, part)
        part.replace(path_of(export))
    except Exception:
        part.unlink(missing_ok=True)
        DataExport.objects.filter(pk=pk, state=State.WAITING).update(state=State.FAILED)
        raise
    now = timezone.now()
    with transaction.atomic():
        ready = DataExport.objects.filter(pk=pk, state=State.WAITING).update(
            state=State.READY,
            done=export.total,
            size=path_of(export).stat().st_size,
            ready_at=now,
            expires_at=now + timedelta(days=settings.EXPORT_DAYS),
        )
        if ready:
            notify(
                recipient=export.user,
                kind="accounts.export-ready",
                context={"days": settings.EXPORT_DAYS},
                url="/accounts/my-data/",
            )


def _write(export: DataExport, path: Path) -> None:
    user = export.user
    path.touch(mode=0o600)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, entry in enumerate(personal_data.all(), start=1):
            archive.writestr(f"{entry.name}.json", _json(entry.export(user)))
            DataExport.objects.filter(pk=export.pk).update(done=done)
        for entry in personal_data.all():
            for number, (name, file) in enumerate(entry.files(user), start=1):
                safe = PurePosixPath(name.replace("\\", "/")).name or "file"
                target = f"files/{entry.name}/{number:04d}-{safe}"
                with file.open("rb") as source, archive.open(target, "w") as sink:
                    for chunk in source.chunks():
                        sink.write(chunk)
        archive.writestr("README.txt", _readme())


def _json(data: Any) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _readme() -> str:
    lines = [
        "这是对接平台保存的你的信息：每个 JSON 文件对应平台的一个部分，files/ 里是你上传的文件。",
        "What Duijie holds of you: a JSON file for each part of the portal, your files in files/.",
        f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
    ]
    return "\n".join(lines) + "\n"


def downloadable(user: User, key: Any, *, now: datetime | None = None) -> DataExport | None:
    """One's own copy while it is there."""
    now = now or timezone.now()
    return DataExport.objects.filter(
        user=user, key=key, state=State.READY, expires_at__gt=now
    ).first()


def delete_old(*, now: datetime | None = None) -> int:
    """Delete copies whose days are over, and give up on those that nobody finished; says how many
    copies are gone."""
    now = now or timezone.now()
    DataExport.objects.filter(state=State.WAITING, asked_at__lt=now - MAKING).update(
        state=State.FAILED
    )
    gone = 0
    for export in DataExport.objects.filter(state=State.READY, expires_at__lte=now):
        path_of(export).unlink(missing_ok=True)
        gone += DataExport.objects.filter(pk=export.pk).update(state=State.GONE)
    return gone


def delete_all(user: User) -> None:
    """Delete every copy of a person, rows and files."""
    for export in DataExport.objects.filter(user=user):
        path_of(export).unlink(missing_ok=True)
        export.delete()
