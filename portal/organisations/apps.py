"""Organisations"""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    """Registers permissions, notifications, documents, the moderators' queues and the work."""

    name = "portal.organisations"
    label = "organisations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        from portal.foundation import work
        from portal.organisations import notices, permissions, reading, registration
        from portal.organisations.actions import MAIL, refresh_tiers
        from portal.organisations.documents import ProviderDocument
        from portal.vocabulary.fitting import after_fitting
        from search import documents

        permissions.register()
        notices.register()
        registration.register()
        documents.register(ProviderDocument())
        work.register_consumer("reading", reading.drain)
        work.register_consumer(MAIL, notices.send_invitations)
        work.register_periodic("tiers", timedelta(hours=6), refresh_tiers)
        after_fitting(reading.request_outdated)
        work.register_periodic("re-reading", timedelta(hours=6), reading.request_outdated)
