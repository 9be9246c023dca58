"""What the values of an organisation may be, wherever they come from: form, file or API.

Every check returns the value as it is kept and raises ValueError with a message for the person."""

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext
from stdnum.cn import uscc as stdnum_uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from portal.foundation.text import LANGUAGES, clean_plain_text
from portal.vocabulary import get_vocabulary

NAME_ZH, NAME_EN = 120, 160
SUMMARY_ZH, SUMMARY_EN = 2000, 4000
TITLE_ZH, TITLE_EN = 120, 200
DESCRIPTION_ZH, DESCRIPTION_EN = 2000, 4000
LABEL, LABELS = 80, 60
INDUSTRIES = 60
OFFERS = 200
MAX_PRICE = 10**12
MAX_DAYS = 36_500
MAX_CAPACITY = 100_000
MAX_STAFF = 10_000_000
FOUNDED_FROM = 1800

BASE_TIER = "registered"

_PROVINCES = {
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54"),
    *("61", "62", "63", "64", "65", "71", "81", "82"),
}

# First and last division (two digits) of each section of GB/T 4754-2017.
_SECTIONS = {
    "A": (1, 5), "B": (6, 12), "C": (13, 43), "D": (44, 46), "E": (47, 50),
    "F": (51, 52), "G": (53, 60), "H": (61, 62), "I": (63, 65), "J": (66, 69),
    "K": (70, 70), "L": (71, 72), "M": (73, 75), "N": (76, 79), "O": (80, 82),
    "P": (83, 83), "Q": (84, 85), "R": (86, 90), "S": (91, 96), "T": (97, 97),
}  # fmt: skip

_REF = re.compile(r"\w[\w.@+\-]{0,59}")


class Uscc(NamedTuple):
    """A code as it is kept, and whether its check digit is wrong (early codes: legally issued)."""

    code: str
    check_failed: bool


def clean_uscc(value: str) -> Uscc:
    """18 characters as in GB 32100-2015; a wrong check digit is kept and told."""
    code = stdnum_uscc.compact(clean_plain_text(value, 60))
    try:
        stdnum_uscc.validate(code)
    except InvalidChecksum:
        return Uscc(code, True)
    except ValidationError:
        raise ValueError(
            gettext(
                "“%(value)s” is no unified social credit code: it has 18 characters, 8 digits "
                "first, then digits and capital letters other than I, O, S, V and Z."
            )
            % {"value": code}
        ) from None
    return Uscc(code, False)


def clean_ref(value: str) -> str:
    """The permanent key of a collective that is not registered: part of its address."""
    ref = clean_plain_text(value, 60)
    if not _REF.fullmatch(ref):
        raise ValueError(
            gettext(
                "“%(value)s” cannot be a reference: use up to 60 letters, digits, hyphens, "
                "underscores and full stops, starting with a letter or digit."
            )
            % {"value": ref}
        )
    if len(ref) == 18 and stdnum_uscc.compact(ref) == ref and _looks_like_uscc(ref):
        raise ValueError(gettext("A reference must not look like a unified social credit code."))
    return ref


def _looks_like_uscc(value: str) -> bool:
    try:
        clean_uscc(value)
    except ValueError:
        return False
    return True


def clean_district(value: str) -> str:
    """A GB/T 2260 code of six digits, inside the city or out; old codes become today's."""
    code = clean_plain_text(value, 60)
    if not (re.fullmatch(r"[0-9]{6}", code) and code[:2] in _PROVINCES):
        raise ValueError(
            gettext("“%(value)s” is no district: a six-digit code such as 330212 is wanted.")
            % {"value": code}
        )
    return get_vocabulary().current_district_code(code)


