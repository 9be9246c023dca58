"""What people began to write in a long form and have not sent yet."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """What one person has typed into one form, as the form posts it; `obj` tells forms of the same
    kind apart, `url` (without language) is the page with the form."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    form = models.CharField(_("form"), max_length=60)
    obj = models.CharField(_("about"), max_length=100, blank=True)
    url = models.CharField(_("page"), max_length=400)
    fields = models.JSONField(_("fields"), default=dict)
    version = models.PositiveIntegerField(default=1)
    created = models.DateTimeField()
    changed = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering: ClassVar[list[Any]] = ["-changed", "-id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "form", "obj"], name="draft_one_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.obj}"
