"""Check the message catalogues: valid, nothing fuzzy, every message of the source translated.

English is the source language, so an English message may be left empty. Reading the messages out of
the source takes gettext; without it the catalogues are checked against themselves only, and that is
said (in CI it is a failure).
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.compile_messages import catalogues  # noqa: E402
from tests.services.programs import find_gettext, in_ci  # noqa: E402

ROOMS = ("portal", "cms", "matching", "search")
SOURCE_LANGUAGE = "en"
SHOWN = 10


def messages_of_source() -> set[object]:
    """Every message that the source marks, read by gettext through Django's makemessages."""
    with tempfile.TemporaryDirectory(prefix="duijie-messages-") as folder:
        copy = Path(folder)
        for room in ROOMS:
            shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("*.mo", "data"))
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "--locale=en"]
        subprocess.run(command, cwd=copy, check=True, capture_output=True, text=True)
        with (copy / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
            return {key(message) for message in read_po(file) if message.id}


def key(message: Message) -> object:
    """What makes a message the same one: its context and its id."""
    return (message.context, message.id)


def is_translated(message: Message) -> bool:
    """Whether every form of the message has words."""
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(forms)


def faults(source: Path, wanted: set[object] | None) -> list[str]:
    """One line for each fault of a catalogue; `wanted` are the messages it must translate."""
    if find_gettext():
        command = ["msgfmt", "--check-format", "--output-file=/dev/null", str(source)]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        if told.returncode:
            return told.stderr.splitlines()
    try:
        with source.open("rb") as file:
            catalogue: Catalog = read_po(file, abort_invalid=True)
    except PoFileError as error:
        return [f"is no valid catalogue: {error}"]
    messages = [message for message in catalogue if message.id]
    found = [f"fuzzy: {message.id!r}" for message in messages if message.fuzzy]
    for message in messages:
        found += [f"{error}: {message.id!r}" for error in message.check(catalogue)]
    if source.parent.parent.name == SOURCE_LANGUAGE:
        return found
    found += [f"not translated: {m.id!r}" for m in messages if not is_translated(m)]
    if wanted is not None:
        absent = wanted - {key(message) for message in messages}
        found += sorted(f"not in the catalogue: {message!r}" for message in absent)
    return found


def main() -> int:
    """1 when a catalogue is at fault, its first faults named."""
    wanted = None
    if find_gettext():
        wanted = messages_of_source()
    else:
        print("catalogues: gettext is missing: not compared with the source", file=sys.stderr)
    failed = wanted is None and in_ci()
    for source in catalogues():
        own = source.parents[2] == ROOT / "locale"
        found = faults(source, wanted if own else None)
        failed = failed or bool(found)
        name = source.relative_to(ROOT)
        print(f"catalogues: {name}: {len(found)} faults", file=sys.stderr)
        for line in found[:SHOWN]:
            print(f"  {line}", file=sys.stderr)
    if not catalogues():
        print("catalogues: there are none", file=sys.stderr)
        failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
