"""Cuts a text into pieces that are read one by one: some tell what hurts, some who is writing."""

import re
from itertools import pairwise

MAX_PIECES = 12
_STOP = re.compile(r"[。！？!?；;\n]+|\.(?=\s|$)")
_PAUSE = re.compile(r"[，,：:]")
_WIDE = re.compile(r"[\u3400-\u9fff]")
# About as much as one complaint: shorter pieces say too little, longer ones mix two things.
_ENOUGH = 12.0
_LATIN_WEIGHT = 0.3


def pieces(text: str) -> list[str]:
    """Up to MAX_PIECES pieces of `text`, none empty: sentences, long ones parted at commas.

    A piece too short to tell anything by itself is joined to the next one, or to the last."""
    found: list[str] = []
    for sentence in _cut(text, _STOP):
        parts = _joined(_cut(sentence, _PAUSE))
        if found and len(parts) == 1 and _length(parts[0]) < _ENOUGH / 2:
            found[-1] += parts.pop()
        found += parts
    return _at_most(MAX_PIECES, [piece.strip() for piece in found if piece.strip()])


def _cut(text: str, border: re.Pattern[str]) -> list[str]:
    """Parts of `text`, each with the border that ends it."""
    parts, start = [], 0
    for match in border.finditer(text):
        parts.append(text[start : match.end()])
        start = match.end()
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def _joined(parts: list[str]) -> list[str]:
    """Neighbours joined until each is long enough; what is left over goes to the last, if short."""
    found: list[str] = []
    held: list[str] = []
    length = 0.0
    for part in parts:
        held.append(part)
        length += _length(part)
        if length >= _ENOUGH:
            found.append("".join(held))
            held, length = [], 0.0
    if held and found and length < _ENOUGH / 2:
        found[-1] += "".join(held)
    elif held:
        found.append("".join(held))
    return found


def _length(text: str) -> float:
    """In Chinese characters; a Latin one says less."""
    wide = len(_WIDE.findall(text))
    return wide + _LATIN_WEIGHT * (len(text) - wide)


def _at_most(count: int, found: list[str]) -> list[str]:
    """Neighbours joined until there are no more than `count`."""
    if len(found) <= count:
        return found
    share = len(found) / count
    edges = [round(at * share) for at in range(count + 1)]
    return [" ".join(found[a:b]) for a, b in pairwise(edges) if a < b]
