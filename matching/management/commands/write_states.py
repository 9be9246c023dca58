"""`manage.py write_states`: docs/states.md from the table of moves."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from matching.states import as_markdown

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "states.md"


class Command(BaseCommand):
    """Writes the document; a test fails while it differs."""

    help = "Writes docs/states.md from the table of moves in matching/states/."

    def handle(self, *args: Any, **options: Any) -> None:
        DOCUMENT.write_text(as_markdown(), encoding="utf-8")
