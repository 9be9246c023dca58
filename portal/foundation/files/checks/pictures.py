"""Photos: the format walked to its last byte, then decoded whole."""

import mmap
import re
import struct
import threading
import warnings
import zlib
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from portal.foundation.files.bad import BadFile
from portal.foundation.files.checks import hidden

PREVIEW_SIDE = 480
_ONE_AT_A_TIME = threading.Lock()
"""A decoded photo takes up to four bytes a pixel, so a process decodes one after the other."""
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_STANDALONE = {0x01, *range(0xD0, 0xD8)}

register_heif_opener(thumbnails=False)


def jpeg(data: mmap.mmap) -> None:
    """A JPEG, or several in one file as phones write them, and nothing behind the last."""
    end = _jpeg_end(data, 0)
    while data[end : end + 3] == b"\xff\xd8\xff":
        end = _jpeg_end(data, end)
    _nothing_else(data, end)


def _jpeg_end(data: mmap.mmap, start: int) -> int:
    at = start + 2
    while True:
        found = _MARKER.search(data, at)
        if found is None:
            raise _broken()
        code, at = data[found.start() + 1], found.end()
        if code == 0xD9:
            return at
        if code in _STANDALONE:
            continue
        if at + 2 > len(data):
            raise _broken()
        at += struct.unpack(">H", data[at : at + 2])[0]


def png(data: mmap.mmap) -> None:
    """A PNG: every chunk with its checksum, the last one IEND."""
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise _broken()
        if zlib.crc32(data[at + 4 : end - 4]) != struct.unpack(">I", data[end - 4 : end])[0]:
            raise _broken()
        if name == b"acTL":
            raise BadFile(gettext("It moves. Send a picture that stands still."))
        if name == b"IEND":
            _nothing_else(data, end)
            return
        at = end
    raise _broken()


def webp(data: mmap.mmap) -> None:
    """A WebP: as long as it says."""
    size = struct.unpack("<I", data[4:8])[0] + 8
    if size > len(data):
        raise _broken()
    if data[12:16] == b"VP8X" and data[20] & 2:
        raise BadFile(gettext("It moves. Send a picture that stands still."))
    _nothing_else(data, size)


def heic(data: mmap.mmap) -> None:
    """A HEIC: boxes that fill the file exactly."""
    at = 0
    while at < len(data):
        head = data[at : at + 16]
        if len(head) < 8:
            break
        size = struct.unpack(">I", head[:4])[0]
        if size == 1 and len(head) == 16:
            size = struct.unpack(">Q", head[8:16])[0]
        if not head[4:8].isalnum() or size < 8 or at + size > len(data):
            break
        at += size
    _nothing_else(data, at)


def _nothing_else(data: mmap.mmap, end: int) -> None:
    hidden.refuse_trailing(data, end)
    hidden.refuse_pages(data)
    hidden.refuse_pdf(data)
    hidden.refuse_archive(data)


def decode(path: Path, formats: tuple[str, ...], preview: Path) -> None:
    """Decode the whole picture and leave a small one without its metadata at `preview`.

    Raises BadFile for what cannot be decoded and for more pixels than FILE_MAX_PIXELS."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path, formats=formats) as picture:
                _few_pixels(picture)
                picture.load()
                small = ImageOps.exif_transpose(picture)
        except Image.DecompressionBombError:
            raise _too_many() from None
        except BadFile:
            raise
        # Decoders of broken files raise what they like.
        except Exception:
            raise _broken() from None
        small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        plain = Image.new("RGB", small.size, "white")
        alpha = small.convert("RGBA") if small.has_transparency_data else None
        plain.paste(alpha or small.convert("RGB"), mask=alpha)
        plain.save(preview, "JPEG", quality=80, optimize=True)


def _few_pixels(picture: Image.Image) -> None:
    if picture.width * picture.height > settings.FILE_MAX_PIXELS:
        raise _too_many()


def _too_many() -> BadFile:
    return BadFile(
        gettext("It has more than %(limit)s million pixels. Make the picture smaller.")
        % {"limit": settings.FILE_MAX_PIXELS // 1_000_000}
    )


def _broken() -> BadFile:
    return BadFile(gettext("The picture is broken or not complete. Save it again and try again."))
