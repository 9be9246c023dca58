"""What the search tells /metrics."""

from collections.abc import Iterator

from prometheus_client.core import Metric

from portal.foundation import metrics

_searches = metrics.counter("duijie_searches", "Searches answered", ["engine", "degraded"])
_seconds = metrics.histogram("duijie_search_seconds", "Time in the engine", ["engine", "degraded"])
_open = metrics.gauge(
    "duijie_search_breaker_open", "1 while searches turn away from an engine", ["engine"]
)


def searched(engine: str, *, degraded: bool, seconds: float) -> None:
    """Count a search that was answered."""
    stood_in = "yes" if degraded else "no"
    _searches.labels(engine, stood_in).inc()
    _seconds.labels(engine, stood_in).observe(seconds)


def breaker(engine: str, *, open: bool) -> None:
    """Put down the state of an engine's breaker."""
    _open.labels(engine).set(float(open))


def collect() -> Iterator[Metric]:
    """Documents of every engine that answers, and what is known of its index."""
    from search import documents, engines, indexing
    from search.engines.base import EngineError
    from search.models import IndexState

    held, right, up = [], [], []
    for engine in engines.all_engines():
        try:
            right.append(((engine.name,), float(not indexing.other_shape(engine))))
            held += [
                ((engine.name, kind.type), engine.count(kind.type)) for kind in documents.types()
            ]
        except EngineError:
            up.append(((engine.name,), 0.0))
        else:
            up.append(((engine.name,), 1.0))
    yield metrics.family("duijie_engine_up", "Whether it answers", ["engine"], up)
    yield metrics.family(
        "duijie_index_documents", "Documents in the index", ["engine", "type"], held
    )
    yield metrics.family(
        "duijie_index_shape_current", "0: it should be built anew", ["engine"], right
    )
    states = list(IndexState.objects.all())
    for what, summary in (
        ("rebuilt_at", "When it was last built anew"),
        ("synced_at", "When a change last came in"),
        ("verified_at", "When it was last compared with the database"),
    ):
        moments = [((state.engine,), getattr(state, what)) for state in states]
        yield metrics.family(
            f"duijie_index_{what.removesuffix('_at')}_timestamp_seconds", summary, ["engine"],
            ((labels, moment.timestamp()) for labels, moment in moments if moment),
        )  # fmt: skip
    for field, name, summary in (
        ("rebuild_seconds", "rebuild_seconds", "How long building anew took"),
        ("verify_seconds", "verify_seconds", "How long comparing took"),
        ("differences", "differences", "Documents that differed when it was last compared"),
        ("repaired", "repaired", "Documents that sweeps have asked for again"),
        ("taken_in", "rebuild_documents", "Documents taken in by the last rebuild so far"),
    ):
        figures = [((state.engine,), getattr(state, field)) for state in states]
        yield metrics.family(
            f"duijie_index_{name}", summary, ["engine"],
            ((labels, figure) for labels, figure in figures if figure is not None),
        )  # fmt: skip
    yield metrics.family(
        "duijie_index_rebuilding", "1: a rebuild is under way or waits to be gone on with",
        ["engine"], (((state.engine,), float(bool(state.building))) for state in states),
    )  # fmt: skip
