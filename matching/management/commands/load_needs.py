"""`manage.py load_needs FILE`: needs from JSON Lines, CSV or XLSX."""

from collections.abc import Iterable
from pathlib import Path

from matching.actions.load import store_needs
from matching.loading import NeedRow, check_file, warnings
from portal.accounts.load_command import Advance, LoadCommand, Loaded
from portal.accounts.models import User
from portal.foundation.loading import Checked


class Command(LoadCommand):
    """Loaded needs are open; a past start day is warned of."""

    help = (
        "Loads needs from a file: JSON Lines, or .csv and .xlsx with the same fields "
        "(organisation_name_zh, required_languages, …; lists separated by ';'). Loaded needs are "
        "open; loading again updates."
    )
    rows_name = "needs"

    def check_rows(self, path: Path, advance: Advance) -> Checked[NeedRow]:
        return check_file(path, advance)

    def store(self, actor: User | None, rows: list[NeedRow], advance: Advance) -> Loaded:
        return store_needs(actor=actor, rows=rows, advance=advance)

    def warnings(self, checked: Checked[NeedRow]) -> Iterable[object]:
        return warnings(checked)
