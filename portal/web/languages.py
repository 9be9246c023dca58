"""Choosing between a field's Chinese and English text, and naming the choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from portal.foundation.text import content_language

#: HTML `lang` values of the two languages people write in.
HTML_LANG = {"zh": "zh-Hans", "en": "en"}
#: The small marker beside text that is not in the interface language.
MARKER = {"zh": "中", "en": "EN"}
PREVIEW_LENGTH = 240


class Text(NamedTuple):
    """Text as shown; `language` is "zh", "en" or "" when nobody said which."""

    text: str
    language: str

    @property
    def html_lang(self) -> str:
        """The value for a `lang` attribute, "" when unknown."""
        return HTML_LANG.get(self.language, "")

    @property
    def foreign(self) -> bool:
        """Whether the text is known to be in another language than the interface."""
        return bool(self.language) and self.language != content_language()


def lookup(obj: Any, name: str) -> Any:
    """`obj`'s key or attribute, None where it has none."""
    if isinstance(obj, Mapping):
        return obj.get(name)
    return getattr(obj, name, None)


def _choose(zh: Any, en: Any) -> Text:
    texts = {"zh": str(zh or ""), "en": str(en or "")}
    first = content_language()
    second = "en" if first == "zh" else "zh"
    for language in (first, second):
        if texts[language]:
            return Text(texts[language], language)
    return Text("", "")


def pick(obj: Any, field: str = "") -> Text:
    """The text of `obj`'s `field` in the interface language, else in the other one.

    `obj` is a model or mapping with `<field>_zh`/`<field>_en`, or one whose `<field>` is a
    {"zh", "en"} mapping or a plain string (its language then in `<field>_lang` or `lang`, if said).
    Without `field`, `obj` itself is the {"zh", "en"} mapping or the string.
    """
    if not field:
        if isinstance(obj, Mapping):
            return _choose(obj.get("zh"), obj.get("en"))
        return Text("" if obj is None else str(obj), "")
    zh, en = lookup(obj, f"{field}_zh"), lookup(obj, f"{field}_en")
    if zh or en:
        return _choose(zh, en)
    value = lookup(obj, field)
    if isinstance(value, Mapping):
        return _choose(value.get("zh"), value.get("en"))
    said = lookup(obj, f"{field}_lang") or lookup(obj, "lang") or ""
    return Text("" if value is None else str(value), str(said)[:2].lower())


def markup(chosen: Text, *, paragraphs: bool, mark: bool, preview: bool) -> SafeString:
    """`chosen` escaped, with `lang` and a marker (`mark`) where it is not the interface language.

    `paragraphs` keeps line breaks; `preview` cuts after PREVIEW_LENGTH characters."""
    text = chosen.text
    if preview and len(text) > PREVIEW_LENGTH:
        text = text[: PREVIEW_LENGTH - 1].rstrip() + "…"
    body = conditional_escape(text)
    if paragraphs and text:
        body = mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 - linebreaks escapes
    if not chosen.foreign:
        return body
    return format_html(
        '{}<{} lang="{}">{}</{}>',
        _marker(chosen) if mark else "",
        "div" if paragraphs else "span",
        chosen.html_lang,
        body,
        "div" if paragraphs else "span",
    )


def _marker(chosen: Text) -> SafeString:
    said = gettext("In Chinese") if chosen.language == "zh" else gettext("In English")
    return format_html(
        '<span class="lang-mark" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="sr-only">{}: </span></span>',
        said,
        MARKER[chosen.language],
        said,
    )
