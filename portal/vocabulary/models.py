"""What this room keeps in the database: sentence vectors, so that no text is encoded twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SentenceVector(models.Model):
    """The vector of one text as one encoder made it: 16-bit floats, length 1."""

    class Role(models.TextChoices):
        """The part the text plays; encoders treat the two differently."""

        QUERY = "query", _("query")
        PASSAGE = "passage", _("passage")

    encoder = models.CharField(_("encoder"), max_length=200)
    text_hash = models.CharField(_("SHA-256 of the text"), max_length=64)
    role = models.CharField(_("role"), max_length=7, choices=Role)
    vector = models.BinaryField(_("vector"))
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("sentence vector")
        verbose_name_plural = _("sentence vectors")
        constraints = [
            models.UniqueConstraint(
                fields=["encoder", "text_hash", "role"], name="vocabulary_one_vector_per_text"
            )
        ]

    def __str__(self) -> str:
        return f"{self.encoder} {self.role} {self.text_hash[:12]}"
