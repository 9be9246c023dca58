"""Evens out how a text is written: width, case, traditional characters, British and American."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

from search.porter import stem

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LONE = re.compile(r"[\ud800-\udfff]")
_BRITISH = (
    (re.compile(r"(?<=[a-z]{3})is(?=(?:e|es|ed|er|ers|ing|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2})lys(?=(?:e|es|ed|er|ers|ing)$)"), "lyz"),
    (re.compile(r"(?<=[a-z]{3})our(?=(?:s|ed|ing|ful|less|able)?$)"), "or"),
    (re.compile(r"mould"), "mold"),
    (re.compile(r"^alumini(?=um)"), "alumin"),
    (re.compile(r"(?<=[aeiou])ll(?=(?:ed|ing|er|ers)$)"), "l"),
    (re.compile(r"(?<=cent)re(?=s?$)|(?<=fib)re(?=s?$)|(?<=met)re(?=s?$)"), "er"),
    (re.compile(r"(?<=licen)ce(?=s?$)|(?<=defen)ce(?=s?$)"), "se"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"^programme(?=s?$)"), "program"),
    (re.compile(r"^gauge?(?=s?$|ing$)"), "gage"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^tyre"), "tire"),
    (re.compile(r"sulph"), "sulf"),
)
_SHORTEST_STEMMED = 4


def simplified(text: str) -> str:
    """`text` in simplified characters, each where it stood: the length stays the same."""
    if text.isascii() or not _HAN.search(text):
        return text
    convert = _converter().convert
    plain = _LONE.sub("\ufffd", text)
    found = str(convert(plain))
    if len(found) != len(text):
        # A phrase that is written with more or fewer characters: one by one, then.
        found = "".join(one if len(one := convert(char)) == 1 else char for char in plain)
    return found


@cache
def _converter() -> Any:
    # Imported here: it reads its dictionaries.
    import opencc

    return opencc.OpenCC("t2s")


def even(character: str) -> str:
    """One character in lower case and common width (it may become several)."""
    return unicodedata.normalize("NFKC", character).casefold()


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """What a lower-case Latin word shares with its inflections and its American spelling."""
    if len(word) < _SHORTEST_STEMMED or not word.isalpha():
        return word
    return stem(american(word))


@lru_cache(maxsize=20_000)
def american(word: str) -> str:
    """A lower-case Latin word as Americans spell it."""
    for british, other in _BRITISH:
        word = british.sub(other, word)
    return word
