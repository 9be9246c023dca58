"""Charts as SVG drawn by the server, each with a table that says the same: `{% load charts %}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django import template

from portal.web import charts

register = template.Library()


@register.inclusion_tag("components/bar_table.html")
def bar_table(
    title: str, rows: Iterable[tuple[str, float, str]], *, what: str = "", count: str = ""
) -> dict[str, Any]:
    """A table whose figures have bars. Rows: (label, value, href or ""); `what`, `count`: the
    headings of the two columns."""
    return {"title": title, "rows": charts.bars(rows), "what": what, "count": count}


@register.inclusion_tag("components/tile_map.html")
def tile_map(
    title: str,
    places: Iterable[tuple[str, int, str, tuple[int, int]]],
    *,
    what: str = "",
    count: str = "",
    text: str = "",
) -> dict[str, Any]:
    """A cartogram of equal tiles beside its table. Places: (label, value, href or "",
    (column, row)); `text` says in a sentence what the shades mean."""
    shown = charts.tiles(places)
    width, height = charts.extent(shown)
    return {
        "title": title,
        "text": text,
        "tiles": shown,
        "rows": sorted(shown, key=lambda tile: -tile.value),
        "width": width,
        "height": height,
        "tile": charts.TILE,
        "middle": charts.TILE / 2,
        "what": what,
        "count": count,
        "key": f"map-{uuid4().hex[:8]}",
    }


@register.inclusion_tag("components/line_chart.html")
def line_chart(
    title: str,
    moments: Sequence[str],
    series: Sequence[tuple[str, Sequence[float]]],
    *,
    what: str = "",
    text: str = "",
) -> dict[str, Any]:
    """Lines over months or days beside their table. `series`: (label, a value for each moment);
    lines differ in dashes as well as in colour."""
    return {
        "title": title,
        "text": text,
        "what": what,
        "field": charts.field(moments, series),
        "series": series,
        "rows": list(zip(moments, *(values for _, values in series), strict=True)),
        "width": charts.WIDTH,
        "height": charts.HEIGHT,
        "left": charts.LEFT,
        "right": charts.WIDTH - 10,
        "base": charts.HEIGHT - 6,
        "key": f"lines-{uuid4().hex[:8]}",
    }
