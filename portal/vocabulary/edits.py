"""What editors changed, as the vocabulary asks for it."""

import logging

from django.db import DatabaseError
from django.db.models import F
from django.db.transaction import on_commit
from pydantic import ValidationError

from portal.vocabulary.models import ConceptRecord, VocabularyState
from portal.vocabulary.vocabulary import Edits, refresh

logger = logging.getLogger(__name__)

_STATE = 1


class DatabaseEdits:
    """Published records, and the row that tells of a change."""

    def __init__(self) -> None:
        self._told = False

    def stamp(self) -> tuple[int, int] | None:
        """How often concepts were changed and classifiers fitted; None without a database."""
        try:
            row = VocabularyState.objects.filter(pk=_STATE).values_list("edits", "fitted").first()
        except DatabaseError as error:
            if not self._told:
                logger.warning("the vocabulary's edits can't be read: %s", error)
            self._told = True
            return None
        self._told = False
        return row or (0, 0)

    def load(self) -> Edits:
        """Records in the place of the file's concepts, and what is switched off."""
        concepts = []
        for record in ConceptRecord.objects.filter(edited=True, live=True).order_by("pk"):
            try:
                concepts.append(record.concept())
            except ValidationError as error:
                # Made for an older schema: the file's counts until an editor looks at it.
                logger.warning("concept %s is left as the file has it: %s", record.key, error)
        off = ConceptRecord.objects.filter(live=False).values_list("key", flat=True)
        return Edits(tuple(concepts), frozenset(off))


def tell_concepts_changed() -> None:
    """Make every process read the concepts again, in the caller's transaction."""
    _tell("edits")


def tell_fitted() -> None:
    """Make every process look for the fitted file again, in the caller's transaction."""
    _tell("fitted")


def _tell(field: str) -> None:
    VocabularyState.objects.get_or_create(pk=_STATE)
    VocabularyState.objects.filter(pk=_STATE).update(**{field: F(field) + 1})
    on_commit(refresh)
