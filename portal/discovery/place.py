"""A place chosen by name: `place=330206` stands for `near=` that district's centre, and a park's
key for the centre of the district it lies in."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from portal.discovery.parameters import BadParameter
from portal.vocabulary import get_vocabulary
from portal.vocabulary.schema import District, Park

DEFAULT_KM = "25"


def find(key: str) -> tuple[District, Park | None] | None:
    """The district of that code, or the park of that key with the district it lies in."""
    vocabulary = get_vocabulary()
    if district := vocabulary.district(key):
        return district, None
    for park in vocabulary.parks:
        if park.key == key and (district := vocabulary.district(park.district)):
            return district, park
    return None


def label(key: str, language: str) -> str:
    """What a place is called; "" for one that is none."""
    found = find(key)
    if found is None:
        return ""
    district, park = found
    return (park or district).label(language)


def resolve(given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """The same parameters with `place` as `near`; a `near` that is given goes before.

    A distance without a place is passed over: the page's form always sends one.
    Raises BadParameter for an unknown place."""
    wanted = dict(given)
    key = "".join(wanted.pop("place", [""])[-1:]).strip()
    near = "".join(wanted.get("near", [""])[-1:]).strip()
    if not key and not near:
        wanted.pop("within", None)
    if not key or near:
        return wanted
    found = find(key)
    if found is None:
        message = _("There is no district or park “%(place)s” here.") % {"place": key[:40]}
        raise BadParameter("place", message)
    district, _park = found
    within = wanted.get("within") or [""]
    return {
        **wanted,
        "near": [f"{district.latitude},{district.longitude}"],
        "within": within if within[-1].strip() else [DEFAULT_KM],
    }
