"""Figures for Prometheus: what happens in the server's processes, and what the rooms know.

Counters and histograms are made at import time with `counter`, `histogram` and `gauge`; a room
that reads its figures from the database or an index registers a collector in AppConfig.ready.
Label values come from code, never from what people type: their number is bounded, and nothing
personal can stand in them."""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from portal.foundation.metric_files import VARIABLE, alive

logger = logging.getLogger(__name__)

KEPT_SECONDS = 5.0
BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

# As prometheus_client found it when it was imported just now.
_folder = os.environ.get(VARIABLE)
_registry = CollectorRegistry()
_collectors: dict[str, Callable[[], Iterable[Metric]]] = {}


def register(name: str, collect: Callable[[], Iterable[Metric]]) -> None:
    """Add what gives metric families when /metrics is asked for; the same name replaces it."""
    _collectors[name] = collect


def counter(name: str, summary: str, labels: Sequence[str]) -> Counter:
    """A number that only grows, over all processes of the server."""
    return Counter(name, summary, labels, registry=_registry)


def histogram(name: str, summary: str, labels: Sequence[str]) -> Histogram:
    """Seconds, in BUCKETS, over all processes of the server."""
    return Histogram(name, summary, labels, buckets=BUCKETS, registry=_registry)


def gauge(name: str, summary: str, labels: Sequence[str]) -> Gauge:
    """A number that goes up and down: the highest of the processes that live."""
    return Gauge(name, summary, labels, multiprocess_mode="livemax", registry=_registry)


def family(
    name: str, summary: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    """A family of figures as they are now, for collectors: (label values, figure)."""
    made = GaugeMetricFamily(name, summary, labels=labels)
    for label_values, value in values:
        made.add_metric(list(label_values), value)
    return made


class _Collected(Collector):
    def collect(self) -> Iterator[Metric]:
        worked = []
        for name, collect in _collectors.items():
            try:
                yield from list(collect())
            except Exception:  # one that fails must not take the others' figures along
                logger.exception("metrics: %s", name)
                worked.append(((name,), 0.0))
            else:
                worked.append(((name,), 1.0))
        yield family("duijie_collector_up", "Whether figures could be had", ["collector"], worked)


_guard = threading.Lock()
_kept: tuple[float, bytes] = (0.0, b"")


def render() -> bytes:
    """Everything as Prometheus reads it; asked for more often than every KEPT_SECONDS, the same."""
    global _kept
    with _guard:
        if not _kept[1] or time.monotonic() - _kept[0] > KEPT_SECONDS:
            _kept = time.monotonic(), _render()
        return _kept[1]


def forget() -> None:
    """Make the figures anew next time."""
    global _kept
    _kept = (0.0, b"")


def _render() -> bytes:
    read = CollectorRegistry()
    read.register(_Collected())
    shared = _registry
    if _folder:
        for file in Path(_folder).glob("gauge_live*_*.db"):
            process = file.stem.rpartition("_")[2]
            if not alive(process):
                mark_process_dead(int(process), _folder)
        shared = CollectorRegistry()
        MultiProcessCollector(shared, _folder)
    return generate_latest(shared) + generate_latest(read)
