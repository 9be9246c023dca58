"""Names as people type them: Chinese ones in pinyin or by initials, any by its beginning. Pure."""

import re
from functools import lru_cache

from search.analysis import prepare, tokens
from search.documents import Bilingual

_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[a-z]+")
MAX_SYLLABLES = 24
"""Characters of a name that are read."""
STARTS = 8
"""Characters of a name from which on something may be typed: what tells names apart is in front."""
RUN = 6
"""Syllables of a word inside a name."""
WHOLE = 12
"""Syllables from the beginning of a name on."""
MAX_GRAM = 12
"""Letters of a word's beginning that are told apart."""
CJK_GRAM = 4
"""Characters of Chinese that are told apart; longer ones are searched in pieces."""
MAX_TOKENS = 24
"""Words of a title that are read."""
MAX_TYPED = 8
"""Words of a prefix that are looked at."""
SHORTEST_WORD = 4
"""Letters of a word that is compared with pinyin though it is not the whole query."""
WORD_BOOST, JOINED_BOOST = 0.5, 2.0
"""Score of a word that reads as part of a name: below that of all but the commonest words; and
of a query's words read as one."""
MAX_WORDS = 8
"""Words of a query that are compared with pinyin."""
BEGINNING = "^"
"""Marks a term that begins a title."""


def syllables(text: str) -> tuple[str, ...]:
    """The Chinese characters of a text in pinyin without tones, as they are read in their words."""
    return _read("".join(_HAN.findall(text)[:MAX_SYLLABLES]))


@lru_cache(maxsize=64)
def _read(han: str) -> tuple[str, ...]:
    if not han:
        return ()
    # Only who indexes Chinese names pays for the dictionaries: 40 MB and a third of a second.
    from pypinyin import lazy_pinyin

    return tuple(part for part in lazy_pinyin(han, errors="ignore") if _LATIN.fullmatch(part))


def pinyin_terms(title: str) -> list[str]:
    """What a Chinese title can be found by in Latin letters: two syllables and more joined, from
    each of the first STARTS characters on, and three and more initials."""
    read = syllables(title)
    initials = "".join(part[0] for part in read)
    terms: dict[str, None] = {}
    for start in range(min(STARTS, len(read))):
        longest = RUN if start else WHOLE
        for end in range(start + 2, min(start + longest, len(read)) + 1):
            terms["".join(read[start:end])] = None
            if end - start >= 3:
                terms[initials[start:end]] = None
    return list(terms)


def pinyin_words(text: str) -> list[tuple[str, float]]:
    """The words of a query that are compared with `pinyin_terms`, with their score: those of
    SHORTEST_WORD letters or more, a shorter one if it is all, and all of them as one."""
    found = list(tokens(text[:200].lower().replace("ü", "v")))
    words = [word.replace("'", "").replace("’", "") for word, cjk in found if not cjk]
    latin = [word for word in words if _LATIN.fullmatch(word)]
    if len(found) == 1 and latin:
        return [(latin[0], WORD_BOOST)]
    chosen = [(word, WORD_BOOST) for word in dict.fromkeys(latin) if len(word) >= SHORTEST_WORD][
        :MAX_WORDS
    ]
    if len(latin) == len(found) and 1 < len(latin) <= WHOLE:
        chosen.append(("".join(latin), JOINED_BOOST))
    return chosen


def beginnings(title: Bilingual) -> list[str]:
    """The terms under which a title is proposed: every beginning of its words, of its Chinese
    from any character on, of that in pinyin, and of the initials."""
    words: list[tuple[str, bool]] = []
    for text in (title.zh, title.en):
        for number, (word, cjk) in enumerate(tokens(text)):
            if number == MAX_TOKENS:
                break
            if cjk:
                for start in range(min(len(word), MAX_SYLLABLES)):
                    words.append((word[start : start + CJK_GRAM], not (number or start)))
            else:
                words.append((word[:MAX_GRAM], not number))
    read = syllables(title.zh)
    initials = "".join(part[0] for part in read)
    begins = _HAN.match(prepare(title.zh)) is not None
    for start in range(min(STARTS, len(read))):
        first = begins and not start
        words.append(("".join(read[start : start + MAX_GRAM])[:MAX_GRAM], first))
        words.append((initials[start : start + MAX_GRAM], first))
    # Marked where they begin the title, and all without the mark.
    words += [(BEGINNING + word, False) for word, first in words if first]
    terms = dict.fromkeys(word[:end] for word, _ in words for end in range(1, len(word) + 1))
    terms.pop(BEGINNING, None)
    return list(terms)


def typed_terms(prefix: str) -> list[str]:
    """The terms that a title must have to be proposed for what was typed; [] for nothing. With
    BEGINNING before the first of them the title begins with it."""
    terms: dict[str, None] = {}
    for word, cjk in list(tokens(prefix[:200]))[:MAX_TYPED]:
        if not cjk:
            terms[word[:MAX_GRAM]] = None
        elif len(word) <= CJK_GRAM:
            terms[word] = None
        else:
            last = min(len(word), MAX_SYLLABLES) - CJK_GRAM
            terms |= dict.fromkeys(word[place : place + CJK_GRAM] for place in range(last + 1))
    return list(terms)
