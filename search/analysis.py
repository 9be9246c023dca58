"""Text to terms, the same in effect in both engines.

The embedded engine indexes the terms of `analyze`; Elasticsearch gets the text of `prepare` and
makes the same terms of it with `ELASTICSEARCH_ANALYSIS`: width folding, lower case, bigrams of
Chinese, Japanese and Korean, English stopwords and Porter stems. A test compares the two."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from search.porter import stem

_ENGLISH_STOPWORDS = (
    "a an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with"
)
STOPWORDS = frozenset(_ENGLISH_STOPWORDS.split())
"""Those of Lucene's EnglishAnalyzer."""
MAX_TERM = 255
MAX_WORD = 40
"""Letters of a word that is looked at for typing errors."""

ELASTICSEARCH_ANALYSIS = {
    "filter": {"english_stop": {"type": "stop", "stopwords": sorted(STOPWORDS)}},
    "analyzer": {
        "bilingual": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": ["cjk_width", "lowercase", "cjk_bigram", "english_stop", "porter_stem"],
        }
    },
}

# Han, kana and Hangul: what is cut into bigrams.
_CJK = (
    "\u2e80-\u2fd5\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9\uac00-\ud7a3"
    "\U00020000-\U000323af"
)
_LETTER = rf"[^\W\d_{_CJK}]"
# The word boundaries of Unicode (UAX #29) as far as they matter here: full stop and apostrophe
# join letters or digits, colon and middle dot join letters, comma and semicolon join digits.
_TOKEN = re.compile(
    rf"(?P<cjk>[{_CJK}]+)"
    rf"|(?:[^\W{_CJK}]|[\u0300-\u036f]"
    rf"|(?<={_LETTER})[.:'·\u2018\u2019](?={_LETTER})|(?<=\d)[.,;'\u2018\u2019](?=\d))+"
)
_ANY_CJK = re.compile(f"[{_CJK}]")
_WORD = re.compile(r"[^\W_]")
_LATIN_WORD = re.compile("[a-z\u00df-\u00f6\u00f8-\u024f]+")
_LATIN_RUN = re.compile("[0-9_a-z\u00df-\u00f6\u00f8-\u024f]{3,}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_POSSESSIVE = re.compile(r"(?<=[^\W_])['\u2019][sS](?![\w'\u2019])")
# Numbers that are no digits (², ½, ①): no part of a word for Unicode, but for Python's \w.
_OTHER_NUMBERS = re.compile(
    "[\u00b2\u00b3\u00b9\u00bc-\u00be\u09f4-\u09f9\u2070-\u2079\u2080-\u2089\u2150-\u215f"
    "\u2189\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3192-\u3195\u3220-\u3229\u3248-\u324f"
    "\u3251-\u325f\u3280-\u3289\u32b1-\u32bf]"
)
# Lucene keeps Hangul that touches Latin letters in one term, uncut.
_HANGUL_EDGE = re.compile("(?<=[\uac00-\ud7a3])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\uac00-\ud7a3])")
_HALF_WIDTH = re.compile("[\uff65-\uff9f]+")
_LONE_SOUND_MARK = re.compile("[\u3099\u309a]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def prepare(text: str) -> str:
    """Text as an engine gets it: composed characters, one width, no English possessive."""
    if not text.isascii():
        text = _SURROGATES.sub(" ", text)
        text = _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
        text = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH)
        text = _LONE_SOUND_MARK.sub("", text)
        text = _HANGUL_EDGE.sub(" ", _OTHER_NUMBERS.sub(" ", text))
    return _POSSESSIVE.sub("", text)


def analyze(text: str) -> list[str]:
    """Terms of a text, in order."""
    return list(filter(None, _terms(prepare(text))))


def placed(prepared: str) -> list[str]:
    """The terms of a text after `prepare`, with "" where a stopword stood, so that a term's index
    is its position."""
    return list(_terms(prepared))


def phrase_terms(text: str) -> tuple[tuple[int, str], ...]:
    """The terms of a phrase as (place after the first term, term); () when it has none."""
    found = [(place, term) for place, term in enumerate(placed(prepare(text))) if term]
    return tuple((place - found[0][0], term) for place, term in found)


def tokens(text: str) -> Iterator[tuple[str, bool]]:
    """The words of a text in lower case, neither cut nor stemmed, and whether each is a run of
    Chinese, Japanese or Korean."""
    for found in _TOKEN.finditer(prepare(text)):
        if found["cjk"] or _WORD.search(found[0]):
            yield found[0].lower(), bool(found["cjk"])


def latin_words(text: str, shortest: int) -> list[str]:
    """The distinct words of at least so many letters that are written in Latin letters only, in
    order; words of more than MAX_WORD letters are none."""
    return [
        word
        for word in dict.fromkeys(token for token, cjk in tokens(text) if not cjk)
        if shortest <= len(word) <= MAX_WORD and _LATIN_WORD.fullmatch(word)
    ]


def kept_words(prepared: Iterable[str]) -> list[str]:
    """The distinct words of three letters or more in Latin letters, of texts after
    `prepare`."""
    # Plainer than `tokens`, as it is done to whole documents: of "don't" it keeps "don".
    found = dict.fromkeys(_LATIN_RUN.findall("\n".join(prepared).lower()))
    return [word for word in found if word.isalpha() and len(word) <= MAX_WORD]


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each term of a text stands in it as it was written: (start, end, term), in order;
    the term of a stopword is ""."""
    for found in _TOKEN.finditer(text):
        token, start = found[0], found.start()
        if found["cjk"]:
            length = min(2, len(token))
            for place in range(len(token) - length + 1):
                yield start + place, start + place + length, token[place : place + length]
        else:
            for term in _terms(prepare(token)):
                yield start, found.end(), term


@lru_cache(maxsize=1024)
def analyze_query(text: str) -> tuple[str, ...]:
    """The same, kept for texts that come again."""
    return tuple(analyze(text))


def _terms(prepared: str) -> Iterator[str]:
    """Terms, and "" for each stopword."""
    for found in _TOKEN.finditer(prepared):
        token = found[0]
        if found["cjk"]:
            if len(token) == 1:
                yield token
            else:
                yield from map("".join, pairwise(token))
        elif _WORD.search(token):
            for start in range(0, len(token), MAX_TERM):
                word = token[start : start + MAX_TERM].lower()
                yield "" if word in STOPWORDS else stem(word)


def has_cjk(text: str) -> bool:
    """Whether a text has a Chinese, Japanese or Korean character."""
    return _ANY_CJK.search(text) is not None
