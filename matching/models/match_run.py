"""A match run: everything one ranking was made from, so that it can be replayed to the byte."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.models.need import Need


class MatchRun(models.Model):
    """Candidates, features, date, the weights' version and the result; no personal data."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="match_runs")
    day = models.DateField()
    weights_version = models.CharField(max_length=40)
    vocabulary_version = models.CharField(max_length=80)
    engine = models.CharField(max_length=20)
    features = models.JSONField()
    result = models.JSONField()
    result_digest = models.CharField(max_length=64)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("match run")
        verbose_name_plural = _("match runs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.need.ref} {self.day}"
