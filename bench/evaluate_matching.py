"""`python -m bench.evaluate_matching`: how good the matching is on the judged set, written to
docs/evaluation.md. The report half is measured as a whole and never looked at by the need."""

import csv
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from bench.evaluation_document import replace_part
from bench.judged_search import provider_text
from bench.text_run import text_run

if TYPE_CHECKING:
    from matching.engine.weights import Weights
    from search.evaluation import Interval

ROOT = Path(__file__).resolve().parent.parent
JUDGED = ROOT / "tests" / "matching" / "judged"
HALVES = ("tune", "report")
LANGUAGES = ("zh", "en")
DEPTH = 100
TEXT, WITHIN, FULL = "text alone", "text within the constraints", "full score"


@dataclass(frozen=True)
class Judged:
    """The judged set: files to load, and what is known of each topic."""

    judgements: Mapping[str, Mapping[str, int]]
    half: Mapping[str, str]
    area: Mapping[str, str]
    language: Mapping[str, str]

    def of(self, half: str, language: str = "") -> dict[str, Mapping[str, int]]:
        """Judgements of one half, of one language where given."""
        return {
            topic: grades
            for topic, grades in self.judgements.items()
            if self.half[topic] == half and language in ("", self.language[topic])
        }


def read_judged() -> Judged:
    """Read both writers' files."""
    from search.evaluation import read_qrels

    judgements: dict[str, Mapping[str, int]] = {}
    rows: list[dict[str, str]] = []
    for writer in "ab":
        judgements |= read_qrels((JUDGED / f"qrels_{writer}.txt").read_text().splitlines())
        with (JUDGED / f"topics_{writer}.csv").open(encoding="utf-8") as lines:
            rows += csv.DictReader(lines)
    columns = ({row["topic"]: row[name] for row in rows} for name in ("half", "area", "language"))
    return Judged(judgements, *columns)


