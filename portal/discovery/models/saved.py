"""A search that somebody keeps, the documents it came upon, and what they were told of them."""

import secrets

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def new_secret() -> str:
    """What the addresses of a search's feed and stop link are made from."""
    return secrets.token_urlsafe(24)


class SavedSearch(models.Model):
    """One person's search: the search page's parameters in canonical form.

    `digest` is the same for searches that mean the same. `prepared_at` is empty until the worker
    has read the text (`concepts`, by `concepts_version`) and noted what matched already;
    `new_only` says that this was too much to note: only documents that are new are told then."""

    NAME = 120

    class Frequency(models.TextChoices):
        INSTANT = "instant", _("Within minutes")
        DAILY = "daily", _("Once a day, at 8 in the morning")
        OFF = "off", _("Not at all (paused)")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("name"), max_length=NAME)
    parameters = models.TextField(_("parameters"))
    digest = models.CharField(max_length=40, db_index=True)
    language = models.CharField(_("language"), max_length=10)
    frequency = models.CharField(
        _("frequency"), max_length=10, choices=Frequency.choices, default=Frequency.DAILY
    )
    resumes_as = models.CharField(max_length=10, choices=Frequency.choices, default=Frequency.DAILY)
    by_email = models.BooleanField(_("by e-mail"), default=True)
    in_portal = models.BooleanField(_("in the portal"), default=True)
    secret = models.CharField(max_length=40, default=new_secret)
    concepts = models.JSONField(default=list)
    concepts_version = models.CharField(max_length=80, blank=True)
    prepared_at = models.DateTimeField(null=True)
    new_only = models.BooleanField(default=False)
    created = models.DateTimeField(_("saved"), auto_now_add=True)
    last_seen = models.DateTimeField(_("last looked at"), null=True)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "digest"], name="saved_search_once")
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(prepared_at__isnull=True),
                name="saved_search_to_prepare",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its own page."""
        return reverse("discovery:saved-search", kwargs={"pk": self.pk})

    @property
    def paused(self) -> bool:
        """Whether nothing is told of it."""
        return self.frequency == self.Frequency.OFF

    @property
    def given(self) -> dict[str, list[str]]:
        """The parameters by name, as the search page takes them."""
        return dict(QueryDict(self.parameters).lists())

    @property
    def search_url(self) -> str:
        """The search page with these parameters."""
        return f"{reverse('discovery:search')}?{self.parameters}"


class Delivery(models.Model):
    """What one person was told at one time; the e-mail of it, if any, goes out from this row."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    secret = models.CharField(max_length=40, default=new_secret)
    created = models.DateTimeField(auto_now_add=True)
    email_due = models.BooleanField(default=False)
    email_attempts = models.PositiveSmallIntegerField(default=0)
    email_not_before = models.DateTimeField(null=True)
    emailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(email_due=True), name="delivery_to_email"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created:%Y-%m-%d} → {self.owner_id}"


class SavedSearchHit(models.Model):
    """A document that a saved search came upon: once, whatever happens to either later.

    `existed`: it matched when the search was saved, so nobody is told of it. `told_at` empty:
    its owner is still to be told. `by_email`: it is listed in the delivery's e-mail."""

    saved_search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits")
    type = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    found_at = models.DateTimeField()
    existed = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.SET_NULL, related_name="hits"
    )
    by_email = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("found by a saved search")
        verbose_name_plural = _("found by saved searches")
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["saved_search", "type", "key"], name="saved_search_hit_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["found_at"],
                condition=models.Q(told_at__isnull=True),
                name="saved_search_hit_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.saved_search_id}: {self.type}/{self.key}"


class KnownDocument(models.Model):
    """Since when alerts know a document: what came later is new to an older search."""

    type = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "key"], name="known_document_once")]

    def __str__(self) -> str:
        return f"{self.type}/{self.key}"
