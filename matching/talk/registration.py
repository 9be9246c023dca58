"""What talk adds to pages and work that show many rooms."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matching.models import Confidentiality, Message, Question, ReadMark
from matching.talk import reading, telling
from portal.foundation import files, registries
from portal.foundation.desk import MOST
from portal.foundation.registries import PersonalData, Waiting, WaitingItem


def register() -> None:
    """Called once at start."""
    telling.register()
    files.register_reader("matching.messages", reading.may_read_file)
    add = registries.waiting.register
    add(Waiting("messages", 31, _("Messages you have not read"), unread))
    add(Waiting("questions", 32, _("Questions to answer"), questions))
    add(Waiting("confidentiality", 33, _("Confidentiality agreements to answer"), agreements))
    registries.personal_data.register(PersonalData("talk", 50, export, erase))


def unread(user: Any) -> list[WaitingItem]:
    """One line for each thread with unread messages."""
    items = []
    for introduction, count, since in reading.unread_threads(user, MOST):
        title = ngettext(
            "%(count)s message about “%(need)s”", "%(count)s messages about “%(need)s”", count
        ) % {"count": count, "need": introduction.need.title}
        items.append(WaitingItem(title, reverse("matching:thread", args=[introduction.pk]), since))
    return items


def questions(user: Any) -> list[WaitingItem]:
    """One line for each question."""
    return [
        WaitingItem(
            gettext("About “%(need)s”: %(question)s")
            % {"need": row.need.title, "question": row.text[:80]},
            reverse("matching:answer-question", args=[row.pk]),
            row.asked_at,
        )
        for row in reading.open_questions(user, MOST)
    ]


def agreements(user: Any) -> list[WaitingItem]:
    """One line for each agreement."""
    return [
        WaitingItem(row.introduction.need.title, row.get_absolute_url(), row.proposed_at)
        for row in reading.proposed_to(user, MOST)
    ]


def export(user: Any) -> dict[str, Any]:
    """What a person wrote, asked and accepted; what the other side wrote is the other side's."""
    return {
        "messages": [
            {
                "introduction": row.introduction_id,
                "text": row.text,
                "sent_at": row.sent_at,
                "taken_back_at": row.taken_back_at,
                "files": [attached.file.name for attached in row.files.all()],
            }
            for row in Message.objects.filter(author=user).prefetch_related("files__file")
        ],
        "questions": list(
            Question.objects.filter(author=user).values("need__ref", "text", "asked_at")
        ),
        "answers": list(
            Question.objects.filter(answered_by=user).values("need__ref", "answer", "answered_at")
        ),
        "confidentiality": [
            {"introduction": row.introduction_id, "state": row.state, "at": row.proposed_at}
            for row in Confidentiality.objects.filter(proposed_by=user)
        ]
        + [
            {"introduction": row.introduction_id, "state": row.state, "at": row.answered_at}
            for row in Confidentiality.objects.filter(answered_by=user)
        ],
        "read": list(
            ReadMark.objects.filter(user=user).values("introduction", "message", "read_at")
        ),
    }


def erase(user: Any) -> None:
    """Both firms' records stay, without the person in them."""
    Message.objects.filter(author=user).update(author=None)
    Question.objects.filter(author=user).update(author=None)
    Question.objects.filter(answered_by=user).update(answered_by=None)
    Confidentiality.objects.filter(proposed_by=user).update(proposed_by=None)
    Confidentiality.objects.filter(answered_by=user).update(answered_by=None)
    ReadMark.objects.filter(user=user).delete()
