"""What Elasticsearch tells about words: how telling they are, which are meant, which titles begin
so."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from elasticsearch.dsl import Q, Search

from search.analysis import analyze, prepare
from search.documents import Bilingual
from search.engines.base import MAX_SUGGESTIONS, Suggestion, ordered_suggestions
from search.engines.elasticsearch_query import COLUMNS
from search.engines.elasticsearch_schema import HALF
from search.names import BEGINNING, typed_terms
from search.spelling import SHORTEST, Counted

Ask = Callable[[dict[str, Any]], Mapping[str, Any]]
"""Sends the body of a search and gives the answer."""

_NEAR = "near"
_CANDIDATES = 100
"""Words near a mistyped one that are looked at."""


def near_words(words: Sequence[str]) -> dict[str, Any]:
    """The part of a search's body that asks for the words near those that no document has; for
    the others it costs a look into the list of words."""
    term = {
        "field": "words",
        "suggest_mode": "missing",
        "max_edits": 2,
        "prefix_length": 0,
        "min_word_length": SHORTEST,
        "accuracy": 0.2,
        "size": _CANDIDATES,
        "shard_size": _CANDIDATES,
    }
    return {"suggest": {_NEAR: {"text": " ".join(words), "term": term}}}


def unknown(answer: Mapping[str, Any], ask: Ask) -> dict[str, list[Counted]]:
    """Of the words that a search was sent with by `near_words`, those that are in no document in
    another form or as a name either, each with the words near it."""
    near = {
        entry["text"]: [(option["text"], option["freq"]) for option in entry["options"]]
        for entry in answer.get("suggest", {}).get(_NEAR, ())
        if entry["options"]
    }
    if not near:
        return {}
    search = Search().extra(size=0, track_total_hits=False)
    for number, word in enumerate(near):
        forms = [Q("term", text=term) for term in analyze(word)]
        known = Q("bool", should=[*forms, Q("term", pinyin=word)])
        search.aggs.bucket(str(number), "filter", filter=known)
    counts = ask(search.to_dict())["aggregations"]
    return {
        word: others
        for number, (word, others) in enumerate(near.items())
        if not counts[str(number)]["doc_count"]
    }


def term_vectors_body(text: str) -> dict[str, Any]:
    """Asks for the frequencies of a text's terms without storing it."""
    return {
        "doc": {"text": prepare(text)},
        "fields": ["text"],
        "term_statistics": True,
        "field_statistics": True,
        "positions": False,
        "offsets": False,
        "payloads": False,
    }


def read_frequencies(
    answer: Mapping[str, Any], terms: Collection[str]
) -> tuple[int, dict[str, int]]:
    """How many documents there are, and how many have each of the terms."""
    found = answer["term_vectors"].get("text")
    if found is None:
        return 0, {}
    counts = {term: about.get("doc_freq", 0) for term, about in found["terms"].items()}
    documents = max(0, found["field_statistics"]["doc_count"])
    return documents, {term: counts[term] for term in terms if term in counts}


def suggest(prefix: str, types: Sequence[str], limit: int, day: date, ask: Ask) -> list[Suggestion]:
    """The titles proposed for what was typed, from columns, not from the documents."""
    typed = typed_terms(prefix)
    if not typed or limit <= 0:
        return []
    # A mark of deletion has no beginnings.
    conditions = [Q("term", beginnings=term) for term in typed]
    if types:
        conditions.append(Q("terms", type=list(types)))
    first = Q("constant_score", filter=Q("term", beginnings=BEGINNING + typed[0]), boost=1.0)
    search = (
        Search()
        .query(Q("bool", filter=conditions, should=[first]))
        .sort("_score", "number")
        .extra(size=MAX_SUGGESTIONS, docvalue_fields=["name"], **COLUMNS)
    )
    found = []
    for hit in ask(search.to_dict())["hits"]["hits"]:
        kind, key, zh, en = json.loads(hit["fields"]["name"][0])
        score, number = hit["sort"]
        suggestion = Suggestion(kind, key, Bilingual(zh, en))
        found.append((float(score) > 0, int(number) + HALF, suggestion))
    return ordered_suggestions(found, day, limit)
