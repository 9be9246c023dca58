"""What the index holds of a page: one document for all its translations."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

from cms.models import ContentPage, HelpIndexPage, HelpPage, NewsPage
from cms.paths import path_below_home
from portal.foundation.text import content_language
from search.documents import Bilingual, DocumentType, IndexedDocument

MAX_TEXT = 8_000
LANGUAGES = {"zh-hans": "zh", "en": "en"}


class PageDocument(DocumentType):
    """News and other pages that everybody may see; the key is what its translations share."""

    type = "page"
    plural = "pages"
    label = _("Pages")
    facets = ("language",)
    hit_template = "cms/hit.html"
    key_field = "translation_key"

    def visible(self) -> Any:
        """Live pages that everybody may see, in every language."""
        return Page.objects.type(NewsPage, ContentPage, HelpIndexPage, HelpPage).live().public()

    def queryset(self) -> QuerySet[Page]:
        """One page of each group of translations: the Chinese one where there is one."""
        first = Locale.get_default()
        chinese = Page.objects.filter(
            translation_key=OuterRef("translation_key"), locale=first, live=True
        )
        return (
            self.visible()
            .filter(Q(locale=first) | ~Exists(chinese))
            .select_related("locale")
            .specific()
        )

    def keys(self) -> Iterable[str]:
        """The keys of every row of `queryset`."""
        return (str(key) for key in self.queryset().values_list(self.key_field, flat=True))

    def to_document(self, obj: Any) -> IndexedDocument:
        """Title and text of each language from that language's page."""
        pages = self.visible().filter(translation_key=obj.translation_key)
        texts = {
            LANGUAGES[page.locale.language_code]: page
            for page in pages.select_related("locale").specific()
        }
        titles = {language: page.title for language, page in texts.items()}
        bodies = {language: plain_text(page) for language, page in texts.items()}
        return IndexedDocument(
            type=self.type,
            key=str(obj.translation_key),
            url=path_below_home(obj),
            created=_created(obj),
            title=Bilingual(**titles),
            summary=Bilingual(**bodies),
            language=tuple(texts),
        )

    def get(self, keys: Iterable[str]) -> dict[str, Any]:
        """The pages a visitor may see now, in the reader's language where there is that one."""
        rows = self.visible().filter(translation_key__in=list(keys))
        language = content_language()
        chosen: dict[str, Any] = {}
        for page in rows.select_related("locale").specific():
            key = self.object_key(page)
            if key not in chosen or LANGUAGES[page.locale.language_code] == language:
                chosen[key] = page
        return chosen


def plain_text(page: Any) -> str:
    """Introduction and body without markup, cut at MAX_TEXT characters."""
    body = page.body
    if isinstance(body, str):
        parts = [strip_tags(body.replace("</", " </"))]
    else:
        parts = [text for block in body for text in block.block.get_searchable_content(block.value)]
    return " ".join(" ".join([page.intro, *parts]).split())[:MAX_TEXT]


def _created(page: Any) -> datetime:
    if isinstance(page, NewsPage):
        return datetime(page.date.year, page.date.month, page.date.day, tzinfo=UTC)
    return page.first_published_at or datetime(2000, 1, 1, tzinfo=UTC)
