"""Whether the portal here answers: exit code 0 or 1, for the container's health check."""

import http.client
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from portal.settings.environment import read_environment  # noqa: E402

HOST = "127.0.0.1"


def answers(port: int, *, host_name: str = HOST) -> bool:
    """Whether /healthz says that the portal at `port` can be used; asked for under `host_name`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=3)
    try:
        connection.request("GET", "/healthz", headers={"Host": host_name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> int:
    """Ask under the first name that the portal is allowed to answer to."""
    environment = read_environment()
    host_name = environment.ALLOWED_HOSTS.split(",")[0].strip().lstrip("*.") or HOST
    return int(not answers(environment.PORT, host_name=host_name))


if __name__ == "__main__":
    sys.exit(main())
