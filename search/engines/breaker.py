"""A circuit breaker that makes nobody wait: while it is open every call fails at once, and one
look at the server in the background, at most every PROBE_SECONDS, decides when it closes."""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pybreaker

from search import measures

logger = logging.getLogger(__name__)

FAILURES = 3
PROBE_SECONDS = 5.0
_NEVER = 10**9


class _Told(pybreaker.CircuitBreakerListener):
    """Says each change once, in the log and to /metrics."""

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        measures.breaker(str(cb.name).lower(), open=new_state.name == pybreaker.STATE_OPEN)
        if new_state.name == pybreaker.STATE_OPEN:
            logger.warning("%s does not answer: searches turn to the embedded index", cb.name)
        elif new_state.name == pybreaker.STATE_CLOSED:
            logger.info("%s answers again", cb.name)


class Breaker:
    """Opens after FAILURES failures in a row; `probe` raises while the server can't be used.

    pybreaker counts and keeps the state. Its own way back, which lets callers try, is not used:
    each of them would wait for a server that may hang."""

    def __init__(
        self, name: str, probe: Callable[[], object], *, apart: tuple[type[Exception], ...] = ()
    ) -> None:
        self._probe = probe
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=FAILURES, reset_timeout=_NEVER, exclude=apart, listeners=[_Told()], name=name
        )
        measures.breaker(name.lower(), open=False)
        self._guard = threading.Lock()
        self._probing: tuple[int, float] = (0, 0.0)

    @property
    def open(self) -> bool:
        """Whether calls fail at once."""
        return bool(self._breaker.current_state == pybreaker.STATE_OPEN)

    @contextlib.contextmanager
    def calling(self) -> Iterator[None]:
        """A call that counts. Raises CircuitBreakerError at once while it is open."""
        if self.open:
            self._look()
        with self._breaker.calling():
            yield

    def _look(self) -> None:
        """Look at the server in the background, unless that was done or begun just now."""
        now = time.monotonic()
        with self._guard:
            process, begun = self._probing
            # A thread does not live on in a forked process: there it is begun again.
            if process == os.getpid() and now - begun < PROBE_SECONDS:
                return
            self._probing = os.getpid(), now
        threading.Thread(target=self._try, name="breaker-probe", daemon=True).start()

    def _try(self) -> None:
        try:
            self._probe()
        except Exception as error:  # whatever it is, the server can't be used
            logger.debug("%s: %s", self._breaker.name, error)
        else:
            self._breaker.close()
