"""A dispute about a job, which a moderator settles."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matching.models.introduction import Introduction
from matching.models.job import Job


class Dispute(models.Model):
    """Opened by one side, settled by a moderator with a decision that both sides read."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("dispute", "Open")
        SETTLED = "settled", _("Settled")

    class Outcome(models.TextChoices):
        RESUME = "resume", _("The job goes on")
        CANCEL = "cancel", _("The job is cancelled")
        DONE = "done", _("The job counts as done")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="disputes")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    side = models.CharField(_("side"), max_length=12, choices=Introduction.Side.choices)
    reason = models.TextField(_("reason"), max_length=5000)
    opened_at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=0)
    decision = models.TextField(_("decision"), max_length=5000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["job"], condition=Q(state="open"), name="dispute_one_open"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="dispute_has_reason"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True, outcome="")
                | (
                    Q(state="settled", settled_at__isnull=False)
                    & ~Q(decision="")
                    & Q(outcome__in=["resume", "cancel", "done"])
                ),
                name="dispute_settled_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} · {timezone.localtime(self.opened_at):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The page both sides and the moderators see."""
        return reverse("matching:dispute", args=[self.pk])


class Statement(models.Model):
    """What a side, or a moderator (`side` empty), says while a dispute is open: its record."""

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="statements")
    side = models.CharField(_("side"), max_length=12, choices=Introduction.Side.choices, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.TextField(_("words"), max_length=5000)
    at = models.DateTimeField()
    token = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("statement in a dispute")
        verbose_name_plural = _("statements in disputes")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dispute", "token"], name="statement_sent_once"),
            models.CheckConstraint(condition=~Q(words=""), name="statement_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute} · {timezone.localtime(self.at):%Y-%m-%d}"
