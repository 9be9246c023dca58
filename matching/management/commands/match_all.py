"""`manage.py match_all`: a TREC run for every open need."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from matching.catching_up import catch_up
from matching.listing import open_needs
from matching.management.commands.match import positive
from matching.runs import Matcher
from portal.foundation.progress import Progress
from portal.foundation.setup import ensure_set_up

TAG = "duijie"


class Command(BaseCommand):
    """Stores no runs: it is for measuring."""

    help = "Rank providers for every open need, as lines `need Q0 provider rank score tag`."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--top", type=positive, default=50, help="providers a need (50)")
        parser.add_argument(
            "--trec", action="store_true", required=True, help="the format: TREC run lines"
        )

    def handle(self, *, top: int, **options: Any) -> None:
        ensure_set_up()
        catch_up(self.stderr)
        needs = open_needs().select_related("organisation").order_by("ref")
        matcher = Matcher()
        progress = Progress(self.stderr, "needs matched", needs.count())
        for need in needs.iterator(chunk_size=200):
            ranking = matcher.match(need).ranking
            for rank, scored in enumerate(ranking.results[:top], 1):
                self.stdout.write(
                    f"{need.ref} Q0 {scored.provider} {rank} {scored.score:.6f} {TAG}"
                )
            progress.advance()
        progress.finish()
