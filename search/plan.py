"""A question in the terms that are looked up in an index, the same for both engines. Pure."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from search.analysis import analyze, phrase_terms
from search.names import pinyin_words
from search.queries import MAX_TEXT, SearchQuery, terms
from search.spelling import Counted, forgiven, nearest

MAX_TERMS = 32
"""Distinct terms of a text that are searched for; of a longer text those that tell most."""
TYPO_BOOST = 0.5
"""What a word that a mistyped one may mean counts for, against one that is written so."""

Phrase = tuple[tuple[int, str], ...]
"""(place after the first term, term); never empty."""
Frequencies = Callable[[Collection[str]], tuple[int, Mapping[str, int]]]
"""Of some terms: how many documents there are, and how many have each."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is looked up: `terms` with how often the text has them (`whole`: all it has;
    `worded`: it has any), words compared with names in pinyin with their score, phrases, and for
    each mistyped word the terms it may mean."""

    terms: tuple[tuple[str, int], ...] = ()
    whole: bool = True
    worded: bool = False
    names: tuple[tuple[str, float], ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    typos: tuple[tuple[str, ...], ...] = ()

    def asks(self, query: SearchQuery) -> bool:
        """Whether a document must match by anything beside the phrases. A text without a term
        ("the") finds nothing alone, and means nothing beside a phrase."""
        return bool(self.worded or query.concepts or query.nearest or not self.phrases)

    @property
    def marks(self) -> tuple[str, ...]:
        """Every term by which a document may have been found: for highlights."""
        found = [term for term, _ in self.terms]
        found += [term for phrase in self.phrases for _, term in phrase_terms(phrase)]
        return tuple(dict.fromkeys([*found, *(term for near in self.typos for term in near)]))


def make_plan(query: SearchQuery, frequencies: Frequencies | None = None) -> Plan:
    """What a query looks up before typing errors are known. Only a text of more than MAX_TERMS
    distinct terms asks for frequencies; without these all its terms are looked up."""
    counted = Counter(terms(query))
    chosen = tuple(counted.items())
    whole = len(counted) <= MAX_TERMS or frequencies is None
    if frequencies is not None and not whole:
        chosen = telling(counted, *frequencies(counted))
    return Plan(
        terms=chosen,
        whole=whole,
        worded=bool(counted),
        names=tuple(pinyin_words(query.text[:MAX_TEXT])) if whole and counted else (),
        phrases=tuple(phrase for phrase in query.phrases if phrase_terms(phrase)),
        excluded=tuple(phrase for phrase in query.excluded if phrase_terms(phrase)),
    )


def telling(
    counted: Mapping[str, int], documents: int, having: Mapping[str, int]
) -> tuple[tuple[str, int], ...]:
    """The MAX_TERMS terms of the greatest idf x tf among those that any document has, with tf."""

    def weight(term: str) -> float:
        df = min(having[term], documents)
        return round(counted[term] * math.log(1 + (documents - df + 0.5) / (df + 0.5)), 6)

    found = [term for term in counted if having.get(term)]
    best = sorted(found, key=lambda term: (-weight(term), term))[:MAX_TERMS]
    return tuple((term, counted[term]) for term in best)


def with_typos(plan: Plan, unknown: Mapping[str, Sequence[Counted]]) -> Plan:
    """The same with what the words that the index doesn't know may mean, given the words near
    them."""
    typos = []
    for word, words in unknown.items():
        near = nearest(word, words, forgiven(word))
        if meant := tuple(dict.fromkeys(term for other in near for term in analyze(other))):
            typos.append(meant)
    return replace(plan, typos=tuple(typos))
