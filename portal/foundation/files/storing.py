"""Keeping files: checked where they will lie, outside of everything the web server gives."""

import hashlib
import mmap
import os
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext

from portal.foundation import audit, permissions
from portal.foundation.files import formats
from portal.foundation.files.bad import BadFile
from portal.foundation.files.checks import pictures
from portal.foundation.files.names import checked_name, ending
from portal.foundation.models.files import StoredFile

DAY = timedelta(days=1)
MEGABYTE = 1024 * 1024
PART, PREVIEW = ".part", ".preview"


def path_of(key: UUID) -> Path:
    """Where the bytes of a file lie."""
    name = key.hex
    return settings.DUIJIE_DATA_DIR / "private" / name[:2] / name


def preview_of(key: UUID) -> Path:
    """Where the small picture of a photo lies."""
    return path_of(key).with_suffix(PREVIEW)


def store(
    *,
    actor: Any,
    upload: UploadedFile,
    kinds: Collection[str] = formats.ALL,
    now: datetime | None = None,
) -> StoredFile:
    """Check an upload by its content and keep it, in the caller's transaction.

    Raises ValidationError with the file's name and a reason the person can act on;
    PermissionDenied for somebody who is signed out."""
    permissions.require(actor, "foundation.file.upload")
    given = getattr(upload, "unclean_name", None) or upload.name or ""
    try:
        name = checked_name(given)
        form = formats.of_ending(ending(name), kinds)
        size = _checked_size(upload, actor, now or timezone.now())
        key = uuid4()
        digest = _write(upload, form, path_of(key))
    except BadFile as reason:
        shown = "".join(sign for sign in given if sign.isprintable())[-60:]
        message = gettext("“%(name)s” was not taken. %(reason)s")
        raise ValidationError(message % {"name": shown, "reason": reason}) from None
    with transaction.atomic():
        row = StoredFile.objects.create(
            key=key,
            name=name,
            kind=form.kind,
            content_type=form.content_type,
            size=size,
            sha256=digest,
            has_preview=bool(form.pictures),
            uploaded_by=actor,
            created=now or timezone.now(),
        )
        after = {"kind": form.kind.value, "size": row.size, "sha256": digest}
        audit.record(actor, "file.store", row, after=after)
    return row


def store_all(
    *, actor: Any, uploads: Collection[UploadedFile], kinds: Collection[str] = formats.ALL
) -> list[StoredFile]:
    """Keep several files or none of them; every refused one is named in the ValidationError."""
    kept, refused = [], []
    for upload in uploads:
        try:
            kept.append(store(actor=actor, upload=upload, kinds=kinds))
        except ValidationError as error:
            refused += error.messages
    if refused:
        raise ValidationError({"files": refused})
    return kept


def _checked_size(upload: UploadedFile, actor: Any, now: datetime) -> int:
    size = upload.size or 0
    if not size:
        raise BadFile(gettext("It is empty."))
    if size > settings.FILE_MAX_BYTES:
        raise BadFile(
            gettext("It is larger than %(limit)s MB.")
            % {"limit": settings.FILE_MAX_BYTES // MEGABYTE}
        )
    today = StoredFile.objects.filter(uploaded_by=actor, created__gt=now - DAY)
    used = today.aggregate(used=Sum("size"))["used"] or 0
    if used + size > settings.FILE_DAY_BYTES:
        raise BadFile(
            gettext("You can upload %(limit)s MB in 24 hours, and that is reached. Go on tomorrow.")
            % {"limit": settings.FILE_DAY_BYTES // MEGABYTE}
        )
    return size


def _write(upload: UploadedFile, form: formats.Format, target: Path) -> str:
    """Copy the bytes beside where they will lie, check them there, move them; their SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part, preview = target.with_suffix(PART), target.with_suffix(PREVIEW)
    try:
        digest = _copy(upload, part)
        with part.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            formats.check(form, data, part)
        if form.pictures:
            pictures.decode(part, form.pictures, preview)
        part.replace(target)
    except BaseException:
        for left in (part, preview):
            left.unlink(missing_ok=True)
        raise
    return digest


def _copy(upload: UploadedFile, part: Path) -> str:
    seen = hashlib.sha256()
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in upload.chunks():
            seen.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return seen.hexdigest()


def delete(row: StoredFile) -> None:
    """Remove a file for good, once the caller's transaction is through."""
    key = row.key
    row.delete()
    transaction.on_commit(lambda: _unlink(key))


def _unlink(key: UUID) -> None:
    for path in (path_of(key), preview_of(key)):
        with suppress(OSError):
            path.unlink(missing_ok=True)
