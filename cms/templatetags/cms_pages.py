"""Pages in lists."""

from typing import Any

from django import template

from cms.models import NewsPage
from cms.paths import path_of

register = template.Library()


@register.simple_tag
def news_as_card(page: NewsPage) -> dict[str, Any]:
    """What `{% hit_card %}` shows of a piece of news."""
    return {
        "url": path_of(page),
        "title": page.title,
        "summary": page.intro,
        "when": page.date,
        "meta": page.author,
        "demo": page.is_demo,
    }


@register.simple_tag
def page_as_card(page: Any, highlight: Any = "") -> dict[str, Any]:
    """The same of any page that search finds; `highlight` stands for the introduction."""
    language = "en" if page.locale.language_code == "en" else "zh"
    card = {
        "url": path_of(page),
        "title": {language: page.title},
        "summary": {language: page.intro},
        "eyebrow": page._meta.verbose_name,
        "highlight": highlight,
    }
    if isinstance(page, NewsPage):
        card |= {"when": page.date, "demo": page.is_demo}
    return card
