"""What may have been meant by a text that finds little: mistyped Latin words by what the index
has, Chinese by what sounds the same or differs in one character in the vocabulary's phrases.

Only proposed, never searched instead."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from portal.discovery.parameters import plain
from portal.discovery.service import SearchAnswer, SearchRequest, count
from portal.vocabulary import Vocabulary
from portal.vocabulary.spelling import simplified
from portal.vocabulary.vocabulary import derived
from search import engines
from search.engines.base import EngineError

FEW = 3
"""With more results than these nothing is proposed for words that were understood."""
MAX_TEXT = 40
"""Characters of a text that may be mistyped; more say enough."""
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
MAX_ERRORS = 2
"""Pieces of a run of Chinese that are replaced."""
_GRAMS = (2, 3, 4)
_SHORTEST_EDITED = 3
"""Characters from which on one other character still tells what is meant."""
_NAMED = 3
"""A concept's name counts as so many phrases."""
_OFTEN, _VERY_OFTEN = 2, 4
"""Phrases that must have what is proposed; and where it leaves something strange."""
_ALIKE = 4
"""Runs that sound the same and are looked at."""


@dataclass(frozen=True)
class _Heard:
    """Runs of Chinese characters in the vocabulary's phrases: how many have each, and the most
    frequent runs for each pronunciation and for each run with one character left open."""

    known: Mapping[str, int]
    sounds: Mapping[str, list[str]]
    open: Mapping[str, list[str]]
    syllable: Mapping[str, str]


def did_you_mean(answer: SearchAnswer) -> str:
    """The text with what it may mean in its place, if that finds more; else ""."""
    request = answer.request
    text = plain(request.text)
    if not text or len(text) > MAX_TEXT or request.page > 1:
        return ""
    if answer.total > FEW and answer.understood:
        return ""
    for proposal in (_heard_as(text), _spelt_as(text)):
        if proposal and proposal != text and _finds_more(request, proposal, answer.total):
            return proposal
    return ""


def _finds_more(request: SearchRequest, proposal: str, total: int) -> bool:
    try:
        return count(replace(request, text=proposal, reading=None)) > total
    except EngineError:
        return False


def _spelt_as(text: str) -> str:
    """By the index's own words, of the engine that answers first."""
    for engine in engines.all_engines():
        try:
            return engine.correct(text) or ""
        except EngineError:
            continue
    return ""


def _heard_as(text: str) -> str:
    """With each run of Chinese that no phrase of the vocabulary has replaced by one that sounds
    the same, or differs in one character."""
    return _HAN.sub(lambda found: _better(found[0]), simplified(text))


def _better(run: str) -> str:
    heard = _heard()
    for _ in range(MAX_ERRORS):
        strange = _strange(run, heard)
        if not strange:
            break
        proposals = [
            (len(_strange(other, heard)), not by_sound, -heard.known[piece], other)
            for piece, other, by_sound in _proposals(run, strange, heard)
        ]
        best = min(proposals, default=None)
        if best is None or best[0] >= len(strange):
            break
        # One other character is a guess, and so is what is rare, where something stays strange.
        if best[0] and (best[1] or -best[2] < _VERY_OFTEN):
            break
        run = best[-1]
    return run


def _strange(run: str, heard: _Heard) -> list[int]:
    """Where pairs of characters begin that no phrase has."""
    return [at for at in range(len(run) - 1) if run[at : at + 2] not in heard.known]


def _proposals(run: str, strange: list[int], heard: _Heard) -> Iterator[tuple[str, str, bool]]:
    """What may be meant in place of each piece that holds something strange: the known piece,
    the run with it, and whether it sounds the same."""
    for length in _GRAMS:
        for start in range(len(run) - length + 1):
            if not any(start <= at <= start + length - 2 for at in strange):
                continue
            piece, rest = run[start : start + length], (run[:start], run[start + length :])
            for same in heard.sounds.get(_sound(piece, heard.syllable), ()):
                yield same, same.join(rest), True
            if length >= _SHORTEST_EDITED:
                for pattern in _opened(piece):
                    for near in heard.open.get(pattern, ()):
                        yield near, near.join(rest), False


@derived
def _heard(vocabulary: Vocabulary) -> _Heard:
    # Only who mistypes Chinese pays for the dictionaries of pronunciation.
    from pypinyin import lazy_pinyin

    known: Counter[str] = Counter()
    for concept in vocabulary.concepts.values():
        phrases = (*concept.complaints_zh, *concept.offers_zh)
        known.update({gram for phrase in phrases for gram in _grams(phrase)})
        for gram in {gram for name in concept.words("zh") for gram in _grams(name)}:
            known[gram] += _NAMED
    characters = sorted({character for gram in known for character in gram})
    syllable = {one: lazy_pinyin(one)[0] for one in characters}
    sounds: defaultdict[str, list[str]] = defaultdict(list)
    opened: defaultdict[str, list[str]] = defaultdict(list)
    for gram, times in sorted(known.items(), key=lambda item: (-item[1], item[0])):
        if times < _OFTEN:
            break
        sounds[_sound(gram, syllable)].append(gram)
        if len(gram) >= _SHORTEST_EDITED:
            for pattern in _opened(gram):
                opened[pattern].append(gram)
    for alike in (*sounds.values(), *opened.values()):
        del alike[_ALIKE:]
    return _Heard(known, dict(sounds), dict(opened), _Syllables(syllable))


class _Syllables(dict[str, str]):
    """Syllables by character; those of characters that no phrase has are read when asked for."""

    def __missing__(self, character: str) -> str:
        from pypinyin import lazy_pinyin

        return lazy_pinyin(character)[0]


def _grams(phrase: str) -> Iterator[str]:
    for run in _HAN.findall(phrase):
        for length in _GRAMS:
            for start in range(len(run) - length + 1):
                yield run[start : start + length]


def _sound(piece: str, syllable: Mapping[str, str]) -> str:
    return " ".join(syllable[character] for character in piece)


def _opened(piece: str) -> Iterator[str]:
    """The piece with each character but the first left open in turn; mistyped is seldom the
    first, and a pattern of one known character tells nothing."""
    for place in range(1, len(piece)):
        yield f"{piece[:place]}?{piece[place + 1 :]}"
