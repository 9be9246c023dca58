"""`manage.py write_states`: docs/states.md from the table of moves."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from matching.states import as_markdown


class Command(BaseCommand):
    """Writes the document; a test fails while it differs."""

    help = "Writes docs/states.md from the table of moves in matching/states.py."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "states.md").write_text(as_markdown(), encoding="utf-8")
