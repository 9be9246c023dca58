"""`manage.py backup FILE`: the whole installation in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.foundation.backup import making
from portal.foundation.progress import Progress
from portal.foundation.setup import is_set_up


class Command(BaseCommand):
    """May run while the portal does."""

    help = "Writes database and uploaded files into one file, while the portal runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="write over a file of that name")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"].resolve()
        if path.exists() and not options["replace"]:
            raise CommandError(f"{path} is there already; --replace writes over it")
        if not path.parent.is_dir():
            raise CommandError(f"there is no folder {path.parent}")
        if not is_set_up():
            raise CommandError("there is nothing to back up: the installation is not set up")
        progress = Progress(self.stderr, "backup: parts")
        try:
            counts = making.make(path, progress.advance)
        except OSError as error:
            raise CommandError(f"not written: {error}") from None
        gone = f", {counts['gone']} deleted meanwhile" if counts["gone"] else ""
        size = path.stat().st_size / 1_048_576
        self.stdout.write(f"{path}: database and {counts['files']} files{gone}, {size:.1f} MB")
