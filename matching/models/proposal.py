"""A proposal: what one side offers to do or to pay for, by when; the other answers."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models.introduction import Introduction
from portal.foundation.models.files import StoredFile

ANSWERED = ["countered", "agreed", "declined"]
MADE = ["offered", *ANSWERED, "expired"]


class Proposal(models.Model):
    """One version of what the sides of an introduction could agree on.

    `number` counts the versions of both sides from 1 and is given when it is offered. Amounts
    are whole CNY; `days` counts from the day on which both sides consent."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OFFERED = "offered", _("Waiting for an answer")
        COUNTERED = "countered", _("Answered by a newer version")
        AGREED = "agreed", _("Agreed")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    introduction = models.ForeignKey(
        Introduction, on_delete=models.CASCADE, related_name="proposals"
    )
    number = models.PositiveIntegerField(_("version"), null=True)
    side = models.CharField(_("side"), max_length=12, choices=Introduction.Side.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    scope = models.TextField(_("scope"), max_length=20_000, blank=True)
    price = models.PositiveBigIntegerField(_("price"), null=True)
    days = models.PositiveIntegerField(_("days"), null=True)
    valid_until = models.DateField(_("valid until"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    offered_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction"],
                condition=Q(state__in=["offered", "agreed"]),
                name="proposal_one_live",
            ),
            models.UniqueConstraint(
                fields=["introduction", "side"],
                condition=Q(state="draft"),
                name="proposal_one_draft",
            ),
            models.UniqueConstraint(fields=["introduction", "number"], name="proposal_number_once"),
            models.CheckConstraint(
                condition=~Q(state__in=MADE)
                | (
                    Q(number__isnull=False)
                    & Q(offered_at__isnull=False)
                    & Q(price__isnull=False)
                    & Q(days__isnull=False)
                    & Q(valid_until__isnull=False)
                    & ~Q(scope="")
                ),
                name="proposal_offered_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="draft") | Q(number__isnull=True),
                name="proposal_draft_unnumbered",
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0), name="proposal_price"
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__range=(1, 3650)), name="proposal_days"
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""), name="proposal_declined_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ANSWERED) | Q(answered_at__isnull=False),
                name="proposal_answered_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id} v{self.number or '–'}"

    def get_absolute_url(self) -> str:
        """The page both sides see; a draft is written there by its own side."""
        return reverse("matching:proposal", args=[self.pk])


class ProposalMilestone(models.Model):
    """A part of the work, when it counts as done, and its share of the price in percent.

    `days`: due so many days after the start. Empty values only while it is a draft."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200, blank=True)
    done_when = models.TextField(_("done when"), max_length=2000, blank=True)
    share = models.PositiveSmallIntegerField(
        _("share"), null=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    days = models.PositiveIntegerField(_("due after days"), null=True)

    class Meta:
        verbose_name = _("milestone of a proposal")
        verbose_name_plural = _("milestones of proposals")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "position"], name="proposal_milestone_place"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__range=(1, 100)),
                name="proposal_milestone_share",
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__range=(1, 3650)),
                name="proposal_milestone_days",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProposalFile(models.Model):
    """A file that belongs to a proposal; later versions may carry the same file."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of a proposal")
        verbose_name_plural = _("files of proposals")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "file"], name="proposal_file_once")
        ]

    def __str__(self) -> str:
        return self.file.name
