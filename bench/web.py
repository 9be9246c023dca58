"""The signed-out home and search pages against a bare Django view with one query."""

import subprocess
import sys
import tempfile
from urllib.parse import quote

from bench.load import CONNECTIONS, FRESH, client_name, requests_per_second, serving, surroundings
from bench.report import ROOT, Result, Row, bench

PAIRS = 5
SECONDS = 4
WARM_UP_SECONDS = 2
PAGES = {
    "home page (Chinese)": "/zh-hans/",
    "home page (English)": "/en/",
    "search page (Chinese)": f"/zh-hans/search/?q={quote('机床 数据采集')}",
    "search page (English)": "/en/search/?q=machine+monitoring",
    "home page, built anew for each visitor": f"/zh-hans/?visit={FRESH}",
    "search page, built anew for each visitor": (
        f"/zh-hans/search/?q={quote('机床 数据采集')}&visit={FRESH}"
    ),
}


@bench("web", "Signed-out pages against a bare Django view with one query")
def web() -> Result:
    """Requests a second of each page and of the bare view, by turns, both under granian."""
    with tempfile.TemporaryDirectory(prefix="duijie-bench-") as data_dir:
        environment = {
            "DUIJIE_DATA_DIR": data_dir,
            "DATABASE_URL": "",
            "ELASTICSEARCH_URL": "",
            "DUIJIE_DEMO": "1",
            # All the load comes from one address.
            "DUIJIE_READS_PER_MINUTE": "0",
        }
        prepare = [sys.executable, "scripts/prepare.py"]
        subprocess.run(
            prepare, cwd=ROOT, env=surroundings(environment), check=True, stdout=sys.stderr
        )
        rows = _compare(environment)
    notes = [
        f"{PAIRS} pairs of {SECONDS} seconds each, {CONNECTIONS} connections kept open, "
        f"load by {client_name()} on the same machine.",
        "Both under granian (WSGI) as `make run` starts it, on the same SQLite database with the "
        "demo rows; the bare view (`bench/bare/`) fetches one row by its key and has no middleware "
        "and no template.",
        "Signed-out visitors get a page that was kept for others at the same address; *built anew* "
        "asks for another address each time, so that nothing kept is of use.",
        "A ratio of 0.5 means: half as many pages a second as the bare view.",
    ]
    return Result(rows, notes)


def _compare(environment: dict[str, str]) -> list[Row]:
    portal = serving("portal.wsgi:application", path="/healthz", environment=environment)
    bare = serving("bench.bare.wsgi:application", path="/", environment=environment)
    rows = []
    with portal as portal_port, bare as bare_port:
        requests_per_second(bare_port, "/", WARM_UP_SECONDS)
        for name, path in PAGES.items():
            requests_per_second(portal_port, path, WARM_UP_SECONDS)
            ours, theirs = [], []
            for _ in range(PAIRS):
                theirs.append(requests_per_second(bare_port, "/", SECONDS))
                ours.append(requests_per_second(portal_port, path, SECONDS))
            rows.append(Row(name, "requests/s", subject=ours, base=theirs))
    return rows
