"""Files that people uploaded: the row; the bytes lie outside of everything the web server gives."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """One file, kept as it came. Rooms point to it by a foreign key of their own and say who may
    read it; what nothing points to is swept away after a day."""

    class Kind(models.TextChoices):
        """What people use a file for."""

        PHOTO = "photo", _("Photo")
        PDF = "pdf", _("PDF")
        DRAWING = "drawing", _("Drawing or model (CAD)")
        OFFICE = "office", _("Office document")
        TEXT = "text", _("Text or table")

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    content_type = models.CharField(_("content type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    has_preview = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["uploaded_by", "created"], name="file_by_person_and_day"),
            models.Index(fields=["created"], name="file_by_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="file_not_empty")
        ]

    def __str__(self) -> str:
        return self.name
