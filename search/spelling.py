"""Typing errors in words of Latin letters: which words of an index may be meant. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis import latin_words

Counted = tuple[str, int]
"""A word and how many documents have it."""

SHORTEST = 4
"""Letters of a word that may be mistyped."""
LONG = 8
"""Letters from which on two errors are forgiven when searching."""
LONG_TO_CORRECT = 5
"""The same for what is only proposed."""
MAX_NEAR = 8
"""Words of the index taken for one mistyped word."""
MAX_WORDS = 32
"""Words of a text that are looked at."""

_WORD = re.compile("[A-Za-z\u00c0-\u024f]+")


def forgiven(word: str) -> int:
    """How many errors a word may have and still find documents."""
    return 2 if len(word) >= LONG else 1


def corrected(word: str) -> int:
    """How many errors a word may have and still be proposed another one for."""
    return 2 if len(word) >= LONG_TO_CORRECT else 1


def nearest(word: str, words: Sequence[Counted], errors: int) -> list[str]:
    """The words within so many errors (a letter more, less, another or two exchanged), the
    nearest first, then the most frequent; MAX_NEAR at most."""
    found = process.extract(
        word, [other for other, _ in words], scorer=OSA.distance, score_cutoff=errors, limit=None
    )
    ranked = sorted((distance, -words[place][1], other) for other, distance, place in found)
    return [other for _, _, other in ranked if other != word][:MAX_NEAR]


def correct(
    text: str,
    unknown: Callable[[Sequence[str]], Mapping[str, Sequence[Counted]]],
) -> str | None:
    """The text with each mistyped word replaced by the nearest, most frequent one; None when
    there is nothing to replace. `unknown` gives those of some words that the index doesn't know,
    each with the words near it."""
    words = mistypable(text)
    proposals = {
        word: near[0]
        for word, others in (unknown(words) if words else {}).items()
        if (near := nearest(word, others, corrected(word)))
    }
    if not proposals:
        return None

    def replace(found: re.Match[str]) -> str:
        written = found[0]
        proposal = proposals.get(written.lower())
        if proposal is None:
            return written
        if written.isupper():
            return proposal.upper()
        return proposal.capitalize() if written[0].isupper() else proposal

    better = _WORD.sub(replace, text)
    return None if better == text else better


def mistypable(text: str) -> list[str]:
    """The words of a text that may be mistyped, each once, the first MAX_WORDS."""
    return latin_words(text, SHORTEST)[:MAX_WORDS]
