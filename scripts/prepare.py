"""Bring an installation to where it can be served: messages, database, demo rows, static files.

Safe to run again at any moment. Demo rows go into a new installation only (one whose database had
no tables yet); a note in the data folder remembers that they are owed, so that a first run that was
interrupted is finished by the next.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.core.management import CommandError, call_command  # noqa: E402
from django.db import DatabaseError  # noqa: E402

from scripts import compile_messages  # noqa: E402


def say(step: str) -> None:
    """Tell the person waiting what happens now."""
    print(f"run: {step}", file=sys.stderr, flush=True)


def prepare() -> None:
    """Everything before the first request, each step skipped where there is nothing to do."""
    # Importable only once Django has been set up.
    from portal.foundation.setup import is_set_up

    data_dir: Path = settings.DUIJIE_DATA_DIR
    data_dir.mkdir(parents=True, exist_ok=True)
    demo_owed = data_dir / "demo-owed"
    if not is_set_up() and settings.DUIJIE_DEMO:
        demo_owed.touch()
    say("database, vocabulary, pages and index (manage.py setup)")
    call_command("setup")
    if demo_owed.exists() and settings.DUIJIE_DEMO:
        say("demo rows for a new installation (manage.py demo; DUIJIE_DEMO=0 leaves them out)")
        call_command("demo")
        demo_owed.unlink()
    say("static files")
    call_command("collectstatic", interactive=False, verbosity=0)


def main() -> int:
    """Prepare; 1 with one clear line when something is in the way."""
    if compile_messages.main():
        return 1
    try:
        django.setup()
        prepare()
    except (ImproperlyConfigured, CommandError, DatabaseError, OSError) as error:
        say(f"stopped: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
