"""From an uploaded spreadsheet to what it wants of a profile, or its faults by row and column."""

import mmap
import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from pydantic import ValidationError

from portal.foundation.exports import FORMULA
from portal.foundation.files.bad import BadFile
from portal.foundation.files.checks import office
from portal.foundation.files.names import checked_name
from portal.foundation.loading import LoadError, UnreadableFile, read_table
from portal.organisations.importing import columns
from portal.organisations.importing.snapshots import OFFER, PROFILE, Snapshot
from portal.organisations.models import ProviderProfile
from portal.organisations.rows import SCHEME, ProviderRow
from portal.organisations.values import OFFERS

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 24 * 1024 * 1024
MAX_PARTS = 200
MAX_ROWS = 200
MAX_COLUMNS = len(PROFILE) + 30 + OFFERS * len(OFFER)
MAX_FAULTS = 200
COMMENT = "#"


@dataclass(frozen=True)
class Fault:
    """Something wrong: row and column as a spreadsheet counts them, empty where it is the whole."""

    row: int
    column: str
    cell: str
    reason: str


@dataclass
class Wanted:
    """What a file wants of the profile, its faults, and what of it is left aside."""

    values: Snapshot = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Refused(Exception):
    """The file as a whole is not taken; the message says why."""


def read_upload(upload: Any, profile: ProviderProfile) -> Wanted:
    """Read an uploaded file (name, size, chunks) against the profile it is for.

    Raises Refused."""
    try:
        suffix = Path(checked_name(str(upload.name))).suffix.lower()
    except BadFile as error:
        raise Refused(str(error)) from None
    if suffix not in (".csv", ".xlsx"):
        raise Refused(_("This is no CSV and no XLSX file. Take the template and save it as one."))
    if upload.size > MAX_BYTES:
        raise Refused(_("This file is too large: at most %(mb)s MB are possible.") % {"mb": 2})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"profile{suffix}"
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        with path.open("rb") as file:
            _check_content(file, suffix)
        return _read(path, profile)


def _check_content(file: BinaryIO, suffix: str) -> None:
    """What the bytes are, whatever the name says; a bomb is refused before it is unpacked."""
    start = file.read(4096)
    if suffix == ".csv":
        if start[:2] == b"PK" or b"\x00" in start:
            raise Refused(_("This is no text: save the spreadsheet as CSV (UTF-8), or as XLSX."))
        return
    if not start:
        raise Refused(_("This file is empty."))
    try:
        with zipfile.ZipFile(file) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Refused(_("This is no XLSX file, though its name ends like one.")) from None
    # Python unpacks no more of a part than the table of contents says.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused(_("This file unpacks to far more than a profile needs: it is not opened."))
    try:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            office.xlsx(data)
    except BadFile as error:
        raise Refused(str(error)) from None


def _read(path: Path, profile: ProviderProfile) -> Wanted:
    wanted = Wanted()
    rows: list[tuple[int, dict[str, Any]]] = []
    try:
        for line, row in read_table(path, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS):
            if isinstance(row, LoadError):
                wanted.faults.append(Fault(line, "", "", row.reason))
            elif not str(next(iter(row.values()), "")).startswith(COMMENT):
                rows.append((line, row))
            if len(wanted.faults) >= MAX_FAULTS or len(rows) > 2:
                break
    except UnreadableFile:
        raise Refused(
            _("This file can't be read. Take the template and fill it in again.")
        ) from None
    # A spreadsheet can be broken in any way, and its reader raises what it likes.
    except Exception as error:
        raise Refused(_("This file can't be read: it is damaged.")) from error
    if not rows and not wanted.faults:
        raise Refused(_("There is no row in this file. Fill in the one below the headings."))
    for line, _row in rows[1:]:
        reason = _("One row is wanted, your own. Put further offers into further columns.")
        wanted.faults.append(Fault(line, "", f"A{line}", reason))
    if rows:
        _check_row(*rows[0], profile, wanted)
    return wanted


