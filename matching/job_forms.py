"""Forms of jobs, disputes and reviews; what they hold is checked again by the actions."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.actions.dispute import MAX_WORDS
from matching.actions.job import MAX_NOTE
from matching.models import Dispute
from matching.reviewing import CRITERIA, GRADES, LEAST_WORDS, MOST_REPLY, MOST_WORDS
from portal.foundation.files import MultipleFileField
from portal.foundation.text import PlainTextField


class DeliverForm(forms.Form):
    """What is handed over for a milestone."""

    note = PlainTextField(
        max_length=MAX_NOTE,
        rows=4,
        label=_("What you hand over"),
        help_text=_("Say what is done and how the other side can check it."),
    )
    files = MultipleFileField()  # type: ignore[assignment]


class DisputeForm(forms.Form):
    """Why a job goes before a moderator."""

    reason = PlainTextField(
        max_length=MAX_WORDS,
        rows=8,
        label=_("What is the matter?"),
        help_text=_("What was agreed, what happened, and what you ask for. Both sides read it."),
    )


class StatementForm(forms.Form):
    """A statement for the record of a dispute."""

    words = PlainTextField(max_length=MAX_WORDS, rows=5, label=_("Your statement"))
    token = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"token": uuid4().hex})
        super().__init__(*args, **kwargs)


class SettleForm(forms.Form):
    """A moderator's decision."""

    outcome = forms.ChoiceField(
        label=_("What happens to the job"),
        choices=[("", _("Choose")), *Dispute.Outcome.choices],
        help_text=_("When it goes on, the days that the dispute took are added to its days."),
    )
    decision = PlainTextField(
        max_length=MAX_WORDS,
        rows=8,
        label=_("Decision"),
        help_text=_("Both sides read it: what you found, and why you decide so."),
    )


class ReviewForm(forms.Form):
    """What one side says of the other."""

    words = PlainTextField(
        max_length=MOST_WORDS,
        rows=6,
        label=_("In your words"),
        help_text=_("What was good, what was not; at least 10 characters. Name no persons."),
    )
    named = forms.BooleanField(
        required=False,
        label=_("My firm may be named beside this review on public pages"),
        help_text=_("Otherwise they say “a manufacturer in …”."),
    )

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs["minlength"] = LEAST_WORDS
        grades = [("", _("Choose")), *GRADES.items()]
        own = {
            name: forms.TypedChoiceField(label=label, choices=grades, coerce=int)
            for name, label in CRITERIA[side].items()
        }
        self.criteria = list(own)
        # Only what is said of a provider stands on a public page.
        rest = {"words": self.fields["words"]}
        if side == "manufacturer":
            rest["named"] = self.fields["named"]
        self.fields = {**own, **rest}

    def grades(self) -> dict[str, int]:
        """The grades that were chosen, of a valid form."""
        return {name: self.cleaned_data[name] for name in self.criteria}


class ReplyForm(forms.Form):
    """The one answer to a review."""

    words = PlainTextField(max_length=MOST_REPLY, rows=4, label=_("Your reply"))
