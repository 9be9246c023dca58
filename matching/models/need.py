"""A need: what hurts a manufacturer, in its own words, and what was understood of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Organisation


class Need(models.Model):
    """One need of one organisation. `ref` is its permanent public name."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        MODERATION = "moderation", _("Waiting for a moderator")
        OPEN = "open", _("Open")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    class Approach(models.TextChoices):
        SUPPLY_CHAIN = "supply_chain", _("Led by the supply chain")
        CLUSTER = "cluster", _("Together with the cluster")
        DIGITAL_GREEN = "digital_green", _("Digital and green together")

    ref = models.CharField(_("reference"), max_length=60, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="needs")
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), max_length=20_000)
    language = models.CharField(
        _("language"), max_length=2, choices=[("zh", "中文"), ("en", "English")]
    )
    industries = models.JSONField(_("industries"), default=list, blank=True)
    district = models.CharField(_("district"), max_length=6)
    budget_min = models.PositiveBigIntegerField(_("budget from"), null=True, blank=True)
    budget_max = models.PositiveBigIntegerField(_("budget to"), null=True, blank=True)
    start_by = models.DateField(_("start by"), null=True, blank=True)
    approach = models.CharField(
        _("way to transform"), max_length=20, choices=Approach.choices, blank=True
    )
    tier_at_least = models.CharField(_("tier at least"), max_length=30, blank=True)
    max_distance_km = models.PositiveIntegerField(_("at most this far (km)"), null=True, blank=True)
    languages = models.JSONField(_("languages required"), default=list, blank=True)
    offer_types = models.JSONField(_("offer types, any of"), default=list, blank=True)
    exclusions = models.JSONField(_("exclusions"), default=list, blank=True)
    concepts = models.JSONField(_("concepts understood"), default=list, blank=True)
    concepts_off = models.JSONField(_("concepts switched off"), default=list, blank=True)
    concepts_version = models.CharField(max_length=80, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    posted_at = models.DateTimeField(null=True)
    expires_on = models.DateField(_("open until"), null=True, blank=True)
    reminded_for = models.DateField(null=True, editable=False)
    moderation_note = models.TextField(_("note of the moderator"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    form_token = models.CharField(max_length=64, blank=True, editable=False)
    is_demo = models.BooleanField(_("demo"), default=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(budget_min__isnull=True)
                | Q(budget_max__isnull=True)
                | Q(budget_max__gte=F("budget_min")),
                name="need_budget_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(posted_at__isnull=False), name="need_open_posted"
            ),
            # The same form sent twice makes one need.
            models.UniqueConstraint(
                fields=["created_by", "form_token"],
                condition=~Q(form_token=""),
                name="need_once_per_form",
            ),
        ]
        indexes = [models.Index(fields=["state", "-posted_at"], name="need_by_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("matching:need", args=[self.ref])
