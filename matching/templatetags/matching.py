"""Needs in templates of other rooms."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from matching.listing import public_card
from matching.models import Need

register = template.Library()


@register.simple_tag
def need_as_card(need: Need, highlight: Any = "", because: Sequence[str] = ()) -> dict[str, Any]:
    """A card that names nobody, with the words that were found, or the capabilities."""
    return {**public_card(need), "highlight": highlight, "because": because}


@register.simple_tag
def introduce_url(need: str = "", provider: str = "") -> str:
    """Where an introduction is asked for; either key may be left to choose."""
    given = {name: key for name, key in (("need", need), ("provider", provider)) if key}
    return f"{reverse('matching:introduce')}?{urlencode(given)}"
