"""What was searched in a period, in figures and in words."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from portal.discovery.models import SearchCount, SearchedDay, SearchedText
from portal.discovery.searched.counting import SLOW_MS
from portal.foundation.exports import csv_cell

PERIODS = (7, 30, 90, 365)
KEPT = timedelta(days=396)
"""Thirteen months: a month can be compared with itself a year ago."""
SHOWN = 50
_SUMS = ("times", "nothing_found", "nothing_read", "clicks", "top_three", "reciprocals")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends within."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Line:
    """One text that was searched."""

    text: str
    language: str
    times: int
    nothing_found: int
    nothing_read: int
    clicks: int
    mean_reciprocal_rank: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of a period; shares are 0…1 and None where there is nothing to share."""

    searches: int
    nothing_found: float | None
    nothing_read: float | None
    slow: float | None
    degraded: float | None
    kept: float | None
    clicks: int
    mean_reciprocal_rank: float | None
    top_three: float | None
    languages: Sequence[tuple[str, int]]
    kinds: Sequence[tuple[str, int]]
    types: Sequence[tuple[str, int]]
    filters: Sequence[tuple[str, int]]
    frequent: Sequence[Line]
    without_result: Sequence[Line]


def period_of(days: str) -> Period:
    """The last `days` days, one of PERIODS; 30 for anything else."""
    wanted = int(days) if days in {str(known) for known in PERIODS} else 30
    today = timezone.localdate()
    return Period(today - timedelta(days=wanted - 1), today)


def report(period: Period) -> Report:
    """The figures of a period, in five queries."""
    counts: dict[str, dict[str, int]] = {}
    languages: dict[str, int] = {}
    rows = SearchCount.objects.filter(day__range=(period.start, period.end))
    for language, name, value, times in (
        rows.values("language", "name", "value")
        .annotate(sum=Sum("times"))
        .values_list("language", "name", "value", "sum")
    ):
        found = counts.setdefault(name, {})
        found[value] = found.get(value, 0) + times
        if name == "search":
            languages[language] = languages.get(language, 0) + times

    def of(name: str, value: str) -> int:
        return counts.get(name, {}).get(value, 0)

    searches, took = of("search", "all"), counts.get("took", {})
    clicks = {int(place): times for place, times in counts.get("click", {}).items()}
    clicked = sum(clicks.values())
    return Report(
        searches=searches,
        nothing_found=_share(of("results", "0"), searches),
        nothing_read=_share(of("unread", "yes"), of("text", "words")),
        slow=_share(
            sum(times for edge, times in took.items() if int(edge) >= SLOW_MS), sum(took.values())
        ),
        degraded=_share(of("degraded", "yes"), sum(took.values())),
        kept=_share(of("kept", "yes"), searches),
        clicks=clicked,
        mean_reciprocal_rank=_share(sum(times / place for place, times in clicks.items()), clicked),
        top_three=_share(sum(times for place, times in clicks.items() if place <= 3), clicked),
        languages=_most_first(languages),
        kinds=_most_first(counts.get("text", {})),
        types=_most_first(counts.get("type", {})),
        filters=_most_first(counts.get("filter", {})),
        frequent=_lines(_texts(period).order_by("-all_times", "digest")[:SHOWN]),
        without_result=_lines(
            _texts(period)
            .filter(all_nothing_found__gt=0)
            .order_by("-all_nothing_found", "digest")[:SHOWN]
        ),
    )


def as_csv(period: Period) -> str:
    """Every text of a period that may be shown, the most frequent first."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(
        ["text", "language", "searches", "without_result", "not_understood", "clicks", "mrr"]
    )
    for line in _lines(_texts(period).order_by("-all_times", "digest")):
        rank = line.mean_reciprocal_rank
        writer.writerow(
            [
                csv_cell(line.text),
                line.language,
                line.times,
                line.nothing_found,
                line.nothing_read,
                line.clicks,
                "" if rank is None else f"{rank:.3f}",
            ]
        )
    return file.getvalue()


def prune() -> None:
    """Forget what is older than KEPT, and texts that nobody searched since."""
    oldest = timezone.localdate() - KEPT
    SearchCount.objects.filter(day__lt=oldest).delete()
    SearchedDay.objects.filter(day__lt=oldest).delete()
    SearchedText.objects.exclude(digest__in=SearchedDay.objects.values("digest")).delete()


def _texts(period: Period) -> Any:
    """Sums by text and language, of texts whose words are stored."""
    shown = SearchedText.objects.exclude(text="").values("digest")
    rows = SearchedDay.objects.filter(day__range=(period.start, period.end), digest__in=shown)
    sums = {f"all_{name}": Sum(F(name)) for name in _SUMS}
    return rows.values("digest", "language").annotate(**sums)


def _lines(rows: Any) -> list[Line]:
    found = list(rows)
    texts = SearchedText.objects.in_bulk([row["digest"] for row in found])
    return [
        Line(
            text=texts[row["digest"]].text,
            language=row["language"],
            times=row["all_times"],
            nothing_found=row["all_nothing_found"],
            nothing_read=row["all_nothing_read"],
            clicks=row["all_clicks"],
            mean_reciprocal_rank=_share(row["all_reciprocals"], row["all_clicks"]),
        )
        for row in found
        if row["digest"] in texts
    ]


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
