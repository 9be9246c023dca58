"""`manage.py load_providers FILE`: providers from JSON Lines, CSV or XLSX."""

from pathlib import Path

from portal.accounts.load_command import Advance, LoadCommand, Loaded
from portal.accounts.models import User
from portal.foundation.loading import Checked
from portal.organisations.actions import store_providers
from portal.organisations.loader import check_file
from portal.organisations.rows import ProviderRow


class Command(LoadCommand):
    """Loaded providers are listed and verified."""

    help = (
        "Loads providers from a file: JSON Lines, or .csv and .xlsx with the same fields "
        "(name_zh, name_en, offer1_title_zh, …; lists separated by ';'). Loaded providers are "
        "listed and verified; loading again updates."
    )
    rows_name = "providers"

    def check_rows(self, path: Path, advance: Advance) -> Checked[ProviderRow]:
        return check_file(path, advance)

    def store(self, actor: User | None, rows: list[ProviderRow], advance: Advance) -> Loaded:
        return store_providers(actor=actor, rows=rows, advance=advance)
