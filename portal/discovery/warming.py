"""Loading what a search needs before anybody asks: the first visitor should not wait for it."""

import gc
import logging
import threading

from django.db import connections

from portal.discovery import nearest
from portal.discovery.reading import read

logger = logging.getLogger(__name__)
_TEXT = "机器视觉检测 visual inspection"


def begin() -> threading.Thread:
    """Load vocabulary, sentence encoder and pinyin in a thread of its own."""
    thread = threading.Thread(target=_warm, name="warming", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    try:
        read(_TEXT)
        nearest.vector_of(_TEXT)
        # All this lives as long as the process. Walking through it held requests up for a fifth of
        # a second each time that Python looked for garbage everywhere.
        gc.collect()
        gc.freeze()
    except Exception:
        # Whoever searches first loads it, and is told what is wrong.
        logger.exception("could not load what searches need")
    finally:
        connections.close_all()
