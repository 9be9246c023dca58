"""Where the repository is, and what its files say, for the tests of the ground."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> str:
    """The text of a file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def make_targets() -> set[str]:
    """Every target of the Makefile that a person calls."""
    return set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
