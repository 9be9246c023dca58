"""What happens in a thread: a message is sent, taken back, put in again, read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from matching.models import Introduction, Message, MessageFile, ReadMark
from matching.models.message import TAKE_BACK
from matching.people import sides_of
from matching.talk.telling import tell_message
from portal.foundation import audit, files, limits, permissions
from portal.foundation.text import clean_plain_text

MAX_TEXT = 5000
PER_DAY = limits.Limit(("message.send",), 500)
Side = Introduction.Side


def send_message(
    *,
    actor: Any,
    introduction: Introduction,
    text: str,
    token: UUID,
    uploads: Sequence[UploadedFile] = (),
    confidential: bool = False,
    now: datetime | None = None,
) -> tuple[Message, bool]:
    """Write to the other side, with files; `confidential` is said of all of them.

    The same `token` again changes nothing: the second value says whether the message is new.
    Raises PermissionDenied (not a side, or not accepted any more) and ValidationError (text,
    files)."""
    permissions.require(actor, "matching.message.send", introduction)
    side = _side(actor, introduction)
    if sent := _sent(introduction, token):
        return sent, False
    PER_DAY.require(actor)
    words = _text(text)
    if not words and not uploads:
        raise ValidationError({"text": gettext("Write something, or add a file.")})
    try:
        with transaction.atomic():
            _hold(actor, introduction)
            message = Message.objects.create(
                introduction=introduction,
                side=side,
                author=actor,
                text=words,
                token=token,
                sent_at=now or timezone.now(),
            )
            kept = files.store_all(actor=actor, uploads=uploads)
            MessageFile.objects.bulk_create(
                MessageFile(message=message, file=row, confidential=confidential) for row in kept
            )
            after = {"length": len(words), "files": [row.sha256 for row in kept]}
            audit.record(actor, "message.send", message, after=after)
            mark_read(actor=actor, introduction=introduction, message=message, now=now)
            tell_message(message, actor=actor)
    except IntegrityError:
        # The same form came twice at once.
        if sent := _sent(introduction, token):
            return sent, False
        raise
    return message, True


def _hold(actor: Any, introduction: Introduction) -> None:
    """Hold the introduction while something is added to it: it may have been closed meanwhile."""
    rows = Introduction.objects.select_for_update(of=("self",), no_key=True)
    permissions.require(actor, "matching.message.send", rows.get(pk=introduction.pk))


def _side(actor: Any, introduction: Introduction) -> str:
    """The side one writes for; the manufacturer's for who acts for both.

    Superusers read, but are no side: PermissionDenied."""
    sides = sides_of(actor, introduction)
    if not sides:
        raise PermissionDenied("matching.message.send")
    return min(sides)


def _sent(introduction: Introduction, token: UUID) -> Message | None:
    return Message.objects.filter(introduction=introduction, token=token).first()


def _text(text: str) -> str:
    try:
        return clean_plain_text(text, MAX_TEXT)
    except ValueError as error:
        raise ValidationError({"text": str(error)}) from None


def take_back(*, actor: Any, message: Message, now: datetime | None = None) -> bool:
    """Take one's own message back within ten minutes: its words and files are shown to nobody.

    Says whether anything changed. Raises PermissionDenied, ValidationError (too late)."""
    now = now or timezone.now()
    _require_soon(actor, message, now)
    rows = Message.objects.filter(pk=message.pk, taken_back_at=None)
    with transaction.atomic():
        if not rows.update(taken_back_at=now):
            return False
        audit.record(actor, "message.take_back", message)
    return True


def put_back(*, actor: Any, message: Message, now: datetime | None = None) -> bool:
    """Undo `take_back`, within the same ten minutes."""
    _require_soon(actor, message, now or timezone.now())
    rows = Message.objects.filter(pk=message.pk, taken_back_at__isnull=False)
    with transaction.atomic():
        if not rows.update(taken_back_at=None):
            return False
        audit.record(actor, "message.put_back", message)
    return True


def _require_soon(actor: Any, message: Message, now: datetime) -> None:
    permissions.require(actor, "matching.message.take_back", message)
    if now - message.sent_at > TAKE_BACK:
        raise ValidationError(
            gettext("That is possible for ten minutes after a message was sent. Write another one.")
        )


def mark_read(
    *, actor: Any, introduction: Introduction, message: Message, now: datetime | None = None
) -> bool:
    """Remember that a person has read up to a message; never goes backwards.

    Says whether that is further than before."""
    read_at = now or timezone.now()
    marks = ReadMark.objects.filter(introduction=introduction, user=actor)
    if marks.filter(message__gte=message.pk).exists():
        return False
    if not marks.filter(message__lt=message.pk).update(message=message, read_at=read_at):
        ReadMark.objects.bulk_create(
            [ReadMark(introduction=introduction, user=actor, message=message, read_at=read_at)],
            ignore_conflicts=True,
        )
    return True
