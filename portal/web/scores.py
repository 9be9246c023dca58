"""A score ready to be drawn: percentages for the bar, words for everyone."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext


@dataclass(frozen=True)
class Score:
    """A value 0…1 (None: unknown), the range it may lie in, and the point unknowns count at."""

    value: float | None
    low: float | None = None
    high: float | None = None
    neutral: float | None = None

    @property
    def percent(self) -> int | None:
        """0…100, None when unknown."""
        return None if self.value is None else _percent(self.value)

    @property
    def start(self) -> int:
        """Where the range begins, 0…100; an unknown value without a range spans everything."""
        if self.low is not None:
            return _percent(self.low)
        return 0 if self.value is None else _percent(self.value)

    @property
    def width(self) -> int:
        """The range's width, 0…100."""
        if self.high is not None:
            return max(_percent(self.high) - self.start, 0)
        return 100 if self.value is None else 0

    @property
    def end(self) -> int:
        """Where the range ends, 0…100."""
        return self.start + self.width

    @property
    def mark(self) -> int:
        """Where the mark stands, kept inside the bar: the value, else the neutral point."""
        point = self.percent if self.percent is not None else self.neutral_percent
        return min(point or 0, 99)

    @property
    def neutral_percent(self) -> int | None:
        """Where an unknown value counts, 0…100."""
        return None if self.neutral is None else _percent(self.neutral)

    @property
    def tone(self) -> str:
        """strong, fair, weak or unknown: the bar's colour."""
        if self.percent is None:
            return "unknown"
        return "strong" if self.percent >= 70 else "fair" if self.percent >= 40 else "weak"

    @property
    def words(self) -> str:
        """What a screen reader says."""
        if self.percent is None:
            return gettext("unknown")
        if self.width:
            return gettext("%(value)s of 100, between %(low)s and %(high)s") % {
                "value": self.percent,
                "low": self.start,
                "high": self.end,
            }
        return gettext("%(value)s of 100") % {"value": self.percent}


def _percent(share: float) -> int:
    return round(100 * min(max(share, 0.0), 1.0))
