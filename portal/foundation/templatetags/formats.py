"""Filters that write amounts as the reader's language does."""

from django import template

from portal.foundation.money import format_cny

register = template.Library()


@register.filter
def money(amount: int | None) -> str:
    """`{{ offer.price_from|money }}`"""
    return format_cny(amount)
