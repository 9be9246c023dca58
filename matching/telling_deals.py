"""What both sides are told about proposals, agreements and the start of a job."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from matching.actions.deal import other_side
from matching.models import Introduction
from matching.people import introduction_of, members, organisation_on
from portal.foundation import notifications
from portal.foundation.text import pick

GROUP = gettext_noop("Proposals and agreements")
KINDS = {
    "proposal.offered": (
        gettext_noop("A proposal for you: %(title)s"),
        gettext_noop(
            "%(other)s offers version %(number)s for “%(title)s”: %(price)s, %(days)s days. "
            "Please answer by %(until)s; it lapses otherwise."
        ),
    ),
    "proposal.countered": (
        gettext_noop("Your proposal was answered: %(title)s"),
        gettext_noop(
            "%(other)s answers with version %(number)s for “%(title)s”: %(price)s, %(days)s days. "
            "Please answer by %(until)s; it lapses otherwise."
        ),
    ),
    "proposal.declined": (
        gettext_noop("Proposal declined: %(title)s"),
        gettext_noop(
            "%(other)s declined version %(number)s for “%(title)s”: %(reason)s\n"
            "You can write another one."
        ),
    ),
    "proposal.withdrawn": (
        gettext_noop("Proposal withdrawn: %(title)s"),
        gettext_noop("%(other)s withdrew version %(number)s for “%(title)s”. %(reason)s"),
    ),
    "proposal.expired": (
        gettext_noop("Proposal lapsed: %(title)s"),
        gettext_noop(
            "Nobody answered version %(number)s for “%(title)s” by %(until)s. "
            "Either side can write another one."
        ),
    ),
    "agreement.prepared": (
        gettext_noop("Agreed; your consent is needed: %(title)s"),
        gettext_noop(
            "%(other)s agreed to version %(number)s for “%(title)s”. The text of the agreement "
            "%(ref)s is ready: read it and consent, or take it back to the proposals."
        ),
    ),
    "agreement.consented": (
        gettext_noop("The other side consented: %(title)s"),
        gettext_noop(
            "%(other)s consented to the agreement %(ref)s about “%(title)s”. "
            "It is in force once you consent too."
        ),
    ),
    "agreement.revised": (
        gettext_noop("Agreement taken back: %(title)s"),
        gettext_noop(
            "%(other)s took the agreement %(ref)s about “%(title)s” back to the proposals. "
            "%(reason)s"
        ),
    ),
    "job.started": (
        gettext_noop("The job begins: %(title)s"),
        gettext_noop(
            "Both sides consented to the agreement about “%(title)s”. The job %(ref)s runs; "
            "its milestones and days are on its page."
        ),
    ),
}


def register() -> None:
    """Add the kinds."""
    for kind, (subject, body) in KINDS.items():
        notifications.register(kind, subject=subject, body=body, group=GROUP)


def tell_other_side(obj: Any, side: str, kind: str, *, actor: Any | None) -> None:
    """Tell the side across from `side` what it did to `obj` (a proposal, an agreement, a job)."""
    _tell(obj, other_side(side), kind, actor)


def tell_sides(obj: Any, kind: str, *, actor: Any | None) -> None:
    """Tell both sides what befell `obj`, but not who did it."""
    for side in Introduction.Side.values:
        _tell(obj, side, kind, actor)


def _tell(obj: Any, side: str, kind: str, actor: Any | None) -> None:
    introduction = introduction_of(obj)
    across = organisation_on(introduction, other_side(side))
    name, key = obj._meta.model_name, getattr(obj, "ref", None) or obj.pk
    # Without its language: the reader's is put in front when it is opened.
    url = "/" + reverse(f"matching:{name}", args=[key]).split("/", 2)[2]
    told: set[int] = set()
    for person in members(organisation_on(introduction, side)):
        if person.pk in told or (actor is not None and person.pk == actor.pk):
            continue
        told.add(person.pk)
        context = {
            "title": introduction.need.title,
            "other": pick(across.name_zh, across.name_en, person.language[:2]),
            **_facts(obj),
        }
        notifications.notify(recipient=person, kind=kind, context=context, url=url)


def _facts(obj: Any) -> dict[str, str | int]:
    """What the messages name, as JSON keeps it."""
    proposal = obj if hasattr(obj, "number") else getattr(obj, "proposal", None)
    facts: dict[str, str | int] = {
        "ref": getattr(obj, "ref", ""),
        "reason": getattr(obj, "reason", ""),
    }
    if proposal is not None:
        facts |= {
            "number": proposal.number or 0,
            "price": f"¥{proposal.price:,}",
            "days": proposal.days or 0,
            "until": proposal.valid_until.isoformat() if proposal.valid_until else "",
        }
    return facts
