"""What the index holds of a need: its words and what they were read as, never whose it is."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from matching.listing import open_needs
from matching.models import Need
from portal.organisations.documents import with_ancestors
from portal.vocabulary import get_vocabulary
from search.documents import Bilingual, DocumentType, IndexedDocument


class NeedDocument(DocumentType):
    """Open needs; the organisation is left out, as signed-out visitors don't read its name."""

    type = "need"
    plural = "needs"
    label = _("Needs")
    facets = ("industry", "district", "concept", "language")
    hit_template = "matching/hit.html"
    key_field = "ref"

    def queryset(self) -> QuerySet[Need]:
        """Open needs."""
        return open_needs()

    def concepts(self, obj: Any) -> Collection[str]:
        """Those it was read as and that were not switched off."""
        off = set(obj.concepts_off)
        return [row["concept"] for row in obj.concepts if row["concept"] not in off]

    def to_document(self, obj: Any) -> IndexedDocument:
        """The words in their language, the names of the concepts that are on in both, and the
        centre of the district as the place."""
        vocabulary = get_vocabulary()
        concepts = [
            found for found in map(vocabulary.concept, self.concepts(obj)) if found is not None
        ]
        district = vocabulary.district(obj.district)
        return IndexedDocument(
            type=self.type,
            key=obj.ref,
            url=f"/needs/{obj.ref}/",
            created=obj.posted_at,
            title=_in_its_language(obj.language, obj.title),
            summary=_in_its_language(obj.language, obj.description),
            labels=tuple(found.label(lang) for found in concepts for lang in ("zh", "en")),
            industry=with_ancestors(obj.industries),
            district=obj.district,
            concept=tuple(found.id for found in concepts),
            language=(obj.language,),
            latitude=district.latitude if district else None,
            longitude=district.longitude if district else None,
        )


def _in_its_language(language: str, text: str) -> Bilingual:
    return Bilingual(en=text) if language == "en" else Bilingual(zh=text)
