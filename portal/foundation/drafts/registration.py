"""What drafts add to pages and work that show many rooms."""

from datetime import timedelta
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _

from portal.foundation import permissions, registries, work
from portal.foundation.drafts import keeping, kinds
from portal.foundation.drafts.pages import restore_address
from portal.foundation.models import Draft
from portal.foundation.registries import PersonalData, Waiting, WaitingItem

DAILY = timedelta(days=1)


def register() -> None:
    """Called once at start."""
    permissions.register(
        "foundation.draft.keep",
        roles=["user"],
        summary=gettext_noop("Keep what one types into a long form, for oneself"),
    )
    work.register_periodic("forget-drafts", DAILY, keeping.forget_old)
    registries.waiting.register(Waiting("kept-drafts", 90, _("You began to write"), _items))
    registries.personal_data.register(PersonalData("drafts", 80, _export, _erase))


def _items(user: Any) -> list[WaitingItem]:
    language = get_language()
    return [
        WaitingItem(
            title=kinds.label_of(row.form), url=restore_address(row, language), since=row.changed
        )
        for row in keeping.waiting_of(user)
    ]


def _export(user: Any) -> list[dict[str, Any]]:
    return [
        {"form": row.form, "about": row.obj, "changed": row.changed, "fields": row.fields}
        for row in Draft.objects.filter(user=user)
    ]


def _erase(user: Any) -> None:
    Draft.objects.filter(user=user).delete()
