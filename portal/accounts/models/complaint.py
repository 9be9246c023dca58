"""A complaint to the portal's operator, from anybody: received, answered, closed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Complaint(models.Model):
    """One complaint with its number; moves are compare-and-set on (state, version)."""

    TEXT: ClassVar[int] = 4000

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    class About(models.TextChoices):
        CONTENT = "content", _("Something published here")
        PRIVACY = "privacy", _("My personal data")
        CONDUCT = "conduct", _("How somebody behaved")
        ACCESS = "access", _("Something I cannot use")
        RIGHTS = "rights", _("My copyright or another right")
        OTHER = "other", _("Something else")

    number = models.CharField(_("number"), max_length=20, unique=True)
    about = models.CharField(_("about"), max_length=8, choices=About.choices)
    text = models.TextField(_("what happened"), max_length=TEXT)
    address = models.CharField(_("page"), max_length=500, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="complaints"
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    version = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField(db_index=True)
    due_on = models.DateField(_("answer by"))
    answer = models.TextField(_("answer"), max_length=TEXT, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="answered") | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="complaint_answered_how",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="complaint_closed_at",
            ),
        ]

    def __str__(self) -> str:
        return self.number
