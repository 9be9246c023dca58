"""`{% draft_notice "room.form" key %}` above a form and `{% draft_fields "room.form" key %}` in it,
after its buttons: they keep what is typed and offer it again."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import get_language

from portal.foundation.drafts import pages

register = template.Library()


@register.inclusion_tag("foundation/draft_notice.html", takes_context=True)
def draft_notice(context: Context, form: str, obj: object = "") -> dict[str, Any]:
    """Says that there is a draft that the form does not show, to restore or to discard."""
    about = str(obj)
    request = context["request"]
    draft = pages.opened(request, form, about) if request.method == "GET" else None
    return {
        "draft": draft,
        "restored": draft is not None and _shown(context),
        "restore_url": pages.restore_address(draft, get_language()) if draft else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("foundation/draft_fields.html", takes_context=True)
def draft_fields(context: Context, form: str, obj: object = "") -> dict[str, Any]:
    """What the form carries, and the button that works without a script. Nothing for visitors."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"token": ""}
    about = str(obj)
    draft = pages.opened(request, form, about)
    shown = _shown(context)
    if request.method == "POST":
        version = request.POST.get("draft_version", "0")
    else:
        version = draft.version if draft and shown else 0
    return {
        "token": pages.token_of(form, about, pages.page_of(request)),
        "version": version,
        "waits": bool(draft and not shown and request.method == "GET"),
    }


def _shown(context: Context) -> bool:
    """Does the form show the draft? A view that fills it by itself sets `draft_shown`."""
    return bool(context.get("draft_shown")) or pages.asked_for(context["request"])
