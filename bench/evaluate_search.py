"""`python -m bench.evaluate_search`: how good the search is on its judged set, in four directions,
written to docs/evaluation.md. The report half is measured as a whole; of its topics that fail only
the id is written."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import StringIO

from bench.evaluate_matching import fresh_installation
from bench.evaluation_document import replace_part
from bench.judged_search import (
    FOLDER,
    HALVES,
    LANGUAGES,
    WRITERS,
    Judged,
    provider_text,
    read_judged,
)
from bench.text_run import text_run

WORDS, TEXT, VECTORS, FULL = "own words", "text alone", "+ vectors", "+ concepts"
RUNS = (WORDS, TEXT, VECTORS, FULL)
TYPE = "provider"
DEPTH = 1_000
"""Every provider found: less those of one language, those of the other are all still there."""


@dataclass(frozen=True)
class Measured:
    """What was found: `runs` by name, language of the topic and topic, best first, providers of
    both languages; the concepts that a topic was searched by, and those a provider was read as."""

    runs: Mapping[str, Mapping[str, Mapping[str, list[str]]]]
    asked: Mapping[str, Mapping[str, frozenset[str]]]
    held: Mapping[str, frozenset[str]]

    def run(self, judged: Judged, name: str, query: str, documents: str) -> dict[str, list[str]]:
        """A run of topics in one language, less the providers of the other."""
        return {
            topic: [key for key in found if judged.language(key) == documents]
            for topic, found in self.runs[name][query].items()
        }


def load() -> None:
    """Load the judged providers and let the worker read, encode and index them."""
    from django.core.management import call_command

    for writer in WRITERS:
        path = str(FOLDER / f"providers_{writer}.jsonl")
        call_command("load_providers", path, stdout=StringIO(), stderr=sys.stderr)
    call_command("work", "--once", stdout=StringIO(), stderr=sys.stderr)


def measure(judged: Judged) -> Measured:
    """Every run over all topics in both languages.

    Raises RuntimeError when the index lacks a provider or a vector."""
    _check_index(judged)
    runs: dict[str, dict[str, dict[str, list[str]]]]
    runs = {name: {language: {} for language in LANGUAGES} for name in RUNS}
    asked: dict[str, dict[str, frozenset[str]]] = {language: {} for language in LANGUAGES}
    documents = {key: provider_text(row) for key, row in judged.providers.items()}
    for language in LANGUAGES:
        texts = {key: topic.text(language) for key, topic in judged.topics.items()}
        runs[WORDS][language] = text_run(documents, texts)
        for topic, text in texts.items():
            found, asked[language][topic] = _search(text, language)
            for name, keys in found.items():
                runs[name][language][topic] = keys
    return Measured(runs, asked, _held(judged))


def _search(text: str, language: str) -> tuple[dict[str, list[str]], frozenset[str]]:
    """What each run of the service finds, and the concepts that it searched by."""
    from portal.discovery import nearest, service
    from portal.discovery.reading import read
    from search import engines
    from search.queries import FIRST_DAY

    request = service.SearchRequest(
        text=text, types=(TYPE,), page_size=DEPTH, language=language, count_facets=False
    )
    reading = read(service.wording(request))
    query = service.to_query(request, reading, FIRST_DAY)
    bare = replace(query, concepts=(), nearest=())
    full = service.search(replace(request, reading=reading), today=FIRST_DAY)
    near = nearest.answer(bare, service.vector_of(request))
    return {
        TEXT: [hit.key for hit in engines.search(bare).result.hits],
        VECTORS: [hit.key for hit in near.result.hits],
        FULL: [hit.key for hit in full.hits],
    }, frozenset(concept for concept, _ in query.concepts)


def _check_index(judged: Judged) -> None:
    from search import engines
    from search.queries import SearchQuery

    found = engines.search(SearchQuery(types=(TYPE,), limit=0)).result.total
    if found != len(judged.providers):
        raise RuntimeError(f"{found} of {len(judged.providers)} providers are in the index")


def _held(judged: Judged) -> dict[str, frozenset[str]]:
    """The concepts that each provider was read as, as the service compares them."""
    from search import documents

    kind = next(kind for kind in documents.types() if kind.type == TYPE)
    rows = kind.get(list(judged.providers))
    return {key: frozenset(kind.concepts(row)) for key, row in rows.items()}


def main() -> int:
    """Measure both halves and write the part of the document."""
    from bench.evaluate_search_report import overall, report

    os.environ.pop("ELASTICSEARCH_URL", None)
    with fresh_installation():
        judged = read_judged()
        load()
        measured = measure(judged)
        replace_part("search", report(judged, measured))
        for half in HALVES:
            print(f"{half}: {overall(judged, measured, half)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
