"""One search over one state of a tantivy index."""

from collections.abc import Iterator, Sequence
from typing import Any

from tantivy import Order, Query

from search.engines import base
from search.engines.base import Hit, SearchResult
from search.engines.tantivy_index import Snapshot, hit_count
from search.engines.tantivy_schema import places, stored_name, unpack_shown
from search.engines.tantivy_words import Words
from search.plan import make_plan, with_typos
from search.queries import FACET_SIZE, MAX_TEXT, SearchQuery
from search.spelling import mistypable


class Asked:
    """One search over one state of the index."""

    def __init__(self, snapshot: Snapshot, query: SearchQuery, words: Words) -> None:
        self.snapshot, self.query = snapshot, query
        self.searcher, self.queries = snapshot.searcher, snapshot.queries
        plan = make_plan(query, words.frequencies)
        self.plan = with_typos(plan, words.unknown(mistypable(query.text[:MAX_TEXT])))
        self.here = self._here()
        self.matching = self.queries.matching(query, self.plan, here=self.here)

    def answer(self) -> SearchResult:
        """Total, page and counts."""
        if self.query.order == "distance":
            total, hits = self._nearest()
        else:
            total, hits = self._best()
        return SearchResult(total, hits, self._facets(), self.plan.marks)

    def _here(self) -> Query | None:
        """Places within reach: a box first, then the exact circle over the points found in it."""
        near = self.query.near
        if near is None or (near.within_km is None and self.query.sort != "distance"):
            return None
        box = self.queries.in_box(near)
        if near.within_km is None:
            return box
        candidates = self.snapshot.addresses(self.queries.matching(self.query, self.plan, here=box))
        latitudes, longitudes = self.snapshot.points(candidates)
        inside = near.distances(latitudes, longitudes) <= near.within_km
        if inside.all():
            return box
        return self.queries.at_places(places(latitudes[inside], longitudes[inside]))

    def _best(self) -> tuple[int, tuple[Hit, ...]]:
        total = 0
        field = "created" if self.query.order == "newest" else None

        def fetch(size: int) -> list[tuple[float, Any]]:
            nonlocal total
            found = self.searcher.search(
                self.matching, limit=size, order_by_field=field, order=Order.Desc
            )
            total = hit_count(found)
            return list(found.hits)

        window = base.tie_window(fetch, lambda hit: hit[0], self.query)
        return total, self._hits(base.ordered_page(self._numbered(window), self.query))

    def _numbered(self, window: Sequence[tuple[float, Any]]) -> Iterator[tuple[float, int, Any]]:
        """(score, address) with the document's number between."""
        addresses = [address for _, address in window]
        numbers: Any = self.searcher.fast_field_values("number", addresses)
        for (score, address), number in zip(window, numbers, strict=True):
            yield score, number, address

    def _nearest(self) -> tuple[int, tuple[Hit, ...]]:
        near = self.query.near
        assert near is not None  # noqa: S101  SearchQuery sees to it
        addresses = self.snapshot.addresses(self.matching)
        distances = near.distances(*self.snapshot.points(addresses)).tolist() if addresses else []
        ranked = sorted(zip(distances, range(len(addresses)), strict=True))
        window = base.tie_window(lambda size: ranked[:size], lambda hit: hit[0], self.query)
        numbered = self._numbered([(distance, addresses[place]) for distance, place in window])
        page = base.ordered_page(numbered, self.query, descending=False)
        return len(addresses), self._hits(page)

    def _hits(self, page: list[tuple[float, int, Any]]) -> tuple[Hit, ...]:
        distances = self._distances([address for _, _, address in page])
        hits = []
        for (score, _, address), distance in zip(page, distances, strict=True):
            document = self.searcher.doc(address)
            document_type, key = stored_name(document)
            kept = score if self.query.order == "relevance" else 0.0
            hits.append(Hit(document_type, key, kept, unpack_shown(document), distance))
        return tuple(hits)

    def _distances(self, addresses: list[Any]) -> list[float | None]:
        near = self.query.near
        if near is None or not addresses:
            return [None] * len(addresses)
        latitudes = self.searcher.fast_field_values("latitude", addresses)
        longitudes = self.searcher.fast_field_values("longitude", addresses)
        return [
            None if latitude is None or longitude is None else near.distance(latitude, longitude)
            for latitude, longitude in zip(latitudes, longitudes, strict=True)
        ]

    # facets

    def _facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Counts under every filter but a facet's own; those without one in a single pass."""
        free = [name for name in self.query.facets if not self.query.chosen(name)]
        counts = self._count(self.matching, free)
        for name in self.query.facets:
            if self.query.chosen(name):
                others = self.queries.matching(self.query, self.plan, apart=name, here=self.here)
                counts |= self._count(others, [name])
        return {name: counts[name] for name in self.query.facets}

    def _count(
        self, matching: Query, names: Sequence[str]
    ) -> dict[str, tuple[tuple[str, int], ...]]:
        if not names:
            return {}
        wanted = {name: {"terms": {"field": name, "size": FACET_SIZE}} for name in names}
        found = self.searcher.aggregate(matching, wanted)
        counts = {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in found[name]["buckets"]]
            for name in names
        }
        limit = self.query.filters.price_max
        if "offer_type" in counts and limit is not None:
            # Only types of which an offer within the limit is there.
            counts["offer_type"] = [
                (value, self._offering(matching, value, limit)) for value, _ in counts["offer_type"]
            ]
        return {name: base.ordered_counts(pairs) for name, pairs in counts.items()}

    def _offering(self, matching: Query, offer_type: str, limit: int) -> int:
        query = self.queries.offering(matching, offer_type, limit)
        return self.snapshot.count(query)
