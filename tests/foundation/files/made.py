"""Bytes of good files, made by the programs that write such files, and of bad ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image
from pypdf import PdfWriter

HTML = b"<html><script>alert(1)</script></html>"


def picture(form: str = "JPEG", size: tuple[int, int] = (600, 400), **options: object) -> bytes:
    """A picture in one of Pillow's formats."""
    out = io.BytesIO()
    Image.effect_noise(size, 20).convert("RGB").save(out, form, **options)
    return out.getvalue()


def phone_photo() -> bytes:
    """A JPEG with a second picture behind it and metadata, as phones write them."""
    exif = Image.Exif()
    exif[0x0110] = "Camera of a phone"
    exif.get_ifd(0x8825)[2] = (29.0, 52.0, 7.0)
    first = Image.effect_noise((600, 400), 20).convert("RGB")
    second = Image.effect_noise((150, 100), 20).convert("RGB")
    out = io.BytesIO()
    first.save(out, "MPO", save_all=True, append_images=[second], exif=exif)
    return out.getvalue()


def pdf(change: Callable[[PdfWriter], None] | None = None) -> bytes:
    """A PDF of one page."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def package(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def docx(**more: bytes) -> bytes:
    """A Word document with more parts, whose names have / for __."""
    extra = {name.replace("__", "/"): content for name, content in more.items()}
    return package({"[Content_Types].xml": TYPES, "word/document.xml": b"<w/>", **extra})


def png_chunk(name: bytes, content: bytes) -> bytes:
    """One chunk with its checksum."""
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


def png_with_chunk(name: bytes, content: bytes) -> bytes:
    """A PNG with one more chunk before its end."""
    plain = picture("PNG", (8, 8))
    end = plain.rindex(b"IEND") - 4
    return plain[:end] + png_chunk(name, content) + plain[end:]


def huge_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes that say they are 3,600 million pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        png_chunk(*chunk) for chunk in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    )


STEP = b"""ISO-10303-21;
HEADER;
FILE_DESCRIPTION((''),'2;1');
ENDSEC;
DATA;
#1=CARTESIAN_POINT('',(0.,0.,0.));
ENDSEC;
END-ISO-10303-21;
"""
DXF = b"0\nSECTION\n2\nENTITIES\n0\nLINE\n10\n0.0\n20\n0.0\n0\nENDSEC\n0\nEOF\n"
DXF_BINARY = (
    b"AutoCAD Binary DXF\r\n\x1a\x00\x00SECTION\x00\x02ENTITIES\x00\x00ENDSEC\x00\x00EOF\x00"
)
DWG = b"AC1027" + b"\x00" * 400
STL_TEXT = b"""solid part
facet normal 0 0 1
 outer loop
  vertex 0 0 0
  vertex 1 0 0
  vertex 0 1 0
 endloop
endfacet
endsolid part
"""
STL_BINARY = b"solid binary".ljust(80) + struct.pack("<I", 2) + b"\x01" * 100


def iges() -> bytes:
    """An IGES with one line in each section."""
    lines = [b"part".ljust(72) + section + b"1".rjust(7) for section in (b"S", b"G", b"D", b"P")]
    return b"\n".join([*lines, b"S1G1D1P1".ljust(72) + b"T" + b"1".rjust(7)]) + b"\n"
