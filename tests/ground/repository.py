"""Where the repository is, and what its files say, for the tests of the ground."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> str:
    """The text of a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def environment() -> dict[str, str]:
    """The environment without what a make that started these tests left for makes of its own."""
    ours = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "JOBS")
    return {name: value for name, value in os.environ.items() if name not in ours}


def make_targets() -> set[str]:
    """Every target of the Makefile that a person calls."""
    return set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
