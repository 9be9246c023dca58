"""What part of a text is a wish, and what is ruled out or already there."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from typing import Literal

from portal.vocabulary.vocabulary import get_vocabulary
from portal.vocabulary.words import WordFinder

# How far from a word its negation may stand, in characters.
_REACH = 60

Scope = Literal["wish", "unwanted", "present"]

# A full stop parts clauses where a blank follows: 0.3 is one number.
_CLAUSE = re.compile(r"(?:[^，,。；;！!？?\n、：:()（）.]|\.(?!\s|$))+")
_TURN = re.compile(
    r"\b(?:but|however|though|although|yet)\b|但是|但|不过|可是|只是|就是|"
    # "We already have MES and need scheduling" is two clauses.
    r"\band\b(?=\s+(?:we\s+|now\s+|still\s+|just\s+)*(?:need|want|would like|look|are looking)\b)|"
    r"(?<=了)(?=(?:现在|还|再)?(?:想|需要|要))",
    re.IGNORECASE,
)
# What a clause says the writer does not do: it names no wish, whatever words it holds.
_NOT_OURS = re.compile(
    r"^\s*(?:我们|我厂|我们厂|本厂|厂里)?(?:也|都|从|并)?(?:不做|不是做|不生产|不含|不包括|不涉及|不搞)"
    r"(?!好|完|到|出|了|过|得|成)"
    r"|^\s*(?:we\s+)?(?:do not|don't)\s+(?:make|do|produce|manufacture|handle|process)\b"
    r"|^\s*not\s+(?:for|about|including|interested in|looking for)\b",
    re.IGNORECASE,
)
# Who does not do it is no part of that: 不做金属件的 | 注塑厂.
_FIRM = re.compile(r"的(?=[^的]{0,8}(?:厂(?!房)|企业|公司|供应商|服务商|团队|机构|车间))")

# Chinese: right before the word, with at most a few characters between.
_NOT_ZH = re.compile(
    r"(?:不要|不用|不想(?:要|上|搞|做|用)?|不需要|不考虑|不打算|不上|不做|不搞|不买|不接受|不碰|不含|"
    r"无需|拒绝|别给我|别(?:上|搞|用|推)|并非|不是(?:要|找|做|想要|想)?|没必要|用不着|先不)[^，。]{0,5}$"
)
_HAVE_ZH = re.compile(
    r"(?:已经?(?:有|上|装|买|用|配|建|做)(?:了|过)?|有(?:一套|现成的?|了)|上过|装过|买过|用着|在用|用的是|"
    r"现在用|现有|原有|目前有|我们有|我厂有|厂里有|做过)[^，。]{0,5}$"
)
_HAVE_AFTER_ZH = re.compile(
    r"^[^，。]{0,3}(?:已经|早就|都)?(?:有了|上了|装了|买了|上过了?|做过了?|在用|用着|用了[一二两三四五六七八九十几多\d]+年)"
)
_NOT_AFTER_ZH = re.compile(
    r"^[^，。]{0,2}(?:不要|不用|不考虑|不需要|不做|免谈|就算了|就不用了|先不)"
)

# English: within a few words before the word.
_FEW_WORDS = r"(?:[\w'/-]+\s+){0,3}"
_NOT_EN = re.compile(
    r"(?:\b(?:do(?:es)?n't|do(?:es)? not|did not|didn't|won't|will not|would not|wouldn't)\s+"
    r"(?:\w+\s+)?(?:want|need|care for|buy|require|like)(?:\s+to\s+\w+)?\s+"
    r"|\b(?:not (?:looking for|interested in|asking for|after|about)|no need (?:for|of)|"
    r"rather than|instead of|other than|apart from|except|excluding|avoid(?:ing)?|without|"
    r"not (?:a|an|another|yet another))\s+)" + _FEW_WORDS + r"$",
    re.IGNORECASE,
)
_NO_EN = re.compile(r"\bno\s+(?:more\s+|new\s+|other\s+)?(?:[\w/-]+\s+)?$", re.IGNORECASE)
_LACK_EN = re.compile(
    r"(?:\b(?:have|has|had|with|got|is|are|was|there's|of)|'ve|'s)\s+no\s+\S*\s*$", re.IGNORECASE
)
_HAVE_EN = re.compile(
    r"\b(?:already\s+(?:have|has|got|use|uses|run|runs|own|bought|installed|on)"
    r"|(?:we|i)(?:'ve| have)(?: got)?|we (?:use|run|own|bought|installed)|"
    r"our (?:existing|current|present))\s+"
    r"(?:(?:a|an|the|our|some|its|in)\s+)?(?:[\w/-]+\s+){0,2}$",
    re.IGNORECASE,
)
_TROUBLE_EN = re.compile(
    r"\b(?:trouble|problems?|to|no|need|issues?|never|not|lost|been)\b", re.IGNORECASE
)
_HAVE_AFTER_EN = re.compile(
    r"^\s*(?:system\s+)?(?:is|are|was)?\s*already\b|^\s*(?:is|are) in place", re.IGNORECASE
)
_NOT_AFTER_EN = re.compile(
    r"^\s*(?:is|are)\s+(?:not (?:wanted|needed|an option)|out of the question)", re.IGNORECASE
)


def clauses(text: str) -> list[tuple[int, int]]:
    """Spans of the clauses of `text`: parted by punctuation, by words such as "but", and where
    what a firm does not make ends and the firm is named (不做金属件的注塑厂)."""
    spans: list[tuple[int, int]] = []
    for match in _CLAUSE.finditer(text):
        start = match.start()
        for turn in _TURN.finditer(text, match.start(), match.end()):
            spans += _parted(text, start, turn.start())
            start = turn.end()
        spans += _parted(text, start, match.end())
    return spans


def _parted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The clause `text[start:end]`: none if blank, two if it tells what a firm does not make."""
    if not text[start:end].strip():
        return []
    not_ours = _NOT_OURS.search(text[start:end])
    firm = not_ours and _FIRM.search(text, start + not_ours.end(), end)
    return [(start, firm.end()), (firm.end(), end)] if firm else [(start, end)]


