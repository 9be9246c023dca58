"""What a tantivy index tells about words: how telling they are, which are meant, which titles
begin so."""

import threading
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from tantivy import Order, Query, Searcher

from search.analysis import analyze
from search.engines.base import MAX_SUGGESTIONS, Suggestion, ordered_suggestions
from search.engines.tantivy_schema import QueryBuilder, stored_name, unpack_shown
from search.spelling import Counted


class WordList:
    """Every word of an index in Latin letters with its documents, as of one commit; read again
    when a mistyped word is asked about after another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: tuple[Searcher, list[Counted]] | None = None

    def words(self, searcher: Searcher) -> list[Counted]:
        """The words as of this state of the index."""
        with self._lock:
            if self._held is None or self._held[0] is not searcher:
                self._held = (searcher, searcher.terms_with_prefix("words", ""))
            return self._held[1]


class Words:
    """Questions about words to one state of an index."""

    def __init__(self, searcher: Searcher, queries: QueryBuilder, listed: WordList) -> None:
        self.searcher, self.queries, self._listed = searcher, queries, listed

    def frequencies(self, terms: Collection[str]) -> tuple[int, dict[str, int]]:
        """How many documents there are, and how many have each of the terms."""
        counts = {term: self.searcher.doc_freq("text", term) for term in terms}
        return self.searcher.num_docs, counts

    def unknown(self, words: Sequence[str]) -> dict[str, list[Counted]]:
        """Those of the words that are in no document, in another form or as a name either, each
        with the words that may be near."""
        missing = [word for word in words if not self._known(word)]
        return {word: self._listed.words(self.searcher) for word in missing}

    def _known(self, word: str) -> bool:
        if self.searcher.doc_freq("words", word):
            return True
        forms = [("text", term) for term in analyze(word)]
        return any(self._live(*form) for form in [*forms, ("pinyin", word)])

    def _live(self, field: str, term: str) -> bool:
        # Frequencies count what was deleted until segments are merged.
        if not self.searcher.doc_freq(field, term):
            return False
        query = Query.term_query(self.queries.schema, field, term, "basic")
        return bool(self.searcher.search(query, limit=1, count=False).hits)

    def suggest(self, prefix: str, types: Sequence[str], limit: int, day: date) -> list[Suggestion]:
        """The titles proposed for what was typed."""
        found: list[tuple[bool, int, Any]] = []
        for first in (True, False):
            query = self.queries.beginning(prefix, types, first=first)
            if query is None or limit <= 0 or len(found) >= MAX_SUGGESTIONS:
                break
            hits = self.searcher.search(
                query,
                limit=MAX_SUGGESTIONS - len(found),
                count=False,
                order_by_field="number",
                order=Order.Asc,
            ).hits
            found += [(first, int(number), address) for number, address in hits]
        return [
            Suggestion(*stored_name(document), unpack_shown(document).title)
            for document in map(self.searcher.doc, ordered_suggestions(found, day, limit))
        ]
