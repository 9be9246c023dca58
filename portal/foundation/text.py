"""Plain text from people: checked at the edge, in both languages."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("zh", "en")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def content_language() -> str:
    """`zh` or `en`, after the interface language that is active."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def pick(zh: str, en: str, language: str | None = None) -> str:
    """The text in `language` (default: the active one), else the other one."""
    first, second = (en, zh) if (language or content_language()) == "en" else (zh, en)
    return first or second


def clean_plain_text(value: str, max_length: int | None = None) -> str:
    """`value` with normalised line ends and composed characters, its outer blanks removed.

    Raises ValueError with a message for the person for control characters, invisible
    direction marks, broken characters and text that is too long."""
    if _SURROGATE.search(value):
        raise ValueError(gettext("This text has a broken character. Type it again."))
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _CONTROL.search(text):
        raise ValueError(
            gettext("This text has a control character, such as NUL. Remove it and try again.")
        )
    if _DIRECTION.search(text):
        raise ValueError(
            gettext(
                "This text has invisible marks that change the reading direction. "
                "Type it again instead of pasting it."
            )
        )
    if max_length is not None and len(text) > max_length:
        raise ValueError(
            gettext("This text has %(length)s characters; at most %(limit)s are allowed.")
            % {"length": len(text), "limit": max_length}
        )
    return text


def whole_number(text: str, digits: int) -> int | None:
    """The number that up to `digits` digits 0 to 9 write, None for any other text: int() also takes
    digits of other scripts, signs and underscores, and raises for thousands of digits."""
    fits = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if fits else None


class PlainTextField(forms.CharField):
    """A form field for plain text; `rows` > 1 shows a text area."""

    default_error_messages = {"required": _("Please fill in this field.")}

    def __init__(self, *, max_length: int, rows: int = 1, **kwargs: Any) -> None:
        self.limit = max_length
        if rows > 1:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        kwargs["strip"] = True
        super().__init__(**kwargs)
        self.widget.attrs["maxlength"] = max_length
        # Django's own NUL validator raises before ours can say what to do.
        self.validators = [
            v for v in self.validators if type(v).__name__ != "ProhibitNullCharactersValidator"
        ]

    def clean(self, value: Any) -> str:
        """The checked text.

        Raises ValidationError with what to mend."""
        try:
            text = clean_plain_text(str(value or ""), self.limit)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None
        return super().clean(text)