def _check_row(line: int, row: dict[str, Any], profile: ProviderProfile, wanted: Wanted) -> None:
    names = [columns.name_of(heading) for heading in row]
    cells = {name: _plain(value) for name, value in zip(names, row.values(), strict=True)}
    place = {name: f"{columns.letters(at)}{line}" for at, name in enumerate(names)}
    _say_what_is_left_aside(names, cells, wanted)
    if not _is_own(cells, profile):
        reason = _("This row is of another organisation: its code is not yours.")
        wanted.faults.append(Fault(line, "uscc", place.get("uscc", ""), reason))
        return
    given = {
        name: value
        for name, value in cells.items()
        if name in PROFILE or columns.offer_part(name) is not None
    }
    numbers = sorted({part[0] for name in given if (part := columns.offer_part(name))})
    filled = [
        number
        for number in numbers
        if any(given[n] for n in given if (p := columns.offer_part(n)) and p[0] == number)
    ]
    try:
        good = ProviderRow.model_validate(SCHEME.nest({**_base(profile), **given}))
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_input=False):
            column = columns.place_of(problem["loc"], filled)
            wanted.faults.append(Fault(line, column, place.get(column, ""), _reason(problem)))
        return
    wanted.values = _values(good, set(given), bool(numbers))


def _base(profile: ProviderProfile) -> dict[str, str]:
    """What the check needs and a file for one's own profile need not say."""
    organisation = profile.organisation
    return {
        "uscc": organisation.uscc or "",
        "ref": organisation.ref or "",
        "kind": profile.kind,
        "name_zh": organisation.name_zh,
        "name_en": organisation.name_en,
        "district": organisation.district,
        "summary_zh": profile.summary_zh,
        "summary_en": profile.summary_en,
    }


def _values(row: ProviderRow, given: set[str], offers: bool) -> Snapshot:
    said = {
        "kind": row.kind,
        "summary_zh": row.summary.zh,
        "summary_en": row.summary.en,
        **{
            name: getattr(row, name) for name in PROFILE if not name.startswith(("kind", "summary"))
        },
    }
    values: Snapshot = {"profile": {name: said[name] for name in PROFILE if name in given}}
    if offers:
        values["offers"] = [
            {
                "title_zh": offer.title.zh,
                "title_en": offer.title.en,
                "type": offer.type,
                "description_zh": offer.description.zh,
                "description_en": offer.description.en,
                "price_from": offer.price_from,
                "price_to": offer.price_to,
                "days": offer.days,
            }
            for offer in row.offers
        ]
    return values


def _say_what_is_left_aside(names: list[str], cells: dict[str, str], wanted: Wanted) -> None:
    known = {*PROFILE, *columns.IDENTITY, *columns.ELSEWHERE}
    unknown = [n for n in names if n and n not in known and columns.offer_part(n) is None]
    if unknown:
        shown = ", ".join(re.sub(r"[^\w .-]", "", name)[:40] for name in unknown[:10])
        wanted.notes.append(_("Columns that nobody knows are left out: %s.") % shown)
    if any(cells.get(name) for name in columns.ELSEWHERE):
        wanted.notes.append(
            _("Name, place and title stay as they are: change them on their own page.")
        )


def _is_own(cells: dict[str, str], profile: ProviderProfile) -> bool:
    organisation = profile.organisation
    code, ref = cells.get("uscc", "").upper(), cells.get("ref", "")
    return code in ("", organisation.uscc or "") and ref in ("", organisation.ref or "")


def _plain(value: Any) -> str:
    """A cell without the mark that keeps a spreadsheet from running it."""
    text = str(value or "").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def _reason(problem: Any) -> str:
    kind = str(problem["type"])
    if kind == "missing":
        # Both languages empty are left out of what is checked.
        either = problem["loc"][-1] in ("summary", "title", "description")
        in_either = _("Write this in Chinese or in English, or in both.")
        return in_either if either else _("This is missing.")
    if kind.startswith("int"):
        return _("A whole number is wanted here.")
    if kind.startswith("float"):
        return _("A number is wanted here.")
    return str(problem["msg"]).removeprefix("Value error, ")
