"""Finds known words in a text: exact, longest first, blind to case, width and spelling."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import ahocorasick

Owner = TypeVar("Owner")

# These acronyms are ordinary words, or parts of names, when written small.
_CASE_COUNTS = frozenset({"apc", "bi", "cam", "lca", "led", "rag", "tms"})
_INFLECTIONS = ("es", "s")
_AMERICAN = (
    ("isation", "ization"),
    ("ising", "izing"),
    ("mould", "mold"),
    ("colour", "color"),
    ("alumini", "alumin"),
    ("labell", "label"),
    ("fibre", "fiber"),
    ("licence", "license"),
)
_HYPHEN_IN_WORD = re.compile(r"(?<=[a-z0-9])[-‐‑](?=[a-z0-9])")


@dataclass(frozen=True)
class Folded:
    """A text made comparable, and where each of its characters came from."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of `text[start:end]` (not empty)."""
        return self.origin[start], self.origin[end - 1] + 1


@dataclass(frozen=True)
class Found(Generic[Owner]):
    """One word found: whom it names, where (offsets into the original text), and as written."""

    owner: Owner
    start: int
    end: int
    text: str


# A need is searched for several kinds of words, one after the other.
@lru_cache(maxsize=8)
def fold(text: str) -> Folded:
    """`text` with width, case, hyphens inside words and curly quotes evened out."""
    characters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        even = unicodedata.normalize("NFKC", character).casefold()
        even = even.replace("’", "'").replace("‘", "'")
        characters.append(even)
        origin.extend([position] * len(even))
    folded = _HYPHEN_IN_WORD.sub(" ", "".join(characters))
    return Folded(folded, tuple(origin))


class WordFinder(Generic[Owner]):
    """Finds the words it was given, each owned by something (a concept, an industry …)."""

    def __init__(self, words: Iterable[tuple[str, Owner]]) -> None:
        owners: dict[str, list[Owner]] = {}
        for word, owner in words:
            for spelling in _spellings(fold(word).text.strip()):
                if owner not in owners.setdefault(spelling, []):
                    owners[spelling].append(owner)
        self._automaton: Any = ahocorasick.Automaton()
        for spelling, theirs in owners.items():
            self._automaton.add_word(spelling, (len(spelling), theirs))
        self._empty = not owners
        if owners:
            self._automaton.make_automaton()

    def find(self, text: str) -> list[Found[Owner]]:
        """Every word of `text`, in its order; a word inside a longer known word is not told."""
        if self._empty or not text:
            return []
        folded = fold(text)
        spans = [
            (end + 1 - length, stop, theirs)
            for end, (length, theirs) in self._automaton.iter(folded.text)
            if (stop := _word_end(folded.text, end + 1 - length, end + 1)) is not None
        ]
        spans.sort(key=lambda span: (span[0], -span[1]))
        found: list[Found[Owner]] = []
        reached = 0
        for start, stop, theirs in spans:
            if stop <= reached:
                continue
            reached = max(reached, stop)
            first, last = folded.span(start, stop)
            written = text[first:last]
            if written.islower() and written in _CASE_COUNTS:
                continue
            found += [Found(owner, first, last, written) for owner in theirs]
        return found


def _spellings(word: str) -> set[str]:
    spellings = {word}
    american = word
    for british, other in _AMERICAN:
        american = american.replace(british, other)
    spellings.add(american)
    return {spelling for spelling in spellings if spelling}


def _word_end(text: str, start: int, end: int) -> int | None:
    """Where the word that matched `text[start:end]` ends, or None if it is part of another word.

    Only Latin letters and digits make words with borders; Chinese is written without."""
    if _joins(text[start]) and start > 0 and _joins(text[start - 1]):
        return None
    if not _joins(text[end - 1]):
        return end
    for inflection in ("", *_INFLECTIONS):
        stop = end + len(inflection)
        if text[end:stop] == inflection and (stop >= len(text) or not _joins(text[stop])):
            return stop
    return None


def _joins(character: str) -> bool:
    return character.isascii() and character.isalnum()
