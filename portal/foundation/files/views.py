"""Files, for whoever a room lets read them; never as anything a browser would run."""

from pathlib import Path
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from portal.foundation import permissions
from portal.foundation.files import storing
from portal.foundation.models.files import StoredFile


@login_required
@require_safe
def file(request: HttpRequest, key: UUID) -> FileResponse:
    """The file as it came, to be saved."""
    row = _readable(request, key)
    return _answer(storing.path_of(row.key), row.content_type, name=row.name)


@login_required
@require_safe
def preview(request: HttpRequest, key: UUID) -> FileResponse:
    """A small picture of a photo, made here, without place and camera."""
    row = _readable(request, key)
    if not row.has_preview:
        raise Http404
    return _answer(storing.preview_of(row.key), "image/jpeg")


def _readable(request: HttpRequest, key: UUID) -> StoredFile:
    row = StoredFile.objects.filter(key=key).first()
    if row is None or not permissions.allowed(request.user, "foundation.file.read", row):
        raise Http404
    return row


def _answer(path: Path, content_type: str, *, name: str = "") -> FileResponse:
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened, as_attachment=bool(name), filename=name, content_type=content_type
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
