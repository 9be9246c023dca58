"""The confidentiality agreement of an introduction: a standard text that both sides accept."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models.introduction import Introduction


class Confidentiality(models.Model):
    """Proposed by one side (`side`), accepted by the other. The text is kept as it was read, in
    both languages, with its version and SHA-256."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        IN_FORCE = "in_force", _("In force")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    introduction = models.ForeignKey(
        Introduction, on_delete=models.CASCADE, related_name="confidentialities"
    )
    side = models.CharField(_("side"), max_length=12, choices=Introduction.Side.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PROPOSED
    )
    version = models.PositiveIntegerField(default=0)
    text_version = models.CharField(_("version of the text"), max_length=20)
    text_zh = models.TextField()
    text_en = models.TextField()
    sha256 = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("confidentiality agreement")
        verbose_name_plural = _("confidentiality agreements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction"],
                condition=Q(state__in=["proposed", "in_force"]),
                name="confidentiality_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["in_force", "declined"]) | Q(answered_at__isnull=False),
                name="confidentiality_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.text_version}"

    def get_absolute_url(self) -> str:
        """The page on which it is read and accepted."""
        return reverse("matching:confidentiality", args=[self.introduction_id])
