"""The formats that are taken, and how each is checked. Anything else is refused."""

import mmap
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import filetype
from django.utils.translation import gettext

from portal.foundation.files.bad import BadFile
from portal.foundation.files.checks import cad, hidden, office, pdf, pictures
from portal.foundation.models.files import StoredFile

Kind = StoredFile.Kind
HEAD = 8192


@dataclass(frozen=True)
class Format:
    """A format: the endings of its names, how its bytes begin, and the check of the whole.

    `pictures` are Pillow's names of what it is decoded as."""

    label: str
    kind: Kind
    content_type: str
    endings: tuple[str, ...]
    begins: Callable[[bytes], bool]
    check: Callable[[mmap.mmap, Path], None]
    pictures: tuple[str, ...] = ()


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(beginnings)


def _whole(check: Callable[[mmap.mmap], None]) -> Callable[[mmap.mmap, Path], None]:
    return lambda data, path: check(data)


def _heic(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"heim", b"heis", b"mif1")


def _dxf(head: bytes) -> bool:
    return head.startswith(cad.DXF_BINARY) or cad.looks_like_dxf(head)


def _any(head: bytes) -> bool:
    return True


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = (
    Format(
        "JPEG",
        Kind.PHOTO,
        "image/jpeg",
        ("jpg", "jpeg"),
        _starts(b"\xff\xd8\xff"),
        _whole(pictures.jpeg),
        ("JPEG", "MPO"),
    ),
    Format(
        "PNG",
        Kind.PHOTO,
        "image/png",
        ("png",),
        _starts(b"\x89PNG\r\n\x1a\n"),
        _whole(pictures.png),
        ("PNG",),
    ),
    Format(
        "WebP",
        Kind.PHOTO,
        "image/webp",
        ("webp",),
        lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP",
        _whole(pictures.webp),
        ("WEBP",),
    ),
    Format(
        "HEIC", Kind.PHOTO, "image/heic", ("heic", "heif"), _heic, _whole(pictures.heic), ("HEIF",)
    ),
    Format("PDF", Kind.PDF, "application/pdf", ("pdf",), _starts(b"%PDF-"), pdf.check),
    Format(
        "DWG",
        Kind.DRAWING,
        "image/vnd.dwg",
        ("dwg",),
        lambda head: bool(cad.DWG.match(head)),
        _whole(cad.dwg),
    ),
    Format("DXF", Kind.DRAWING, "image/vnd.dxf", ("dxf",), _dxf, _whole(cad.dxf)),
    Format(
        "STEP",
        Kind.DRAWING,
        "model/step",
        ("step", "stp"),
        lambda head: head.lstrip().startswith(cad.STEP_BEGIN),
        _whole(cad.step),
    ),
    Format("STL", Kind.DRAWING, "model/stl", ("stl",), _any, _whole(cad.stl)),
    Format(
        "IGES",
        Kind.DRAWING,
        "model/iges",
        ("igs", "iges"),
        lambda head: head[72:73] == b"S",
        _whole(cad.iges),
    ),
    Format("Word", Kind.OFFICE, DOCX, ("docx",), _starts(b"PK\x03\x04"), _whole(office.docx)),
    Format("Excel", Kind.OFFICE, XLSX, ("xlsx",), _starts(b"PK\x03\x04"), _whole(office.xlsx)),
    Format("CSV", Kind.TEXT, "text/csv", ("csv",), _any, _whole(office.text)),
    Format("TXT", Kind.TEXT, "text/plain", ("txt",), _any, _whole(office.text)),
)
ALL = frozenset(Kind)


def endings(kinds: Collection[str] = ALL) -> list[str]:
    """The endings of names that these kinds may have."""
    return [ending for row in FORMATS if row.kind in kinds for ending in row.endings]


def labels(kinds: Collection[str] = ALL) -> str:
    """The formats of these kinds, for people."""
    return ", ".join(row.label for row in FORMATS if row.kind in kinds)


def of_ending(ending: str, kinds: Collection[str]) -> Format:
    """The format of names that end so. Raises BadFile with those that are taken."""
    for row in FORMATS:
        if ending in row.endings and row.kind in kinds:
            return row
    raise BadFile(
        gettext("Files of this type are not taken here; these are: %(formats)s.")
        % {"formats": labels(kinds)}
    )


def check(form: Format, data: mmap.mmap, path: Path) -> None:
    """Raise BadFile unless the bytes are what the name says, and nothing besides."""
    head = data[:HEAD]
    hidden.refuse_programs(data)
    if not form.begins(head):
        raise _other(form, head)
    if form.begins is _any and _recognised(head) and not form.label == "STL":
        raise _other(form, head)
    form.check(data, path)


def _recognised(head: bytes) -> str:
    for row in FORMATS:
        if row.begins is not _any and row.begins(head) and row.label != "IGES":
            return row.label
    known = filetype.guess(head)
    return known.extension.upper() if known else ""


def _other(form: Format, head: bytes) -> BadFile:
    found = _recognised(head)
    if found:
        return BadFile(
            gettext("Its name says %(name)s, but it is %(content)s inside.")
            % {"name": form.label, "content": found}
        )
    return BadFile(
        gettext("Its name says %(name)s, but it is something else inside.") % {"name": form.label}
    )
