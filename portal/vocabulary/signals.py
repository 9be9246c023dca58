"""Wagtail owns the writes to records that editors make, so here signals say what follows."""

from typing import Any

from django.db.models.signals import post_delete
from wagtail.signals import published, unpublished

from portal.vocabulary.actions import record_changed
from portal.vocabulary.models import ConceptRecord


def connect() -> None:
    """Listen; called once at start."""
    published.connect(_published, sender=ConceptRecord, dispatch_uid="vocabulary-published")
    unpublished.connect(_unpublished, sender=ConceptRecord, dispatch_uid="vocabulary-off")
    post_delete.connect(_deleted, sender=ConceptRecord, dispatch_uid="vocabulary-deleted")


def _published(sender: Any, instance: ConceptRecord, revision: Any = None, **_: Any) -> None:
    record_changed(actor=getattr(revision, "user", None), record=instance, verb="published")


def _unpublished(sender: Any, instance: ConceptRecord, **_: Any) -> None:
    record_changed(actor=None, record=instance, verb="switched_off")


def _deleted(sender: Any, instance: ConceptRecord, **_: Any) -> None:
    record_changed(actor=None, record=instance, verb="deleted")
