"""Vocabulary"""

from django.apps import AppConfig
from django.core.signals import request_finished, request_started
from django.utils.translation import gettext_lazy as _


class VocabularyConfig(AppConfig):
    """Registers permissions, the worker's fitting, and what follows when editors publish."""

    name = "portal.vocabulary"
    label = "vocabulary"
    verbose_name = _("Vocabulary")

    def ready(self) -> None:
        from portal.foundation import metrics, work
        from portal.vocabulary import (
            fitting,
            in_the_index,
            permissions,
            signals,
            vocabulary,
            waiting,
        )
        from portal.vocabulary.edits import DatabaseEdits
        from search import reading, shape

        permissions.register()
        waiting.register()
        signals.connect()
        work.register_consumer(fitting.FIT, fitting.drain)
        vocabulary.watch(DatabaseEdits())
        request_started.connect(vocabulary.pin, dispatch_uid="vocabulary-pin")
        request_finished.connect(vocabulary.unpin, dispatch_uid="vocabulary-unpin")
        shape.register_part("encoder", in_the_index.encoder_name)
        reading.register_dimensions(in_the_index.dimensions)
        metrics.register("vocabulary", in_the_index.collect)