def clause_at(start: int, end: int, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The clause that holds the word at `start`; the word itself where none does."""
    at = bisect_right(spans, start, key=lambda span: span[0]) - 1
    if at >= 0 and start < spans[at][1]:
        return spans[at]
    return start, end


def scope_of(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> Scope:
    """How the word at `text[start:end]` is meant; `spans` are the text's clauses."""
    left, right = clause_at(start, end, spans)
    before = text[max(left, start - _REACH) : start]
    after = text[end : max(end, min(right, end + _REACH))]
    if _is_unwanted(before, after):
        return "unwanted"
    if _is_present(before, after):
        return "present"
    return "wish"


def disclaimed(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The clauses in which a writer says what is not made or meant (不做金属件)."""
    return [(start, end) for start, end in spans if _NOT_OURS.search(text[start:end])]


def _is_unwanted(before: str, after: str) -> bool:
    if _NOT_ZH.search(before) or _NOT_AFTER_ZH.search(after) or _NOT_EN.search(before):
        return True
    if _NO_EN.search(before) and not _LACK_EN.search(before):
        return not re.search(r"\bno idea\b", before, re.IGNORECASE)
    return bool(_NOT_AFTER_EN.search(after))


def _is_present(before: str, after: str) -> bool:
    if _HAVE_ZH.search(before) or _HAVE_AFTER_ZH.search(after) or _HAVE_AFTER_EN.search(after):
        return True
    found = _HAVE_EN.search(before)
    return found is not None and not _TROUBLE_EN.search(found.group(0).split("have", 1)[-1])


@cache
def _exclusion_words() -> WordFinder[str]:
    return WordFinder(
        (phrase, exclusion.key)
        for exclusion in get_vocabulary().exclusions.values()
        for phrase in (*exclusion.said_zh, *exclusion.said_en)
    )


def exclusions_said(text: str) -> list[tuple[str, int, int]]:
    """(exclusion key, start, end) for every exclusion `text` states."""
    return [(found.owner, found.start, found.end) for found in _exclusion_words().find(text)]


def insists_on(exclusion: str, word: str) -> bool:
    """Whether `word` is what the exclusion asks for (only open source), not what it rules out."""
    return word.casefold() in _insisted().get(exclusion, frozenset())


@cache
def _insisted() -> dict[str, frozenset[str]]:
    return {
        exclusion.key: frozenset(
            text.casefold() for text in (*exclusion.satisfied_zh, *exclusion.satisfied_en)
        )
        for exclusion in get_vocabulary().exclusions.values()
    }
