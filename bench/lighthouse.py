"""Lighthouse on the pages most visitors see, as a phone on a slow network meets them."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.load import HOST, BenchError, serving, surroundings
from bench.report import ROOT, Result, Row, bench
from tests.services import node
from tests.services.chromium import FLAGS
from tests.services.programs import find_chromium

SOURCE = Path(__file__).parent / "lighthouse_npm"
RUNS = 5
TRIES = 3
SECONDS = 180
WANTED_SCORE, WANTED_KB = 95, 150
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
}
SEARCH = f"/zh-hans/search/?q={quote('机床 数据采集')}"
# One of each: the first that its list leads to.
FOUND = {
    "provider": ("/zh-hans/search/?in=providers", r"/zh-hans/providers/[^/\"]+/"),
    "need": ("/zh-hans/needs/", r"/zh-hans/needs/N[^/\"]+/"),
    "project": ("/zh-hans/projects/", r"/zh-hans/projects/(?!new/)[^/\"]+/"),
}


@bench("lighthouse", "Lighthouse on signed-out pages, phone profile")
def lighthouse() -> Result:
    """Scores and weight of five pages under granian, as `make run` serves them."""
    browser = find_chromium()
    if browser is None:
        raise BenchError("no Chromium here")
    with tempfile.TemporaryDirectory(prefix="duijie-bench-") as data_dir:
        environment = {
            "DUIJIE_DATA_DIR": data_dir,
            "DATABASE_URL": "",
            "ELASTICSEARCH_URL": "",
            "DUIJIE_DEMO": "1",
            "DUIJIE_READS_PER_MINUTE": "0",
        }
        prepare = [sys.executable, "scripts/prepare.py"]
        subprocess.run(
            prepare, cwd=ROOT, env=surroundings(environment), check=True, stdout=sys.stderr
        )
        server = serving("portal.wsgi:application", path="/healthz", environment=environment)
        with server as port:
            rows, version = measured(port, browser)
    return Result(rows, notes(version, browser))


def notes(version: str, browser: Path) -> list[str]:
    """How it was measured, for the report."""
    name = subprocess.check_output([browser, "--version"], text=True).strip()
    return [
        f"Lighthouse {version} with its phone profile (simulated slow 4G and a processor four "
        f"times slower), {name}; {RUNS} runs a page, each with an empty cache; the median of each "
        "figure.",
        f"Base: what is wanted, {WANTED_SCORE} points of 100 or more and {WANTED_KB} kB or less; "
        "points want a ratio of 1 or more, weight one of 1 or less.",
        "Weight: the bytes of every request of the page as transferred, headers and all; a kB is "
        "1,000 bytes.",
    ]


def measured(port: int, browser: Path, runs: int = RUNS) -> tuple[list[Row], str]:
    """The rows of all pages of a portal at `port`, and Lighthouse's version."""
    rows, version = [], ""
    for name, path in addresses(port).items():
        reports = [_tried(f"http://{HOST}:{port}{path}", browser) for _ in range(runs)]
        version = reports[0]["lighthouseVersion"]
        for category, words in CATEGORIES.items():
            scores = [100 * report["categories"][category]["score"] for report in reports]
            rows.append(Row(f"{name}, {words}", "points", scores, [WANTED_SCORE] * runs))
        weights = [_weight(report) for report in reports]
        rows.append(Row(f"{name}, weight", "kB", weights, [WANTED_KB] * runs))
    return rows, version


def addresses(port: int) -> dict[str, str]:
    """The paths of the five pages by name.

    Raises BenchError where a list leads to none."""
    paths = {"home": "/zh-hans/", "search": SEARCH}
    for name, (index, pattern) in FOUND.items():
        found = re.search(pattern, _page(port, index))
        if found is None:
            raise BenchError(f"{index} leads to no {name}")
        paths[name] = found[0]
    return paths


def _page(port: int, path: str) -> str:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def _tried(url: str, browser: Path) -> dict[str, Any]:
    """A run; again where a busy machine left the browser without a picture in time."""
    for _ in range(TRIES - 1):
        try:
            return _report(url, browser)
        except BenchError as trouble:
            print(f"bench: again, {trouble}", file=sys.stderr, flush=True)
    return _report(url, browser)


def _report(url: str, browser: Path) -> dict[str, Any]:
    program = shutil.which("node")
    if program is None:
        raise BenchError("no Node here")
    cli = node.installed(SOURCE) / "lighthouse" / "cli" / "index.js"
    with tempfile.TemporaryDirectory(prefix="duijie-lighthouse-") as folder:
        path = Path(folder) / "report.json"
        command = [program, str(cli), url, "--output=json", f"--output-path={path}", "--quiet"]
        command += [
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags={' '.join(FLAGS)}",
        ]
        environment = {**os.environ, "CHROME_PATH": str(browser), "TMPDIR": folder}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        if done.returncode or not path.exists():
            raise BenchError(f"{url}: {done.stderr[-1500:]}")
        return json.loads(path.read_text(encoding="utf-8"))


def _weight(report: dict[str, Any]) -> float:
    items = report["audits"]["network-requests"]["details"]["items"]
    return sum(item.get("transferSize") or 0 for item in items) / 1000
