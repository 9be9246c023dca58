"""Counts of what was searched: nobody's name, address or session is in them."""

from django.db import models


class SearchCount(models.Model):
    """How often a search of a day had a property: `name` says which, `value` which kind of it."""

    day = models.DateField()
    language = models.CharField(max_length=2)
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=30)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "language", "name", "value"], name="search_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.language} {self.name}={self.value}: {self.times}"


class SearchedText(models.Model):
    """A text that was searched, by the keyed hash of its normal form. The words are stored only
    from the third time on: before, nobody can be told from them."""

    digest = models.CharField(max_length=40, primary_key=True)
    times = models.PositiveIntegerField(default=0)
    text = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.text or self.digest


class SearchedDay(models.Model):
    """How often one text was searched on a day in a language, and what came of it.

    `nothing_found` and `nothing_read`: how often no document was found, no concept read.
    `reciprocals` adds up 1 / position of each click, `top_three` those on the first three."""

    day = models.DateField()
    language = models.CharField(max_length=2)
    digest = models.CharField(max_length=40)
    times = models.PositiveIntegerField(default=0)
    nothing_found = models.PositiveIntegerField(default=0)
    nothing_read = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    top_three = models.PositiveIntegerField(default=0)
    reciprocals = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "digest"], name="searched_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.language} {self.digest}: {self.times}"
