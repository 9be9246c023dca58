"""From an answer to what may be counted of it."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from django.utils.crypto import salted_hmac

from portal.discovery.service import SearchAnswer
from search.analysis import prepare
from search.documents import get_type
from search.filters import FIELDS

WRITE_EVERY = 10
"""Seconds that counts stay in memory."""
MAX_TEXT = 100
SHOWN_FROM = 3
"""How often a text must have come before its words are stored and shown."""
TOOK = (50, 100, 200, 500, 1000)
"""Edges of the classes of time, in ms."""
SLOW_MS = 500
RESULTS = (1, 10, 100)
MAX_POSITION = 100
_DIGEST = 32

TextKind = Literal["words", "none", "long", "private"]

# Addresses, and whatever has as many digits as a phone, identity or credit code has.
_PRIVATE = re.compile(
    r"\S@\S|(?:\d[\s().+-]{0,2}){7,}|\b(?=[0-9a-z]*\d[0-9a-z]*\d)[0-9a-z]{15,}\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Note:
    """What is counted of one search, and nothing else is kept of it.

    `counts`: (name, value) pairs of SearchCount. `text` is "" unless its kind is `words`."""

    language: str
    counts: tuple[tuple[str, str], ...]
    text: str = ""
    nothing_found: bool = False
    nothing_read: bool = False


def note_of(answer: SearchAnswer) -> Note:
    """What of an answer is counted. Further pages of an answer are no further search."""
    request = answer.request
    if request.page > 1:
        return Note(request.language, (("page", "further"),))
    kind, text = normal(request.text)
    unread = kind == "words" and not answer.understood
    used = [name for name in FIELDS if getattr(request.filters, name) not in ((), None)]
    if request.near is not None:
        used.append("near")
    counts = [
        ("search", "all"),
        ("text", kind),
        ("results", _class(answer.total, RESULTS)),
        *(("type", get_type(name).plural) for name in request.types),
        *(("filter", name) for name in used),
    ]
    if unread:
        counts.append(("unread", "yes"))
    built = [
        ("took", _class(answer.took_ms, TOOK)),
        ("engine", answer.engine),
        *([("degraded", "yes")] if answer.degraded else []),
    ]
    return Note(request.language, (*counts, *built), text, answer.total == 0, unread)


def as_kept(note: Note) -> Note:
    """The same for a page that was answered from the cache: no engine took any time."""
    rest = [pair for pair in note.counts if pair[0] not in ("took", "engine", "degraded")]
    if ("search", "all") in rest:
        rest.append(("kept", "yes"))
    return Note(note.language, tuple(rest), note.text, note.nothing_found, note.nothing_read)


def normal(text: str) -> tuple[TextKind, str]:
    """What kind of text it is, and its normal form where it may be counted as such."""
    folded = " ".join(prepare(text).lower().split())
    if not folded:
        return "none", ""
    if _PRIVATE.search(folded):
        return "private", ""
    if len(folded) > MAX_TEXT:
        return "long", ""
    return "words", folded


def digest_of(text: str) -> str:
    """The keyed hash of a normal form: without the portal's key nobody can try texts out."""
    return salted_hmac("portal.discovery.searched", text, algorithm="sha256").hexdigest()[:_DIGEST]


def signed(digest: str) -> str:
    """A digest with a mark that it came from here, as result pages carry it for clicks."""
    mark = salted_hmac("portal.discovery.clicks", digest, algorithm="sha256").hexdigest()
    return digest + mark[:16]


def _class(value: float, edges: tuple[int, ...]) -> str:
    """Which class a number falls in, by its lower edge: "0", "50", … ."""
    place = bisect_right(edges, value)
    return str(edges[place - 1]) if place else "0"