def clean_industries(values: Iterable[str]) -> list[str]:
    """GB/T 4754-2017 codes, A01 to T97 with up to four digits, each once, in the order given."""
    codes = []
    for value in values:
        code = clean_plain_text(value, 60).upper()
        match = re.fullmatch(r"([A-T])([0-9]{2})[0-9]{0,2}", code)
        first, last = _SECTIONS[match[1]] if match else (1, 0)
        if not match or not first <= int(match[2]) <= last:
            raise ValueError(
                gettext(
                    "“%(value)s” is no industry: a GB/T 4754-2017 code such as C3311 is wanted."
                )
                % {"value": code}
            )
        codes.append(code)
    return _limited(codes, INDUSTRIES)


def clean_labels(values: Iterable[str]) -> list[str]:
    """Free labels of what somebody can do, each once, empty ones left out."""
    return _limited((clean_plain_text(value, LABEL) for value in values), LABELS)


def clean_languages(values: Iterable[str]) -> list[str]:
    """Working languages, `zh` and `en`, in that order."""
    chosen = set(values)
    for value in chosen - set(LANGUAGES):
        raise ValueError(
            gettext("“%(value)s” is no working language: zh or en is wanted.") % {"value": value}
        )
    return [language for language in LANGUAGES if language in chosen]


def clean_offer_type(value: str) -> str:
    """The key of an offer type."""
    vocabulary = get_vocabulary()
    if vocabulary.offer_type(value) is None:
        raise ValueError(
            gettext("“%(value)s” is no type of offer. There are: %(types)s.")
            % {"value": value[:60], "types": ", ".join(t.key for t in vocabulary.offer_types)}
        )
    return value


def clean_tier(value: str) -> str:
    """The key of a tier; other names of the same rung are taken too."""
    vocabulary = get_vocabulary()
    tier = vocabulary.tier(value)
    if tier is None:
        raise ValueError(
            gettext("“%(value)s” is no tier. There are: %(tiers)s.")
            % {"value": value[:60], "tiers": ", ".join(t.key for t in vocabulary.tiers)}
        )
    return tier.key


def clean_amount(value: int | None, limit: int) -> int | None:
    """A whole number from 0 to `limit`."""
    if value is None or 0 <= value <= limit:
        return value
    if value < 0:
        raise ValueError(gettext("%(value)s is less than 0.") % {"value": value})
    raise ValueError(
        gettext("This number is too large: at most %(limit)s is possible.") % {"limit": limit}
    )


def clean_founded(value: int | None) -> int | None:
    """A year not in the future."""
    this_year = timezone.localdate().year
    if value is None or FOUNDED_FROM <= value <= this_year:
        return value
    raise ValueError(
        gettext("%(value)s is no year of foundation: from %(first)s to %(last)s is possible.")
        % {"value": value, "first": FOUNDED_FROM, "last": this_year}
    )


def check_prices(price_from: int | None, price_to: int | None) -> None:
    """The lower price comes first."""
    if price_from is not None and price_to is not None and price_to < price_from:
        raise ValueError(
            gettext("The price range ends (%(to)s) below where it begins (%(from)s).")
            % {"from": price_from, "to": price_to}
        )


def check_place(latitude: float | None, longitude: float | None) -> None:
    """WGS 84 degrees, both or neither."""
    if (latitude is None) != (longitude is None):
        raise ValueError(gettext("Latitude and longitude go together."))
    for value, limit in ((latitude, 90), (longitude, 180)):
        if value is not None and not (math.isfinite(value) and -limit <= value <= limit):
            raise ValueError(
                gettext("%(value)s is no position: latitude lies within ±90, longitude ±180.")
                % {"value": value}
            )


def check_one_language(zh: str, en: str) -> None:
    """Either language may be missing, not both."""
    if not zh and not en:
        raise ValueError(gettext("Write this in Chinese or in English, or in both."))


def _limited(values: Iterable[str], limit: int) -> list[str]:
    once = list(dict.fromkeys(filter(None, values)))
    if len(once) > limit:
        raise ValueError(
            gettext("These are %(count)s; at most %(limit)s are possible.")
            % {"count": len(once), "limit": limit}
        )
    return once
