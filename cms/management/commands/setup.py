"""`manage.py setup`: bring an installation to where it can be used."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cms.setup import (
    ensure_base_pages,
    ensure_editor_permissions,
    ensure_help_pages,
    ensure_vocabulary_permissions,
)
from portal.accounts.actions import ensure_groups
from portal.foundation.progress import Progress
from portal.vocabulary import get_vocabulary
from portal.vocabulary.actions import mirror_concepts
from portal.vocabulary.loader import BadVocabulary
from portal.vocabulary.soundness import faults
from search import engines, indexing
from search.engines.base import EngineError


class Command(BaseCommand):
    """Every step does nothing where there is nothing to do."""

    help = (
        "Migrations, vocabulary, groups, base pages and search index. Can be run again at any "
        "moment; adds no demo rows."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        Path(settings.DUIJIE_DATA_DIR).mkdir(parents=True, exist_ok=True)
        self._say("database")
        call_command("migrate", interactive=False, verbosity=0)
        self._say("vocabulary")
        self._check_vocabulary()
        mirror_concepts()
        self._say("groups and pages")
        ensure_groups()
        ensure_editor_permissions()
        ensure_vocabulary_permissions()
        ensure_base_pages()
        ensure_help_pages()
        self._say("search index")
        self._ensure_index()
        self._say("done")

    def _say(self, step: str) -> None:
        self.stderr.write(f"setup: {step}")

    def _check_vocabulary(self) -> None:
        try:
            wrong = faults(get_vocabulary())
        except BadVocabulary as error:
            raise CommandError(str(error)) from None
        if wrong:
            raise CommandError("; ".join(wrong[:5]))

    def _ensure_index(self) -> None:
        for engine in engines.all_engines():
            progress = Progress(self.stderr, f"setup: {engine.name}")
            try:
                # One that cannot be read was made by another version of the portal.
                if engine.exists() and engine.health().ok:
                    indexing.sync(engine, progress.advance)
                else:
                    indexing.rebuild(engine, progress.advance)
            except EngineError as error:
                # The portal works without it: what is owed waits in the outbox.
                self.stderr.write(f"setup: {engine.name}: {error}")
                if engine is engines.embedded():
                    raise CommandError(f"the search index can't be made: {error}") from None
            progress.finish()
