"""Files of rows from outside: JSON Lines, CSV and XLSX, read line by line and checked whole.

CSV and XLSX carry the same fields as JSON Lines in flat columns, which a `FlatScheme` nests:
`name_zh`, `name_en` make name; `offer1_title_zh`, `offer2_type` … make the list offers; lists are
separated by ';'. An empty cell is an absent field."""

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import BaseModel, ValidationError

Row = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)

MAX_CELL = 16 * 1024 * 1024
_REASON = 400
# What would break a line of the report or change how it reads: controls, direction marks.
_UNSHOWABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class LoadError:
    """A row that cannot be loaded: its line in the file (from 1) and one line of why."""

    line: int
    reason: str

    def __str__(self) -> str:
        reason = _UNSHOWABLE.sub("�", self.reason)
        if len(reason) > _REASON:
            reason = f"{reason[:_REASON]}…"
        return f"line {self.line}: {reason}"


@dataclass(frozen=True)
class FlatScheme:
    """How flat columns nest. `lists` and `bilingual` are names of fields, wherever they stand;
    `groups` are prefixes of an object (`required_…`), `numbered` prefixes of a list of objects
    (`offer1_…`) with the name of the list."""

    lists: frozenset[str] = frozenset()
    bilingual: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    numbered: dict[str, str] = field(default_factory=dict)

    def nest(self, flat: Row) -> Row:
        """The nested row of a flat one."""
        nested: Row = {}
        numbered: dict[str, dict[int, Row]] = {}
        grouped: dict[str, Row] = {}
        for name, value in flat.items():
            if value is None or value == "":
                continue
            head, _, rest = name.partition("_")
            match = re.fullmatch(r"([a-z]+)([0-9]{1,4})", head)
            if match and match[1] in self.numbered and rest:
                items = numbered.setdefault(self.numbered[match[1]], {})
                items.setdefault(int(match[2]), {})[rest] = value
            elif head in self.groups and rest:
                grouped.setdefault(head, {})[rest] = value
            else:
                self._place(nested, name, value)
        for name, items in numbered.items():
            nested[name] = [self.nest(items[number]) for number in sorted(items)]
        for name, inner in grouped.items():
            nested[name] = self.nest(inner)
        return nested

    def _place(self, nested: Row, name: str, value: str) -> None:
        base, _, language = name.rpartition("_")
        if base in self.bilingual and language in ("zh", "en"):
            nested.setdefault(base, {})[language] = value
        elif name in self.lists:
            parts = (part.strip() for part in re.split("[;；]", value))
            nested[name] = [part for part in parts if part]
        else:
            nested[name] = value


@dataclass
class Checked(Generic[Model]):
    """What a file holds: good rows with their lines, bad ones, and fields nobody knows with how
    many rows have them."""

    rows: list[tuple[int, Model]] = field(default_factory=list)
    errors: list[LoadError] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


def read_rows(path: Path, scheme: FlatScheme) -> Iterator[tuple[int, Row | LoadError]]:
    """Every row with its line; JSON Lines unless the name ends in .csv or .xlsx.

    Raises UnreadableFile."""
    try:
        if path.suffix.lower() not in (".csv", ".xlsx"):
            yield from _read_json_lines(path)
            return
        for line, row in read_table(path):
            yield line, row if isinstance(row, LoadError) else scheme.nest(row)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None


def read_table(
    path: Path, *, max_rows: int | None = None, max_columns: int | None = None
) -> Iterator[tuple[int, Row | LoadError]]:
    """Every row of a CSV or XLSX file as its cells by column name, with its line; of XLSX no more
    than the limits say.

    Raises UnreadableFile, OSError."""
    if path.suffix.lower() == ".csv":
        return _read_csv(path)
    return _read_xlsx(path, max_rows, max_columns)


def check_rows(
    rows: Iterable[tuple[int, Row | LoadError]],
    model: type[Model],
    keys: Callable[[Model], Iterable[str]],
    advance: Callable[[int], None] = lambda by: None,
) -> Checked[Model]:
    """Check every row against `model` and that none of its `keys` came before in the file.

    A model that allows extra fields has those counted as unknown."""
    checked: Checked[Model] = Checked()
    seen: dict[str, int] = {}
    for line, row in rows:
        advance(1)
        if isinstance(row, LoadError):
            checked.errors.append(row)
            continue
        try:
            good = model.model_validate(row)
        except ValidationError as error:
            checked.errors.append(LoadError(line, _reasons(error)))
            continue
        checked.unknown.update(list(good.model_extra or ()))
        own = list(keys(good))
        twice = [key for key in own if key in seen]
        if twice:
            reason = "; ".join(f"{key} is already on line {seen[key]}" for key in twice)
            checked.errors.append(LoadError(line, reason))
        else:
            seen.update(dict.fromkeys(own, line))
            checked.rows.append((line, good))
    return checked


def _reasons(error: ValidationError) -> str:
    reasons = []
    for problem in error.errors(include_url=False, include_input=False):
        place = ""
        for part in problem["loc"]:
            place += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if place else part
        message = problem["msg"].removeprefix("Value error, ")
        reasons.append(f"{place}: {message}" if place else message)
    return "; ".join(dict.fromkeys(reasons))


def _read_json_lines(path: Path) -> Iterator[tuple[int, Row | LoadError]]:
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            if line == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            if raw.strip():
                yield line, _parse_json(line, raw)


def _parse_json(line: int, raw: bytes) -> Row | LoadError:
    try:
        row = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        return LoadError(line, "no UTF-8 text")
    except RecursionError:
        return LoadError(line, "no JSON that can be read: nested too deeply")
    except ValueError as error:
        return LoadError(line, f"no JSON: {error}")
    if not isinstance(row, dict):
        return LoadError(line, "a JSON object is wanted")
    return row


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _read_csv(path: Path) -> Iterator[tuple[int, Row | LoadError]]:
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=_csv_encoding(path), newline="") as file:
        reader = csv.reader(file, strict=True)
        line = 1
        try:
            header = [name.strip() for name in next(reader, [])]
            line = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, _named(line, header, [cell.strip() for cell in cells])
                line = reader.line_num + 1
        except csv.Error as error:
            # Where a quote was left open nobody can tell where the next row begins.
            yield line, LoadError(line, f"no CSV from here on: {error}")


def _csv_encoding(path: Path) -> str:
    """UTF-8, else GB 18030, in which Chinese spreadsheets save CSV."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _read_xlsx(
    path: Path, max_rows: int | None, max_columns: int | None
) -> Iterator[tuple[int, Row | LoadError]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        raise UnreadableFile(f"{path}: no XLSX file") from None
    try:
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=max_rows, max_col=max_columns)
        header = [_cell(value) for value in next(rows, ())]
        for line, values in enumerate(rows, start=2):
            cells = [_cell(value) for value in values]
            if any(cells):
                yield line, _named(line, header, cells)
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _named(line: int, header: list[str], cells: list[str]) -> Row | LoadError:
    if any(cells[len(header) :]):
        return LoadError(line, f"{len(cells)} cells under {len(header)} column names")
    return dict(zip(header, cells, strict=False))
