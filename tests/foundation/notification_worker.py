"""A worker for test_notifications_killed: a process of its own that sends what is due, and that
SIGKILL ends at the point asked for, just before or after one of the worker's steps.

    python -m tests.foundation.notification_worker POINT
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

BEFORE, AFTER = "before", "after"
POINTS = {
    "before taking": (BEFORE, "take_one"),
    "after taking": (AFTER, "take_one"),
    "before putting down": (BEFORE, "settle"),
    "after putting down": (AFTER, "settle"),
}
NOWHERE = "nowhere"


def dying(step: Callable[..., Any], when: str) -> Callable[..., Any]:
    """The step, with a death before or after it."""

    def run(*args: Any) -> None:
        if when == AFTER:
            step(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    return run


def main(point: str) -> None:
    """Send until nothing is due, or die on the way."""
    django.setup()
    from portal.foundation.notifications import sending
    from tests.foundation.telling import register_kinds

    register_kinds()
    if point != NOWHERE:
        when, step = POINTS[point]
        setattr(sending, step, dying(getattr(sending, step), when))
    while sending.send_due_emails(50) + sending.send_due_messages(50):
        pass


if __name__ == "__main__":
    main(sys.argv[1])
