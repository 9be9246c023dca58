"""The standard text of the confidentiality agreement, by version.

A new version is a new pair of files; what was accepted is kept with its own text."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION = "2026-1"
_FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class StandardText:
    """One version in both languages; `sha256` is of the Chinese text, a NUL, the English one."""

    version: str
    zh: str
    en: str

    @property
    def sha256(self) -> str:
        """What tells that a text is this one."""
        return hashlib.sha256(f"{self.zh}\0{self.en}".encode()).hexdigest()


@cache
def current() -> StandardText:
    """The text that is proposed now."""
    return StandardText(VERSION, _read("zh"), _read("en"))


def _read(language: str) -> str:
    path = _FOLDER / f"confidentiality-{VERSION}.{language}.txt"
    return path.read_text(encoding="utf-8").strip()
