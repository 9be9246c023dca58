"""Reading a need or a query: what is wanted, where, for how much, and on what conditions."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.utils import timezone

from portal.discovery.reading_conditions import (
    Exclusion,
    condition_spans,
    read_exclusions,
    read_languages,
    read_max_distance,
    read_offer_types,
    read_start,
    read_tier,
)
from portal.discovery.reading_money import read_budget
from portal.discovery.reading_places import districts_named, industries_named, parks_named
from portal.vocabulary import linker
from portal.vocabulary.linker import ConceptMark
from portal.vocabulary.scope import clause_at, clauses

MAX_CHARACTERS = 20_000
"""What follows these is not read; the Reading says so."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")
# Acronyms (MES, ERP) are at home in Chinese too.
_LATIN_WORD = re.compile(r"[A-Za-z][a-z]+")
_FOREIGN_SHARE = 0.25
_AMOUNT_CLAUSE = 40
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

ReadLanguage = Literal["zh", "en", "mixed"]


@dataclass(frozen=True)
class Reading:
    """What was understood of a text.

    `concepts` are wanted, the strongest first; `unwanted` are named and ruled out, `present` are
    there already. Amounts in CNY, distance in km; None or empty means that nothing was said.
    `unknown_words`: it is one or two words, and the vocabulary has none of them."""

    language: ReadLanguage
    concepts: tuple[ConceptMark, ...] = ()
    unwanted: tuple[ConceptMark, ...] = ()
    present: tuple[ConceptMark, ...] = ()
    unknown_words: bool = False
    industries: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    parks: tuple[str, ...] = ()
    budget_min: int | None = None
    budget_max: int | None = None
    start_by: date | None = None
    tier_at_least: str | None = None
    max_distance_km: int | None = None
    languages: tuple[str, ...] = ()
    offer_types: tuple[str, ...] = ()
    exclusions: tuple[Exclusion, ...] = field(default=())
    truncated: bool = False

    @property
    def district(self) -> str | None:
        """The district named first, itself or by a park in it."""
        return self.districts[0] if self.districts else None


def read(text: str, *, today: date | None = None, keep: bool = False) -> Reading:
    """Read `text`; never raises, whatever it is. Only MAX_CHARACTERS are read.

    `today` is what dates such as “next month” start from (default: now). `keep` stores the
    sentence vector in the database: for needs, which are read again, not for visitors' queries."""
    part = _UNREADABLE.sub(" ", text[:MAX_CHARACTERS])
    today = today or timezone.localdate()
    budget = read_budget(part)
    places = districts_named(part)
    exclusions = read_exclusions(part)
    ignored = [(found.start, found.end) for found in places]
    ignored += condition_spans(part, today)
    if budget:
        ignored.append(_clause_if_short(part, budget.start, budget.end))
    linked = linker.link(part, ignore=ignored, keep=keep)
    return Reading(
        language=language_of(part),
        concepts=linked.wanted,
        unwanted=linked.unwanted,
        present=linked.present,
        unknown_words=linked.unknown_words,
        industries=tuple(industries_named(part)),
        districts=tuple(dict.fromkeys(found.owner for found in places)),
        parks=tuple(dict.fromkeys(found.owner for found in parks_named(part))),
        budget_min=budget.low if budget else None,
        budget_max=budget.high if budget else None,
        start_by=read_start(part, today),
        tier_at_least=read_tier(part),
        max_distance_km=read_max_distance(part),
        languages=tuple(read_languages(part)),
        offer_types=tuple(read_offer_types(part)),
        exclusions=tuple(exclusions),
        truncated=len(text) > MAX_CHARACTERS,
    )


def _clause_if_short(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around an amount, unless it is long enough to tell more than the amount."""
    left, right = clause_at(start, end, clauses(text))
    return (left, max(right, end)) if right - left <= _AMOUNT_CLAUSE else (start, end)


def language_of(text: str) -> ReadLanguage:
    """`zh`, `en`, or `mixed` where each makes up a quarter or more (a Latin word counts as two
    Chinese characters)."""
    chinese, latin = len(_CHINESE.findall(text)), 2 * len(_LATIN_WORD.findall(text))
    total = chinese + latin
    if total and min(chinese, latin) >= _FOREIGN_SHARE * total:
        return "mixed"
    return "zh" if chinese >= latin and chinese else "en"
