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
        from datetime import timedelta

        from django.conf import settings
        from django.core.checks import register

        from portal.foundation import metrics, readiness, work
        from search import checks, engines, indexing, measures
        from search.sweep import sweep

        for engine in engines.all_engines():
            work.register_consumer(
                indexing.target_of(engine), partial(indexing.drain_named, engine.name)
            )
        if settings.INDEX_SWEEP_MINUTES:
            every = timedelta(minutes=settings.INDEX_SWEEP_MINUTES)
            work.register_periodic("index-sweep", every, sweep)
        register(checks.index_shape)
        metrics.register("search", measures.collect)
        readiness.register("index", checks.index_ready)
