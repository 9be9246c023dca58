"""The search service against the same request to the bare engine and one fetch of the rows."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from statistics import quantiles
from typing import Any
from unittest.mock import patch

from bench.search_made import vectors

ROUNDS = 5
WARM_UP = 40

Run = Callable[[], object]


@dataclass
class Asked:
    """What the service asks of engines to answer one request."""

    request: Any
    query: Any
    neighbours: list[tuple[tuple[Any, ...], dict[str, Any]]]
    """Arguments of each call for nearest neighbours."""


def read_all(asked: list[Any]) -> tuple[list[Any], list[float]]:
    """The requests with their texts read, and how long reading each took in milliseconds."""
    from portal.discovery import warming
    from portal.discovery.reading import read

    warming.begin().join()
    times, done = [], []
    for request in asked:
        started = time.perf_counter()
        reading = read(request.text)
        times.append((time.perf_counter() - started) * 1000)
        done.append(replace(request, reading=reading))
    return done, times


@contextmanager
def with_vectors(asked: Sequence[Any]) -> Iterator[None]:
    """Every text has its vector already, a made one: nothing is encoded."""
    from portal.discovery import nearest

    made = dict(zip((request.text for request in asked), vectors(len(asked)), strict=True))
    with patch.object(nearest, "vector_of", made.__getitem__):
        yield


def watch(asked: Sequence[Any], engine: Any) -> list[Asked]:
    """Each request once through the service, noting what reaches the engine."""
    from portal.discovery.service import search

    found = []
    ask, neighbours = engine.search, engine.knn
    for request in asked:
        one = Asked(request, None, [])

        def searched(query: Any, one: Asked = one) -> Any:
            one.query = query
            return ask(query)

        def looked_near(*given: Any, one: Asked = one, **named: Any) -> Any:
            one.neighbours.append((given, named))
            return neighbours(*given, **named)

        engine.search, engine.knn = searched, looked_near
        try:
            search(request)
        finally:
            del engine.search, engine.knn
        if one.query is None:
            raise RuntimeError(f"{engine.name} did not answer {request.text!r}")
        found.append(one)
    return found


def compare(watched: Sequence[Asked], bare: Callable[[Asked], Run], repeat: int) -> dict[str, Any]:
    """p50 and p99 in milliseconds of both, round by round, each request by turns; a round has
    every request `repeat` times."""
    from portal.discovery.service import search

    pairs = [(partial(search, one.request), bare(one)) for one in watched]
    for ours, theirs in pairs[:WARM_UP]:
        ours()
        theirs()
    # Bodies made beforehand are hundreds of thousands of objects that no web process holds, and
    # would be walked through, in the middle of a request, to find garbage.
    gc.collect()
    gc.freeze()
    return by_turns(pairs, repeat, ROUNDS)


def by_turns(pairs: Sequence[tuple[Run, Run]], repeat: int, rounds: int) -> dict[str, Any]:
    """p50 and p99 in milliseconds of the first and the second of each pair, round by round."""
    found: dict[str, Any] = {"ours": [], "bare": []}
    for _ in range(rounds):
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for number, pair in enumerate(list(pairs) * repeat):
            # The first to be asked warms what the second reads, so both are first as often.
            order = (0, 1) if number % 2 else (1, 0)
            for place in order:
                started = time.perf_counter()
                pair[place]()
                times["bare" if place else "ours"].append((time.perf_counter() - started) * 1000)
        for name, values in times.items():
            cuts = quantiles(values, n=100)
            found[name].append({"p50": cuts[49], "p99": cuts[98]})
    return found
