"""What the search page shows of how a text was read, and the switches for it."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.discovery.search_page import Choice, address
from portal.discovery.service import SearchAnswer, SearchRequest, Understood, concept_label
from portal.foundation.text import pick
from search.analysis import analyze_query, spans
from search.documents import Bilingual
from search.plan import MAX_TERMS
from search.queries import MAX_TEXT

LONG_TEXT = 120
"""Characters from which on a text gets a box of several lines."""
NEED_TEXT = 25
"""Characters from which on a text may be worth posting as a need."""
MAX_PIECES = 24
MAX_NOTE = 40


@dataclass(frozen=True)
class Switch:
    """A concept: `url` narrows the search to it, `switch_url` switches it off, or on again."""

    label: str
    note: str
    url: str
    switch_url: str


def switched_on(query: QueryDict, answer: SearchAnswer) -> list[Switch]:
    """The concepts that the words were read as and that widen the search."""
    off, chosen = answer.request.without, answer.request.filters.concept
    return [
        Switch(
            _label(one.label),
            _note(one),
            address(query, concept=[*chosen, one.concept]),
            address(query, without=[*off, one.concept]),
        )
        for one in answer.understood
        if not one.off and one.concept not in chosen
    ]


def is_unread(answer: SearchAnswer) -> bool:
    """Whether results come by nearness alone: words were asked for and read as no concept."""
    reading = answer.reading
    if reading is None or reading.unknown_words or not answer.hits:
        return False
    named = answer.understood or answer.unwanted or answer.present or answer.request.without
    return not named and not answer.request.parsed.phrases


def switched_off(query: QueryDict, request: SearchRequest) -> list[Choice]:
    """The concepts that are switched off, with the address that switches each on again."""
    return [
        Choice(
            _label(concept_label(concept)),
            address(query, without=[other for other in request.without if other != concept]),
        )
        for concept in request.without
    ]


def passed_over(marks: tuple[Understood, ...]) -> list[dict[str, str]]:
    """Names that the text rules out or has already, with the words that say so."""
    return [{"label": _label(one.label), "note": _note(one)} for one in marks]


def phrases(query: QueryDict, request: SearchRequest) -> list[Choice]:
    """The exact phrases asked for, each with the address less that one."""
    return [
        Choice(phrase, address(query, q=written(request, but_phrase=phrase)))
        for phrase in request.parsed.phrases
    ]


def excluded(query: QueryDict, request: SearchRequest) -> list[Choice]:
    """The words and phrases that results must not have, each with the address less that one."""
    return [
        Choice(phrase, address(query, q=written(request, but_excluded=phrase)))
        for phrase in request.parsed.excluded
    ]


def written(request: SearchRequest, *, but_phrase: str = "", but_excluded: str = "") -> str:
    """The text as a person writes it, less a phrase that it wants or excludes."""
    parsed = request.parsed
    parts = [parsed.text]
    parts += [f'"{phrase}"' for phrase in parsed.phrases if phrase != but_phrase]
    parts += [f'-"{phrase}"' for phrase in parsed.excluded if phrase != but_excluded]
    return " ".join(filter(None, parts))


def carrying(answer: SearchAnswer) -> list[str]:
    """The pieces of a long text that were searched for, as it has them; [] where that is all."""
    text = answer.request.parsed.text[:MAX_TEXT]
    if len(set(analyze_query(text))) <= MAX_TERMS:
        return []
    wanted = set(answer.terms)
    pieces: dict[str, None] = {}
    start = end = -1
    for left, right, term in spans(text):
        if not term or term not in wanted:
            continue
        if left > end:
            _add(pieces, text[start:end] if start >= 0 else "")
            start = left
        end = max(end, right)
    _add(pieces, text[start:end] if start >= 0 else "")
    return list(pieces)[:MAX_PIECES]


def need_query(text: str) -> str:
    """What the form to post a need is opened with, from its ? on; "" for too short a text."""
    if len(text) < NEED_TEXT:
        return ""
    query = QueryDict(mutable=True)
    query["text"] = text
    return f"?{query.urlencode()}"


def examples(query: QueryDict) -> list[dict[str, str]]:
    """Ways to search, each with an address to try."""
    shown = (
        (_("machines stop at night and nobody knows"), _("what hurts, in the words of the shop")),
        (_('"visual inspection"'), _("exactly these words, one after the other")),
        (_("welding -robot"), _('without a word; -"two words" without a phrase')),
        (_("CMM"), _("a name, its acronym, or a Chinese name in pinyin")),
    )
    types = query.getlist("in")
    return [
        {"text": text, "what": what, "url": address(QueryDict(), q=text, **{"in": types})}
        for text, what in shown
    ]


def _add(pieces: dict[str, None], piece: str) -> None:
    if len(piece.strip()) > 1:
        pieces.setdefault(" ".join(piece.split()), None)


def _label(label: Bilingual) -> str:
    return pick(label.zh, label.en)


def _note(one: Understood) -> str:
    text = " ".join(one.text.split())
    return text if len(text) <= MAX_NOTE else text[: MAX_NOTE - 1] + "…"
