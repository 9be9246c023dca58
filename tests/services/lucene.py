"""Lucene itself, to compare with: EnglishAnalyzer and BM25 from the libraries of the test node."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.services.elasticsearch import installation

SOURCE = Path(__file__).parent / "lucene_runner" / "LuceneRun.java"
SECONDS = 300


def lucene_run(
    documents: Mapping[str, str], topics: Mapping[str, str], *, depth: int = 1_000
) -> dict[str, list[str]]:
    """The documents Lucene finds for each topic, best first: both are texts by id.

    Raises `elasticsearch.Unavailable` without Java or Maven, CalledProcessError when Java fails."""
    library = installation() / "lib"
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, texts in (("documents", documents), ("topics", topics)):
            path = Path(folder) / name
            lines = (f"{key}\t{' '.join(text.split())}\n" for key, text in texts.items())
            path.write_text("".join(lines), encoding="utf-8")
            paths.append(str(path))
        answer = subprocess.run(
            ["java", "-cp", f"{library}/*", str(SOURCE), *paths, str(depth)],
            capture_output=True, check=True, encoding="utf-8", timeout=SECONDS,
        )  # fmt: skip
    ranked: dict[str, list[str]] = {topic: [] for topic in topics}
    for line in answer.stdout.splitlines():
        topic, _, document, *_ = line.split()
        ranked[topic].append(document)
    return ranked
