"""What the tests need beside Python, whether it is here, and which Debian packages bring it.

`python -m tests.services` installs what is missing; a test that finds its program missing all the
same calls `missing`, which skips it with the reason on a person's machine and fails it in CI.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

JAVA_AT_LEAST = 17
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
POSTGRES_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "opt/homebrew/opt/postgresql*/bin",
)


def in_ci() -> bool:
    """Whether nothing may be left out."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def missing(reason: str) -> NoReturn:
    """Skip the running test, or fail it in CI, because of `reason`."""
    if in_ci():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find_chromium() -> Path | None:
    """The browser's program."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    return None


def find_chinese_font() -> Path | None:
    """A font with Chinese characters; without one a browser draws boxes."""
    return next(Path("/usr/share/fonts").rglob("*CJK*"), None)


def find_jdk() -> Path | None:
    """A Java compiler of version 17 or newer."""
    compiler = shutil.which("javac")
    if compiler is None:
        return None
    done = subprocess.run([compiler, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r"javac (\d+)", done.stdout + done.stderr)
    return Path(compiler) if version and int(version[1]) >= JAVA_AT_LEAST else None


def find_maven() -> Path | None:
    """Maven's program."""
    found = shutil.which("mvn")
    return Path(found) if found else None


def find_postgres() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest where there are several."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [folder for place in POSTGRES_PLACES for folder in Path("/").glob(place)]
    usable = [folder for folder in folders if (folder / "initdb").exists()]
    return max(usable, key=lambda folder: _version(folder.parent.name), default=None)


def _version(name: str) -> int:
    number = re.search(r"\d+", name)
    return int(number[0]) if number else 0


def find_npm() -> Path | None:
    """Node's package manager, with Node."""
    found = shutil.which("npm")
    return Path(found) if found else None


def find_gettext() -> Path | None:
    """The programs that read messages out of the source."""
    found = shutil.which("xgettext")
    return Path(found) if found else None


@dataclass(frozen=True)
class Program:
    """One thing the tests need, and what cannot be run without it.

    `packages`: alternatives in order of preference; the first the system knows is installed."""

    name: str
    find: Callable[[], Path | None]
    packages: tuple[str, ...]
    without: str


PROGRAMS = (
    Program("Chromium", find_chromium, ("chromium", "chromium-browser"), "browser tests"),
    Program(
        "a Chinese font", find_chinese_font, ("fonts-noto-cjk",), "Chinese text in browser tests"
    ),
    Program(
        "a JDK of version 17 or newer",
        find_jdk,
        ("openjdk-21-jdk-headless", "openjdk-17-jdk-headless", "default-jdk-headless"),
        "tests on a real Elasticsearch",
    ),
    Program("Maven", find_maven, ("maven",), "tests on a real Elasticsearch"),
    Program("npm", find_npm, ("npm",), "the check of every page's HTML, and Lighthouse"),
    Program("PostgreSQL", find_postgres, ("postgresql",), "tests on PostgreSQL"),
    Program("gettext", find_gettext, ("gettext",), "the check that every message is translated"),
)
