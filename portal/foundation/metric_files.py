"""Where the server's processes put their figures down for each other.

Knows nothing of prometheus_client, which looks for the folder when it is imported."""

import os
import time
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
KEPT_SECONDS = 86_400


def share(folder: Path) -> None:
    """Let this process and the others of the server add up in `folder`.

    Files of processes that ended stay for a day, so that no counter goes back while a server
    replaces its processes."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*_*.db"):
        process = file.stem.rpartition("_")[2]
        if not alive(process) and time.time() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(folder)


def alive(process: str) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
