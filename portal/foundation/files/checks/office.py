"""Office documents (docx, xlsx: archives of XML) and plain text and tables."""

import mmap
import re
import zipfile
from typing import IO, cast
from xml.etree import ElementTree

from django.utils.translation import gettext

from portal.foundation.files.bad import BadFile
from portal.foundation.files.checks import hidden

MAX_ENTRIES = 3_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
SMALL = 1024 * 1024
"""Parts up to this size may be packed as tightly as they like."""
PIECE = 256 * 1024
MAX_RELATIONS = 16 * 1024 * 1024
END = b"PK\x05\x06"
_ACTIVE_PARTS = re.compile(r"vbaproject|activex|macrosheets|dialogsheets|oleobject|\.bin$", re.I)
_HARMLESS_BIN = re.compile(r"(?i)printersettings\d*\.bin$")
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.I)
_MACROS = re.compile(rb"macroEnabled", re.I)
_REMOTE = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class _Seekable:
    """A mapped file as zipfile wants one: before Python 3.13 mmap has no `seekable`."""

    def __init__(self, data: mmap.mmap) -> None:
        self.read, self.seek, self.tell = data.read, data.seek, data.tell

    def seekable(self) -> bool:
        """A mapped file always is."""
        return True

    def close(self) -> None:
        """Whoever mapped the file closes it."""


def docx(data: mmap.mmap) -> None:
    """A Word document without macros."""
    _package(data, "word/document.xml")


def xlsx(data: mmap.mmap) -> None:
    """An Excel workbook without macros."""
    _package(data, "xl/workbook.xml")


def _package(data: mmap.mmap, main: str) -> None:
    at = data.rfind(END, 0)
    if at < 0 or at + 22 != len(data):
        raise BadFile(
            gettext("There is something behind its end. Open it and save it again as a new file.")
        )
    data.seek(0)
    try:
        with zipfile.ZipFile(cast(IO[bytes], _Seekable(data))) as archive:
            _directory(archive, data)
            names = set(archive.namelist())
            if not {"[Content_Types].xml", main} <= names:
                raise _broken()
            for entry in archive.infolist():
                _part(archive, entry)
    except BadFile:
        raise
    # Broken archives raise what zlib and zipfile like.
    except Exception:
        raise _broken() from None


def _directory(archive: zipfile.ZipFile, data: mmap.mmap) -> None:
    """Judge what the archive says of itself, before anything is unpacked."""
    entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or total > MAX_UNPACKED:
        raise _bomb()
    at = 0
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise _bomb()
        # Bombs let many names share the same packed bytes.
        if entry.header_offset < at or (at == 0 and entry.header_offset):
            raise _bomb() if at else _broken()
        at = entry.header_offset + 30 + entry.compress_size
        if entry.flag_bits & 1:
            raise BadFile(
                gettext("It is locked by a password, so nobody can check it. Send it unlocked.")
            )
        name = entry.filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name:
            raise _broken()
        if _ACTIVE_PARTS.search(name) and not _HARMLESS_BIN.search(name):
            raise _active()
    if len({entry.filename for entry in entries}) != len(entries):
        raise _broken()


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack one part piece by piece, never more than it declared."""
    unpacked, tail, relations = 0, b"", bytearray()
    watched = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    related = entry.filename.lower().endswith(".rels")
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            unpacked += len(piece)
            if unpacked > entry.file_size:
                raise _bomb()
            if watched:
                # UTF-16 is XML too: without its NULs it reads the same.
                window = tail + piece.replace(b"\x00", b"")
                if _ENTITIES.search(window) or _MACROS.search(window):
                    raise _active()
                tail = window[-512:]
            if related:
                relations += piece
                if len(relations) > MAX_RELATIONS:
                    raise _bomb()
    if related:
        _refuse_remote(bytes(relations))


def _refuse_remote(relations: bytes) -> None:
    """Refuse what is loaded from elsewhere without being asked, however the XML is written."""
    # No entities are left by now.
    for found in ElementTree.fromstring(relations):  # noqa: S314
        kind, mode = found.get("Type", ""), found.get("TargetMode", "")
        if mode.lower() == "external" and kind.endswith(_REMOTE):
            raise _active()


def text(data: mmap.mmap) -> None:
    """Plain text or a table as text, in UTF-8 or GB 18030, with no control characters."""
    hidden.refuse_pages(data)
    hidden.refuse_pdf(data)
    hidden.refuse_archive(data)
    content = data[:]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            read = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(read):
            break
        return
    raise BadFile(gettext("It is no plain text. Save it as text in UTF-8 and try again."))


def _broken() -> BadFile:
    return BadFile(
        gettext("The document is broken or not what its name says. Open it and save it again.")
    )


def _bomb() -> BadFile:
    return BadFile(gettext("Unpacked it is far larger than it looks. It is not taken."))


def _active() -> BadFile:
    return BadFile(
        gettext(
            "The document has macros, embedded programs or links that load something by "
            "themselves. Save it without them, or as PDF."
        )
    )
