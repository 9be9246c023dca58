"""The reconciling sweep: what an index lacks or has too much is asked for again.

Actions ask for every document they change, so there is nothing to find, unless rows were changed
behind their back: by hand in the database, by a restored backup, by a disk that lost something."""

import contextlib
import logging

from django.db.models import F

from portal.foundation import outbox
from search import engines
from search.engines.base import Engine, EngineError
from search.models import IndexState, state_of
from search.reading import target_of
from search.rebuilding import remove_leftovers
from search.turns import only_builder
from search.verify import Difference, verify

logger = logging.getLogger(__name__)


def sweep() -> int:
    """Compare every engine that can be used with the database, ask again for what differs, and
    remove what interrupted rebuilds left behind; says how many documents were asked for."""
    asked = 0
    for engine in engines.all_engines():
        try:
            if engine.health().ok and engine.exists():
                asked += reconcile(engine)
                _tidy(engine)
        except EngineError as error:
            logger.warning("%s: sweep: %s", target_of(engine), error)
    return asked


def reconcile(engine: Engine) -> int:
    """Ask again for what differs and does not wait in the outbox already; says how many.

    Raises EngineError."""
    asked = sum(_ask_again(engine, found) for found in verify(engine) if found)
    if asked:
        state = state_of(engine.name)
        IndexState.objects.filter(pk=state.pk).update(repaired=F("repaired") + asked)
    return asked


def _ask_again(engine: Engine, found: Difference) -> int:
    target = target_of(engine)
    waiting = outbox.pending(target).filter(kind=found.type).values_list("key", flat=True)
    keys = set(found.keys).difference(waiting)
    # Above what the index holds: it would pass over a version that is not newer.
    outbox.request_above(target, found.type, {key: found.held.get(key, 0) for key in keys})
    if keys:
        logger.warning("%s: %s %s differed, asked for again", target, len(keys), found.type)
    return len(keys)


def _tidy(engine: Engine) -> None:
    """A half-built index that can be gone on with stays; nobody comes back for others."""
    with contextlib.suppress(EngineError), only_builder(engine):
        removed = remove_leftovers(engine, unless=state_of(engine.name).building)
        if removed:
            logger.info("%s: %s half-built indexes removed", target_of(engine), removed)
