"""The forms of talk. Each carries a token made with the page, so that it counts once."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.actions.message import MAX_TEXT
from matching.actions.question import MAX_ANSWER, MAX_QUESTION
from portal.foundation.files import MultipleFileField
from portal.foundation.text import PlainTextField


class _Once(forms.Form):
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid4())


class MessageForm(_Once):
    """A message with files."""

    text = PlainTextField(max_length=MAX_TEXT, rows=4, required=False, label=_("Your message"))
    files = MultipleFileField()  # type: ignore[assignment]
    confidential = forms.BooleanField(
        required=False,
        label=_("These files are confidential"),
        help_text=_(
            "The other side sees them only after both accepted a confidentiality agreement."
        ),
    )


class QuestionForm(_Once):
    """A question on a need."""

    text = PlainTextField(
        max_length=MAX_QUESTION,
        rows=4,
        label=_("Your question"),
        help_text=_(
            "Every introduced provider reads the question and its answer. Your name and your "
            "firm's are not shown; leave them out of the text too."
        ),
    )


class AnswerForm(forms.Form):
    """An answer to a question, or a corrected one."""

    answer = PlainTextField(
        max_length=MAX_ANSWER,
        rows=6,
        label=_("Your answer"),
        help_text=_("Every introduced provider reads it."),
    )
