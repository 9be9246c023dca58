"""English text search against Lucene itself: quality on a public collection, not speed."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.cranfield import COMMIT, Collection, Unavailable, cranfield
from bench.report import ROOT, Result, Row, bench
from tests.services import elasticsearch
from tests.services.lucene import lucene_run

MEASURE = "ndcg@10"
LOWEST_DIFFERENCE = -0.005


@bench("lucene", "English text search against Lucene (how good, not how fast)")
def lucene() -> Result:
    """nDCG@10 of both engines and of Lucene's EnglishAnalyzer and BM25, same collection."""
    notes = [
        f"The Cranfield collection (1,400 abstracts, 225 topics; commit {COMMIT[:12]}), fetched. "
        "Text alone: no vectors, no concepts, topics as they are.",
        "Base: Lucene's EnglishAnalyzer and BM25Similarity (k1 1.2, b 0.75), title and text as one "
        f"field. Wanted: nDCG@10 not more than {-LOWEST_DIFFERENCE} below.",
    ]
    try:
        collection = cranfield()
        manager: Any = elasticsearch.running()
        url = manager.__enter__()
    except (Unavailable, elasticsearch.Unavailable) as reason:
        return Result([], [*notes, f"Could not be measured: {reason}"])
    try:
        rows = _compare(collection, url, notes)
    finally:
        manager.__exit__(None, None, None)
    return Result(rows, notes)


def _compare(collection: Collection, url: str, notes: list[str]) -> list[Row]:
    from search.evaluation import paired_bootstrap, per_topic, read_qrels, read_run

    judgements = read_qrels(collection.qrels)
    documents = {key: f"{title}\n{text}" for key, (title, text) in collection.documents.items()}
    base = per_topic(lucene_run(documents, collection.topics), judgements, MEASURE)
    rows = []
    with tempfile.TemporaryDirectory(prefix="duijie-bench-") as name:
        folder = Path(name)
        files = collection.write(folder)
        for engine in ("embedded", "elasticsearch"):
            run = read_run(_run(engine, files, folder, url).splitlines())
            ours = per_topic(run, judgements, MEASURE)
            difference = paired_bootstrap(ours, base)
            notes.append(
                f"{engine}: difference {difference.mean:+.4f} "
                f"({difference.low:+.4f} to {difference.high:+.4f})."
            )
            rows.append(Row(f"{engine}, {MEASURE}", "nDCG", [_mean(ours)], [_mean(base)]))
    return rows


def _run(engine: str, files: dict[str, Path], folder: Path, url: str) -> str:
    """The TREC run of `manage.py evaluate_search` in a data folder of its own."""
    out = folder / f"run-{engine}"
    command = [sys.executable, "manage.py", "evaluate_search", f"--engine={engine}"]
    command += [f"--{name}={path}" for name, path in files.items()] + [f"--run-out={out}"]
    environment = {
        **os.environ,
        "DUIJIE_DATA_DIR": str(folder / "data"),
        "DATABASE_URL": "",
        "ELASTICSEARCH_URL": url,
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    json.loads(done.stdout)
    return out.read_text(encoding="utf-8")


def _mean(values: dict[str, float]) -> float:
    return sum(values.values()) / len(values)
