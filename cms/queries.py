"""What other pages read of the editors' pages."""

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from wagtail.models import PageViewRestriction

from cms.models import NewsPage

SHOWN = 3
LOCALES = {"zh": "zh-hans", "en": "en"}


def news(language: str) -> QuerySet[NewsPage]:
    """News that everybody may see, in `zh` or `en`, newest first."""
    # Like `public()`, which would ask for the restrictions first.
    closed = PageViewRestriction.objects.annotate(
        below=ExpressionWrapper(OuterRef("path"), output_field=CharField())
    ).filter(below__startswith=F("page__path"))
    rows = NewsPage.objects.live().filter(~Exists(closed), locale__language_code=LOCALES[language])
    return rows.select_related("locale").order_by("-date", "-id")


def newest_news(language: str) -> dict[str, Any]:
    """What the panel of the home page shows."""
    return {"news": list(news(language)[:SHOWN])}
