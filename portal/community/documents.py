"""What the index holds of a project."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.community.models import Project
from portal.community.queries import published_projects, with_contributors
from portal.vocabulary import get_vocabulary
from search.documents import Bilingual, DocumentType, IndexedDocument


class ProjectDocument(DocumentType):
    """Published projects by what they solve and the capabilities they bring."""

    type = "project"
    plural = "projects"
    label = _("Projects")
    facets = ("concept", "industry", "language")
    hit_template = "community/hit.html"
    key_field = "slug"

    def queryset(self) -> QuerySet[Project]:
        """Published projects."""
        return published_projects()

    def hit_queryset(self) -> QuerySet[Project]:
        """With the number of contributors."""
        return with_contributors(published_projects())

    def concepts(self, obj: Any) -> Collection[str]:
        """Those it says it brings."""
        return obj.concepts

    def to_document(self, obj: Any) -> IndexedDocument:
        """Names, what it solves, the help wanted, and the names of its capabilities."""
        vocabulary = get_vocabulary()
        concepts = [found for found in map(vocabulary.concept, obj.concepts) if found is not None]
        industries = dict.fromkeys(
            code for own in obj.industries for code in (own, *vocabulary.industry_ancestors(own))
        )
        return IndexedDocument(
            type=self.type,
            key=obj.slug,
            url=f"/projects/{obj.slug}/",
            created=obj.created,
            title=Bilingual(obj.name_zh, obj.name_en),
            summary=Bilingual(
                f"{obj.summary_zh}\n{obj.wanted_zh}".strip(),
                f"{obj.summary_en}\n{obj.wanted_en}".strip(),
            ),
            labels=tuple(
                concept.label(language) for concept in concepts for language in ("zh", "en")
            ),
            industry=tuple(industries),
            concept=tuple(concept.id for concept in concepts),
            language=tuple(
                language
                for language, text in (("zh", obj.summary_zh), ("en", obj.summary_en))
                if text
            ),
        )
