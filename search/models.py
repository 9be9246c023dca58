"""What is known of an index beside the index itself."""

from django.db import models


class IndexState(models.Model):
    """One row an engine: a rebuild that is under way or was interrupted, and when the index was
    last built, caught up and compared.

    `building` is the name of the half-built index, `building_shape` the fingerprint it is made
    with, `positions` the primary key of the last row taken in, by document type."""

    engine = models.CharField(max_length=40, unique=True)
    building = models.CharField(max_length=120, blank=True)
    building_shape = models.CharField(max_length=64, blank=True)
    positions = models.JSONField(default=dict)
    taken_in = models.PositiveBigIntegerField(default=0)
    building_changed = models.DateTimeField(null=True)
    rebuilt_at = models.DateTimeField(null=True)
    rebuild_seconds = models.FloatField(null=True)
    synced_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verify_seconds = models.FloatField(null=True)
    differences = models.PositiveBigIntegerField(default=0)
    repaired = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.engine


def state_of(engine: str) -> IndexState:
    """The row of an engine, made where there is none."""
    return IndexState.objects.get_or_create(engine=engine)[0]
