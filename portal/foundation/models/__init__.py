"""Audit trail, outbox and notifications: written in the transaction of what they tell of."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.foundation.models.desk import WeeklyDesk
from portal.foundation.models.drafts import Draft
from portal.foundation.models.files import StoredFile
from portal.foundation.models.lists import ListColumns, SavedView
from portal.foundation.models.notifications import (
    DigestTime,
    Endpoint,
    Notification,
    NotificationChoice,
    NotificationDelivery,
)

__all__ = [
    "AuditEntry",
    "DigestTime",
    "Draft",
    "Endpoint",
    "ListColumns",
    "Notification",
    "NotificationChoice",
    "NotificationDelivery",
    "OutboxRow",
    "PeriodicRun",
    "SavedView",
    "StoredFile",
    "WeeklyDesk",
]


class AuditEntry(models.Model):
    """One change of state: who did what to which object, and how it looked before and after."""

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    verb = models.CharField(_("verb"), max_length=60)
    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.CharField(_("object id"), max_length=64)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class OutboxRow(models.Model):
    """A piece of work owed to a target, such as a document to an index.

    One row lives for ever per (target, kind, key): each request raises `requested`, the
    consumer raises `done` to the value it read. Requests coalesce, nothing is skipped by
    late commits, and `requested` serves as the version of what is written to the target."""

    target = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    requested = models.PositiveBigIntegerField(default=1)
    done = models.PositiveBigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "kind", "key"], name="outbox_one_per_key"),
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("requested")), name="outbox_done_requested"
            ),
        ]
        indexes = [
            models.Index(
                fields=["target", "id"],
                condition=models.Q(requested__gt=models.F("done")),
                name="outbox_pending",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.kind}:{self.key} {self.done}/{self.requested}"


class PeriodicRun(models.Model):
    """When a periodic job last ran, so that several workers run it once."""

    name = models.CharField(max_length=60, unique=True)
    last_run = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
