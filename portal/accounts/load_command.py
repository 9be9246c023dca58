"""The frame of commands that load a file of rows as an officer."""

from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, no_translations

from portal.accounts.models import User
from portal.accounts.queries import UnknownActor, actor_by_email
from portal.foundation.loading import Checked, UnreadableFile
from portal.foundation.progress import Progress
from portal.foundation.setup import ensure_set_up

Advance = Callable[[int], None]


class Loaded(Protocol):
    """How many rows made something new, changed it, or said what is stored already."""

    created: int
    updated: int
    unchanged: int


class LoadCommand(BaseCommand):
    """Checks every row first; with a bad one nothing is stored, unless --skip-bad."""

    rows_name: str
    """What the rows are, in the plural, for messages."""

    @abstractmethod
    def check_rows(self, path: Path, advance: Advance) -> Checked[Any]:
        """Every row of the file, checked. Raises UnreadableFile."""

    @abstractmethod
    def store(self, actor: User | None, rows: list[Any], advance: Advance) -> Loaded:
        """Store checked rows in one transaction. Raises PermissionDenied."""

    def warnings(self, checked: Checked[Any]) -> Iterable[object]:
        """What is odd about rows that are stored all the same."""
        return ()

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
        try:
            actor = actor_by_email(options["email"])
            checked = self.check_rows(options["file"], Progress(self.stderr, "checked").advance)
        except (UnknownActor, UnreadableFile) as error:
            raise CommandError(str(error)) from None
        self._report(checked)
        if checked.errors and not options["skip_bad"]:
            raise CommandError(
                f"{len(checked.errors)} bad rows, nothing stored; --skip-bad stores the others"
            )
        progress = Progress(self.stderr, "stored", len(checked.rows))
        try:
            result = self.store(actor, [row for _, row in checked.rows], progress.advance)
        except PermissionDenied:
            raise CommandError(f"{actor} may not load {self.rows_name}: officers may") from None
        self.stderr.write(
            f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged"
            + (f", {len(checked.errors)} bad rows left out" if checked.errors else "")
        )

    def _report(self, checked: Checked[Any]) -> None:
        for line in (*checked.errors, *self.warnings(checked)):
            self.stderr.write(str(line))
        for name, count in sorted(checked.unknown.items()):
            self.stderr.write(f"field {name!r} is not known and was left out ({count} rows)")
