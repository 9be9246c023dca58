"""Pages that the city's editors write."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """Registers news and pages with the home page and the index."""

    name = "cms"
    label = "cms"
    verbose_name = _("City pages")

    def ready(self) -> None:
        from cms import queries, signals
        from cms.documents import PageDocument
        from portal.foundation.registries import Panel, panels
        from search.documents import register

        register(PageDocument())
        panels.register(Panel("news", 40, "cms/news_panel.html", queries.newest_news))
        signals.connect()
