"""Geometry of the charts: numbers in, places and classes for SVG out. The tags are in
`templatetags/charts.py`; every chart stands beside a table that says the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, log10

STEPS = 4
"""Shades of the map; a place with nothing is left white."""
TILE, GAP = 76, 4
"""A tile's side and the space between two, in the map's own units."""
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 340, 180, 40, 24, 12
"""The line chart's field in its own units: room for figures at the left and words below."""


@dataclass(frozen=True)
class Bar:
    """A row of figures with its bar; `percent` of the longest one."""

    label: str
    value: float
    href: str
    percent: float


def bars(rows: Iterable[tuple[str, float, str]]) -> list[Bar]:
    """Rows of (label, value ≥ 0, href or "") with how long each one's bar is."""
    kept = list(rows)
    longest = max((value for _, value, _ in kept), default=0) or 1
    return [
        Bar(label, value, href, round(max(value, 0) * 100 / longest, 1))
        for label, value, href in kept
    ]


@dataclass(frozen=True)
class Tile:
    """A district of the map. `step` 0 (nothing) … STEPS (most); `x`, `y` its corner."""

    label: str
    value: int
    href: str
    step: int
    x: int
    y: int


def tiles(places: Iterable[tuple[str, int, str, tuple[int, int]]]) -> list[Tile]:
    """Places of (label, value ≥ 0, href or "", (column, row)) as tiles of a cartogram."""
    kept = list(places)
    most = max((value for _, value, _, _ in kept), default=0)
    return [
        Tile(label, value, href, step(value, most), *(part * (TILE + GAP) for part in place))
        for label, value, href, place in kept
    ]


def step(value: int, most: int) -> int:
    """Which shade: 0 for nothing, else 1 … STEPS in even parts of the largest value."""
    return ceil(value * STEPS / most) if most > 0 and value > 0 else 0


def extent(shown: Sequence[Tile]) -> tuple[int, int]:
    """Width and height of a map."""
    if not shown:
        return 0, 0
    return max(tile.x for tile in shown) + TILE, max(tile.y for tile in shown) + TILE


@dataclass(frozen=True)
class Line:
    """One series: `path` in the chart's units, its points, and the number its dashes go by."""

    label: str
    path: str
    points: list[tuple[float, float]]
    number: int


@dataclass(frozen=True)
class Field:
    """What a line chart draws: lines, the top of the scale with its middle, words below."""

    lines: list[Line]
    marks: list[tuple[float, float]]
    words: list[tuple[float, str]]


def round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 … that is not below `value`; 1 for nothing."""
    if value <= 1:
        return 1
    power = 10.0 ** int(log10(value))
    return next(part * power for part in (1, 2, 5, 10) if part * power >= value)


def field(moments: Sequence[str], series: Iterable[tuple[str, Sequence[float]]]) -> Field:
    """Lines over `moments` (labels of months or days); each series has a value for each moment."""
    kept = list(series)
    most = round_up(max((value for _, values in kept for value in values), default=0))
    last = max(len(moments) - 1, 1)
    xs = [round(LEFT + place * (WIDTH - LEFT - 10) / last, 1) for place in range(len(moments))]
    high = HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return round(TOP + high * (1 - value / most), 1)

    lines = []
    for number, (label, values) in enumerate(kept, 1):
        points = [(x, y(value)) for x, value in zip(xs, values, strict=True)]
        path = "M" + "L".join(f"{x} {height}" for x, height in points) if points else ""
        lines.append(Line(label, path, points, number))
    # Four words are what the narrowest phone has room for.
    every = max(1, ceil(len(moments) / 4))
    words = [(x, word) for x, word in list(zip(xs, moments, strict=True))[::every]]
    return Field(lines, [(y(part), part) for part in (0.0, most / 2, most)], words)
