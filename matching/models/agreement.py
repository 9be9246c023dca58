"""An agreement: the frozen text that both sides consent to, and their consents."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models.introduction import Introduction
from matching.models.proposal import Proposal


class Agreement(models.Model):
    """Made from an agreed proposal; its text never changes. It can't be deleted with its
    introduction: both sides may need it later.

    `digest` is the SHA-256 of the text, printed on every page of the PDF; `pdf_sha256` that of
    the file."""

    class State(models.TextChoices):
        AWAITING_CONSENT = "awaiting_consent", _("Waiting for consent")
        IN_FORCE = "in_force", _("In force")
        VOID = "void", _("Void")

    introduction = models.ForeignKey(
        Introduction, on_delete=models.PROTECT, related_name="agreements"
    )
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="agreements")
    ref = models.CharField(_("reference"), max_length=60, unique=True)
    text = models.TextField(_("text"))
    text_language = models.CharField(
        _("language"), max_length=2, choices=[("zh", "中文"), ("en", "English")]
    )
    template_version = models.CharField(max_length=20)
    digest = models.CharField(_("SHA-256 of the text"), max_length=64)
    pdf_sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64)
    state = models.CharField(
        _("state"), max_length=16, choices=State.choices, default=State.AWAITING_CONSENT
    )
    version = models.PositiveIntegerField(default=0)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    created = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["introduction"], condition=~Q(state="void"), name="agreement_one_valid"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(in_force_at__isnull=False),
                name="agreement_in_force_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="void") | Q(void_at__isnull=False), name="agreement_void_at"
            ),
            models.CheckConstraint(
                condition=Q(state="in_force") | Q(in_force_at__isnull=True),
                name="agreement_in_force_stays",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="agreement_has_text"),
        ]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        """The page both sides see."""
        return reverse("matching:agreement", args=[self.ref])


class AgreementPdf(models.Model):
    """The file of an agreement, kept in the database: written with the row it belongs to, or not
    at all, and saved with it by every backup."""

    agreement = models.OneToOneField(Agreement, on_delete=models.CASCADE, related_name="pdf")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file of an agreement")
        verbose_name_plural = _("files of agreements")

    def __str__(self) -> str:
        return f"{self.agreement.ref}.pdf"


class Consent(models.Model):
    """One side consented to the text of that digest. `name` stays when the person is erased."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="consents")
    side = models.CharField(_("side"), max_length=12, choices=Introduction.Side.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("consent to an agreement")
        verbose_name_plural = _("consents to agreements")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "side"], name="consent_once_a_side")
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.side}"
