"""`manage.py restore FILE`: a backup in place of what is here."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.foundation.backup import restoring
from portal.foundation.backup.archive import BadBackup
from portal.foundation.setup import is_set_up


class Command(BaseCommand):
    """Stop the server and the worker first."""

    help = "Puts a backup in place; refuses a non-empty installation unless --force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--force", action="store_true", help="replace what is here")
        parser.add_argument(
            "--new-key", action="store_true", help="although SECRET_KEY is another one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_set_up():
            call_command("migrate", verbosity=0, interactive=False)
        try:
            aside = restoring.restore(
                options["file"], force=options["force"], new_key=options["new_key"]
            )
        except (restoring.NotRestored, BadBackup) as error:
            raise CommandError(f"not restored: {error}") from None
        self.stdout.write("restored: database and files")
        if aside is not None:
            self.stdout.write(f"the files that were here: {aside}")
        call_command("index", "rebuild", stdout=self.stdout, stderr=self.stderr)
