"""One file that is two: bytes that another program would read as a page, an archive or a PDF."""

import mmap
import re
import zipfile
from typing import IO, cast

from django.utils.translation import gettext

from portal.foundation.files.bad import BadFile

_ACTIVE = re.compile(
    rb"<(?:script|html|iframe|object|embed)[\s/>]|<!doctype\s+html|<\?php\s|javascript:"
    rb"|<svg[\s/>].{0,2000}?(?:xmlns|on[a-z]{3,}\s*=)",
    re.IGNORECASE | re.DOTALL,
)
"""What begins a page. A photo of 10 MB is compressed noise, in which the four letters <svg stand by
chance in one of fifty: so every mark is longer than that."""
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_PDF_WINDOW = 1024
"""Viewers look for a PDF's beginning in this many bytes."""


def refuse_programs(data: mmap.mmap) -> None:
    """Refuse what a computer would run."""
    if data[:4].startswith(_PROGRAMS):
        raise BadFile(gettext("It is a program, not a document."))


def refuse_pages(data: mmap.mmap) -> None:
    """Refuse what a browser would run: HTML, SVG or script, anywhere in the file."""
    if _ACTIVE.search(data):
        raise BadFile(
            gettext("It has HTML, SVG or script inside, which a browser would run. Save it anew.")
        )


def refuse_pdf(data: mmap.mmap) -> None:
    """Refuse a PDF inside something else."""
    if b"%PDF-" in data[: _PDF_WINDOW + 5]:
        raise BadFile(gettext("It is a PDF at the same time. Send the PDF as a file of its own."))


def refuse_archive(data: mmap.mmap) -> None:
    """Refuse an archive inside something else."""
    data.seek(0)
    try:
        with zipfile.ZipFile(cast(IO[bytes], data)) as archive:
            found = bool(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        found = False
    if found or data[:6] in (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"):
        raise BadFile(gettext("It hides an archive. Send what is in it as files of their own."))


def refuse_trailing(data: mmap.mmap, end: int) -> None:
    """Refuse anything but NULs and line ends after the last byte of the format."""
    if data[end:].strip(b"\x00\r\n\t "):
        raise BadFile(
            gettext("There is something behind its end. Open it and save it again as a new file.")
        )
