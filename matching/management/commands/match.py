"""`manage.py match REF`: which providers fit a need, and why."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.catching_up import catch_up
from matching.engine.serial import canonical
from matching.engine.weights import WeightsError
from matching.models import MatchRun, Need
from matching.runs import TOP, ReplayDiffers, answer, replay, run_match
from matching.states import OPEN
from portal.foundation.setup import ensure_set_up


def positive(text: str) -> int:
    """A whole number above zero, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


class Command(BaseCommand):
    """Makes and keeps a run, or replays one."""

    help = "Rank the providers that fit an open need; with --replay, make a stored run again."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("ref", metavar="REF", help="the need's reference")
        parser.add_argument("--top", type=positive, default=TOP, help="providers to rank (20)")
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument(
            "--excluded", action="store_true", help="also tell who was left out, and why"
        )
        parser.add_argument(
            "--replay", type=int, metavar="RUN", help="make this stored run again and compare it"
        )

    def handle(self, *, ref: str, **options: Any) -> None:
        ensure_set_up()
        need = Need.objects.select_related("organisation").filter(ref=ref).first()
        if need is None:
            raise CommandError(f"there is no need {ref}")
        if options["replay"] is not None:
            given = self._replayed(need, options["replay"])
        else:
            given = self._matched(need, options["top"])
        if not options["excluded"]:
            given = {**given, "excluded": []}
        if options["json"]:
            self.stdout.write(canonical(given))
        else:
            self._tell(given)

    def _matched(self, need: Need, top: int) -> dict[str, Any]:
        if need.state != OPEN:
            raise CommandError(f"need {need.ref} is not open but {need.state}")
        catch_up(self.stderr)
        return answer(run_match(need, top=top, actor=None))

    def _replayed(self, need: Need, pk: int) -> dict[str, Any]:
        run = MatchRun.objects.filter(pk=pk, need=need).first()
        if run is None:
            raise CommandError(f"need {need.ref} has no run {pk}")
        try:
            return answer(run, replay(run))
        except (ReplayDiffers, WeightsError) as error:
            raise CommandError(str(error)) from error

    def _tell(self, given: dict[str, Any]) -> None:
        for row in given["results"]:
            low, high = row["range"]
            name = row["name"]["zh"] or row["name"]["en"]
            self.stdout.write(
                f"{row['rank']:>3}  {row['score']:.3f} ({low:.3f}–{high:.3f})  "
                f"{row['provider']}  {name}"
            )
            for criterion in row["criteria"]:
                value = "  ?  " if criterion["value"] is None else f"{criterion['value']:.3f}"
                self.stdout.write(f"       {value}  {criterion['name']}: {_both(criterion)}")
        for left_out in given["excluded"]:
            self.stdout.write(f"  -  {left_out['provider']}")
            for because in left_out["because"]:
                self.stdout.write(f"       {because['constraint']}: {_both(because)}")


def _both(row: dict[str, Any]) -> str:
    return f"{row['reason']['zh']} {row['reason']['en']}"
