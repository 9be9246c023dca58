"""Tables for spreadsheets: whole lists as CSV or XLSX, without holding them in memory."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from tempfile import TemporaryFile

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

# A cell that begins with one of these would be run as a formula by a spreadsheet; Chinese ones
# take the full-width signs too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = (bool, int, float, date)
"""What a cell can hold beside text; moments are dates too."""
MAX_XLSX_CELL = 32_767
"""Characters that a cell of a spreadsheet can hold."""


def csv_cell(value: object) -> object:
    """`value` as a spreadsheet may have it: a text that looks like a formula stays a text, a
    moment is in the portal's time zone."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    return value


def csv_response(
    filename: str, header: Iterable[str], rows: Iterable[Iterable[object]]
) -> StreamingHttpResponse:
    """The rows as a CSV file that is sent while they are read."""
    return StreamingHttpResponse(
        _csv_lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _csv_lines(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheets tell UTF-8 by this mark.
    yield "\ufeff" + writer.writerow([csv_cell(str(cell)) for cell in header])
    for row in rows:
        yield writer.writerow([csv_cell(cell) for cell in row])


class _Echo:
    """A file that gives back what is written, for the csv module."""

    def write(self, text: str) -> str:
        return text


def xlsx_response(
    filename: str, header: Iterable[str], rows: Iterable[Iterable[object]]
) -> FileResponse:
    """The rows as a spreadsheet, written row by row to a file that is gone once it is sent."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    bold = Font(bold=True)
    cells = [_cell(sheet, str(name)) for name in header]
    for cell in cells:
        cell.font = bold
    sheet.append(cells)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    # Django closes it with the response.
    file = TemporaryFile()  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX_TYPE)


def _cell(sheet: object, value: object) -> WriteOnlyCell:
    """A cell with a number, a date, or text that is never taken for a formula."""
    if isinstance(value, datetime):
        value = _local(value).replace(tzinfo=None)
    if value is None or isinstance(value, PLAIN):
        return WriteOnlyCell(sheet, value)
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))[:MAX_XLSX_CELL]
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment
