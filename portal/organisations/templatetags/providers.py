"""Providers in lists that other rooms make."""

from typing import Any

from django import template

from portal.organisations import cards
from portal.organisations.models import ProviderProfile

register = template.Library()


@register.simple_tag
def provider_as_card(profile: ProviderProfile, hit: Any = None) -> dict[str, Any]:
    """What `{% provider_card %}` shows of a profile; `hit` adds distance and why it was found."""
    card = cards.card(profile)
    if hit is not None:
        card["distance_km"] = hit.distance_km
        card["highlight"] = hit.highlights[0] if hit.highlights else ""
        card["because"] = hit.because
    return card
