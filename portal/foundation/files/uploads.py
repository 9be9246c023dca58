"""Bodies that are too large: refused by what they declare, and again while they arrive."""

from collections.abc import Callable
from html import unescape
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser
from django.shortcuts import render


class BoundedBody:
    """Answers 413 before a byte is read where a request declares more than may be sent.

    Only who is signed in uploads files; others have small forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            declared = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            declared = 0
        if declared > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and declared > _limit(request):
            limit = {"limit": settings.FILE_MAX_BYTES // (1024 * 1024)}
            return render(request, "413.html", limit, status=413)
        return self.get_response(request)


def _limit(request: HttpRequest) -> int:
    if request.user.is_authenticated:
        return int(settings.FILE_REQUEST_BYTES)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


class CheckedUpload(FileUploadHandler):
    """Stands before the handlers that keep the bytes: counts them, and keeps a file's name as it
    was sent where Django cleans it, so that it can be refused with a reason."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Parse with the rest of the handlers behind a counter."""
        handlers = [Counter(self.request), *self.request.upload_handlers[1:]]  # type: ignore[union-attr]
        return NamesKept(META, input_data, handlers, encoding).parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Nothing arrives here: `handle_raw_input` parses."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class Counter(FileUploadHandler):
    """Stops a request that sends more bytes than FILE_REQUEST_BYTES."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count and pass on."""
        self.received += len(raw_data)
        if self.received > settings.FILE_REQUEST_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


class NamesKept(MultiPartParser):
    """Remembers names of files that Django's parser cleans, as `unclean_name` of the upload."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unclean: dict[str | None, str] = {}

    def sanitize_file_name(self, file_name: str) -> str | None:
        """The name as Django keeps it."""
        clean = super().sanitize_file_name(file_name)
        if clean != unescape(file_name):
            self._unclean[clean] = file_name
        return clean

    def parse(self) -> tuple[Any, Any]:
        """The form's values and its files."""
        values, files = super().parse()
        uploads: list[UploadedFile] = [one for _, found in files.lists() for one in found]
        for upload in uploads:
            if upload.name in self._unclean:
                upload.unclean_name = self._unclean[upload.name]  # type: ignore[attr-defined]
        return values, files
