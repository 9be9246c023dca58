"""How Elasticsearch keeps a document: mapping, settings, conversion."""

import json
from typing import Any

from search.analysis import ELASTICSEARCH_ANALYSIS, kept_words, prepare
from search.documents import IndexedDocument
from search.engines import base
from search.engines.base import GAP, Delete, Write
from search.geo import rounded
from search.names import beginnings, pinyin_terms
from search.queries import document_number

HALF = 2**63
"""Makes the number of a document a signed one of the same order."""
_KEYWORD = {"type": "keyword", "norms": False}
_TERMS = {"type": "text", "analyzer": "whitespace", "norms": False, "index_options": "docs"}
MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    # What is never shown; vectors above all, which whoever reads a document would unpack.
    "_source": {
        "excludes": ["text", "words", "pinyin", "beginnings", "name", "number", "passages"]
    },
    "properties": {
        "type": _KEYWORD,
        "key": _KEYWORD,
        "live": {"type": "boolean"},
        "text": {"type": "text", "analyzer": "bilingual", "position_increment_gap": GAP},
        # What only tells which documents have a term: words as they are written, names in pinyin,
        # beginnings of titles.
        **dict.fromkeys(("words", "pinyin", "beginnings"), _TERMS),
        "shown": {"type": "object", "enabled": False},
        **dict.fromkeys(("kind", "tier", "industry", "district"), _KEYWORD),
        **dict.fromkeys(("offer_type", "concept", "language"), _KEYWORD),
        # What suggestions are made of, without reading the documents: one column of names, as
        # each further one costs a look-up a hit.
        "number": {"type": "long", "index": False},
        "name": {"type": "keyword", "index": False},
        "verified": {"type": "boolean"},
        "created": {"type": "long"},
        "location": {"type": "geo_point"},
        "offers": {
            "type": "nested",
            "properties": {"type": _KEYWORD, "price_from": {"type": "long"}},
        },
        "passages": {
            "type": "nested",
            "properties": {
                # "flat" compares with every passage: exact, and quick at a city's size.
                "vector": {
                    "type": "dense_vector",
                    "similarity": "cosine",
                    "index_options": {"type": "flat"},
                }
            },
        },
    },
}
SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "analysis": ELASTICSEARCH_ANALYSIS,
    "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
}


def identifier(identity: tuple[str, str]) -> str:
    """Elasticsearch's name of a document."""
    return "/".join(identity)


def to_source(document: IndexedDocument) -> dict[str, Any]:
    """What is sent of a document."""
    parts = [prepare(part) for part in base.searched_texts(document)]
    source: dict[str, Any] = {
        "type": document.type,
        "key": document.key,
        "live": True,
        "text": parts,
        "words": " ".join(kept_words(parts)),
        "pinyin": " ".join(pinyin_terms(document.title.zh)),
        "beginnings": " ".join(beginnings(document.title)),
        "name": json.dumps(
            [document.type, document.key, document.title.zh[:500], document.title.en[:500]]
        ),
        "number": document_number(document.type, document.key) - HALF,
        "shown": base.shown(document),
        "verified": document.verified,
        "created": round(document.created.timestamp() * 1e6),
        "offers": [
            {"type": offer.type, "price_from": offer.price_from} for offer in document.offers
        ],
        "passages": [{"vector": vector.tolist()} for vector in base.unit_vectors(document)],
        **{name: list(values) for name, values in document.keywords.items()},
    }
    if document.latitude is not None and document.longitude is not None:
        place = {"lat": rounded(document.latitude), "lon": rounded(document.longitude)}
        source["location"] = place
    return source


def operation(write: Write) -> list[dict[str, Any]]:
    """Two lines of a bulk request; a delete stays as a mark, so that late writes are known."""
    about = {
        "_id": identifier(write.identity),
        "version": write.version,
        "version_type": "external",
    }
    if isinstance(write, Delete):
        return [{"index": about}, {"type": write.type, "key": write.key, "live": False}]
    return [{"index": about}, to_source(write.document)]
