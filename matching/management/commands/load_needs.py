"""`manage.py load_needs FILE`: needs from JSON Lines, CSV or XLSX."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from matching.actions.load import store_needs
from matching.loading import check_file, warnings
from portal.foundation.loading import UnreadableFile
from portal.foundation.progress import Progress
from portal.foundation.setup import ensure_set_up


class Command(BaseCommand):
    """Checks every row first; without --skip-bad one bad row stores nothing."""

    help = (
        "Loads needs from a JSON Lines, CSV or XLSX file. Every row is checked first; each bad one "
        "is a line 'line N: reason' on stderr, then nothing is stored. Loading a file again "
        "changes nothing. Loaded needs are open."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--skip-bad", action="store_true", help="store the good rows all the same"
        )
        parser.add_argument(
            "--as",
            dest="email",
            default="",
            metavar="EMAIL",
            help="the officer who loads (default: the system)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_set_up()
        actor = _officer(options["email"])
        try:
            checked = check_file(options["file"])
        except UnreadableFile as error:
            raise CommandError(str(error)) from None
        for error in checked.errors:
            self.stderr.write(str(error), self.style.NOTICE)
        for warning in warnings(checked):
            self.stderr.write(warning)
        for name, count in sorted(checked.unknown.items()):
            self.stderr.write(f"field {name[:80]!r} is not known and left out ({count} rows)")
        if checked.errors and not options["skip_bad"]:
            raise CommandError(f"{len(checked.errors)} bad rows, nothing stored")
        progress = Progress(self.stderr, "needs read", len(checked.rows))
        rows = [row for _, row in checked.rows]
        try:
            result = store_needs(actor=actor, rows=rows, advance=progress.advance)
        except PermissionDenied:
            raise CommandError(f"{options['email']} may not load needs") from None
        progress.finish()
        self.stdout.write(
            f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged"
        )


def _officer(email: str) -> Any | None:
    if not email:
        return None
    user = get_user_model().objects.filter(email=email.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"there is no account {email}")
    return user
