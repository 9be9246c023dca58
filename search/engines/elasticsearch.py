"""Elasticsearch 8 behind the port: a field's worth of mapping, an alias, versions of our own."""

import contextlib
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any

import pybreaker
from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.dsl import Q, Search

from search.documents import Vector
from search.engines import base, elasticsearch_bulk, elasticsearch_words
from search.engines.base import EngineError, Health, Hit, SearchResult, Suggestion, Write
from search.engines.breaker import Breaker
from search.engines.elasticsearch_query import (
    COLUMNS,
    documents_body,
    elasticsearch_body,
    filter_clauses,
    narrow,
    read_counts,
)
from search.engines.elasticsearch_schema import (
    MAPPING,
    SETTINGS,
    identifier,
    to_source,
)
from search.filters import Filters
from search.plan import Plan, make_plan, with_typos
from search.queries import FIRST_DAY, MAX_TEXT, SearchQuery, document_number
from search.shape import SPECIMEN
from search.spelling import Counted, correct, mistypable

_PAGE = 2_000
_WRITE_TIMEOUT = 60.0


class ElasticsearchEngine(base.Engine):
    """A cluster by its addresses. A slow or failing one is left alone for a while after a few
    failures (circuit breaker), so that nobody waits for it."""

    name = "elasticsearch"

    def __init__(self, urls: Sequence[str], prefix: str, *, request_timeout: float) -> None:
        self.alias = f"{prefix}-documents"
        # A node that refuses is passed over for the next one; one that is slow is not asked
        # twice, as the others are likely to be as slow.
        self._client = Elasticsearch(
            list(urls), max_retries=len(urls) - 1, retry_on_timeout=False, sniff_on_start=False
        )
        self._searching = self._client.options(request_timeout=request_timeout)
        self._writing = self._client.options(request_timeout=_WRITE_TIMEOUT)
        self.breaker = Breaker("Elasticsearch", self._look, apart=(BadRequestError, NotFoundError))

    def _look(self) -> None:
        """Raises where the cluster can't search. One that lost its index answers: it is built."""
        with contextlib.suppress(NotFoundError):
            self._searching.search(index=self.alias, size=0, track_total_hits=False)

    @contextlib.contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            with self.breaker.calling():
                yield
        except (ApiError, TransportError, pybreaker.CircuitBreakerError) as error:
            raise EngineError(f"Elasticsearch: {error}") from error

    # indices

    def create_index(self) -> str:
        """A new empty index of its own name."""
        name = f"{self.alias}-{time.time_ns()}"
        self._writing.indices.create(index=name, settings=SETTINGS, mappings=self._mapping())
        return name

    def _mapping(self) -> dict[str, Any]:
        return {**MAPPING, "_meta": {"shape": self.shape()}}

    def layout(self) -> Any:
        """Mapping, analysis and a document as it is sent."""
        kept = ("number_of_shards", "analysis", "similarity")
        settings = {name: SETTINGS[name] for name in kept}
        return {"mapping": MAPPING, "settings": settings, "document": to_source(SPECIMEN)}

    def held_shape(self) -> str | None:
        """The fingerprint in the mapping of the index in use."""
        with self._failures():
            try:
                found = self._searching.indices.get_mapping(index=self.alias)
            except NotFoundError:
                return None
        mappings = [index["mappings"] for index in found.body.values()]
        return str(mappings[0].get("_meta", {}).get("shape", "")) if mappings else None

    def beside(self) -> list[str]:
        """Indexes of ours that the alias does not point to."""
        pattern = re.compile(rf"{re.escape(self.alias)}-(\d{{16,}}|first)")
        with self._failures():
            found = self._writing.indices.get_alias(index=f"{self.alias}-*")
        return sorted(
            name
            for name, about in found.body.items()
            if pattern.fullmatch(name) and self.alias not in about["aliases"]
        )

    def discard(self, name: str) -> None:
        """Remove an index."""
        if name in self.beside():
            with self._failures():
                self._writing.indices.delete(index=name, ignore_unavailable=True)

    def _create_first(self) -> None:
        """The index behind the alias where there is none. Its name is fixed, so that two who
        come at once make one."""
        with contextlib.suppress(BadRequestError):
            self._writing.indices.create(
                index=f"{self.alias}-first",
                settings=SETTINGS,
                mappings=self._mapping(),
                aliases={self.alias: {}},
            )

    def _behind_alias(self) -> list[str]:
        try:
            return list(self._writing.indices.get_alias(name=self.alias).body)
        except NotFoundError:
            return []

    def point(self, name: str) -> None:
        """Move the alias to an index in one step and remove what it leaves."""
        before = [index for index in self._behind_alias() if index != name]
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": self.alias}} for index in before
        ]
        actions.append({"add": {"index": name, "alias": self.alias}})
        self._writing.indices.update_aliases(actions=actions)
        for index in before:
            self._writing.indices.delete(index=index, ignore_unavailable=True)

    # writing

    def write(self, batch: Sequence[Write]) -> dict[tuple[str, str], str]:
        """Apply a batch; searches see it afterwards."""
        with self._failures():
            if not self._writing.indices.exists_alias(name=self.alias):
                self._create_first()
            refused = self.bulk(self.alias, batch, alias=True)
            self.refresh(self.alias)
        return refused

    def bulk(
        self, index: str, batch: Sequence[Write], *, alias: bool = False
    ) -> dict[tuple[str, str], str]:
        """Apply a batch to an index; says what it refused, late writes apart."""
        return elasticsearch_bulk.store(self._writing, index, batch, alias=alias)

    def refresh(self, index: str) -> None:
        """Make what was written searchable."""
        self._writing.indices.refresh(index=index)

    @contextlib.contextmanager
    def rebuilding(
        self, *, resume: str = "", keep: bool = False
    ) -> Iterator["ElasticsearchRebuild"]:
        """A new index under a name of its own, or the one of that name."""
        with self._failures():
            rebuild = ElasticsearchRebuild(self, resume or self.create_index())
            self.refresh(rebuild.name)
        try:
            yield rebuild
        finally:
            if not rebuild.published and not keep:
                with self._failures():
                    self._writing.indices.delete(index=rebuild.name, ignore_unavailable=True)

    def drop(self) -> None:
        """Remove the index in use and all beside it."""
        with self._failures():
            found = self._writing.indices.get(index=f"{self.alias}-*", features="aliases")
            for index in found:
                self._writing.indices.delete(index=index, ignore_unavailable=True)

    # reading

    def search(self, query: SearchQuery) -> SearchResult:
        """Hits, total and facet counts."""
        plan, answer = self._first(query)

        def fetch(size: int) -> list[dict[str, Any]]:
            if size <= base.first_window(query):
                return list(answer["hits"]["hits"])
            found = self._ask(narrow(elasticsearch_body(query, size, plan)))
            return list(found["hits"]["hits"])

        window = base.tie_window(fetch, _order_value, query)
        numbered = [(_order_value(hit), document_number(*_name(hit)), hit) for hit in window]
        page = base.ordered_page(numbered, query, descending=query.order != "distance")
        found = answer.get("aggregations", {})
        return SearchResult(
            total=answer["hits"]["total"]["value"],
            hits=self._hits([hit for _, _, hit in page], query),
            facets={name: base.ordered_counts(read_counts(name, found)) for name in query.facets},
            terms=plan.marks,
        )

    def _first(self, query: SearchQuery) -> tuple[Plan, dict[str, Any]]:
        """The plan of a query, and the answer for its first window of hits."""
        plan = make_plan(query, lambda terms: self._frequencies(query.text, terms))
        body = elasticsearch_body(query, base.first_window(query), plan)
        words = mistypable(query.text[:MAX_TEXT])
        if not words:
            return plan, self._ask(body)
        # Known words are the rule, so that mistyped ones are asked for along the way.
        answer = self._ask(body | elasticsearch_words.near_words(words))
        unknown = elasticsearch_words.unknown(answer, self._ask)
        if not unknown:
            return plan, answer
        plan = with_typos(plan, unknown)
        return plan, self._ask(elasticsearch_body(query, base.first_window(query), plan))

    def _hits(self, page: list[dict[str, Any]], query: SearchQuery) -> tuple[Hit, ...]:
        """The hits of a page, with what is shown of those found by number only."""
        bare = [identifier(_name(hit)) for hit in page if "_source" not in hit]
        if bare:
            found = self._ask(documents_body(bare))["hits"]["hits"]
            sources = {hit["_id"]: hit["_source"] for hit in found}
            page = [
                hit if "_source" in hit else hit | {"_source": sources[name]}
                for hit in page
                if "_source" in hit or (name := identifier(_name(hit))) in sources
            ]
        return tuple(_hit(hit, query) for hit in page)

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        with self._failures():
            return dict(self._searching.search(index=self.alias, body=body).body)

    def _frequencies(self, text: str, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        body = elasticsearch_words.term_vectors_body(text[:MAX_TEXT])
        with self._failures():
            answer = self._searching.termvectors(index=self.alias, **body).body
        return elasticsearch_words.read_frequencies(answer, terms)

    def suggest(
        self, prefix: str, *, types: Sequence[str] = (), limit: int = 8, day: date = FIRST_DAY
    ) -> list[Suggestion]:
        """Titles that have words beginning like these."""
        return elasticsearch_words.suggest(prefix, types, limit, day, self._ask)

    def correct(self, text: str) -> str | None:
        """The text with mistyped words replaced."""

        def unknown(words: Sequence[str]) -> dict[str, list[Counted]]:
            answer = self._ask({"size": 0, **elasticsearch_words.near_words(words)})
            return elasticsearch_words.unknown(answer, self._ask)

        return correct(text[:MAX_TEXT], unknown)

    def knn(
        self, vector: Vector, *, filters: Filters, k: int, type: str
    ) -> list[tuple[str, float]]:
        """Nearest neighbours by cosine; exact, as the mapping compares with every passage."""
        if not float(vector @ vector):
            return []
        conditions = [Q("term", live=True), *filter_clauses(filters, (type,))]
        search = (
            Search()
            .knn(
                field="passages.vector",
                k=k,
                num_candidates=min(10_000, max(k, 100)),
                query_vector=vector.tolist(),
                filter=Q("bool", filter=conditions),
            )
            .extra(size=k, docvalue_fields=["key"], **COLUMNS)
        )
        with self._failures():
            try:
                answer = self._searching.search(index=self.alias, body=search.to_dict())
            except BadRequestError:
                # No passage has been indexed yet, or by an encoder of another dimension.
                return []
        return [(hit["fields"]["key"][0], 2 * hit["_score"] - 1) for hit in answer["hits"]["hits"]]

    def versions(self, type: str) -> Iterator[tuple[str, int]]:
        """Key and version of every document of a type."""
        return self.versions_in(self.alias, type)

    def versions_in(self, index: str, type: str) -> Iterator[tuple[str, int]]:
        """The same of any index. Both are read as what is sorted by: reading ids or versions as
        such would unpack every document's source, which takes twenty times as long."""
        query = Q("bool", filter=[Q("term", live=True), Q("term", type=type)])
        search = Search().query(query).sort("key", "_version")
        body = search.extra(size=_PAGE, stored_fields="_none_", track_total_hits=False).to_dict()
        while True:
            with self._failures():
                try:
                    found = self._writing.search(index=index, body=body)["hits"]["hits"]
                except NotFoundError:
                    return
            yield from ((hit["sort"][0], hit["sort"][1]) for hit in found)
            if len(found) < _PAGE:
                return
            body["search_after"] = found[-1]["sort"]

    def count(self, type: str = "") -> int:
        """How many documents it holds."""
        conditions = [Q("term", live=True), *([Q("term", type=type)] if type else [])]
        with self._failures():
            query = Q("bool", filter=conditions).to_dict()
            return int(self._writing.count(index=self.alias, query=query)["count"])

    def exists(self) -> bool:
        """Whether there is an index behind the alias."""
        with self._failures():
            return bool(self._writing.indices.exists_alias(name=self.alias))

    def health(self) -> Health:
        """Whether the cluster answers."""
        try:
            with self._failures():
                self._searching.cluster.health(timeout="500ms")
        except EngineError as error:
            return Health(False, str(error)[:300])
        return Health(True)


class ElasticsearchRebuild(base.Rebuild):
    """A new index beside the one in use."""

    writers = 2

    def __init__(self, engine: ElasticsearchEngine, index: str) -> None:
        self.engine, self.name, self.published = engine, index, False

    def write(self, batch: Sequence[Write]) -> dict[tuple[str, str], str]:
        """Into the new index."""
        with self.engine._failures():
            return self.engine.bulk(self.name, batch)

    def checkpoint(self) -> None:
        """Nothing to do: Elasticsearch has each batch on its disks before it answers."""

    def versions(self, type: str) -> Iterator[tuple[str, int]]:
        """Of what was there when this was opened or refreshed."""
        return self.engine.versions_in(self.name, type)

    def publish(self, replay: Callable[[], object]) -> None:
        """Bring in late writes, move the alias."""
        replay()
        with self.engine._failures():
            self.engine.refresh(self.name)
            self.engine.point(self.name)
            self.published = True


def _name(hit: dict[str, Any]) -> tuple[str, str]:
    """Type and key, whether the document or only columns were asked for."""
    if "_source" in hit:
        return hit["_source"]["type"], hit["_source"]["key"]
    return hit["fields"]["type"][0], hit["fields"]["key"][0]


def _order_value(hit: dict[str, Any]) -> float:
    return float(hit["sort"][0] if "sort" in hit else hit["_score"])


def _hit(hit: dict[str, Any], query: SearchQuery) -> Hit:
    source = hit["_source"]
    place, near = source.get("location"), query.near
    return Hit(
        type=source["type"],
        key=source["key"],
        score=0.0 if query.order != "relevance" else float(hit["_score"]),
        shown=base.read_shown(source["shown"]),
        distance_km=near.distance(place["lat"], place["lon"]) if near and place else None,
    )
