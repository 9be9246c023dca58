"""Filters that write amounts and times as the reader's language does."""

from datetime import datetime, time, timedelta
from typing import Literal

from babel.dates import format_timedelta
from django import template
from django.utils import timezone
from django.utils.formats import date_format

from portal.foundation.desk.reading import last_day
from portal.foundation.money import format_cny
from portal.foundation.text import content_language

register = template.Library()

_Unit = Literal["minute", "hour", "day", "month"]
_UNITS: tuple[tuple[_Unit, timedelta], ...] = (
    ("minute", timedelta(hours=1)),
    ("hour", timedelta(days=2)),
    ("day", timedelta(days=60)),
    ("month", timedelta.max),
)


@register.filter
def money(amount: int | None) -> str:
    """`{{ offer.price_from|money }}`"""
    return format_cny(amount)


@register.filter
def deadline(moment: datetime | None) -> str:
    """A moment with its time; the end of a day is that day."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if local.time() == time():
        return date_format(last_day(moment), "DATE_FORMAT")
    return date_format(local, "DATETIME_FORMAT")


@register.filter
def relative(moment: datetime | None) -> str:
    """How far a moment is from now, in one unit: `in 3 days`, `2小时前`."""
    if moment is None:
        return ""
    away = moment - timezone.now()
    unit = next(unit for unit, below in _UNITS if abs(away) < below)
    locale = "en" if content_language() == "en" else "zh_Hans"
    # So high a threshold leaves the choice of the unit to us.
    return format_timedelta(
        away, granularity=unit, threshold=1000, add_direction=True, locale=locale
    )
