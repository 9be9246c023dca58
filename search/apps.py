"""Search"""

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Puts a consumer of the outbox behind every engine this installation has."""

    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from portal.foundation import work
        from search import engines, indexing

        for engine in engines.all_engines():
            work.register_consumer(
                indexing.target_of(engine), partial(indexing.drain_named, engine.name)
            )
