"""Reviews: each side of a job writes of the other; both are shown together, each is answered
once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.models.introduction import Introduction
from matching.models.job import Job


class Review(models.Model):
    """What one side says of the other. `criteria`: {"quality": 1…5, "schedule": 1…5, …}; `named`:
    the reviewing side lets its name stand beside it on public pages. One that a moderator took
    down for `reason` stays on record and is shown to nobody else."""

    class State(models.TextChoices):
        WRITTEN = "written", _("Written, not shown yet")
        SHOWN = "shown", _("Shown")
        REMOVED = "removed", _("Taken down")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="reviews")
    side = models.CharField(_("side"), max_length=12, choices=Introduction.Side.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    criteria = models.JSONField(_("criteria"))
    words = models.TextField(_("words"), max_length=5000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WRITTEN)
    version = models.PositiveIntegerField(default=0)
    named = models.BooleanField(_("named"), default=False)
    written_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "side"], name="review_once_a_side"),
            models.CheckConstraint(
                condition=Q(state="written", shown_at__isnull=True)
                | Q(state__in=["shown", "removed"], shown_at__isnull=False),
                name="review_shown_at",
            ),
            models.CheckConstraint(
                condition=(Q(state="removed", removed_at__isnull=False) & ~Q(reason=""))
                | (~Q(state="removed") & Q(removed_at__isnull=True)),
                name="review_removed_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} · {self.side}"


class ReviewReply(models.Model):
    """The one answer of who was reviewed."""

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="reply")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.TextField(_("words"), max_length=2000)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reply to a review")
        verbose_name_plural = _("replies to reviews")

    def __str__(self) -> str:
        return str(self.review)
