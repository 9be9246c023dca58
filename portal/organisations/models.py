"""Organisations, the people in them, and what a provider says of itself."""

from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.foundation.text import pick


class Organisation(models.Model):
    """A firm or collective: who it is and where. `key` is its permanent public name."""

    uscc = models.CharField(  # noqa: DJ001
        _("unified social credit code"), max_length=18, null=True, unique=True
    )
    ref = models.CharField(_("reference"), max_length=60, null=True, unique=True)  # noqa: DJ001
    key = models.CharField(max_length=60, unique=True, editable=False)
    uscc_check_failed = models.BooleanField(_("check digit of the code is wrong"), default=False)
    uscc_passed = models.BooleanField(_("code seen on the licence by a moderator"), default=False)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    district = models.CharField(_("district"), max_length=6)
    latitude = models.FloatField(
        _("latitude"), null=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), null=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    contact_name = models.CharField(_("contact person"), max_length=80, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=30, blank=True)
    is_demo = models.BooleanField(_("demo"), default=False)
    created = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(uscc__isnull=False) | Q(ref__isnull=False), name="organisation_has_key"
            ),
            models.CheckConstraint(
                condition=~Q(name_zh="") | ~Q(name_en=""), name="organisation_has_name"
            ),
        ]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)

    def save(self, *args: object, **kwargs: object) -> None:
        """Makes `key`: the code, else the reference. It stays when a code is added later."""
        self.key = self.key or self.uscc or self.ref or ""
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def uscc_flagged(self) -> bool:
        """The check digit is wrong and no moderator has seen the licence yet."""
        return self.uscc_check_failed and not self.uscc_passed


class Membership(models.Model):
    """A person acts for an organisation."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        EDITOR = "editor", _("Editor")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"


class Invitation(models.Model):
    """An e-mail address is asked to join an organisation, until it expires."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("invitation", "Open")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role.choices)
    token = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(state="open"),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organisation}"

    def get_absolute_url(self) -> str:
        """Where it is accepted, without the language prefix: links outlive a language choice."""
        return f"/invitations/{self.token}/"

    @property
    def expired(self) -> bool:
        """Its link no longer works."""
        return self.state == self.State.OPEN and self.expires <= timezone.now()


class ProviderProfile(models.Model):
    """What a provider or collective offers the city's manufacturers."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("Provider")
        COLLECTIVE = "collective", _("Collective")

    class Verification(models.TextChoices):
        UNVERIFIED = "unverified", _("Not verified")
        PENDING = "pending", _("Waiting for verification")
        VERIFIED = "verified", _("Verified")
        DECLINED = "declined", _("Verification declined")

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="provider"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    summary_zh = models.TextField(_("summary in Chinese"), max_length=2000, blank=True)
    summary_en = models.TextField(_("summary in English"), max_length=4000, blank=True)
    capabilities = models.JSONField(_("capabilities"), default=list, blank=True)
    industries = models.JSONField(_("industries served"), default=list, blank=True)
    languages = models.JSONField(_("working languages"), default=list, blank=True)
    capacity = models.PositiveIntegerField(_("jobs at once"), null=True, blank=True)
    staff = models.PositiveIntegerField(_("staff"), null=True, blank=True)
    founded = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    listed = models.BooleanField(_("listed"), default=False)
    verification = models.CharField(
        _("verification"),
        max_length=12,
        choices=Verification.choices,
        default=Verification.UNVERIFIED,
    )
    verification_note = models.TextField(_("note on verification"), blank=True)
    contracting_member = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="contracts_for"
    )
    tier_listed = models.CharField(max_length=30, default="registered", editable=False)
    concepts = models.JSONField(default=dict, editable=False)
    concepts_version = models.CharField(max_length=80, blank=True, editable=False)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("provider profile")
        verbose_name_plural = _("provider profiles")

    def __str__(self) -> str:
        return str(self.organisation)

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("organisations:provider", args=[self.organisation.key])

    @property
    def state(self) -> str:
        """The state permissions look at."""
        return self.verification

    @property
    def verified(self) -> bool:
        """A moderator has checked who this is."""
        return self.verification == self.Verification.VERIFIED


class Offer(models.Model):
    """One thing a provider sells, with its price range in yuan and the days it takes."""

    provider = models.ForeignKey(ProviderProfile, on_delete=models.CASCADE, related_name="offers")
    title_zh = models.CharField(_("title in Chinese"), max_length=120, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    description_zh = models.TextField(_("description in Chinese"), max_length=2000, blank=True)
    description_en = models.TextField(_("description in English"), max_length=4000, blank=True)
    type = models.CharField(_("type"), max_length=30)
    price_from = models.PositiveBigIntegerField(_("price from"), null=True, blank=True)
    price_to = models.PositiveBigIntegerField(_("price to"), null=True, blank=True)
    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title_zh="") | ~Q(title_en=""), name="offer_has_title"
            ),
            models.CheckConstraint(
                condition=Q(price_from__isnull=True)
                | Q(price_to__isnull=True)
                | Q(price_to__gte=F("price_from")),
                name="offer_price_order",
            ),
        ]

    def __str__(self) -> str:
        return pick(self.title_zh, self.title_en)


class Recognition(models.Model):
    """A title an authority gave, valid between two days; the tier follows from valid ones."""

    class Source(models.TextChoices):
        IMPORTED = "imported", _("Imported")
        CERTIFICATE = "certificate", _("Certificate seen")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="recognitions"
    )
    tier = models.CharField(_("tier"), max_length=30)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    rule_version = models.CharField(_("rules"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=12, choices=Source.choices)

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "tier", "source"], name="recognition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.tier}"

    def valid_on(self, day: date) -> bool:
        """Is the title in force on this day?"""
        return (self.issued_on is None or self.issued_on <= day) and (
            self.expires_on is None or day <= self.expires_on
        )


class ProfileImport(models.Model):
    """A file that a member brought for the profile: shown first, then taken over. What the profile
    said before is kept for a day, so that it can be undone.

    `wanted` and `before`, `after` are snapshots: {"profile": {field: value}, "offers": [...]}; in
    `wanted` what the file does not speak of is left out."""

    class State(models.TextChoices):
        SHOWN = "shown", _("Shown")
        TAKEN = "taken", _("Taken over")
        UNDONE = "undone", _("Undone")

    profile = models.ForeignKey(ProviderProfile, on_delete=models.CASCADE, related_name="imports")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(_("file"), max_length=120)
    wanted = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SHOWN)
    created = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of a profile")
        verbose_name_plural = _("imports of profiles")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.profile} · {self.name}"
