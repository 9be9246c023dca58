"""Evidence"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    """Registers who may read it, and its part of the provider's page."""

    name = "portal.evidence"
    label = "evidence"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        from portal.evidence import permissions, registration

        permissions.register()
        registration.register()
