"""`manage.py evaluate_search`: the text search alone, measured on any judged collection."""

import argparse
import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.foundation.progress import Progress
from search import evaluation
from search.analysis import has_cjk
from search.documents import Bilingual, IndexedDocument
from search.engines.base import Engine, EngineError, Upsert, chunks
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.queries import SearchQuery

DEPTH = 1_000
BATCH = 1_000
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
REQUEST_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Topic:
    """A question of the collection."""

    id: str
    text: str


class Command(BaseCommand):
    """No vectors, no concepts: what words alone find, in a throw-away index."""

    help = "Measure the text search on documents, topics and judgements."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        for name in ("documents", "topics", "qrels"):
            parser.add_argument(f"--{name}", type=Path, required=True, metavar="FILE")
        parser.add_argument("--engine", choices=("embedded", "elasticsearch"), default="embedded")
        parser.add_argument("--run-out", type=Path, metavar="FILE", help="write a TREC run here")

    def handle(self, **options: Any) -> None:
        try:
            topics = [
                Topic(_text(row, "id"), _text(row, "text")) for row in _rows(options["topics"])
            ]
            with options["qrels"].open(encoding="utf-8") as lines:
                judgements = evaluation.read_qrels(lines)
            with _throw_away(options["engine"]) as engine:
                self._index(engine, options["documents"])
                run = self._run(engine, topics)
            if options["run_out"]:
                _write_run(options["run_out"], run, options["engine"])
        except (OSError, ValueError, EngineError) as error:
            raise CommandError(str(error)) from None
        ranked = {topic: [key for key, _ in hits] for topic, hits in run.items()}
        languages = {topic.id: "zh" if has_cjk(topic.text) else "en" for topic in topics}
        answer = evaluation.evaluate(ranked, judgements, languages)
        self.stdout.write(json.dumps(answer, ensure_ascii=False))

    def _index(self, engine: Engine, path: Path) -> None:
        progress = Progress(self.stderr, "indexed")
        with engine.rebuilding() as new:
            for rows in chunks(_rows(path), BATCH):
                refused = new.write([Upsert(_document(row), 1) for row in rows])
                if refused:
                    raise EngineError(f"not indexed: {next(iter(refused.items()))}")
                progress.advance(len(rows))
            new.publish(lambda: None)
        progress.finish()

    def _run(self, engine: Engine, topics: list[Topic]) -> dict[str, list[tuple[str, float]]]:
        progress = Progress(self.stderr, "searched", len(topics))
        run = {}
        for topic in topics:
            found = engine.search(SearchQuery(text=topic.text, limit=DEPTH))
            # A text without a word is no question; it would list everything.
            hits = found.hits if topic.text.strip() else ()
            run[topic.id] = [(hit.key, hit.score) for hit in hits]
            progress.advance()
        progress.finish()
        return run


@contextmanager
def _throw_away(name: str) -> Iterator[Engine]:
    """An engine with an index of its own that is removed at the end."""
    if name == "embedded":
        with tempfile.TemporaryDirectory() as folder:
            yield EmbeddedEngine(Path(folder), "evaluation")
        return
    if not settings.ELASTICSEARCH_URLS:
        raise EngineError("--engine elasticsearch wants ELASTICSEARCH_URL")
    engine = ElasticsearchEngine(
        settings.ELASTICSEARCH_URLS,
        f"{settings.SEARCH_INDEX_PREFIX}-evaluation-{uuid.uuid4().hex[:8]}",
        request_timeout=REQUEST_TIMEOUT,
    )
    try:
        yield engine
    finally:
        engine.drop()


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path.name} line {number}: {error}") from None
            if not isinstance(row, dict) or "id" not in row:
                raise ValueError(f"{path.name} line {number}: no object with an id")
            yield row


def _text(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _document(row: dict[str, Any]) -> IndexedDocument:
    # Which language it is written in makes no difference to the analysis.
    return IndexedDocument(
        type="document",
        key=_text(row, "id"),
        url="",
        created=EPOCH,
        title=Bilingual(en=_text(row, "title")),
        summary=Bilingual(en=_text(row, "text")),
    )


def _write_run(path: Path, run: dict[str, list[tuple[str, float]]], tag: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for topic, hits in run.items():
            file.writelines(f"{line}\n" for line in evaluation.run_lines(topic, hits, tag))
