"""`manage.py load_providers FILE`: providers from JSON Lines, CSV or XLSX."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, no_translations

from portal.accounts.models import User
from portal.accounts.queries import UnknownActor, actor_by_email
from portal.foundation.loading import Checked, UnreadableFile
from portal.foundation.progress import Progress
from portal.foundation.setup import ensure_set_up
from portal.organisations.actions import store_providers
from portal.organisations.loader import check_file
from portal.organisations.rows import ProviderRow


class Command(BaseCommand):
    """Checks every row first; with a bad one nothing is stored, unless --skip-bad."""

    help = (
        "Loads providers from a file: JSON Lines, or .csv and .xlsx with the same fields "
        "(name_zh, name_en, offer1_title_zh, …; lists separated by ';'). Loaded providers are "
        "listed and verified; loading again updates."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--skip-bad", action="store_true", help="store the good rows although some are bad"
        )
        parser.add_argument(
            "--as",
            dest="email",
            metavar="EMAIL",
            help="the loading officer (default: the system user)",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        ensure_set_up()
        actor = self._actor(options["email"])
        progress = Progress(self.stderr, "checked")
        try:
            checked = check_file(options["file"], progress.advance)
        except UnreadableFile as error:
            raise CommandError(str(error)) from None
        self._report(checked)
        if checked.errors and not options["skip_bad"]:
            raise CommandError(
                f"{len(checked.errors)} bad rows, nothing stored; --skip-bad stores the others"
            )
        progress = Progress(self.stderr, "stored", len(checked.rows))
        try:
            result = store_providers(
                actor=actor, rows=[row for _, row in checked.rows], advance=progress.advance
            )
        except PermissionDenied:
            raise CommandError(f"{actor} may not load providers: officers may") from None
        self.stderr.write(
            f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged"
            + (f", {len(checked.errors)} bad rows left out" if checked.errors else "")
        )

    def _actor(self, email: str | None) -> User | None:
        try:
            return actor_by_email(email)
        except UnknownActor as error:
            raise CommandError(str(error)) from None

    def _report(self, checked: Checked[ProviderRow]) -> None:
        for error in checked.errors:
            self.stderr.write(str(error))
        for name, count in sorted(checked.unknown.items()):
            self.stderr.write(f"field {name!r} is not known and was left out ({count} rows)")
