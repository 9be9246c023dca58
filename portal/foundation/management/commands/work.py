"""`manage.py work`: tasks, outbox and schedule."""

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.foundation.setup import ensure_set_up
from portal.foundation.work import run_round

IDLE_SECONDS = 1.0


class Command(BaseCommand):
    """Runs until told to stop, or with --once until nothing is due."""

    help = "Runs background work: tasks, the outbox and the schedule."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="stop as soon as nothing is due any more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_set_up()
        self.running = True
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._stop)
        self.stderr.write("work: started")
        while self.running:
            done = run_round()
            if done:
                self.stderr.write(f"work: {done} done")
            elif options["once"]:
                break
            else:
                time.sleep(IDLE_SECONDS)
        self.stderr.write("work: stopped")

    def _stop(self, signum: int, frame: object) -> None:
        self.running = False
