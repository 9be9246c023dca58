"""How far the first ten hits of both engines are the same."""

import random
from collections import defaultdict
from statistics import mean
from typing import Any

from bench.search_made import DISTRICTS, SEED, WORDS_EN, WORDS_ZH, nearest

EACH = 40
"""Queries of a kind."""
TOP = 10


def queries(documents: int) -> list[tuple[str, Any]]:
    """(kind, query), EACH of every kind."""
    from portal.vocabulary import get_vocabulary
    from search.filters import Filters
    from search.queries import SearchQuery

    chance = random.Random(SEED + 3)
    concepts = list(get_vocabulary().concepts)

    def english(count: int) -> str:
        return " ".join(chance.sample(WORDS_EN, count))

    def chinese(count: int) -> str:
        return "".join(chance.sample(WORDS_ZH, count))

    def typo() -> str:
        word = chance.choice([word for word in WORDS_EN if len(word) >= 6])
        place = chance.randrange(1, len(word) - 2)
        swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        return f"{swapped} {chance.choice(WORDS_EN)}"

    made = []
    for _ in range(EACH):
        filters = Filters(
            kind=("provider",), district=tuple(chance.sample(DISTRICTS, 2)), price_max=200_000
        )
        marks = tuple((concept, chance.random()) for concept in chance.sample(concepts, 2))
        made += [
            ("Chinese words", SearchQuery(text=chinese(3))),
            ("English words", SearchQuery(text=english(3))),
            ("words and filters", SearchQuery(text=english(1) + chinese(1), filters=filters)),
            ("phrases", SearchQuery(text=chinese(1), phrases=(english(2),))),
            ("mistyped words", SearchQuery(text=typo())),
            ("words and concepts", SearchQuery(text=chinese(2), concepts=marks)),
            (
                "words and nearest documents",
                SearchQuery(text=english(2), nearest=nearest(chance, documents)),
            ),
        ]
    return made


def measure(one: Any, other: Any, documents: int) -> dict[str, float]:
    """The mean share of the first ten that both have, by kind of query, "" for all of them.

    Queries that find nothing on either engine tell nothing and are left out."""
    from dataclasses import replace

    shares: dict[str, list[float]] = defaultdict(list)
    for kind, query in queries(documents):
        found = [
            {(hit.type, hit.key) for hit in engine.search(replace(query, limit=TOP)).hits}
            for engine in (one, other)
        ]
        if any(found):
            share = len(found[0] & found[1]) / max(map(len, found))
            shares[kind].append(share)
            shares[""].append(share)
    means = {kind: mean(values) for kind, values in shares.items()}
    return {**means, "queries": len(shares[""])}
