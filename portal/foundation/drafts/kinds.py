"""The forms that keep drafts, by name."""

from typing import Any

_labels: dict[str, Any] = {}


def register(form: str, label: Any) -> None:
    """Let a form keep drafts; `label` says what is being written, such as “a need”."""
    _labels[form] = label


def known(form: str) -> bool:
    """Does a form of this name keep drafts?"""
    return form in _labels


def label_of(form: str) -> str:
    """What is being written, in the active language."""
    return str(_labels.get(form, form))
