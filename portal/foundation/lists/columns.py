"""Columns that lists share: HTML for the page, plain values for files."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.foundation.money import format_cny

HTML_LANG = {"zh": "zh-Hans", "en": "en"}


class LinkColumn(tables.Column):
    """Text that leads to the row's own page; `language` names the attribute with its language."""

    def __init__(self, *args: Any, language: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language

    def render(self, value: Any, record: Any) -> SafeString:
        """A link, marked with the language of the words."""
        url = record.get_absolute_url()
        lang = HTML_LANG.get(getattr(record, self.language, "")) if self.language else None
        if lang is None:
            return format_html('<a href="{}">{}</a>', url, value)
        return format_html('<a href="{}" lang="{}">{}</a>', url, lang, value)

    def value(self, value: Any) -> str:
        """The bare words."""
        return str(value)


class StateColumn(tables.Column):
    """A state as a badge; `tones` says in which colour."""

    def __init__(self, *args: Any, tones: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tones = tones

    def render(self, value: Any, record: Any) -> SafeString:
        """A badge with the state's words."""
        return format_html(
            '<span class="badge badge--{}"><span class="badge__dot" aria-hidden="true"></span>{}'
            "</span>",
            self.tones.get(record.state, "neutral"),
            value,
        )

    def value(self, value: Any) -> str:
        """The state's words."""
        return str(value)


class DayColumn(tables.Column):
    """A day or a moment, shown as a day in the portal's time zone."""

    def render(self, value: date | datetime) -> SafeString:
        """The day as the language writes it."""
        shown = timezone.localtime(value).date() if isinstance(value, datetime) else value
        return format_html(
            '<time datetime="{}">{}</time>', shown.isoformat(), date_format(shown, "DATE_FORMAT")
        )

    def value(self, value: date | datetime) -> date | datetime:
        """As it is kept."""
        return value


class MoneyColumn(tables.Column):
    """Whole yuan."""

    def render(self, value: Any) -> str:
        """As the language writes amounts."""
        return format_cny(value)

    def value(self, value: Any) -> Any:
        """The number."""
        return value


class CountColumn(tables.Column):
    """How many."""

    def render(self, value: int) -> str:
        """The number."""
        return str(value)

    def value(self, value: int) -> int:
        """The number."""
        return value


class WordsColumn(tables.Column):
    """Words made from the row by a function of row and scope."""

    def __init__(self, *args: Any, words: Callable[[Any, Any], str], **kwargs: Any) -> None:
        super().__init__(*args, empty_values=(), **kwargs)
        self.words = words

    def render(self, record: Any, table: Any) -> str:
        """The words, for the page and for files."""
        return self.words(record, table.scope)
