"""Matching"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    """Registers what other rooms show, permit, send and run of needs and introductions."""

    name = "matching"
    label = "matching"
    verbose_name = _("Matching")

    def ready(self) -> None:
        from matching import drafting, permissions, registration, telling, telling_deals
        from matching.talk import registration as talk

        permissions.register()
        drafting.register()
        telling.register()
        telling_deals.register()
        registration.register()
        talk.register()
