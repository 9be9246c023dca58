"""What the officers' page says of a report, in words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from portal.discovery.searched.report import PERIODS, Period, Report
from search import documents
from search.facets import field_label
from search.filters import KEYWORDS


def context_of(report: Report, period: Period) -> dict[str, Any]:
    """The context of the page."""
    return {
        "report": report,
        "period": period,
        "period_days": str(period.days),
        "periods": [(days, days == period.days) for days in PERIODS],
        "figures": _figures(report),
        "breakdowns": [
            (_("Languages"), _named(report.languages, {"zh": _("Chinese"), "en": _("English")})),
            (_("Texts"), _named(report.kinds, _kinds())),
            (_("Searched in"), _named(report.types, _types())),
            (_("Filters"), _named(report.filters, _filters())),
        ],
        "tables": [
            (_("Most frequent"), report.frequent),
            (_("Most frequent without result"), report.without_result),
        ],
    }


def _figures(report: Report) -> list[tuple[str, str]]:
    rank = report.mean_reciprocal_rank
    return [
        (f"{report.searches:,}", _("searches")),
        (_percent(report.nothing_found), _("without result")),
        (_percent(report.nothing_read), _("of texts not understood")),
        (_percent(report.slow), _("slower than half a second")),
        (_percent(report.degraded), _("by the stand-in engine")),
        (_percent(report.kept), _("from the cache")),
        (f"{report.clicks:,}", _("clicks")),
        ("–" if rank is None else f"{rank:.2f}", _("mean reciprocal rank of clicks")),
        (_percent(report.top_three), _("of clicks on the first three")),
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _kinds() -> dict[str, str]:
    return {
        "words": _("Counted by text"),
        "none": _("No text, filters only"),
        "long": _("Longer than 100 characters"),
        "private": _("With an address or a long number: not kept"),
    }


def _types() -> dict[str, str]:
    return {kind.plural: str(kind.label) for kind in documents.types()}


def _filters() -> dict[str, str]:
    own = {
        "near": _("Place"),
        "price_max": _("Price"),
        "verified": _("Verified"),
    }
    return {**{name: str(field_label(name)) for name in KEYWORDS}, **own}


def _named(counts: Sequence[tuple[str, int]], names: dict[str, str]) -> list[tuple[str, int, str]]:
    """Rows of a table with bars: name, times, no address."""
    return [(names.get(value, value), times, "") for value, times in counts]
