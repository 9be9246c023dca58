"""`manage.py load_needs FILE`: needs from JSON Lines, CSV or XLSX."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, no_translations

from matching.actions.load import store_needs
from matching.loading import NeedRow, check_file, warnings
from portal.accounts.models import User
from portal.accounts.queries import UnknownActor, actor_by_email
from portal.foundation.loading import Checked, UnreadableFile
from portal.foundation.progress import Progress
from portal.foundation.setup import ensure_set_up


class Command(BaseCommand):
    """Checks every row first; with a bad one nothing is stored, unless --skip-bad."""

    help = (
        "Loads needs from a file: JSON Lines, or .csv and .xlsx with the same fields "
        "(organisation_name_zh, required_languages, …; lists separated by ';'). Loaded needs are "
        "open; loading again updates."
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
        progress = Progress(self.stderr, "read", len(checked.rows))
        try:
            result = store_needs(
                actor=actor, rows=[row for _, row in checked.rows], advance=progress.advance
            )
        except PermissionDenied:
            raise CommandError(f"{actor} may not load needs: officers may") from None
        self.stderr.write(
            f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged"
            + (f", {len(checked.errors)} bad rows left out" if checked.errors else "")
        )

    def _actor(self, email: str | None) -> User | None:
        try:
            return actor_by_email(email)
        except UnknownActor as error:
            raise CommandError(str(error)) from None

    def _report(self, checked: Checked[NeedRow]) -> None:
        for line in (*checked.errors, *warnings(checked)):
            self.stderr.write(str(line))
        for name, count in sorted(checked.unknown.items()):
            self.stderr.write(f"field {name!r} is not known and was left out ({count} rows)")
