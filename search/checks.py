"""System checks of the search."""

from typing import Any

from django.core.checks import CheckMessage, Warning

from portal.foundation.readiness import Finding
from search import engines, indexing
from search.engines.base import Engine, EngineError


def index_ready() -> Finding:
    """Some engine has an index and answers; degraded where not every one does."""
    troubles = [engine.name for engine in engines.all_engines() if not _answers(engine)]
    if len(troubles) == len(engines.all_engines()):
        return Finding("degraded", "no index: search finds nothing until the worker has built it")
    if troubles:
        return Finding("degraded", f"without {', '.join(troubles)}")
    return Finding("ok")


def _answers(engine: Engine) -> bool:
    try:
        return engine.exists()
    except EngineError:
        return False


def index_shape(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning for each index that should be built anew. An engine that does not answer says
    nothing here: `index verify` and the worker do."""
    found: list[CheckMessage] = []
    for engine in engines.all_engines():
        try:
            reason = indexing.other_shape(engine)
        except EngineError:
            continue
        if reason:
            found.append(Warning(reason, id="search.W001"))
    return found
