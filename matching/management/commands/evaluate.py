"""`manage.py evaluate`: how good a TREC run is by judgements."""

import argparse
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError

from matching.models import Need
from portal.foundation.setup import ensure_set_up
from search.evaluation import evaluate, read_qrels, read_run

Parsed = TypeVar("Parsed")


class Command(BaseCommand):
    """The measures of formats.md, with 95 % bootstrap intervals."""

    help = "Measure a TREC run against TREC judgements; by language where the needs are known."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--qrels", type=Path, required=True, help="topic 0 document grade")
        parser.add_argument(
            "--run", type=Path, required=True, help="topic Q0 document rank score tag"
        )

    def handle(self, *, qrels: Path, run: Path, **options: Any) -> None:
        judgements = _read(qrels, read_qrels)
        ranked = _read(run, read_run)
        ensure_set_up()
        languages = dict(
            Need.objects.filter(ref__in=list(judgements)).values_list("ref", "language")
        )
        self.stdout.write(json.dumps(evaluate(ranked, judgements, languages)))


def _read(path: Path, parse: Callable[[Iterable[str]], Parsed]) -> Parsed:
    try:
        with path.open(encoding="utf-8") as lines:
            return parse(lines)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: is not UTF-8") from error
    except ValueError as error:
        raise CommandError(f"{path}: {error}") from error
