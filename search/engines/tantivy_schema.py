"""How the embedded engine keeps a document: fields, conversion, and queries over them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tantivy import (
    Document,
    FieldType,
    Filter,
    Index,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    TextAnalyzerBuilder,
    Tokenizer,
)

from search.analysis import kept_words, phrase_terms, placed, prepare
from search.documents import IndexedDocument
from search.engines.base import (
    GAP,
    Delete,
    Shown,
    Upsert,
    Write,
    lowest_prices,
    read_shown,
    searched_texts,
    shown,
    unit_vectors,
)
from search.filters import KEYWORDS, MAX_PRICE, Filters
from search.geo import Near, rounded
from search.names import BEGINNING, beginnings, pinyin_terms, typed_terms
from search.plan import TYPO_BOOST, Plan, make_plan
from search.queries import CONCEPT_BOOST, VERIFIED_BOOST, SearchQuery, document_number
from search.shape import SPECIMEN

_OFFER_TYPE = re.compile(r"[a-z][a-z0-9_]*")
_Clause = tuple[Occur, Query]


PLACED = "placed"
"""tantivy's tokenizer for `text`: terms between spaces, _NO_TERM counting as a place only."""
_NO_TERM = "\x01"
_BETWEEN = " ".join(["", *[_NO_TERM] * GAP, ""])


def register_tokenizers(index: Index) -> None:
    """What an index must know before it is written or read."""
    left_out = Filter.custom_stopword([_NO_TERM])
    index.register_tokenizer(
        PLACED, TextAnalyzerBuilder(Tokenizer.whitespace()).filter(left_out).build()
    )


