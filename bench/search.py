"""Search at a city's size: the service, suggestions, rebuilds and how far both engines agree."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from typing import Any

from bench.report import ROOT, Result, Row, bench
from bench.search_service import ROUNDS
from tests.services import elasticsearch

COUNT = int(os.environ.get("BENCH_DOCUMENTS", "50000"))
DISTINCT, REPEAT = 250, int(os.environ.get("BENCH_REPEAT", "2"))
"""Different requests, and how often each is sent in a round."""
ENGINES = ("embedded", "elasticsearch")


@bench("search", "Search against the bare engines: service, suggestions, rebuild; their overlap")
def search() -> Result:
    """Everything on each engine, by turns with its base in one run."""
    notes = []
    try:
        manager: Any = elasticsearch.running()
        url = manager.__enter__()
    except elasticsearch.Unavailable as reason:
        manager, url = nullcontext(), ""
        notes.append(f"Elasticsearch could not be measured: {reason}")
    try:
        found = _measure(url)
    finally:
        manager.__exit__(None, None, None)
    rows = [row for engine in ENGINES if engine in found for row in _rows(engine, found[engine])]
    if "overlap" in found:
        overlap = found["overlap"]
        rows.append(Row("first ten hits that both engines have", "share", [overlap.pop("")], [1.0]))
    return Result(rows, [*_notes(found), *notes])


def _rows(engine: str, found: dict[str, Any]) -> list[Row]:
    rows = []
    for what, name in (("search", "search service"), ("suggestions", "suggestions")):
        for part in ("p50", "p99"):
            ours, bare = ([one[part] for one in found[what][side]] for side in ("ours", "bare"))
            rows.append(Row(f"{engine}, {name}, {part}", "ms", ours, bare))
    rates = {side: [COUNT / seconds] for side, seconds in found["rebuild"].items()}
    bases = {"bare": "rebuild", "finished": "rebuild against finished terms"}
    return rows + [
        Row(f"{engine}, {name}", "documents/s", rates["ours"], rates[side])
        for side, name in bases.items()
        if side in rates
    ]


def _notes(found: dict[str, Any]) -> list[str]:
    notes = [
        f"{COUNT:,} made providers (seeded) with offers, facets and a made vector, the same in "
        f"both engines. Search: {DISTINCT * REPEAT:,} requests a side and round ({DISTINCT} "
        "different ones) of two words and their vector, two filters, all facets; page of 20; by "
        f"turns, {ROUNDS} rounds. "
        "Of each request the service asks the engine for nearest neighbours "
        f"{found[ENGINES[0]]['neighbours']:.0f} times.",
        "Base of search (1.3 wanted): the same nearest neighbours, asked of the engine, and the "
        "same query with them, filters and facet counts, sent to tantivy or to Elasticsearch's "
        "client directly, then the rows of the page, with what the page shows, by primary key. "
        "The service's time is without reading the text: the first time that takes "
        f"{found['reading']['p50']:.1f} ms (p50).",
        "Base of suggestions (1.5 wanted): the engine's own prefix query for what was typed over "
        "the field of titles' beginnings, the first eight in no order, and their titles.",
        "Base of rebuild (0.8 wanted): the same documents, read from the database beforehand, "
        "through the bulk of the engine until they can be searched. Elasticsearch gets its "
        "requests ready made, by one connection; the embedded engine's bulk cuts and stems, as "
        "Elasticsearch's does. *Finished terms*: tantivy's writer alone, all analysis done "
        "beforehand, which no rebuild from texts can come near.",
    ]
    if "overlap" in found:
        kinds = {name: share for name, share in found["overlap"].items() if name != "queries"}
        told = ", ".join(f"{name} {share:.3f}" for name, share in kinds.items())
        notes.append(
            f"Overlap (0.9 wanted): {found['overlap']['queries']} queries that find something; "
            f"by kind: {told}."
        )
    return notes


def _measure(url: str) -> dict[str, Any]:
    """What bench.search_run finds in an installation of its own."""
    command = [sys.executable, "-m", "bench.search_run", "--count", str(COUNT)]
    command += ["--distinct", str(DISTINCT), "--repeat", str(REPEAT)]
    with tempfile.TemporaryDirectory(prefix="duijie-bench-") as data_dir:
        environment = {
            **os.environ,
            "DUIJIE_DATA_DIR": data_dir,
            "DATABASE_URL": "",
            "ELASTICSEARCH_URL": url,
        }
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    return dict(json.loads(done.stdout))
