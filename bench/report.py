"""What a bench is, what it tells, and how docs/bench.md is written."""

import os
import platform
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path
from pkgutil import iter_modules
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "bench.md"
INTRODUCTION = """# How fast it is

Written by `make bench`. Times depend on the machine and on what else it does, so every bench times
two things by turns in one run and tells their ratio, which travels better: the median of the pairs,
and in brackets the lowest and the highest. Each section says when and where it was measured.
"""


@dataclass(frozen=True)
class Row:
    """One comparison: the same measure of `subject` and `base`, pair by pair.

    `subject` and `base` hold one value a pair, in `unit`; the ratio is subject / base."""

    name: str
    unit: str
    subject: list[float]
    base: list[float]

    def ratios(self) -> list[float]:
        """The ratio of each pair."""
        return [ours / theirs for ours, theirs in zip(self.subject, self.base, strict=True)]


@dataclass(frozen=True)
class Result:
    """What a bench found out; `notes` say how it was set up, a sentence each."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """A registered bench."""

    name: str
    title: str
    run: Callable[[], Result]


_registered: dict[str, Bench] = {}


def bench(name: str, title: str) -> Callable[[Callable[[], Result]], Callable[[], Result]]:
    """Register the decorated function as the bench `name`, told under `title`."""

    def register(run: Callable[[], Result]) -> Callable[[], Result]:
        if name in _registered:
            raise ValueError(f"there are two benches called {name}")
        _registered[name] = Bench(name, title, run)
        return run

    return register


def benches() -> dict[str, Bench]:
    """Every bench of this package by name."""
    package = import_module("bench")
    for module in iter_modules(package.__path__):
        if module.name != "__main__":
            import_module(f"bench.{module.name}")
    return dict(sorted(_registered.items()))


def machine() -> str:
    """The machine in words: system, processor, cores, memory, Python."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    model = re.search(r"^model name\s*:\s*(.+)$", _cpuinfo(), re.MULTILINE)
    processor = model[1] if model else platform.machine()
    return (
        f"{platform.system()} {platform.machine()}, {processor}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, Python {platform.python_version()}, "
        f"Django {metadata.version('django')}, granian {metadata.version('granian')}"
    )


def _cpuinfo() -> str:
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


def section(one: Bench, result: Result) -> str:
    """The part of the report that tells one bench, between marks that let it be replaced alone."""
    lines = [f"<!-- bench:{one.name} -->", f"## {one.title}", ""]
    lines += [f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {machine()}", ""]
    lines += ["| compared | unit | ours | base | ratio |", "|---|---|---|---|---|"]
    for row in result.rows:
        ratios = row.ratios()
        lines.append(
            f"| {row.name} | {row.unit} | {median(row.subject):,.4g} | {median(row.base):,.4g} "
            f"| **{median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f}) |"
        )
    lines += ["", *[f"- {note}" for note in result.notes], f"<!-- /bench:{one.name} -->"]
    return "\n".join(lines)


def merged(report: str, sections: dict[str, str]) -> str:
    """`report` with the given sections replaced or added, in the order of their names."""
    pattern = re.compile(r"<!-- bench:(\w+) -->.*?<!-- /bench:\1 -->", re.DOTALL)
    kept = {found[1]: found[0] for found in pattern.finditer(report)}
    parts = [text for _, text in sorted({**kept, **sections}.items())]
    return "\n\n".join([INTRODUCTION.rstrip("\n"), *parts]) + "\n"
