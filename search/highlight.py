"""Where a text says what was searched for. Pure; the same for both engines."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from search.analysis import spans

WIDTH = 120
"""Characters shown around the matches."""

_JOINER = "\u200d"
_BELONGS = re.compile("[\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
_MARKS = frozenset(("Mn", "Mc", "Me"))
_LONGEST = 32
"""Characters that are taken for one at most."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a text as (part, whether it matched), in order."""

    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The piece without marks."""
        return "".join(part for part, _ in self.parts)


def highlight(texts: Iterable[str], terms: Collection[str], limit: int = 3) -> list[Fragment]:
    """The best piece of each text that has any of the terms, `limit` pieces at most."""
    found: list[Fragment] = []
    for text in texts:
        places = list(_merged(_matching(text, terms)))
        if places:
            found.append(_fragment(text, places))
            if len(found) == limit:
                break
    return found


def _matching(text: str, terms: Collection[str]) -> Iterator[tuple[int, int]]:
    return ((start, end) for start, end, term in spans(text) if term and term in terms)


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Overlapping and touching spans as one."""
    start = end = -1
    for left, right in spans:
        if left > end:
            if start >= 0:
                yield start, end
            start, end = left, right
        else:
            end = max(end, right)
    if start >= 0:
        yield start, end


def _whole(text: str, place: int) -> int:
    """The first place from here on where a text can be cut: before no accent, joiner or other
    mark that belongs to the character before it."""
    for cut in range(place, min(place + _LONGEST, len(text))):
        belongs = unicodedata.category(text[cut]) in _MARKS or _BELONGS.match(text[cut])
        if not cut or not (belongs or text[cut - 1] == _JOINER):
            return cut
    return min(place + _LONGEST, len(text))


def _fragment(text: str, spans: list[tuple[int, int]]) -> Fragment:
    """WIDTH characters with as much matched text as possible, a little before the first match."""
    first = max(
        range(len(spans)),
        key=lambda i: (
            sum(right - left for left, right in spans[i:] if right <= spans[i][0] + WIDTH),
            -i,
        ),
    )
    start = max(0, spans[first][0] - WIDTH // 6)
    if start:
        # Begin after a space where there is one near.
        start = text.find(" ", start, spans[first][0]) + 1 or start
    start = min(_whole(text, start), spans[first][0])
    end = _whole(text, max(min(len(text), start + WIDTH), spans[first][1]))
    parts: list[tuple[str, bool]] = [("…", False)] if start else []
    place = start
    for left, right in spans:
        if left >= start and right <= end:
            parts += [(text[place:left], False), (text[left:right], True)]
            place = right
    parts.append((text[place:end], False))
    if end < len(text):
        parts.append(("…", False))
    return Fragment(tuple(part for part in parts if part[0]))
