"""What views do with forms everywhere."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


def add_refusal(form: forms.BaseForm, error: ValidationError) -> None:
    """Show what an action refused: at its field where the form has it, else above the form."""
    for field, messages in by_field(error).items():
        for message in messages:
            form.add_error(field if field in form.fields else None, message)


def by_field(error: ValidationError) -> dict[str | None, list[Any]]:
    """Messages of a refusal by field; None for those of the whole."""
    if hasattr(error, "error_dict"):
        return {field: list(found) for field, found in error.message_dict.items()}
    return {None: list(error.messages)}
