"""What other pages read of the editors' pages."""

from typing import Any

from django.db.models import QuerySet

from cms.models import NewsPage

SHOWN = 3
LOCALES = {"zh": "zh-hans", "en": "en"}


def news(language: str) -> QuerySet[NewsPage]:
    """News that everybody may see, in `zh` or `en`, newest first."""
    rows = NewsPage.objects.live().public().filter(locale__language_code=LOCALES[language])
    return rows.order_by("-date", "-id")


def newest_news(language: str) -> dict[str, Any]:
    """What the panel of the home page shows."""
    return {"news": list(news(language)[:SHOWN])}
