"""Evidence: one thing that happened and that counts for an organisation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Organisation


class Evidence(models.Model):
    """`source_kind` (`matching.job`) and `source_key` name the row it follows from; each gives
    one piece. `facts` are numbers and short codes by kind (`portal.evidence.facts`), never words
    and never persons. What was withdrawn stays on record and counts no more."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("Job delivered")
        REVIEW = "review", _("Review")

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="evidence",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    source_kind = models.CharField(max_length=60)
    source_key = models.CharField(max_length=40)
    at = models.DateTimeField(_("when"))
    facts = models.JSONField(_("facts"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_key"], name="evidence_once_a_source"
            )
        ]
        indexes = [
            models.Index(
                fields=["organisation", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="evidence_that_counts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.source_key}"
