"""Where a need is, and what trade it is in."""

import re
from functools import cache

from portal.vocabulary import get_vocabulary
from portal.vocabulary.scope import clauses, disclaimed
from portal.vocabulary.spelling import simplified
from portal.vocabulary.words import Found, WordFinder

MAX_INDUSTRIES = 3

_SUFFIX = re.compile(r"[区县市]$")
_TYPE = re.compile(r"\s+(?:District|County|City)$")
_MAKES = re.compile(
    r"(?<!不)(?<!不是)(?:做|生产|加工|制造|专做|主营|产|供应|是[一个家间]*)[^，。,.；;]{0,6}$|"
    r"\b(?:make|makes|making|produce|produces|producing|manufactur\w+|maker of|producer of|"
    r"supplier of|supply|cast|forge|speciali[sz]\w+ in|we are an?|we're an?|i run an?|we run an?|"
    r"our|at our|in our|small|family)\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_PLANT = re.compile(
    r"^\s*(?:的?厂|工厂|企业|公司|车间|行业|作坊|生产|制造|的小厂|件厂|的企业|"
    r"factory|plant|maker|manufacturer|company|workshop|shop|mill|business|producer|supplier|"
    r"industry|firm|works)",
    re.IGNORECASE,
)


@cache
def _place_words() -> WordFinder[str]:
    vocabulary = get_vocabulary()
    words = [
        (word, district.code)
        for district in vocabulary.districts
        for word in (
            district.zh,
            _SUFFIX.sub("", district.zh),
            district.en,
            _TYPE.sub("", district.en),
        )
    ]
    words += [
        (word, park.district)
        for park in vocabulary.parks
        for word in (park.zh, park.en, *park.words)
    ]
    return WordFinder(words)


@cache
def _park_words() -> WordFinder[str]:
    return WordFinder(
        (word, park.key)
        for park in get_vocabulary().parks
        for word in (park.zh, park.en, *park.words)
    )


@cache
def _industry_words() -> WordFinder[tuple[str, bool]]:
    return WordFinder(
        (word, (row.code, word in row.alone))
        for row in get_vocabulary().industry_words
        for word in (*row.zh, *row.en)
    )


def districts_named(text: str) -> list[Found[str]]:
    """District codes `text` names, itself or by a park that lies in it, in the text's order."""
    return _place_words().find(text)


def parks_named(text: str) -> list[Found[str]]:
    """Keys of the parks `text` names."""
    return _park_words().find(text)


def industries_named(text: str) -> list[str]:
    """Up to MAX_INDUSTRIES codes of the trades the writer seems to be in, the surest first.

    A product counts where the text says it is made; words of a trade (压铸, die casting) alone;
    neither where the text says that it is not made (不做金属件)."""
    scores: dict[str, float] = {}
    plain = simplified(text)
    not_made = disclaimed(plain, clauses(plain))
    for order, found in enumerate(_industry_words().find(text)):
        if any(start <= found.start < end for start, end in not_made):
            continue
        code, alone = found.owner
        before = text[max(0, found.start - 40) : found.start]
        after = text[found.end : found.end + 20]
        score = 2.0 * bool(_MAKES.search(before)) + 2.0 * bool(_PLANT.match(after))
        score += 1.0 if alone else 0.0
        if score > 0:
            # Of equals, the one named first.
            scores[code] = max(scores.get(code, 0.0), score - order * 1e-4)
    ranked = sorted(scores, key=lambda code: -scores[code])
    vocabulary = get_vocabulary()
    finer = {above for code in ranked for above in vocabulary.industry_ancestors(code)}
    return [code for code in ranked if code not in finer][:MAX_INDUSTRIES]
