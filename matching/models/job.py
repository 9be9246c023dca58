"""A job: what both sides consented to is done, milestone by milestone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models.agreement import Agreement
from matching.models.introduction import Introduction
from portal.foundation.models.files import StoredFile


class Job(models.Model):
    """Made when the agreement came into force. `ref` is its permanent name.

    While one side (`cancel_side`) asks to cancel it for `reason`, the other has to answer."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DISPUTED = "disputed", _("In dispute")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    ref = models.CharField(_("reference"), max_length=60, unique=True)
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="job")
    introduction = models.OneToOneField(Introduction, on_delete=models.PROTECT, related_name="job")
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.RUNNING
    )
    version = models.PositiveIntegerField(default=0)
    price = models.PositiveBigIntegerField(_("price"))
    started_at = models.DateTimeField()
    due_on = models.DateField(_("due on"))
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    cancel_side = models.CharField(max_length=12, choices=Introduction.Side.choices, blank=True)
    cancel_asked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["running", "disputed"], ended_at__isnull=True)
                | Q(state__in=["done", "cancelled"], ended_at__isnull=False),
                name="job_ended_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""), name="job_cancelled_reason"
            ),
            models.CheckConstraint(condition=Q(price__gt=0), name="job_price"),
            models.CheckConstraint(
                condition=Q(cancel_side="", cancel_asked_at__isnull=True)
                | (
                    Q(cancel_asked_at__isnull=False)
                    & Q(cancel_side__in=["manufacturer", "provider"])
                    & ~Q(reason="")
                ),
                name="job_cancel_asked",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        """The page both sides see."""
        return reverse("matching:job", args=[self.ref])


class Milestone(models.Model):
    """A part of a job. The amounts (whole CNY) of a job's milestones add up to its price."""

    class State(models.TextChoices):
        OPEN = "open", _("To be delivered")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        CONFIRMED = "confirmed", _("Confirmed")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    done_when = models.TextField(_("done when"), max_length=2000)
    share = models.PositiveSmallIntegerField(_("share"))
    amount = models.PositiveBigIntegerField(_("amount"))
    due_on = models.DateField(_("due on"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reminded_for = models.DateField(null=True, editable=False)
    escalated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="milestone_place"),
            models.CheckConstraint(condition=Q(share__range=(1, 100)), name="milestone_share"),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at__isnull=True)),
                name="milestone_confirmed_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["delivered", "returned"]) | Q(delivered_at__isnull=False),
                name="milestone_delivered_at",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="milestone_by_due")]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """What was handed over for a milestone; `number` counts the attempts from 1. One that was
    not what had been agreed is returned with a reason."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    note = models.TextField(_("note"), max_length=5000, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "number"], name="delivery_number_once"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, reason="")
                | (Q(returned_at__isnull=False) & ~Q(reason="")),
                name="delivery_returned_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone} · {self.number}"


class DeliveryFile(models.Model):
    """A file that was handed over with a delivery."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of a delivery")
        verbose_name_plural = _("files of deliveries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "file"], name="delivery_file_once")
        ]

    def __str__(self) -> str:
        return self.file.name
