"""The form field for several files."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.foundation.files import formats

MAX_FILES = 10


class MultipleFileInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Up to `max_files` files of some kinds; its value is a list of uploads, which
    `files.store` checks and keeps."""

    widget = MultipleFileInput

    def __init__(
        self,
        *,
        kinds: Collection[str] = formats.ALL,
        max_files: int = MAX_FILES,
        **kwargs: Any,
    ) -> None:
        self.max_files = max_files
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", _("Files"))
        kwargs.setdefault(
            "help_text",
            format_lazy(
                "{taken} {limit}",
                taken=formats.labels(kinds),
                limit=_("· at most %(size)s MB each, %(count)s files")
                % {"size": settings.FILE_MAX_BYTES // (1024 * 1024), "count": max_files},
            ),
        )
        kwargs["allow_empty_file"] = True
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ",".join(f".{ending}" for ending in formats.endings(kinds))

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The uploads. Raises ValidationError for too many."""
        given = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(given) > self.max_files:
            raise ValidationError(
                gettext("Send at most %(count)s files at once.") % {"count": self.max_files}
            )
        if not given:
            super().clean(None, initial)
        return given
