"""How complete a profile is, and what to add next: the parts that matter most to a match first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import ProviderProfile


@dataclass(frozen=True)
class Missing:
    """Something to add: what, why it helps, and the page where one does."""

    label: Any
    why: Any
    url: str


@dataclass(frozen=True)
class _Part:
    weight: int
    present: Callable[[ProviderProfile], bool]
    label: Any
    why: Any
    page: str


_PARTS = (
    _Part(
        20,
        lambda p: bool(p.summary_zh or p.summary_en),
        _("Write a summary"),
        _("It is the first thing a factory reads, and needs are matched against it."),
        "organisations:edit-profile",
    ),
    _Part(
        20,
        lambda p: bool(p.offers.all()),
        _("Add an offer"),
        _("Factories look for something they can order."),
        "organisations:add-offer",
    ),
    _Part(
        10,
        lambda p: any(
            offer.price_from is not None or offer.price_to is not None for offer in p.offers.all()
        ),
        _("Give an offer a price range"),
        _("Needs with a budget are compared with it."),
        "organisations:organisation",
    ),
    _Part(
        10,
        lambda p: bool(p.industries),
        _("Name the industries you serve"),
        _("A factory sees at once that you know its trade."),
        "organisations:edit-profile",
    ),
    _Part(
        10,
        lambda p: p.capacity is not None,
        _("Say how many jobs you take at once"),
        _("Those with room for a job come first."),
        "organisations:edit-profile",
    ),
    _Part(
        5,
        lambda p: bool(p.languages),
        _("Choose your working languages"),
        _("Some needs ask for one."),
        "organisations:edit-profile",
    ),
    _Part(
        5,
        lambda p: bool(p.capabilities),
        _("Add capabilities in your own words"),
        _("They help to be found by the trade's own terms."),
        "organisations:edit-profile",
    ),
    _Part(
        10,
        lambda p: bool(p.summary_zh and p.summary_en),
        _("Write the summary in the other language too"),
        _("Readers of both languages understand you without a translator."),
        "organisations:edit-profile",
    ),
    _Part(
        5,
        lambda p: p.staff is not None and p.founded is not None,
        _("Give staff and year of foundation"),
        _("It tells a factory whom it deals with."),
        "organisations:edit-profile",
    ),
    _Part(
        5,
        lambda p: bool(p.organisation.contact_name and p.organisation.contact_email),
        _("Give a contact person"),
        _("It is shown only after an introduction is accepted."),
        "organisations:edit",
    ),
)


def completeness(profile: ProviderProfile) -> tuple[int, list[Missing]]:
    """Percentage 0–100 and what is missing, most useful first. Reads `profile.offers`."""
    missing = [part for part in _PARTS if not part.present(profile)]
    total = sum(part.weight for part in _PARTS)
    lost = sum(part.weight for part in missing)
    key = profile.organisation.key
    return round(100 * (total - lost) / total), [
        Missing(part.label, part.why, reverse(part.page, args=[key])) for part in missing
    ]
