"""What people are told about needs and introductions; nothing here names a contact."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from matching.models import Introduction, Need
from matching.people import asked_side, members, organisation_on, somebody_in
from portal.foundation import notifications
from portal.foundation.text import pick
from portal.organisations.models import Organisation

KINDS = {
    "need.posted": (
        gettext_noop("Your need is open: %(title)s"),
        gettext_noop(
            "“%(title)s” (%(ref)s) can be found now, until %(until)s. On its page you see "
            "which providers fit and why, and can ask for an introduction."
        ),
    ),
    "need.waiting": (
        gettext_noop("Your need waits for a moderator: %(title)s"),
        gettext_noop("“%(title)s” (%(ref)s) is looked at by the city's staff before it opens."),
    ),
    "need.approved": (
        gettext_noop("Your need was approved: %(title)s"),
        gettext_noop("“%(title)s” (%(ref)s) can be found now, until %(until)s."),
    ),
    "need.returned": (
        gettext_noop("Your need was given back: %(title)s"),
        gettext_noop(
            "A moderator asks for a change in “%(title)s” (%(ref)s): %(note)s\n"
            "It is a draft again; change it and post it once more."
        ),
    ),
    "need.expiring": (
        gettext_noop("Your need ends soon: %(title)s"),
        gettext_noop(
            "“%(title)s” (%(ref)s) ends on %(until)s. Keep it open for longer on its page "
            "if it still hurts."
        ),
    ),
    "need.expired": (
        gettext_noop("Your need has ended: %(title)s"),
        gettext_noop("“%(title)s” (%(ref)s) ended on %(until)s. You can take it up again."),
    ),
    "introduction.requested": (
        gettext_noop("%(other)s asks for an introduction"),
        gettext_noop(
            "%(other)s asks for an introduction about “%(title)s”. Please answer by %(until)s; "
            "it lapses otherwise."
        ),
    ),
    "introduction.accepted": (
        gettext_noop("Introduction accepted: %(title)s"),
        gettext_noop(
            "%(other)s accepted the introduction about “%(title)s”. What contacts the sides share "
            "is on its page."
        ),
    ),
    "introduction.declined": (
        gettext_noop("Introduction declined: %(title)s"),
        gettext_noop("%(other)s declined the introduction about “%(title)s”: %(reason)s"),
    ),
    "introduction.withdrawn": (
        gettext_noop("Introduction withdrawn: %(title)s"),
        gettext_noop("%(other)s withdrew the introduction about “%(title)s”."),
    ),
    "introduction.expired": (
        gettext_noop("Introduction lapsed: %(title)s"),
        gettext_noop("Nobody answered the introduction about “%(title)s” in time."),
    ),
    "introduction.closed": (
        gettext_noop("Introduction closed: %(title)s"),
        gettext_noop("%(other)s closed the introduction about “%(title)s”."),
    ),
}

GROUPS = {"need": gettext_noop("Needs"), "introduction": gettext_noop("Introductions")}


def register() -> None:
    """Add the kinds of this room."""
    for kind, (subject, body) in KINDS.items():
        group = GROUPS[kind.partition(".")[0]]
        notifications.register(kind, subject=subject, body=body, group=group)


def tell_owners(need: Need, kind: str, *, actor: Any | None, note: str = "") -> None:
    """Tell everybody who acts for the need's organisation, but not who did it."""
    context: dict[str, str | int] = {
        "title": need.title,
        "ref": need.ref,
        "note": note,
        "until": need.expires_on.isoformat() if need.expires_on else "",
    }
    _notify(members(need.organisation), kind, context, _path("need", need.ref), actor)


def tell_side(introduction: Introduction, side: str, kind: str, *, actor: Any | None) -> None:
    """Tell one side what the other did, or what befell both."""
    url = _path("introduction", introduction.pk)
    for person in members(organisation_on(introduction, side)):
        context: dict[str, str | int] = {
            "title": introduction.need.title,
            "reason": introduction.reason,
            "until": timezone.localtime(introduction.expires_at).date().isoformat(),
            "other": _other_side(introduction, side, person.language),
        }
        _notify([person], kind, context, url, actor)


def tell_asked(introduction: Introduction, kind: str, *, actor: Any | None) -> None:
    """Tell the side that has to answer."""
    tell_side(introduction, asked_side(introduction), kind, actor=actor)


def tell_asking(introduction: Introduction, kind: str, *, actor: Any | None) -> None:
    """Tell the side that asked."""
    tell_side(introduction, introduction.asked_by, kind, actor=actor)


def _other_side(introduction: Introduction, side: str, language: str) -> str:
    """The other side as this side may know it, in the reader's language."""
    provider: Organisation = introduction.provider.organisation
    accepted = introduction.state in ("accepted", "closed")
    with override(language):
        if side == Introduction.Side.MANUFACTURER:
            return pick(provider.name_zh, provider.name_en)
        owner = introduction.need.organisation
        return pick(owner.name_zh, owner.name_en) if accepted else somebody_in(owner.district)


def _notify(
    people: Iterable[Any], kind: str, context: dict[str, str | int], url: str, actor: Any | None
) -> None:
    for person in people:
        if actor is None or person.pk != actor.pk:
            notifications.notify(recipient=person, kind=kind, context=context, url=url)


def _path(name: str, key: str | int) -> str:
    """The address without its language: the reader's is put in front when it is opened."""
    return "/" + reverse(f"matching:{name}", args=[key]).split("/", 2)[2]
