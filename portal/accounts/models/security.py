"""What happened around accounts: kept as long as the law wants it, then deleted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SecurityEvent(models.Model):
    """One event. The address is kept as the network it lies in, and as a keyed hash that answers
    whether it was a certain address without telling which; no address, name or text as typed."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed-in", _("Signed in")
        REFUSED = "sign-in-failed", _("Sign-in failed")
        LOCKED = "locked-out", _("Locked out after too many attempts")
        SIGNED_OUT = "signed-out", _("Signed out")
        PASSWORD = "password", _("Password changed")
        EMAIL = "email", _("E-mail addresses changed")
        MFA_ADDED = "mfa-added", _("Second step added")
        MFA_REMOVED = "mfa-removed", _("Second step removed")
        MFA_RENEWED = "mfa-renewed", _("Recovery codes made anew")
        CONNECTED = "connected", _("Connected accounts changed")
        ROLES = "roles", _("Roles of the city changed")
        EXPORT = "export", _("Copy of one's data asked for")
        DOWNLOAD = "download", _("Copy of one's data downloaded")
        ERASURE = "erasure", _("End of the account asked for, cancelled or done")
        VIEWED = "viewed", _("Personal data seen by the city's staff")

    at = models.DateTimeField(_("at"), db_index=True)
    kind = models.CharField(_("what"), max_length=16, choices=Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("whose account"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="security_events",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by whom"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    network = models.CharField(_("network"), max_length=43, blank=True)
    address_hash = models.CharField(max_length=32, blank=True)
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-id"], name="security_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
