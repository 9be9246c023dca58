"""`manage.py index rebuild | sync | verify`."""

import argparse
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.foundation.progress import Progress
from portal.foundation.setup import ensure_set_up
from search import documents, engines, indexing
from search.engines.base import Engine, EngineError
from search.verify import Difference, verify

SHOWN_KEYS = 10


class Command(BaseCommand):
    """Each part works on every engine, or on the one named."""

    help = "Build the search index anew, drain the outbox into it, or compare it with the database."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        names = [engine.name for engine in engines.all_engines()]
        parts = parser.add_subparsers(dest="part", required=True)
        for name, text in (
            ("rebuild", "build beside the index in use, then move the alias"),
            ("sync", "bring up to date what is requested"),
            ("verify", "compare with the database; exit 1 when they differ"),
        ):
            part = parts.add_parser(name, help=text)
            part.add_argument("--engine", choices=names, help="only this engine")
            if name == "rebuild":
                part.add_argument(
                    "--type",
                    choices=[kind.type for kind in documents.types()],
                    help="only bring documents of this type up to date, in place",
                )

    def handle(self, *, part: str, engine: str | None, **options: Any) -> None:
        ensure_set_up()
        chosen = [engines.get_engine(engine)] if engine else engines.all_engines()
        run: dict[str, Callable[[Engine], bool]] = {
            "rebuild": lambda one: self._rebuild(one, options["type"]),
            "sync": self._sync,
            "verify": self._verify,
        }
        failed = []
        for one in chosen:
            try:
                if not run[part](one):
                    failed.append(f"{one.name} differs from the database")
            except EngineError as error:
                failed.append(str(error))
        if failed:
            raise CommandError("; ".join(failed))

    def _rebuild(self, engine: Engine, type: str | None) -> bool:
        progress = Progress(self.stderr, f"{engine.name} rebuild")
        if type is None:
            indexing.rebuild(engine, progress.advance)
            progress.finish()
            return True
        indexing.request_index_many(type, documents.get_type(type).keys())
        return self._sync(engine)

    def _sync(self, engine: Engine) -> bool:
        progress = Progress(self.stderr, f"{engine.name} sync")
        synced = indexing.sync(engine, progress.advance)
        progress.finish()
        if synced.left:
            raise EngineError(f"{engine.name}: {synced.left} left: {synced.reason or 'waiting'}")
        return True

    def _verify(self, engine: Engine) -> bool:
        found = verify(engine)
        for difference in found:
            self.stdout.write(_line(difference))
        return not any(found)


def _line(difference: Difference) -> str:
    parts = [f"{difference.engine} {difference.type}: {difference.expected} in the database"]
    for name in ("missing", "extra", "stale"):
        keys = getattr(difference, name)
        shown = ", ".join(keys[:SHOWN_KEYS]) + (", …" if len(keys) > SHOWN_KEYS else "")
        parts.append(f"{name} {len(keys)}" + (f" ({shown})" if keys else ""))
    return ", ".join(parts)
