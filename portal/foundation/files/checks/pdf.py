"""PDF: parsed object by object; nothing that runs, and no file inside."""

import logging
import mmap
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from portal.foundation.files.bad import BadFile
from portal.foundation.files.checks import hidden

MAX_OBJECTS = 200_000
MAX_SECONDS = 20
MAX_DEPTH = 40
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
_ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
}
_FILES = {"/EmbeddedFiles", "/EF", "/AF"}
_FILE_TYPES = {"/EmbeddedFile"}
_RAW_ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia|XFA)[\s/<>(\[\]]")
_RAW_FILES = re.compile(rb"/(EmbeddedFiles?)[\s/<>(\[\]]")
_ESCAPED = re.compile(rb"/[A-Za-z0-9]{0,20}#[0-9A-Fa-f]{2}[A-Za-z0-9#]{0,40}")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def check(data: mmap.mmap, path: Path) -> None:
    """Raise BadFile for a PDF that is broken, encrypted, runs something or carries a file."""
    end = data.rfind(b"%%EOF", 0)
    if end < 0:
        raise _broken()
    hidden.refuse_trailing(data, end + len(b"%%EOF"))
    hidden.refuse_archive(data)
    hidden.refuse_pages(data)
    _raw(data)
    until = time.monotonic() + MAX_SECONDS
    try:
        with PdfReader(path) as reader:
            if reader.is_encrypted:
                raise BadFile(
                    gettext("It is locked by a password, so nobody can check it. Send it unlocked.")
                )
            if not len(reader.pages):
                raise _broken()
            for found in _objects(reader, until):
                _look(found, 0)
    except BadFile:
        raise
    # The parser raises what it likes for broken files.
    except Exception:
        raise _broken() from None


def _raw(data: mmap.mmap) -> None:
    """What stands in plain bytes, even where the table of objects does not name it."""
    if _RAW_ACTIVE.search(data):
        raise _active()
    if _RAW_FILES.search(data):
        raise _carries()
    for found in _ESCAPED.finditer(data):
        name = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), found[0]) + b" "
        if _RAW_ACTIVE.match(name) or name in (b"/JS ", b"/AA "):
            raise _active()
        if _RAW_FILES.match(name):
            raise _carries()


def _objects(reader: PdfReader, until: float) -> Iterator[Any]:
    numbers = {number for table in reader.xref.values() for number in table}
    numbers |= set(reader.xref_objStm)
    if len(numbers) > MAX_OBJECTS:
        raise _too_much()
    generations = {number: gen for gen, table in reader.xref.items() for number in table}
    yield reader.trailer
    for number in sorted(numbers):
        if time.monotonic() > until:
            raise _too_much()
        yield reader.get_object(IndirectObject(number, generations.get(number, 0), reader))


def _look(found: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _too_much()
    if isinstance(found, DictionaryObject):
        if _ACTIVE_KEYS & found.keys() or _named(found, "/S") in _ACTIVE_ACTIONS:
            raise _active()
        if _FILES & found.keys() or _named(found, "/Type") in _FILE_TYPES:
            raise _carries()
        for value in found.values():
            _look(value, depth + 1)
    elif isinstance(found, ArrayObject):
        for value in found:
            _look(value, depth + 1)


def _named(found: DictionaryObject, key: str) -> str:
    value = found.get(key)
    if isinstance(value, IndirectObject):
        value = value.get_object()
    return value if isinstance(value, str) else ""


def _broken() -> BadFile:
    return BadFile(gettext("The PDF is broken or not complete. Save or print it as PDF again."))


def _active() -> BadFile:
    return BadFile(
        gettext(
            "The PDF contains script, a form or an action that runs by itself. "
            "Print it as PDF again, which leaves them out."
        )
    )


def _carries() -> BadFile:
    return BadFile(gettext("The PDF carries other files. Send them as files of their own."))


def _too_much() -> BadFile:
    return BadFile(gettext("The PDF is too complicated to check. Print it as PDF again."))
