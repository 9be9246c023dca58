"""From a providers file to checked rows."""

from collections.abc import Callable
from pathlib import Path

from portal.foundation.loading import Checked, LoadError, check_rows, read_rows
from portal.organisations.models import Organisation
from portal.organisations.rows import SCHEME, ProviderRow

BATCH = 1000


def check_file(
    path: Path, advance: Callable[[int], None] = lambda by: None
) -> Checked[ProviderRow]:
    """Every row of the file, checked by itself, against the others and against what is stored.

    Raises UnreadableFile."""
    checked = check_rows(read_rows(path, SCHEME), ProviderRow, lambda row: row.keys, advance)
    _check_references(checked)
    checked.errors.sort(key=lambda error: error.line)
    return checked


def _check_references(checked: Checked[ProviderRow]) -> None:
    """A reference names one organisation for ever."""
    foreign: dict[int, str] = {}
    with_ref = [(line, row) for line, row in checked.rows if row.ref]
    for start in range(0, len(with_ref), BATCH):
        wanted = {row.ref: (line, row.key) for line, row in with_ref[start : start + BATCH]}
        stored = Organisation.objects.filter(ref__in=wanted).values_list("ref", "key")
        for ref, key in stored:
            line, own = wanted[ref or ""]
            if key != own:
                foreign[line] = f"ref: {ref} belongs to {key}"
    checked.errors.extend(LoadError(line, reason) for line, reason in foreign.items())
    checked.rows = [(line, row) for line, row in checked.rows if line not in foreign]
