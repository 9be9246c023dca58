"""Needs in templates of other rooms."""

from typing import Any

from django import template

from matching.listing import public_card
from matching.models import Need

register = template.Library()


@register.simple_tag
def need_as_card(need: Need, highlight: str = "") -> dict[str, Any]:
    """A card that names nobody, with the words that were found."""
    return {**public_card(need), "highlight": highlight}
