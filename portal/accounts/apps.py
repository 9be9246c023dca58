"""Accounts"""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class AccountsConfig(AppConfig):
    """Registers who may make accounts and give city roles."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from portal.accounts import registration, signals
        from portal.foundation import permissions

        signals.connect()
        registration.register()

        permissions.register(
            "accounts.user.create",
            roles=["superuser", "system"],
            summary=gettext_noop("Make an account for somebody, its address confirmed"),
        )
        permissions.register(
            "accounts.user.set_roles",
            roles=["superuser", "system"],
            summary=gettext_noop("Make somebody officer, moderator or editor"),
        )
