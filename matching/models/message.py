"""The thread of an introduction: messages, their files, and who has read up to where."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.introduction import Introduction
from portal.foundation.models import StoredFile

TAKE_BACK = timedelta(minutes=10)
"""How long an author may take a message back, and put it in again."""


class Message(models.Model):
    """What one side wrote to the other. It is never changed; its author may take it back within
    ten minutes, which leaves a mark. `token` is the form's, so that a form counts once."""

    introduction = models.ForeignKey(
        Introduction, on_delete=models.CASCADE, related_name="messages"
    )
    side = models.CharField(_("side"), max_length=12, choices=Introduction.Side.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    text = models.TextField(_("message"), max_length=5000, blank=True)
    token = models.UUIDField(default=uuid4, editable=False)
    sent_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["introduction", "token"], name="message_sent_once"),
            models.CheckConstraint(
                condition=Q(side__in=Introduction.Side.values), name="message_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {timezone.localtime(self.sent_at):%Y-%m-%d %H:%M}"


class MessageFile(models.Model):
    """A file of a message. One that is confidential is the other side's to read only once both
    have accepted a confidentiality agreement."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="message_file")
    confidential = models.BooleanField(_("confidential"), default=False)

    class Meta:
        verbose_name = _("file of a message")
        verbose_name_plural = _("files of messages")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.file)


class ReadMark(models.Model):
    """How far one person has read a thread."""

    introduction = models.ForeignKey(
        Introduction, on_delete=models.CASCADE, related_name="read_marks"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="read_marks"
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        constraints = [
            models.UniqueConstraint(fields=["introduction", "user"], name="read_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.message_id}"
