"""A document type over a table that is always there: content types that were made for tests."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet

from search.documents import Bilingual, DocumentType, IndexedDocument
from search.indexing import request_index

CREATED = datetime(2026, 3, 1, tzinfo=UTC)


class Things(DocumentType):
    """`app_label` is the key, `model` the text; texts that begin with `hidden` are not public."""

    type = "thing"
    plural = "things"
    label = "Things"
    hit_template = "none.html"
    key_field = "app_label"

    def queryset(self) -> QuerySet[Any]:
        things = ContentType.objects.filter(app_label__startswith="thing")
        return things.exclude(model__startswith="hidden").order_by("id")

    def to_document(self, obj: Any) -> IndexedDocument:
        if obj.model == "broken":
            raise ValueError("broken row")
        return IndexedDocument(
            type=self.type,
            key=obj.app_label,
            url=f"/things/{obj.app_label}/",
            created=CREATED,
            title=Bilingual(en=obj.model),
            kind="thing",
        )


def save(key: str, text: str) -> None:
    """As an action does it: the row and the request in one transaction."""
    with transaction.atomic():
        ContentType.objects.update_or_create(app_label=key, defaults={"model": text})
        request_index("thing", key)


def remove(key: str) -> None:
    with transaction.atomic():
        ContentType.objects.filter(app_label=key).delete()
        request_index("thing", key)
