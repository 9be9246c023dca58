"""What people are told of threads, questions and confidentiality; never what was written, as it
may be confidential and goes to robots of group chats too."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop, override

from matching.models import Confidentiality, Introduction, Message, Question
from matching.people import members, organisation_on
from matching.states import ACCEPTED, CLOSED
from matching.telling import GROUPS
from portal.foundation import notifications
from portal.foundation.text import pick

RECEIVED = "message.received"
Side = Introduction.Side

KINDS = {
    RECEIVED: (
        gettext_noop("%(other)s wrote to you about “%(title)s”"),
        gettext_noop(
            "There is a message from %(other)s about “%(title)s”. Read and answer it in the portal."
        ),
    ),
    "confidentiality.proposed": (
        gettext_noop("%(other)s proposes a confidentiality agreement"),
        gettext_noop(
            "%(other)s proposes the standard confidentiality agreement about “%(title)s”. Read it, "
            "then accept or decline it."
        ),
    ),
    "confidentiality.accepted": (
        gettext_noop("%(other)s accepted the confidentiality agreement"),
        gettext_noop("Confidential files about “%(title)s” are open to both sides now."),
    ),
    "confidentiality.declined": (
        gettext_noop("%(other)s declined the confidentiality agreement"),
        gettext_noop("Confidential files about “%(title)s” stay with the side that sent them."),
    ),
    "question.asked": (
        gettext_noop("A provider asks about “%(title)s”"),
        gettext_noop(
            "An introduced provider asks about “%(title)s”. Every introduced provider reads "
            "your answer."
        ),
    ),
    "question.answered": (
        gettext_noop("A question about “%(title)s” was answered"),
        gettext_noop("The manufacturer answered a question about “%(title)s”."),
    ),
    "question.corrected": (
        gettext_noop("An answer about “%(title)s” was corrected"),
        gettext_noop("The manufacturer corrected an answer about “%(title)s”."),
    ),
}


def register() -> None:
    """Add the kinds of this part of the room."""
    for kind, (subject, body) in KINDS.items():
        notifications.register(
            kind,
            subject=subject,
            body=body,
            group=GROUPS["introduction"],
            coalesce=kind == RECEIVED,
        )


def thread_path(introduction: Introduction) -> str:
    """The thread's address without its language."""
    return _path("thread", introduction.pk)


def tell_message(message: Message, *, actor: Any) -> None:
    """Tell the side that did not write."""
    other = Side.PROVIDER if message.side == Side.MANUFACTURER else Side.MANUFACTURER
    _tell(message.introduction, other, RECEIVED, thread_path(message.introduction), actor)


def tell_confidentiality(agreement: Confidentiality, kind: str, *, actor: Any) -> None:
    """Tell the side that did not do it."""
    proposed = kind == "confidentiality.proposed"
    side = agreement.side
    if proposed:
        side = Side.PROVIDER if side == Side.MANUFACTURER else Side.MANUFACTURER
    path = _path("confidentiality", agreement.introduction_id)
    _tell(agreement.introduction, side, kind, path, actor)


def tell_asked(question: Question) -> None:
    """Tell the manufacturer that somebody asked; not who."""
    path = _path("questions", question.need.ref)
    for person in members(question.need.organisation):
        notifications.notify(
            recipient=person,
            kind="question.asked",
            context={"title": question.need.title},
            url=path,
        )


def tell_answered(question: Question, kind: str, *, actor: Any) -> None:
    """Tell everybody of every introduced provider."""
    need = question.need
    path = _path("questions", need.ref)
    told = {actor.pk} if actor is not None else set()
    introduced = Introduction.objects.filter(need=need, state__in=[ACCEPTED, CLOSED])
    for introduction in introduced.select_related("provider__organisation"):
        for person in members(introduction.provider.organisation):
            if person.pk not in told:
                told.add(person.pk)
                notifications.notify(
                    recipient=person, kind=kind, context={"title": need.title}, url=path
                )


def _tell(introduction: Introduction, side: str, kind: str, url: str, actor: Any) -> None:
    sender = Side.PROVIDER if side == Side.MANUFACTURER else Side.MANUFACTURER
    organisation = organisation_on(introduction, sender)
    for person in members(organisation_on(introduction, side)):
        if actor is not None and person.pk == actor.pk:
            continue
        with override(person.language):
            other = pick(organisation.name_zh, organisation.name_en)
        context: dict[str, str | int] = {"title": introduction.need.title, "other": other}
        notifications.notify(recipient=person, kind=kind, context=context, url=url)


def _path(name: str, key: str | int) -> str:
    return "/" + reverse(f"matching:{name}", args=[key]).split("/", 2)[2]
