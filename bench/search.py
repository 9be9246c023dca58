"""The search service against the same request to the bare engine and one fetch of the rows."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from typing import Any

from bench.report import ROOT, Result, Row, bench
from tests.services import elasticsearch

COUNT = int(os.environ.get("BENCH_DOCUMENTS", "50000"))
REQUESTS = 300


@bench("search", "The search service against the bare engine and one fetch by primary key")
def search() -> Result:
    """p50 and p99 of both, by turns, on each engine."""
    notes = [
        f"{COUNT:,} made providers (seeded) with offers, facets and a vector of 384 numbers, the "
        f"same in both engines; {REQUESTS} requests of two words with two filters and all facets, "
        "page of 20, sent by turns in five rounds.",
        "Base: the same query, filters and facet counts sent to tantivy or to Elasticsearch's "
        "client directly, then the rows of the page, with what the page shows, by primary key.",
        "The service's time is without reading the text, which is told apart.",
    ]
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
    notes.append(f"Reading a query the first time takes {found['reading']['p50']:.1f} ms (p50).")
    rows = [
        Row(
            f"{engine}, {part}",
            "ms",
            subject=[one[part] for one in found[engine]["ours"]],
            base=[one[part] for one in found[engine]["bare"]],
        )
        for engine in ("embedded", "elasticsearch")
        if engine in found
        for part in ("p50", "p99")
    ]
    return Result(rows, notes)


def _measure(url: str) -> dict[str, Any]:
    """What bench.search_run finds in an installation of its own."""
    command = [sys.executable, "-m", "bench.search_run"]
    command += ["--count", str(COUNT), "--requests", str(REQUESTS)]
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
