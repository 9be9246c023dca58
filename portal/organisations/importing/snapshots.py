"""What a profile says, as JSON: taken, compared, and shown as what would change."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.foundation.text import pick
from portal.organisations.importing import columns
from portal.organisations.models import Offer, ProviderProfile

PROFILE, OFFER = tuple(columns.PROFILE), tuple(columns.OFFER)
ADDED, CHANGED, REMOVED = "added", "changed", "removed"
Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that would change; texts are as people read them, empty where there is nothing."""

    what: str
    how: str
    before: str
    after: str

    @property
    def how_shown(self) -> str:
        """In the active language."""
        return {ADDED: _("added"), CHANGED: _("changed"), REMOVED: _("removed")}[self.how]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {ADDED: "good", CHANGED: "info", REMOVED: "bad"}[self.how]


def snapshot(profile: ProviderProfile) -> Snapshot:
    """What the profile and its offers say now. Reads `profile.offers`."""
    return {
        "profile": {name: getattr(profile, name) for name in PROFILE},
        "offers": [described(offer) for offer in profile.offers.all()],
    }


def described(offer: Offer) -> dict[str, Any]:
    """What one offer says."""
    return {name: getattr(offer, name) for name in OFFER}


def digest(state: Snapshot) -> str:
    """Tells whether a profile still says the same."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def target(state: Snapshot, wanted: Mapping[str, Any]) -> Snapshot:
    """What the profile would say: what a file does not speak of stays."""
    offers = wanted.get("offers")
    return {
        "profile": {**state["profile"], **wanted.get("profile", {})},
        "offers": state["offers"] if offers is None else offers,
    }


def paired(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[tuple[int | None, int | None]]:
    """Which offer becomes which: by both titles, then by either, each once; (old, new) positions,
    None for one that is added or removed. New ones in order, then those removed."""
    taken: dict[int, int] = {}
    for same in (_same_titles, _same_title):
        for at, offer in enumerate(new):
            if at in taken:
                continue
            free = (n for n in range(len(old)) if n not in taken.values() and same(old[n], offer))
            found = next(free, None)
            if found is not None:
                taken[at] = found
    pairs: list[tuple[int | None, int | None]] = [(taken.get(at), at) for at in range(len(new))]
    gone = [n for n in range(len(old)) if n not in taken.values()]
    return pairs + [(n, None) for n in gone]


def _same_titles(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["title_zh"] == other["title_zh"] and one["title_en"] == other["title_en"])


def _same_title(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return any(one[name] and one[name] == other[name] for name in ("title_zh", "title_en"))


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """What differs, field by field, then offer by offer."""
    found = _field_changes("", before["profile"], after["profile"], PROFILE, columns.PROFILE)
    for old, new in paired(before["offers"], after["offers"]):
        if new is None and old is not None:
            title = _title(before["offers"][old])
            found.append(Change(_("Offer: %s") % title, REMOVED, title, ""))
        elif old is None and new is not None:
            offer = after["offers"][new]
            text = " · ".join(filter(None, (_shown(offer[name]) for name in OFFER)))
            found.append(Change(_("Offer: %s") % _title(offer), ADDED, "", text))
        elif old is not None and new is not None:
            title = _("Offer: %s") % _title(after["offers"][new])
            one, other = before["offers"][old], after["offers"][new]
            found += _field_changes(f"{title} · ", one, other, OFFER, columns.OFFER)
    return found


def _field_changes(
    prefix: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: Sequence[str],
    labels: Mapping[str, tuple[str, str]],
) -> list[Change]:
    found = []
    for name in names:
        old, new = _shown(before[name]), _shown(after[name])
        if old != new:
            how = CHANGED if old and new else ADDED if new else REMOVED
            found.append(Change(f"{prefix}{_label(labels[name])}", how, old, new))
    return found


def _label(pair: tuple[str, str]) -> str:
    return pick(*pair)


def _title(offer: Mapping[str, Any]) -> str:
    return str(offer["title_zh"] or offer["title_en"])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(value) if isinstance(value, list) else str(value)
