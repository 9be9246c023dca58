"""Fills an installation with made providers and measures search in it; run by bench.search.

Prints one JSON object: for each engine its rebuild, and p50 and p99 of searches and suggestions
by round, ours and bare; the overlap of both engines' first hits; how long reading takes."""

import argparse
import json
import os
import random
import sys
import time
from functools import partial
from statistics import quantiles
from typing import Any

from bench import search_bare, search_made, search_overlap, search_rebuild, search_service

TYPED = 200
"""Beginnings of titles that suggestions are asked for."""
SUGGESTION_ROUNDS = 5


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def beginnings(count: int) -> list[str]:
    """What somebody typed of a title: one word, Chinese or English, not to its end."""
    chance = random.Random(search_made.SEED + 4)
    typed = []
    for number in range(count):
        if number % 2:
            word = chance.choice(search_made.WORDS_EN)
            typed.append(word[: chance.randint(2, len(word) - 1)])
        else:
            words = "".join(chance.sample(search_made.WORDS_ZH, 2))
            typed.append(words[: chance.randint(1, 4)])
    return typed


def suggestions(engine: Any) -> dict[str, Any]:
    """Suggestions against a bare lookup of the same beginning."""
    bare = search_bare.PREFIXES[engine.name]
    pairs = [
        (partial(engine.suggest, typed, types=("provider",)), bare(typed))
        for typed in beginnings(TYPED)
    ]
    search_service.by_turns(pairs[: search_service.WARM_UP], 1, 1)
    return search_service.by_turns(pairs, 1, SUGGESTION_ROUNDS)


def measure(count: int, distinct: int, repeat: int) -> dict[str, Any]:
    """Everything, on every engine there is."""
    from django.conf import settings

    from search import engines

    # A busy machine must not fall back to the other engine in mid-measurement.
    settings.SEARCH_REQUEST_TIMEOUT = 20
    urls = settings.ELASTICSEARCH_URLS
    all_engines = engines.all_engines()[::-1]
    answer: dict[str, Any] = {engine.name: {} for engine in all_engines}
    for engine in all_engines:
        answer[engine.name]["rebuild"] = search_rebuild.measure(engine)
        _say(f"{engine.name}: rebuild {answer[engine.name]['rebuild']}")
    engines.embedded().warm()
    if len(all_engines) == 2:
        answer["overlap"] = search_overlap.measure(all_engines[0], all_engines[1], count)
        _say(f"overlap: {answer['overlap']}")
    asked, reading = search_service.read_all(search_made.requests(distinct))
    answer["reading"] = {"p50": quantiles(reading, n=100)[49]}
    for engine in all_engines:
        settings.ELASTICSEARCH_URLS = urls if engine.name == "elasticsearch" else []
        found = answer[engine.name]
        found["suggestions"] = suggestions(engine)
        _say(f"{engine.name}: suggestions {found['suggestions']}")
        with search_service.with_vectors(asked):
            watched = search_service.watch(asked, engine)
            bare = search_bare.SEARCHES[engine.name]
            found["search"] = search_service.compare(watched, bare, repeat)
        _say(f"{engine.name}: search {found['search']}")
        found["neighbours"] = sum(len(one.neighbours) for one in watched) / len(watched)
    return answer


def main() -> None:
    """Run it all in the installation that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--distinct", type=int, required=True)
    parser.add_argument("--repeat", type=int, required=True)
    options = parser.parse_args()

    import django

    django.setup()
    search_made.store(options.count)
    _say("rows stored")
    print(json.dumps(measure(options.count, options.distinct, options.repeat)))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    main()
