"""An introduction: either side asks, the other answers; contacts show once it is accepted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models.need import Need
from portal.organisations.models import ProviderProfile


class Introduction(models.Model):
    """One need and one provider. Moves are compare-and-set on (state, version)."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Asked for")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")
        CLOSED = "closed", _("Closed")

    class Side(models.TextChoices):
        MANUFACTURER = "manufacturer", _("Manufacturer")
        PROVIDER = "provider", _("Provider")

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="introductions")
    provider = models.ForeignKey(
        ProviderProfile, on_delete=models.CASCADE, related_name="introductions"
    )
    asked_by = models.CharField(_("asked by"), max_length=12, choices=Side.choices)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    message = models.TextField(_("message"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.REQUESTED
    )
    version = models.PositiveIntegerField(default=0)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    match_run = models.ForeignKey(
        "matching.MatchRun", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "provider"],
                condition=Q(state__in=["requested", "accepted"]),
                name="introduction_one_live",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="introduction_declined_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined", "closed"])
                | Q(answered_at__isnull=False),
                name="introduction_answered_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="introduction_closed_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need.ref} – {self.provider}"

    def get_absolute_url(self) -> str:
        """The page both sides see."""
        return reverse("matching:introduction", args=[self.pk])
