"""Compile the message catalogues without gettext, so that a laptop with nothing but Python can.

Only catalogues newer than what was compiled from them are touched; a file that others may be
reading right now is replaced in one step.
"""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parents[1]


def catalogues() -> list[Path]:
    """Every message catalogue of the project, in a stable order."""
    return sorted((ROOT / "locale").glob("**/LC_MESSAGES/*.po"))


def compile_catalogue(source: Path) -> bool:
    """Write the compiled catalogue beside `source` unless it is up to date; True when written.

    Raises PoFileError when the catalogue is no valid one.
    """
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)
    return True


def main() -> int:
    """Compile all; 1 with one line for each catalogue that cannot be read."""
    failed = False
    for source in catalogues():
        try:
            if compile_catalogue(source):
                print(f"messages: compiled {source.relative_to(ROOT)}", file=sys.stderr)
        except PoFileError as error:
            failed = True
            print(f"messages: {source.relative_to(ROOT)}: {error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
