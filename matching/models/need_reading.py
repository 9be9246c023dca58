"""How a need was read, kept so that it can be compared with many providers at once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.models.need import Need


class NeedReading(models.Model):
    """Sentence vector and concept shares of a need's text, as 16-bit floats; made again when the
    text, the concepts or the encoder (`version`) have changed. Derived: may be deleted."""

    need = models.OneToOneField(
        Need, on_delete=models.CASCADE, primary_key=True, related_name="reading"
    )
    text_hash = models.CharField(max_length=64)
    version = models.CharField(max_length=80)
    vector = models.BinaryField()
    likeness = models.BinaryField()

    class Meta:
        verbose_name = _("reading of a need")
        verbose_name_plural = _("readings of needs")

    def __str__(self) -> str:
        return f"{self.need_id} {self.version}"
