"""`manage.py index rebuild | sync | verify`."""

import argparse
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.foundation import outbox
from portal.foundation.progress import Progress
from portal.foundation.setup import ensure_set_up
from portal.foundation.work import renew_connections
from search import documents, engines, indexing
from search.engines.base import Engine, EngineError
from search.verify import Difference, verify

SHOWN_KEYS = 10
IDLE_SECONDS = 1.0


class Command(BaseCommand):
    """Each part works on every engine, or on the one named."""

    help = "Build the search index anew, drain the outbox into it, or compare it with the database."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        names = [engine.name for engine in engines.all_engines()]
        parts = parser.add_subparsers(dest="part", required=True)
        for name, text in (
            ("rebuild", "build beside the index in use, then move the alias; goes on where an "
             "interrupted one stopped"),
            ("sync", "bring up to date what is requested"),
            ("verify", "compare with the database; exit 1 when they differ"),
        ):  # fmt: skip
            part = parts.add_parser(name, help=text)
            part.add_argument("--engine", choices=names, help="only this engine")
            if name == "rebuild":
                part.add_argument(
                    "--type",
                    choices=[kind.type for kind in documents.types()],
                    help="only bring documents of this type up to date, in place",
                )
            if name == "sync":
                part.add_argument(
                    "--watch", action="store_true", help="go on until SIGTERM or SIGINT"
                )

    def handle(self, *, part: str, engine: str | None, **options: Any) -> None:
        ensure_set_up()
        chosen = [engines.get_engine(engine)] if engine else engines.all_engines()
        if options.get("watch"):
            self._watch(chosen)
            return
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
            indexing.rebuild(engine, progress.advance, say=self.stderr.write)
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

    def _watch(self, chosen: list[Engine]) -> None:
        """Drain until a signal comes; a batch that is under way is finished first."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        progress = {one.name: Progress(self.stderr, f"{one.name} sync") for one in chosen}
        for one in chosen:
            outbox.retry_now(indexing.target_of(one))
        self.stderr.write("index sync: watching")
        while not stop.is_set():
            renew_connections()
            taken = 0
            for name, shown in progress.items():
                if done := indexing.drain_named(name):
                    shown.advance(done)
                    taken += done
            if not taken:
                for shown in progress.values():
                    shown.pause()
                stop.wait(IDLE_SECONDS)
        for shown in progress.values():
            shown.finish()
        self.stderr.write("index sync: stopped")

    def _verify(self, engine: Engine) -> bool:
        reason = indexing.other_shape(engine)
        if reason:
            self.stdout.write(reason)
        found = verify(engine)
        for difference in found:
            self.stdout.write(_line(difference))
        return not (reason or any(found))


def _line(difference: Difference) -> str:
    parts = [f"{difference.engine} {difference.type}: {difference.expected} in the database"]
    for name in ("missing", "extra", "stale"):
        keys = getattr(difference, name)
        shown = ", ".join(keys[:SHOWN_KEYS]) + (", …" if len(keys) > SHOWN_KEYS else "")
        parts.append(f"{name} {len(keys)}" + (f" ({shown})" if keys else ""))
    return ", ".join(parts)
