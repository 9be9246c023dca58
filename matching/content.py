"""What a need says and how it was understood, checked before it is stored."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from matching.models import Need
from portal.foundation.text import LANGUAGES, clean_plain_text
from portal.organisations import values
from portal.vocabulary import get_vocabulary

MAX_TITLE = 200
MAX_DESCRIPTION = 20_000
MAX_DISTANCE_KM = 20_000


@dataclass(frozen=True)
class Words:
    """The manufacturer's own words; `language` is the one they are mainly in, zh or en."""

    title: str
    description: str
    language: str

    def checked(self) -> "Words":
        """The same as plain text. Raises ValidationError by field."""
        errors: dict[str, str] = {}
        texts = {}
        for name, limit in (("title", MAX_TITLE), ("description", MAX_DESCRIPTION)):
            try:
                texts[name] = clean_plain_text(getattr(self, name), limit)
            except ValueError as error:
                errors[name] = str(error)
            else:
                if not texts[name]:
                    errors[name] = gettext("Please fill in this field.")
        if self.language not in LANGUAGES:
            errors["language"] = gettext("The language is zh or en.")
        if errors:
            raise ValidationError(errors)
        return Words(" ".join(texts["title"].split()), texts["description"], self.language)


@dataclass(frozen=True)
class Understanding:
    """What was read from the words and corrected by people; lists are in the order to show.

    `concepts`: {"concept": id, "likeness": 0…1, "text": words it was read from, may be ""};
    `concepts_off`: ids the manufacturer switched off; `exclusions`: keys of the
    vocabulary; amounts in CNY, distance in km."""

    district: str
    concepts: list[dict[str, Any]] = field(default_factory=list)
    concepts_off: list[str] = field(default_factory=list)
    concepts_version: str = ""
    industries: list[str] = field(default_factory=list)
    budget_min: int | None = None
    budget_max: int | None = None
    start_by: date | None = None
    approach: str = ""
    tier_at_least: str = ""
    max_distance_km: int | None = None
    languages: list[str] = field(default_factory=list)
    offer_types: list[str] = field(default_factory=list)
    exclusions: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, need: Need) -> "Understanding":
        """As stored."""
        return cls(**{item.name: getattr(need, item.name) for item in fields(cls)})

    def as_fields(self) -> dict[str, Any]:
        """By name of the need's fields."""
        return asdict(self)

    def checked(self) -> "Understanding":
        """The same, old codes become today's. Raises ValidationError by field."""
        errors: dict[str, str] = {}
        clean: dict[str, Any] = {}
        for name, check in _CHECKS.items():
            try:
                clean[name] = check(getattr(self, name))
            except ValueError as error:
                errors[name] = str(error)
        low, high = self.budget_min, self.budget_max
        if low is not None and high is not None and high < low:
            errors.setdefault("budget_max", gettext("The budget ends below where it begins."))
        if errors:
            raise ValidationError(errors)
        return replace(self, **clean)


def _exclusions(given: list[str]) -> list[str]:
    vocabulary = get_vocabulary()
    for key in given:
        if vocabulary.exclusion(key) is None:
            raise ValueError(gettext("“%(value)s” is not known here.") % {"value": key[:60]})
    return list(dict.fromkeys(given))


def _approach(given: str) -> str:
    if given and given not in Need.Approach.values:
        raise ValueError(
            gettext("“%(value)s” is no way to transform. There are: %(ways)s.")
            % {"value": given[:60], "ways": ", ".join(Need.Approach.values)}
        )
    return given


def _distance(given: int | None) -> int | None:
    if given is not None and not 0 < given <= MAX_DISTANCE_KM:
        raise ValueError(gettext("A distance is between 1 and 20,000 km."))
    return given


def _tier(given: str) -> str:
    return values.clean_tier(given) if given else ""


def _offer_types(given: list[str]) -> list[str]:
    return list(dict.fromkeys(values.clean_offer_type(value) for value in given))


def _amount(given: int | None) -> int | None:
    return values.clean_amount(given, values.MAX_PRICE)


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "district": values.clean_district,
    "industries": values.clean_industries,
    "budget_min": _amount,
    "budget_max": _amount,
    "approach": _approach,
    "tier_at_least": _tier,
    "max_distance_km": _distance,
    "languages": values.clean_languages,
    "offer_types": _offer_types,
    "exclusions": _exclusions,
}
