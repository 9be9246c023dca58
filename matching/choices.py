"""What a form offers to choose from, in the active language."""

from collections.abc import Iterable

from django.utils.translation import gettext

from matching.models import Need
from portal.foundation.text import content_language
from portal.vocabulary import get_vocabulary

Choices = list[tuple[str, str]]
DIVISION = 3
"""Length of a code of two digits, such as C33."""


def districts(chosen: str = "") -> Choices:
    """The city's districts, and the chosen code where it lies elsewhere."""
    vocabulary, language = get_vocabulary(), content_language()
    rows = [(row.code, row.label(language)) for row in vocabulary.districts]
    if chosen and chosen not in dict(rows):
        rows.append((chosen, vocabulary.district_label(chosen, language)))
    return rows


def industries(chosen: Iterable[str] = ()) -> Choices:
    """The chosen codes first, then every division of manufacturing."""
    vocabulary, language = get_vocabulary(), content_language()
    divisions = [code for code in vocabulary.industries if len(code) == DIVISION]
    codes = dict.fromkeys([*chosen, *divisions])
    return [(code, f"{vocabulary.industry_label(code, language)} ({code})") for code in codes]


def tiers() -> Choices:
    """Every rung above the lowest, and none."""
    language = content_language()
    rows = [(row.key, row.label(language)) for row in get_vocabulary().tiers if row.rank > 0]
    return [("", gettext("No title needed")), *rows]


def offer_types() -> Choices:
    """What an offer can be."""
    language = content_language()
    return [(row.key, row.label(language)) for row in get_vocabulary().offer_types]


def exclusions() -> Choices:
    """What a need can rule out."""
    language = content_language()
    return [(row.key, row.label(language)) for row in get_vocabulary().exclusions.values()]


def languages() -> Choices:
    """Languages a provider may have to work in."""
    return [("zh", gettext("Chinese")), ("en", gettext("English"))]


def approaches() -> Choices:
    """Ways to transform, and none."""
    return [("", gettext("Not decided")), *((str(k), str(v)) for k, v in Need.Approach.choices)]


def concepts(ids: Iterable[str]) -> Choices:
    """The names of concepts, in the order given."""
    vocabulary, language = get_vocabulary(), content_language()
    return [(pk, vocabulary.concept_label(pk, language)) for pk in dict.fromkeys(ids)]
