"""What a person writes in the search box beside words: "an exact phrase", -not. Pure."""

import re
from dataclasses import dataclass

from search.queries import MAX_EXCLUDED, MAX_PHRASE, MAX_PHRASES

_PAIRS = {'"': '"', "＂": "＂", "“": "”", "「": "」"}
_SIGN = re.compile('[-－“「"＂]')
_HAS_WORD = re.compile(r"[^\W_]")
# An excluded word begins with a letter, so that -5 stays a temperature, and ends where a phrase
# or another part of the sentence begins.
_EXCLUDED_WORD = re.compile(r"[^\W\d_][^\s\"＂“”「」，。；、！？,;!?()（）]*")
_QUOTED = {
    start: re.compile(f"{start}([^{start}{end}]{{1,{MAX_PHRASE}}}){end}")
    for start, end in _PAIRS.items()
}
# A straight quote after a letter or digit ends something or means inches.
_CLOSES = re.compile(r"[A-Za-z0-9]")
_BEFORE_NOT = re.compile(r"[\s(（，。；、,;]")
_LATIN_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
MOST_WORDS = 12
"""Beside its phrases a query has at most so many words (two Chinese characters are one); a longer
text is prose, in which quotes and dashes are only punctuation."""


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text without its syntax, the phrases that must stand in a document, and the words and
    phrases that must not; within the limits of SearchQuery."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def parse(text: str) -> ParsedText:
    """Read quotes “” "" 「」 and exclusions -word, -"a phrase" (also －); raises nothing.

    What is no syntax is left as it was: unbalanced quotes, those around nothing or more than
    MAX_PHRASE characters, a lone '-', hyphens inside words and before digits, all of it in prose.
    Of more phrases than MAX_PHRASES the rest are plain words; of more exclusions the rest are
    passed over."""
    phrases: list[str] = []
    excluded: list[str] = []
    # What is kept decides what comes after it, so that reading the answer again finds no more.
    kept, place = "", 0
    while found := _SIGN.search(text, place):
        start = found.start()
        kept += text[place:start]
        negative = found[0] in "-－" and (not kept or _BEFORE_NOT.match(kept[-1]) is not None)
        part, end = _read(text, start + negative, kept) if _opens(found[0], negative) else ("", 0)
        if negative and not part and (word := _EXCLUDED_WORD.match(text, start + 1)):
            part, end = word[0], word.end()
        if not part:
            kept += text[start]
            place = start + 1
            continue
        if negative:
            excluded.append(part)
            kept += " "
        elif len(dict.fromkeys([*phrases, part])) <= MAX_PHRASES:
            phrases.append(part)
            kept += " "
        else:
            kept += f" {part} "
        place = end
    kept += text[place:]
    if kept == text or _is_prose(kept):
        return ParsedText(text)
    return ParsedText(
        " ".join(kept.split()),
        tuple(dict.fromkeys(phrases)),
        tuple(dict.fromkeys(excluded))[:MAX_EXCLUDED],
    )


def _is_prose(text: str) -> bool:
    words = len(_LATIN_WORD.findall(text)) + len(_CHINESE.findall(text)) / 2
    return words > MOST_WORDS


def _opens(sign: str, negative: bool) -> bool:
    return negative or sign in _PAIRS


def _read(text: str, start: int, before: str) -> tuple[str, int]:
    """The phrase whose quotes open here and where they end; "" when they don't."""
    quote = text[start : start + 1]
    if quote not in _QUOTED:
        return "", 0
    straight = quote in '"＂'
    if straight and before and _CLOSES.match(before[-1]):
        return "", 0
    found = _QUOTED[quote].match(text, start)
    if found is None or not _HAS_WORD.search(found[1]):
        return "", 0
    return " ".join(found[1].split()), found.end()
