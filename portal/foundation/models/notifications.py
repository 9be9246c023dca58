"""Notifications: what a person is told, how each wants to be told, and what goes out of it."""

from typing import ClassVar
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """A way to be told."""

    SITE = "site", _("In the portal")
    EMAIL = "email", _("By e-mail")
    WEBHOOK = "webhook", _("Webhook")
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")


ENDPOINT_CHANNELS = (Channel.WEBHOOK, Channel.WECOM, Channel.DINGTALK)


class Mode(models.TextChoices):
    """How soon; digests are for e-mail."""

    OFF = "off", _("not at all")
    INSTANT = "instant", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")


class Notification(models.Model):
    """Something a person is told. It stands in the portal whatever was chosen; `bell` says whether
    it counts there as new."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    bell = models.BooleanField(default=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=models.Q(read_at__isnull=True, bell=True),
                name="notification_unread",
            ),
            models.Index(fields=["created"], name="notification_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"

    @property
    def is_new(self) -> bool:
        """Whether it counts as not yet read."""
        return self.bell and self.read_at is None


class NotificationChoice(models.Model):
    """How one person wants to be told of one kind on one channel; without a row the kind's usual
    way holds. The kind `*` stands for every kind without a row of its own."""

    ALL: ClassVar[str] = "*"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices"
    )
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    mode = models.CharField(max_length=10, choices=Mode.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "channel"], name="one_choice_per_kind"),
            models.CheckConstraint(
                condition=models.Q(channel=Channel.EMAIL)
                | models.Q(mode__in=[Mode.OFF, Mode.INSTANT]),
                name="digests_by_email_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.channel}: {self.mode}"


class DigestTime(models.Model):
    """When a person's digests are sent, in the portal's time zone; without a row at 8 on Monday."""

    HOUR: ClassVar[int] = 8
    WEEKDAY: ClassVar[int] = 0

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_time"
    )
    hour = models.PositiveSmallIntegerField(default=HOUR, validators=[MaxValueValidator(23)])
    weekday = models.PositiveSmallIntegerField(default=WEEKDAY, validators=[MaxValueValidator(6)])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hour__lte=23, weekday__lte=6), name="digest_time_exists"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.hour}:00, weekday {self.weekday}"


class Endpoint(models.Model):
    """An address of a person that notifications are sent to: a webhook, or the robot of a group
    chat. Used once a test message has arrived there."""

    URL: ClassVar[int] = 500
    NAME: ClassVar[int] = 60

    class Off(models.TextChoices):
        """Why an address is switched off."""

        PERSON = "person", _("switched off by you")
        GONE = "gone", _("the address says that it is gone (410)")
        FAILING = "failing", _("too many messages could not be delivered")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_endpoints"
    )
    channel = models.CharField(
        max_length=10, choices=[(channel.value, channel.label) for channel in ENDPOINT_CHANNELS]
    )
    name = models.CharField(max_length=NAME, blank=True)
    url = models.CharField(max_length=URL)
    secret = models.CharField(max_length=200, blank=True)
    secret_shown = models.BooleanField(default=False)
    old_secret = models.CharField(max_length=200, blank=True)
    old_secret_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=False)
    off_because = models.CharField(max_length=10, choices=Off.choices, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    dead_in_a_row = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "url"], name="one_endpoint_per_url"),
            models.CheckConstraint(
                condition=models.Q(active=False) | models.Q(confirmed_at__isnull=False),
                name="endpoint_confirmed_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.host}"

    @property
    def host(self) -> str:
        """Where it leads; the rest of the address may be a secret."""
        return urlsplit(self.url).hostname or ""

    @property
    def title(self) -> str:
        """The person's name for it, else where it leads."""
        return self.name or self.host

    @property
    def secrets(self) -> list[str]:
        """The secrets that messages are signed with now: two for a while after a rotation."""
        both = [self.secret]
        if self.old_secret and self.old_secret_until and self.old_secret_until > timezone.now():
            both.append(self.old_secret)
        return [secret for secret in both if secret]


class NotificationDelivery(models.Model):
    """One notification on its way over one channel. `key` stays the same over all tries.

    E-mails that go out as one have a `lead`, the delivery whose key the e-mail carries."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits")
        SENT = "sent", _("sent")
        DEAD = "dead", _("given up")
        DROPPED = "dropped", _("not wanted any more")

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="deliveries"
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    endpoint = models.ForeignKey(
        Endpoint, null=True, on_delete=models.SET_NULL, related_name="deliveries"
    )
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.INSTANT)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    lead = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="followers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=40, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "endpoint"], name="one_delivery_per_endpoint"
            ),
            models.UniqueConstraint(
                fields=["notification"],
                condition=models.Q(channel="email"),
                name="one_email_per_notification",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="delivery_sent_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "id"],
                condition=models.Q(state="pending", lead__isnull=True),
                name="delivery_pending",
            ),
            models.Index(fields=["endpoint", "tried_at"], name="delivery_by_endpoint"),
            models.Index(fields=["state", "channel"], name="delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}: {self.state}"
