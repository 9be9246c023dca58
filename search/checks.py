"""System checks of the search."""

from typing import Any

from django.core.checks import CheckMessage, Warning

from search import engines, indexing
from search.engines.base import EngineError


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
