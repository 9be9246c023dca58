"""A place chosen by name: `place=330206` stands for `near=` that district's centre."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from portal.discovery.parameters import BadParameter
from portal.vocabulary import get_vocabulary

DEFAULT_KM = "25"


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
    found = get_vocabulary().district(key)
    if found is None:
        message = _("There is no district “%(place)s” here.") % {"place": key[:40]}
        raise BadParameter("place", message)
    within = wanted.get("within") or [""]
    return {
        **wanted,
        "near": [f"{found.latitude},{found.longitude}"],
        "within": within if within[-1].strip() else [DEFAULT_KM],
    }