def build_schema() -> Schema:
    """The fields of the index."""
    builder = SchemaBuilder()
    builder.add_text_field("uid", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("type", *KEYWORDS):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=PLACED, index_option="position")
    for name in ("words", "pinyin", "beginnings"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("number", fast=True)
    builder.add_unsigned_field("version", fast=True)
    builder.add_unsigned_field("batch", indexed=True, fast=True)
    builder.add_boolean_field("deleted", indexed=True)
    builder.add_boolean_field("verified", indexed=True)
    builder.add_integer_field("created", fast=True)
    builder.add_float_field("latitude", indexed=True, fast=True)
    builder.add_float_field("longitude", fast=True)
    builder.add_unsigned_field("place", indexed=True, fast=True)
    builder.add_unsigned_field("lowest_price", indexed=True, fast=True)
    builder.add_json_field("prices", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True)
    builder.add_bytes_field("vectors", stored=True)
    return builder.build()


def layout() -> Any:
    """The schema as tantivy writes it down, and a document in it."""
    with TemporaryDirectory() as folder:
        Index(build_schema(), folder)
        schema = json.loads((Path(folder) / "meta.json").read_text())["schema"]
    stored = to_tantivy(Upsert(SPECIMEN, 1), 1).to_dict()
    return {"schema": schema, "document": stored}


def uid(identity: tuple[str, str]) -> str:
    """Type and key in one term."""
    return "/".join(identity)


def split_uid(value: str) -> tuple[str, str]:
    """The other way."""
    document_type, _, key = value.partition("/")
    return document_type, key


def stored_name(document: Any) -> tuple[str, str]:
    """Type and key of a stored document."""
    return split_uid(document.get_first("uid"))


def _place(latitude: float, longitude: float) -> int:
    """A rounded point as one number."""
    return (round((latitude + 90) * 10_000) << 32) | round((longitude + 180) * 10_000)


def places(latitudes: NDArray[np.float64], longitudes: NDArray[np.float64]) -> list[int]:
    """The distinct points as numbers."""
    pairs = {_place(*pair) for pair in zip(latitudes.tolist(), longitudes.tolist(), strict=True)}
    return sorted(pairs)


def to_tantivy(write: Write, batch: int) -> Document:
    """A write as it is kept; a delete stays as a mark, so that late writes are known as such."""
    document = Document()
    document.add_text("uid", uid(write.identity))
    document.add_unsigned("number", document_number(*write.identity))
    document.add_unsigned("version", write.version)
    document.add_unsigned("batch", batch)
    if isinstance(write, Delete):
        document.add_boolean("deleted", True)
    else:
        _fill(document, write.document)
    return document


def _fill(document: Document, source: IndexedDocument) -> None:
    document.add_text("type", source.type)
    for name, values in source.keywords.items():
        for value in values:
            document.add_text(name, value)
    parts = [prepare(part) for part in searched_texts(source)]
    terms = (" ".join(term or _NO_TERM for term in placed(part)) for part in parts)
    document.add_text("text", _BETWEEN.join(terms))
    document.add_text("words", " ".join(kept_words(parts)))
    document.add_text("pinyin", " ".join(pinyin_terms(source.title.zh)))
    document.add_text("beginnings", " ".join(beginnings(source.title)))
    document.add_boolean("verified", source.verified)
    document.add_integer("created", round(source.created.timestamp() * 1e6))
    if source.latitude is not None and source.longitude is not None:
        latitude, longitude = rounded(source.latitude), rounded(source.longitude)
        document.add_float("latitude", latitude)
        document.add_float("longitude", longitude)
        document.add_unsigned("place", _place(latitude, longitude))
    prices = lowest_prices(source)
    if prices:
        document.add_unsigned("lowest_price", min(prices.values()))
        document.add_json("prices", prices)
    document.add_bytes("shown", json.dumps(shown(source), ensure_ascii=False).encode())
    vectors = unit_vectors(source)
    if vectors:
        document.add_bytes("vectors", _pack(np.stack(vectors)))


def _pack(vectors: NDArray[np.float32]) -> bytes:
    return len(vectors).to_bytes(2, "big") + vectors.astype(np.float16).tobytes()


def unpack_vectors(data: bytes) -> NDArray[np.float16]:
    """Passages × dimensions."""
    return np.frombuffer(data[2:], dtype=np.float16).reshape(int.from_bytes(data[:2], "big"), -1)


def unpack_shown(document: Any) -> Shown:
    """What is shown of a stored document."""
    return read_shown(json.loads(document.get_first("shown")))


class QueryBuilder:
    """Queries over one index; every filter adds nothing to the score."""

    def __init__(self, index: Index) -> None:
        self.index, self.schema = index, index.schema

    def by_uids(self, uids: Sequence[str]) -> Query:
        """The documents and marks of these uids."""
        return Query.term_set_query(self.schema, "uid", list(uids))

    def since(self, batch: int) -> Query:
        """Documents and marks written after a batch."""
        return Query.range_query(
            self.schema, "batch", FieldType.Unsigned, batch, include_lower=False
        )

    def live(self, document_type: str = "") -> Query:
        """Every document, of one type if given."""
        if document_type:
            return self._term("type", document_type)
        return self._all_of([])

    def matching(
        self,
        query: SearchQuery,
        plan: Plan | None = None,
        *,
        apart: str = "",
        here: Query | None = None,
    ) -> Query:
        """Text, concepts and filters, less the filter of facet `apart`; `here` is the place."""
        types = () if apart == "type" else query.types
        filters = query.filters.without(apart) if apart in KEYWORDS else query.filters
        must = self._conditions(filters, types)
        if query.only:
            names = [uid(name) for name in query.only]
            must.append((Occur.Must, self._silent(self.by_uids(names))))
        if here is not None:
            must.append((Occur.Must, here))
        plan = plan or make_plan(query)
        if query.scored:
            must += [(Occur.Must, self._phrase(phrase)) for phrase in plan.phrases]
            if plan.asks(query):
                must.append((Occur.Must, self._any_of(query, plan)))
            verified = Query.const_score_query(self._term("verified", True), VERIFIED_BOOST)
            must.append((Occur.Should, verified))
        must += [(Occur.MustNot, self._phrase(phrase)) for phrase in plan.excluded]
        return self._all_of(must)

    def filtered(self, filters: Filters, document_type: str) -> Query:
        """Documents of a type that meet the filters."""
        return self._all_of(self._conditions(filters, (document_type,)))

    def offering(self, base: Query, offer_type: str, price_max: int) -> Query:
        """Those of `base` with an offer of the type within the price."""
        return Query.boolean_query(
            [(Occur.Must, base), (Occur.Must, self._priced(offer_type, price_max))]
        )

    def in_box(self, near: Near) -> Query:
        """Documents with a place, in the box around the circle if there is one."""
        box = near.box()
        south, north, west, east = box or (-90.0, 90.0, -180.0, 180.0)
        sides = (("latitude", south, north), ("longitude", west, east))
        return Query.boolean_query(
            [
                (
                    Occur.Must,
                    self._silent(Query.range_query(self.schema, name, FieldType.Float, low, high)),
                )
                for name, low, high in sides
            ]
        )

    def at_places(self, numbers: Sequence[int]) -> Query:
        """Documents at one of these points."""
        if not numbers:
            return Query.empty_query()
        return self._silent(Query.term_set_query(self.schema, "place", list(numbers)))

    def _any_of(self, query: SearchQuery, plan: Plan) -> Query:
        """By what a document may match, and what it scores for each."""
        fixed = [
            (self._term("concept", concept), CONCEPT_BOOST * weight)
            for concept, weight in query.concepts
        ]
        fixed += [
            (self._term("uid", uid((kind, key))), boost) for kind, key, boost in query.nearest
        ]
        fixed += [(self._term("pinyin", word), boost) for word, boost in plan.names]
        found = [Query.const_score_query(query, score) for query, score in fixed]
        meant = [(term, TYPO_BOOST) for near in plan.typos for term in near]
        found += [
            Query.boost_query(Query.term_query(self.schema, "text", term, "freq"), boost)
            for term, boost in (*plan.terms, *meant)
        ]
        clauses = [(Occur.Should, query) for query in found]
        return Query.boolean_query(clauses) if clauses else Query.empty_query()

    def _phrase(self, phrase: str) -> Query:
        words = phrase_terms(phrase)
        if len(words) == 1:
            return Query.term_query(self.schema, "text", words[0][1], "freq")
        return Query.phrase_query(self.schema, "text", list(words))

    def beginning(self, prefix: str, types: Sequence[str], *, first: bool) -> Query | None:
        """Documents proposed for what was typed: those whose title begins with it, or the others;
        None for nothing typed."""
        typed = typed_terms(prefix)
        if not typed:
            return None
        must = [(Occur.Must, self._term("beginnings", term)) for term in typed]
        if types:
            must.append((Occur.Must, self._any("type", types)))
        begins = self._term("beginnings", BEGINNING + typed[0])
        return self._all_of([*must, (Occur.Must if first else Occur.MustNot, begins)])

    def _conditions(self, filters: Filters, types: Sequence[str]) -> list[_Clause]:
        wanted = [
            self._any(name, filters.values(name))
            for name in KEYWORDS
            if name != "offer_type" and filters.values(name)
        ]
        if types:
            wanted.append(self._any("type", types))
        if filters.verified is not None:
            wanted.append(self._term("verified", filters.verified))
        if filters.offer_type or filters.price_max is not None:
            wanted.append(self._offers(filters))
        return [(Occur.Must, self._silent(query)) for query in wanted]

    def _offers(self, filters: Filters) -> Query:
        limit = filters.price_max
        if limit is None:
            return self._any("offer_type", filters.offer_type)
        if not filters.offer_type:
            return Query.range_query(self.schema, "lowest_price", FieldType.Unsigned, 0, limit)
        priced = [self._priced(name, limit) for name in filters.offer_type]
        return Query.boolean_query([(Occur.Should, query) for query in priced])

    def _priced(self, offer_type: str, limit: int) -> Query:
        # Only the query parser knows ranges inside a JSON field, so the name must be harmless.
        if not _OFFER_TYPE.fullmatch(offer_type):
            return Query.empty_query()
        return self.index.parse_query(f"prices.{offer_type}:[0 TO {min(limit, MAX_PRICE)}]")

    def _all_of(self, clauses: list[_Clause]) -> Query:
        wanted = (
            clauses
            if any(occur == Occur.Must for occur, _ in clauses)
            else [
                (Occur.Must, self._silent(Query.all_query())),
                *clauses,
            ]
        )
        gone = (Occur.MustNot, self._term("deleted", True))
        return Query.boolean_query([*wanted, gone])

    def _any(self, name: str, values: Sequence[str]) -> Query:
        if len(values) == 1:
            return self._term(name, values[0])
        return Query.term_set_query(self.schema, name, list(values))

    def _term(self, name: str, value: str | bool) -> Query:
        return Query.term_query(self.schema, name, value, "basic")

    def _silent(self, query: Query) -> Query:
        return Query.const_score_query(query, 0.0)
