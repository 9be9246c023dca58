"""Drawings and models: DWG, DXF, STEP, STL and IGES, each by its own beginning and end."""

import mmap
import re
import struct
from itertools import pairwise

from django.utils.translation import gettext

from portal.foundation.files.bad import BadFile
from portal.foundation.files.checks import hidden

DXF_BINARY = b"AutoCAD Binary DXF\r\n\x1a\x00"
STEP_BEGIN, STEP_END = b"ISO-10303-21;", b"END-ISO-10303-21;"
DWG = re.compile(rb"AC10(09|12|14|15|18|21|24|27|32)")
_BLANK = b" \t\r\n"
_STL_LINE = re.compile(
    rb"(solid|endsolid|facet\s+normal|outer\s+loop|vertex|endloop|endfacet)(\s+[^\x00-\x08]*)?$"
)
_DWG_HEAD = 128
_IGES_SECTIONS = b"SGDPT"


def dwg(data: mmap.mmap) -> None:
    """A DWG of AutoCAD R11 to 2018: told by its version; nobody reads further for free."""
    if not DWG.match(data[:6]) or len(data) < _DWG_HEAD:
        raise _broken()
    _nothing_else(data)


def dxf(data: mmap.mmap) -> None:
    """A DXF, text (pairs of code and value from the first section to EOF) or binary."""
    _nothing_else(data)
    if data[: len(DXF_BINARY)] == DXF_BINARY:
        if not data[-8:].rstrip(b"\x00").endswith(b"EOF"):
            raise _broken()
        return
    data.seek(0)
    last = ("", "")
    sections = 0
    while True:
        code, value = data.readline(), data.readline()
        if not value:
            break
        if not _is_number(code):
            raise _broken()
        last = (code.strip().decode("ascii"), value.strip().decode("latin-1"))
        sections += last == ("0", "SECTION")
        if last == ("0", "EOF"):
            break
    if last != ("0", "EOF") or not sections:
        raise _broken()
    hidden.refuse_trailing(data, data.tell())


def step(data: mmap.mmap) -> None:
    """A STEP file: from ISO-10303-21; to END-ISO-10303-21; with a header and data between."""
    _nothing_else(data)
    end = data.rfind(STEP_END, 0)
    if not (0 < data.find(b"HEADER;", 0) < data.find(b"DATA", 0) < end) or b"\x00" in data[:end]:
        raise _broken()
    hidden.refuse_trailing(data, end + len(STEP_END))


def stl(data: mmap.mmap) -> None:
    """An STL: binary with exactly the triangles it counts, or text from solid to endsolid."""
    _nothing_else(data)
    if len(data) >= 84 and len(data) == 84 + 50 * struct.unpack("<I", data[80:84])[0]:
        return
    data.seek(0)
    first = last = b""
    for line in iter(data.readline, b""):
        words = line.strip()
        if not words:
            continue
        if not _STL_LINE.match(words):
            raise _broken()
        first, last = first or words, words
    if not first.startswith(b"solid") or not last.startswith(b"endsolid"):
        raise _broken()


def iges(data: mmap.mmap) -> None:
    """An IGES: lines of 80 columns whose sections S, G, D, P, T follow each other."""
    _nothing_else(data)
    data.seek(0)
    sections = []
    for line in iter(data.readline, b""):
        plain = line.rstrip(b"\r\n")
        if not plain.strip(b" \x1a\x00"):
            continue
        if len(plain) != 80 or plain[72:73] not in (b"S", b"G", b"D", b"P", b"T"):
            raise _broken()
        sections.append(_IGES_SECTIONS.index(plain[72:73]))
    if not sections or sections[0] != 0 or sections[-1] != 4 or sections.count(4) != 1:
        raise _broken()
    if any(after < before for before, after in pairwise(sections)):
        raise _broken()


def looks_like_dxf(head: bytes) -> bool:
    """Whether a text begins as DXF does: code 0 and SECTION, or a comment of code 999."""
    lines = [line.strip() for line in head.lstrip(b"\xef\xbb\xbf").splitlines()[:2]]
    return lines == [b"0", b"SECTION"] or bool(lines and lines[0] == b"999")


def _is_number(line: bytes) -> bool:
    return line.strip(_BLANK).lstrip(b"-\xef\xbb\xbf").isdigit() and len(line) < 20


def _nothing_else(data: mmap.mmap) -> None:
    hidden.refuse_pages(data)
    hidden.refuse_pdf(data)
    hidden.refuse_archive(data)


def _broken() -> BadFile:
    return BadFile(
        gettext("The drawing is broken, not complete, or not what its name says. Export it again.")
    )
