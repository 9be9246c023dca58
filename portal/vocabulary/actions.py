"""Writes to the vocabulary: the mirror of the file, what editors publish, candidates."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from portal.foundation import audit, outbox, permissions
from portal.vocabulary import loader
from portal.vocabulary.edits import tell_concepts_changed
from portal.vocabulary.fitting import FIT, KIND, ONLY
from portal.vocabulary.models import LISTS, ConceptCandidate, ConceptRecord, lines
from portal.vocabulary.schema import Concept
from portal.vocabulary.spelling import simplified

ROLES = ("synonyms_zh", "synonyms_en", "acronyms", "complaints_zh", "complaints_en")
"""Where a candidate may be added to a concept."""

_FIELDS = ("kind", "zh", "en", "broad", "broader", "shared_because", *LISTS)
_LONGEST, _SHORTEST = 80, 2
_MOST_CANDIDATES = 20_000
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
# An address, a number by which a person or a firm is reached or known: never stored.
_PERSONAL = re.compile(r"@|://|\bwww\.|(?:\d[\s().+-]*){6,}", re.IGNORECASE)


@transaction.atomic
def mirror_concepts() -> int:
    """Bring the records that nobody edited to what the file says; says how many changed."""
    records = {record.key: record for record in ConceptRecord.objects.all()}
    made, changed = [], []
    concepts = {concept.id: concept for concept in loader.concepts()}
    for concept in concepts.values():
        record = records.get(concept.id)
        fresh = ConceptRecord(live=True)
        fresh.take(concept)
        if record is None:
            made.append(fresh)
        elif not record.edited and any(
            getattr(record, name) != getattr(fresh, name) for name in _FIELDS
        ):
            record.take(concept)
            changed.append(record)
    gone = [
        record.pk
        for key, record in records.items()
        if key not in concepts and not record.edited and record.live
    ]
    ConceptRecord.objects.filter(pk__in=gone).delete()
    ConceptRecord.objects.bulk_create(made, batch_size=200)
    ConceptRecord.objects.bulk_update(changed, _FIELDS, batch_size=100)
    return len(made) + len(changed) + len(gone)


@transaction.atomic
def record_changed(*, actor: Any | None, record: ConceptRecord, verb: str) -> None:
    """What follows a record's being published, switched off or deleted: every process reads the
    concepts again, and the worker fits the classifier anew."""
    if record.pk:
        edited = _differs(record)
        ConceptRecord.objects.filter(pk=record.pk).update(edited=edited)
        record.edited = edited
    tell_concepts_changed()
    outbox.request(FIT, KIND, ONLY)
    audit.record(actor, f"concept.{verb}", record, after={"concept": record.key})


def _differs(record: ConceptRecord) -> bool:
    reviewed = _reviewed(record.key)
    return reviewed is None or record.concept() != reviewed


def _reviewed(key: str) -> Concept | None:
    return next((concept for concept in loader.concepts() if concept.id == key), None)


@transaction.atomic
def restore_concept(*, actor: Any, record: ConceptRecord) -> None:
    """Publish what the reviewed file says in the record's place.

    Raises PermissionDenied, or ValueError for a concept that the file does not have."""
    permissions.require(actor, "vocabulary.concept.edit")
    reviewed = _reviewed(record.key)
    if reviewed is None:
        raise ValueError(record.key)
    record.take(reviewed)
    record.save_revision(user=actor, log_action=True).publish(
        user=actor, skip_permission_checks=True
    )


def suggest_candidate(text: str, *, today: date | None = None) -> ConceptCandidate | None:
    """Count a query that found nothing or was read as no concept; None where it is not kept.

    Kept are a few words only, never what looks like an address or a number."""
    phrase = " ".join(simplified(text[: 4 * _LONGEST]).casefold().split())
    if not _SHORTEST <= len(phrase) <= _LONGEST or not _LETTER.search(phrase):
        return None
    if _PERSONAL.search(phrase) or not phrase.isprintable():
        return None
    today = today or timezone.localdate()
    language = "zh" if _CHINESE.search(phrase) else "en"
    own = ConceptCandidate.objects.filter(phrase=phrase, language=language)
    if not _count(own, today):
        if ConceptCandidate.objects.count() >= _MOST_CANDIDATES:
            return None
        try:
            with transaction.atomic():
                return ConceptCandidate.objects.create(
                    phrase=phrase, language=language, first_day=today, last_day=today
                )
        except IntegrityError:
            # Another process was first.
            _count(own, today)
    return own.get()


def _count(own: Any, today: date) -> int:
    return int(
        own.update(
            times=F("times") + 1,
            days=F("days") + Case(When(last_day=today, then=Value(0)), default=Value(1)),
            last_day=today,
        )
    )


@transaction.atomic
def take_candidate(*, actor: Any, candidate: ConceptCandidate, key: str, role: str) -> None:
    """Add a candidate to the concept `key`, in one of ROLES, and publish the concept; where an
    editor is at work on it, add it to the draft.

    Raises PermissionDenied, ConceptRecord.DoesNotExist, or ValidationError where the concept
    would not be sound with it."""
    permissions.require(actor, "vocabulary.concept.edit")
    if role not in ROLES:
        raise ValueError(role)
    live = ConceptRecord.objects.get(key=key)
    drafted = live.has_unpublished_changes
    record = live.get_latest_revision_as_object() if drafted else live
    setattr(record, role, "\n".join([*lines(getattr(record, role)), _written(candidate, role)]))
    record.full_clean()
    revision = record.save_revision(user=actor, log_action=True)
    if not drafted:
        revision.publish(user=actor, skip_permission_checks=True)
    candidate.state, candidate.taken_into = ConceptCandidate.State.TAKEN, key
    candidate.save(update_fields=["state", "taken_into"])
    audit.record(actor, "candidate.taken", candidate, after={"concept": key, "role": role})


def _written(candidate: ConceptCandidate, role: str) -> str:
    return candidate.phrase.upper() if role == "acronyms" else candidate.phrase


@transaction.atomic
def dismiss_candidate(*, actor: Any, candidate: ConceptCandidate) -> None:
    """Show a candidate no more. Raises PermissionDenied."""
    permissions.require(actor, "vocabulary.concept.edit")
    candidate.state = ConceptCandidate.State.DISMISSED
    candidate.save(update_fields=["state"])
    audit.record(actor, "candidate.dismissed", candidate)


def exported(concepts: Sequence[Concept]) -> str:
    """The text of a concepts file, one row a line."""
    return "".join(concept.model_dump_json() + "\n" for concept in concepts)
