"""Finds known words in a text, longest first: blind to case, width, spelling and inflection.

One pass over the text, whatever the number of words (Aho and Corasick)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

import ahocorasick

from portal.vocabulary.spelling import american, even, root, simplified

Owner = TypeVar("Owner")

# These acronyms are ordinary words, or parts of names, when written small.
_CASE_COUNTS = frozenset({"apc", "bi", "cam", "lca", "led", "rag", "tms"})
# A verb form of a single word counts from this length on: shorter ones mean anything.
_LONG_STEM = 6
_NOUN_ENDING = re.compile(r"(?:ation(?<=ization)|ion|e)$")
_VERB_FORMS = ("e", "es", "s", "ed", "ing", "ion", "ions")
_HYPHEN_IN_WORD = re.compile(r"(?<=[a-z0-9])[-‐‑](?=[a-z0-9])")
_LATIN = re.compile(r"[a-z0-9]+")
_TWO_WORDS = re.compile(r"([a-z]{3,}) ([a-z]{3,})")
_CLOSED_FROM = 8
_QUOTES = {"’": "'", "‘": "'"}


@dataclass(frozen=True)
class Folded:
    """A text made comparable, and where each of its characters came from.

    `roots` is the text with the root of each Latin word in its place; `starts` and `ends` hold
    for each character of `roots` where what it stands for begins and ends in `text`."""

    text: str
    origin: tuple[int, ...] | range
    roots: str
    starts: list[int]
    ends: list[int]

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
    """`text` with width, case, traditional characters, hyphens and curly quotes evened out."""
    origin: tuple[int, ...] | range
    if text.isascii():
        folded, origin = text.lower(), range(len(text))
    else:
        folded, origin = _evened(simplified(text))
    folded = _HYPHEN_IN_WORD.sub(" ", folded)
    return Folded(folded, origin, *_rooted(folded))


def _evened(text: str) -> tuple[str, tuple[int, ...]]:
    characters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        evened = _QUOTES.get(character) or _even(character)
        characters.append(evened)
        origin.extend([position] * len(evened))
    return "".join(characters), tuple(origin)


_even = lru_cache(maxsize=20_000)(even)


def _rooted(text: str) -> tuple[str, list[int], list[int]]:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in _LATIN.finditer(text):
        start, end = match.span()
        _copy(text, at, start, parts, starts, ends)
        word = root(match[0])
        parts.append(word)
        starts.extend([start] * len(word))
        ends.extend([end] * len(word))
        at = end
    _copy(text, at, len(text), parts, starts, ends)
    return "".join(parts), starts, ends


def _copy(
    text: str, start: int, end: int, parts: list[str], starts: list[int], ends: list[int]
) -> None:
    """What is no Latin word: as it is, but any run of blanks is one."""
    part = text[start:end]
    if part == " " or not any(map(str.isspace, part)):
        parts.append(part)
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))
        return
    blank = False
    for at in range(start, end):
        if text[at].isspace():
            if blank:
                ends[-1] = at + 1
                continue
            blank = True
            parts.append(" ")
        else:
            blank = False
            parts.append(text[at])
        starts.append(at)
        ends.append(at + 1)


@dataclass(frozen=True)
class _Span(Generic[Owner]):
    start: int
    end: int
    owners: tuple[Owner, ...]
    exact: bool = True


class WordFinder(Generic[Owner]):
    """Finds the words it was given, each owned by something (a concept, an industry …).

    Words are found in the plural too, and if they are `inflected` in other forms (inspecting
    welds: weld inspection). Of `acronyms` the case counts where they stand among Latin words."""

    def __init__(
        self,
        words: Iterable[tuple[str, Owner]],
        acronyms: Iterable[tuple[str, Owner]] = (),
        *,
        inflected: bool = False,
    ) -> None:
        self._inflected = inflected
        # By roots: the words that have these roots, and whom they name.
        forms: dict[str, list[tuple[str, Owner]]] = {}
        for word, owner in words:
            plain = fold(word).text.strip()
            for spelling in _spellings(plain):
                own = forms.setdefault(fold(spelling).roots, [])
                if (spelling, owner) not in own:
                    own.append((spelling, owner))
        self._words = _automaton(forms)
        by_acronym: dict[str, list[tuple[str, Owner]]] = {}
        for acronym, owner in acronyms:
            by_acronym.setdefault(fold(acronym).text.strip(), []).append((acronym.strip(), owner))
        self._acronyms = _automaton(by_acronym)

    def find(self, text: str) -> list[Found[Owner]]:
        """Every word of `text`, in its order; a word inside a longer known word is not told."""
        if not text:
            return []
        folded = fold(text)
        spans = [*self._word_spans(folded), *self._acronym_spans(folded, text)]
        spans = _without_doubtful(spans)
        spans.sort(key=lambda span: (span.start, -span.end))
        found: list[Found[Owner]] = []
        told: set[tuple[int, int, Owner]] = set()
        reached, first = 0, -1
        for span in spans:
            # The same words may name two owners.
            if span.end <= reached and (span.start, span.end) != (first, reached):
                continue
            first, reached = span.start, max(reached, span.end)
            start, end = folded.span(span.start, span.end)
            written = text[start:end]
            if written.islower() and written in _CASE_COUNTS:
                continue
            for owner in span.owners:
                if (start, end, owner) not in told:
                    told.add((start, end, owner))
                    found.append(Found(owner, start, end, written))
        return found

    def _word_spans(self, folded: Folded) -> Iterator[_Span[Owner]]:
        if self._words is None:
            return
        roots = folded.roots
        for last, (length, entries) in self._words.iter(roots):
            first = last + 1 - length
            if _is_part(roots, first, last + 1):
                continue
            start, end = folded.starts[first], folded.ends[last]
            written = folded.text[start:end]
            same = tuple(owner for word, owner in entries if _is_same(word, written))
            if same:
                yield _Span(start, end, same)
            elif self._inflected and (
                alike := tuple(owner for word, owner in entries if _is_form(word, written))
            ):
                yield _Span(start, end, alike, exact=False)

    def _acronym_spans(self, folded: Folded, text: str) -> Iterator[_Span[Owner]]:
        if self._acronyms is None:
            return
        for last, (length, entries) in self._acronyms.iter(folded.text):
            start, end = last + 1 - length, last + 1
            written = text[slice(*folded.span(start, end))]
            plural = folded.text[end : end + 1] == "s" and written != written.lower()
            stop = end + 1 if plural and not _is_part(folded.text, start, end + 1) else end
            if _is_part(folded.text, start, stop):
                continue
            even_case = _is_alone(folded.text, start, stop)
            wide = "".join(map(_upright, written))
            owners = tuple(owner for acronym, owner in entries if even_case or wide == acronym)
            if owners:
                yield _Span(start, stop, owners)


def _automaton(entries: dict[str, Any]) -> Any:
    known = {key: value for key, value in entries.items() if key}
    if not known:
        return None
    automaton: Any = ahocorasick.Automaton()
    for key, value in known.items():
        automaton.add_word(key, (len(key), tuple(value)))
    automaton.make_automaton()
    return automaton


def _spellings(word: str) -> set[str]:
    """The word, and two words written as one (die casting, diecasting)."""
    spellings = {word}
    if (two := _TWO_WORDS.fullmatch(word)) and len(word) > _CLOSED_FROM:
        spellings.add(two[1] + two[2])
    return {spelling for spelling in spellings if spelling}


def _without_doubtful(spans: list[_Span[Owner]]) -> list[_Span[Owner]]:
    """Without other forms of a word where a word as it stands overlaps (injection molding shop:
    no mould shop)."""
    sure = [span for span in spans if span.exact]
    return [
        span
        for span in spans
        if span.exact
        or not any(
            other.start < span.end
            and span.start < other.end
            and not span.start <= other.start <= other.end <= span.end
            for other in sure
        )
    ]


def _is_same(word: str, written: str) -> bool:
    """Whether `written` is the word, but for the plural and the spelling of its parts."""
    ours, theirs = _LATIN.findall(word), _LATIN.findall(written)
    if len(ours) != len(theirs):
        return False
    if not ours or ours == theirs:
        return True
    return all(map(_is_spelling, ours[:-1], theirs[:-1])) and _is_plural(ours[-1], theirs[-1])


def _is_spelling(word: str, written: str) -> bool:
    return word == written or american(word) == american(written)


def _is_plural(word: str, written: str) -> bool:
    word, written = american(word), american(written)
    return written in (word, f"{word}s", f"{word}es", f"{word.removesuffix('y')}ies")


def _is_form(word: str, written: str) -> bool:
    """Whether `written`, which has the roots of `word`, is a form of it.

    Several words are told by their roots alone: each keeps the others from meaning anything. Of
    a single one only forms of a verb as long as _LONG_STEM count."""
    if not _LATIN.fullmatch(word):
        return True
    stem = _NOUN_ENDING.sub("", american(word))
    forms = {stem + ending for ending in _VERB_FORMS}
    return len(stem) >= _LONG_STEM and american(written) in forms


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is part of a longer Latin word; Chinese has no borders."""
    if start > 0 and _joins(text[start]) and _joins(text[start - 1]):
        return True
    return end < len(text) and _joins(text[end - 1]) and _joins(text[end])


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether no Latin word stands beside it: in a query, or in a Chinese text."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    return not (before and _joins(before[-1])) and not (after and _joins(after[0]))


def _upright(character: str) -> str:
    """A full-width letter in common width, its case kept."""
    code = ord(character)
    return chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E else character


def _joins(character: str) -> bool:
    return character.isascii() and character.isalnum()
