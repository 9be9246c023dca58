"""The spreadsheet to fill in: headings in both languages, an example, and what is there already."""

import csv
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from portal.foundation.exports import csv_cell
from portal.organisations.importing import columns
from portal.organisations.importing.reading import COMMENT
from portal.organisations.models import ProviderProfile

LEAST_OFFERS = 3
WIDE = 28
EXAMPLE = {
    "uscc": f"{COMMENT} 示例，此行不读入 / example, not read",
    "kind": "provider",
    "summary_zh": "给注塑、冲压车间装采集盒：机器停了马上提醒，停机原因自动统计。不做 ERP。",
    "summary_en": "Machine monitoring for moulding and press shops. No ERP.",
    "capabilities": "设备联网;停机原因统计;machine data collection",
    "industries": "C29;C33",
    "languages": "zh;en",
    "capacity": 3,
    "staff": 25,
    "founded": 2016,
    "offer1_title_zh": "采集网关",
    "offer1_title_en": "Data gateway",
    "offer1_type": "industrial_software",
    "offer1_description_zh": "每台机器一个，接好当天能看停机。",
    "offer1_price_from": 20000,
    "offer1_price_to": 80000,
    "offer1_days": 30,
}


def table(profile: ProviderProfile) -> list[list[object]]:
    """Headings, an example and one's own row. Reads `profile.offers`."""
    offers = list(profile.offers.all())
    names = [*columns.IDENTITY, *columns.PROFILE]
    own: dict[str, object] = {
        "uscc": profile.organisation.uscc or "",
        "ref": profile.organisation.ref or "",
        **{name: _cell(getattr(profile, name)) for name in columns.PROFILE},
    }
    for number in range(1, max(LEAST_OFFERS, len(offers) + 1) + 1):
        names += [f"offer{number}_{name}" for name in columns.OFFER]
        if number <= len(offers):
            own |= {
                f"offer{number}_{name}": _cell(getattr(offers[number - 1], name))
                for name in columns.OFFER
            }
    headings: list[object] = [columns.heading(name) for name in names]
    return [headings, *([row.get(name, "") for name in names] for row in (EXAMPLE, own))]


def as_csv(profile: ProviderProfile) -> bytes:
    """With the mark by which spreadsheets tell UTF-8."""
    file = StringIO()
    writer = csv.writer(file)
    for row in table(profile):
        writer.writerow([csv_cell(value) for value in row])
    return f"\ufeff{file.getvalue()}".encode()


def as_xlsx(profile: ProviderProfile) -> bytes:
    """With fixed headings."""
    book = Workbook()
    sheet = book.active
    for row in table(profile):
        sheet.append([csv_cell(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[cell.column_letter].width = WIDE
    for cell in sheet[2]:
        cell.font = Font(italic=True, color="808080")
    sheet.freeze_panes = "C2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else value
