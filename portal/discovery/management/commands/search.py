"""`manage.py search "TEXT" --json`: what the page shows."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.discovery.parameters import (
    BadParameter,
    parse_filters,
    parse_near,
    parse_types,
    parse_without,
    plain,
)
from portal.discovery.service import MAX_PAGE_SIZE, SearchAnswer, SearchRequest, as_json, search
from portal.foundation.setup import ensure_set_up
from portal.foundation.text import LANGUAGES
from search.engines.base import EngineError
from search.queries import SORTS


class Command(BaseCommand):
    """Search as a signed-out visitor does."""

    help = 'Search the portal. TEXT may be "": everything, the newest first.'

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("text", metavar="TEXT")
        parser.add_argument(
            "--in", dest="types", action="append", default=[], metavar="TYPES",
            help="providers,needs,projects,pages",
        )  # fmt: skip
        parser.add_argument(
            "--where", nargs="+", action="extend", default=[], metavar="FIELD=VALUE",
            help="district=330212 …; several values of one field: any of them",
        )  # fmt: skip
        parser.add_argument(
            "--without", nargs="+", action="extend", default=[], metavar="CONCEPT",
            help="concepts of the text that are neither searched for nor count",
        )  # fmt: skip
        parser.add_argument("--near", default="", metavar="LAT,LON")
        parser.add_argument("--within", default="", metavar="KM")
        parser.add_argument("--sort", choices=SORTS, default="relevance")
        parser.add_argument("--top", type=int, default=10, metavar="N")
        parser.add_argument("--language", choices=LANGUAGES, default="zh")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, text: str, **options: Any) -> None:
        if not 1 <= options["top"] <= MAX_PAGE_SIZE:
            raise CommandError(f"--top wants 1 to {MAX_PAGE_SIZE}", returncode=2)
        ensure_set_up()
        try:
            request = SearchRequest(
                text=plain(text),
                without=parse_without(options["without"]),
                types=parse_types(options["types"]),
                filters=parse_filters(_pairs(options["where"])),
                near=parse_near(options["near"], options["within"]),
                sort=options["sort"],
                page_size=options["top"],
                language=options["language"],
            )
            if request.sort == "distance" and request.near is None:
                raise CommandError("--sort distance wants --near", returncode=2)
            answer = search(request)
        except BadParameter as error:
            raise CommandError(str(error), returncode=2) from None
        except EngineError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(as_json(answer, options["language"]), ensure_ascii=False))
        else:
            self._print(answer)

    def _print(self, answer: SearchAnswer) -> None:
        for hit in answer.hits:
            away = "" if hit.distance_km is None else f"{hit.distance_km:.1f} km"
            self.stdout.write("\t".join([hit.type, hit.key, f"{hit.score:.3f}", away, hit.title]))
        self.stderr.write(f"{answer.total} in {answer.took_ms:.0f} ms ({answer.engine})")


def _pairs(texts: list[str]) -> dict[str, list[str]]:
    """`FIELD=VALUE` texts by field.

    Raises CommandError for a text that is no pair."""
    pairs: dict[str, list[str]] = {}
    for text in texts:
        field, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"--where wants FIELD=VALUE, not {text!r}", returncode=2)
        pairs.setdefault(field.strip(), []).append(value)
    return pairs