def lines_of(kind: str) -> list[str]:
    """The lines of both writers' `needs` or `providers`."""
    return [
        line
        for writer in "ab"
        for line in (JUDGED / f"{kind}_{writer}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def load() -> None:
    """Load the judged set into the database and the index, as a city would."""
    from django.core.management import call_command

    from matching.catching_up import catch_up

    with tempfile.TemporaryDirectory() as folder:
        for kind in ("providers", "needs"):
            path = Path(folder) / f"{kind}.jsonl"
            path.write_text("\n".join(lines_of(kind)), encoding="utf-8")
            call_command(f"load_{kind}", str(path), stdout=StringIO(), stderr=sys.stderr)
    catch_up(sys.stderr)


def words_run(topics: Container[str]) -> dict[str, list[str]]:
    """What is found by words alone: no vectors, no concepts, no constraints."""
    providers = [json.loads(line) for line in lines_of("providers")]
    needs = [json.loads(line) for line in lines_of("needs")]
    return text_run(
        {row.get("uscc") or row["ref"]: provider_text(row) for row in providers},
        {n["ref"]: f"{n['title']}\n{n['description']}" for n in needs if n["ref"] in topics},
    )


@dataclass(frozen=True)
class Runs:
    """Runs by name, with what the ablation needs."""

    runs: Mapping[str, Mapping[str, list[str]]]
    seconds_a_need: float


def measure_runs(judged: Judged, ablate: bool = False) -> Runs:
    """Every run over all topics; with `ablate` also those with parts of the score only."""
    from matching.engine.scoring import rank
    from matching.engine.weights import load as load_weights
    from matching.models import Need
    from matching.runs import Matcher

    weights = load_weights()
    variants = _variants(weights) if ablate else {}
    text = words_run(judged.judgements)
    runs: dict[str, dict[str, list[str]]] = {TEXT: text, WITHIN: {}, FULL: {}}
    runs |= {name: {} for name in variants}
    needs = Need.objects.filter(ref__in=list(judged.judgements)).select_related("organisation")
    matcher, started = Matcher(), time.monotonic()
    inputs = {}
    for need in needs.order_by("ref"):
        matched = matcher.match(need)
        inputs[need.ref] = matched.given
        ranked = [scored.provider for scored in matched.ranking.results]
        runs[FULL][need.ref] = ranked[:DEPTH]
        runs[WITHIN][need.ref] = [key for key in text.get(need.ref, ()) if key in set(ranked)]
    seconds = (time.monotonic() - started) / max(1, len(inputs))
    for name, variant in variants.items():
        for ref, given in inputs.items():
            results = rank(given, variant).results[:DEPTH]
            runs[name][ref] = [scored.provider for scored in results]
    return Runs(runs, seconds)


def _variants(weights: "Weights") -> dict[str, "Weights"]:
    def only(*names: str) -> "Weights":
        kept = {name: w if name in names else 0.0 for name, w in weights.weight.items()}
        return replace(weights, weight=kept)

    every = list(weights.weight)
    return {
        "relevance only": only("relevance"),
        "capability only": only("capability"),
        "capability and relevance": only("capability", "relevance"),
        "all but industry": only(*(name for name in every if name != "industry")),
        "all but capability": only(*(name for name in every if name != "capability")),
        "all but relevance": only(*(name for name in every if name != "relevance")),
    }


# the report


def difference(judged: Judged, runs: Runs, half: str, worse: str, language: str = "") -> "Interval":
    """Paired bootstrap of nDCG@10, full score less another run."""
    from search.evaluation import paired_bootstrap, per_topic

    part = judged.of(half, language)
    better = per_topic(runs.runs[FULL], part, "ndcg@10")
    return paired_bootstrap(better, per_topic(runs.runs[worse], part, "ndcg@10"))


def _figure(interval: "Interval") -> str:
    return f"{interval.mean:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def _measures(run: Mapping[str, list[str]], part: Mapping[str, Mapping[str, int]]) -> str:
    from search.evaluation import bootstrap, per_topic

    names = ("ndcg@10", "p@5", "success@1", "recall@50", "mrr")
    cells = [_figure(bootstrap(list(per_topic(run, part, name).values()))) for name in names]
    return " | ".join(cells)


def _table(judged: Judged, runs: Runs, half: str, names: list[str]) -> list[str]:
    lines = ["| run | needs | nDCG@10 | P@5 | success@1 | recall@50 | MRR |", "|---" * 7 + "|"]
    for name in names:
        for language in ("", *(LANGUAGES if name in (TEXT, WITHIN, FULL) else ())):
            part = judged.of(half, language)
            label = f"{name}, {language}" if language else f"**{name}**"
            lines.append(f"| {label} | {len(part)} | {_measures(runs.runs[name], part)} |")
    return lines


def _differences(judged: Judged, runs: Runs, half: str) -> list[str]:
    lines = ["| full score less … | all | zh | en |", "|---" * 4 + "|"]
    for worse in (TEXT, WITHIN):
        figures = [
            _figure(difference(judged, runs, half, worse, language))
            for language in ("", *LANGUAGES)
        ]
        lines.append(f"| {worse} | {' | '.join(figures)} |")
    return lines


def _areas(judged: Judged, runs: Runs) -> list[str]:
    """nDCG@10 by area of the tune half, worst first."""
    from search.evaluation import per_topic

    values = per_topic(runs.runs[FULL], judged.of("tune"), "ndcg@10")
    text = per_topic(runs.runs[TEXT], judged.of("tune"), "ndcg@10")
    areas: dict[str, list[str]] = {}
    for topic in values:
        areas.setdefault(judged.area[topic], []).append(topic)

    def mean(of: Mapping[str, float], topics: list[str]) -> float:
        return sum(of[topic] for topic in topics) / len(topics)

    rows = sorted(areas.items(), key=lambda row: mean(values, row[1]))
    lines = ["| area | needs | text alone | full score |", "|---" * 4 + "|"]
    lines += [
        f"| {area} | {len(topics)} | {mean(text, topics):.2f} | {mean(values, topics):.2f} |"
        for area, topics in rows
    ]
    return lines


def report(judged: Judged, runs: Runs) -> str:
    """The matching part of docs/evaluation.md."""
    from matching.engine.weights import load as load_weights
    from portal.organisations.reading import concepts_version

    template = (ROOT / "bench" / "evaluation.template.md").read_text(encoding="utf-8")
    variants = [name for name in runs.runs if name not in (TEXT, WITHIN, FULL)]
    parts: dict[str, Callable[[], str]] = {
        "weights": lambda: load_weights().version,
        "concepts": concepts_version,
        "seconds": lambda: f"{runs.seconds_a_need:.2f}",
        "report_table": lambda: "\n".join(_table(judged, runs, "report", [TEXT, WITHIN, FULL])),
        "report_differences": lambda: "\n".join(_differences(judged, runs, "report")),
        "tune_table": lambda: "\n".join(
            _table(judged, runs, "tune", [TEXT, WITHIN, FULL, *variants])
        ),
        "tune_differences": lambda: "\n".join(_differences(judged, runs, "tune")),
        "tune_areas": lambda: "\n".join(_areas(judged, runs)),
    }
    for name, part in parts.items():
        template = template.replace("{{ " + name + " }}", part())
    return template


@contextmanager
def fresh_installation() -> Iterator[None]:
    """Django on an empty database and index of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DUIJIE_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield


def main() -> int:
    """Measure both halves and write the report."""
    with fresh_installation():
        judged = read_judged()
        load()
        runs = measure_runs(judged, ablate=True)
        replace_part("matching", report(judged, runs))
        for half in HALVES:
            print(f"{half}: {_measures(runs.runs[FULL], judged.of(half))}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
