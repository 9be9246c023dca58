"""Reads behind the pages of talk: a thread with its files and marks, what is unread, questions."""

from collections import defaultdict
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from matching.models import Confidentiality, Introduction, Message, MessageFile, Question, ReadMark
from matching.models.message import TAKE_BACK
from matching.people import own_organisation_ids, sides_of
from matching.states import IN_FORCE, PROPOSED
from portal.foundation.models import Notification, StoredFile

PER_PAGE = 50
Side = Introduction.Side


def messages_of(introduction: Introduction) -> QuerySet[Message]:
    """A thread's messages, oldest first, with their people and files."""
    return (
        Message.objects.filter(introduction=introduction)
        .select_related("author")
        .prefetch_related("files__file")
        .order_by("pk")
    )


def thread_page(introduction: Introduction, number: str | None) -> Page:
    """One page of a thread; the last one where none is asked for."""
    pages = Paginator(messages_of(introduction), PER_PAGE)
    return pages.get_page(number or pages.num_pages)


def rows_of(page: Page, introduction: Introduction, user: Any) -> list[dict[str, Any]]:
    """What the page shows of each message: one's own or not, its files, who read up to it."""
    sides = sides_of(user, introduction)
    agreed = in_force(introduction)
    readers = _readers(introduction, user)
    soon = timezone.now() - TAKE_BACK
    rows = []
    for message in page:
        own = message.author_id == user.pk
        rows.append(
            {
                "message": message,
                "own_side": message.side in sides,
                "files": [
                    {"row": row, "shown": _shown(row, message, sides, agreed)}
                    for row in message.files.all()
                ],
                "may_change": own and message.side in sides and message.sent_at >= soon,
                "read_by": readers[message.pk],
            }
        )
    return rows


def _shown(row: MessageFile, message: Message, sides: set[str], agreed: bool) -> bool:
    return not row.confidential or agreed or message.side in sides


def _readers(introduction: Introduction, user: Any) -> dict[int, list[str]]:
    """Who else read up to which message, by its number."""
    found: dict[int, list[str]] = defaultdict(list)
    marks = ReadMark.objects.filter(introduction=introduction).exclude(user=user)
    for mark in marks.select_related("user").order_by("pk"):
        found[mark.message_id].append(mark.user.get_full_name())
    return found


def in_force(introduction: Introduction) -> bool:
    """Have both sides accepted a confidentiality agreement?"""
    return Confidentiality.objects.filter(introduction=introduction, state=IN_FORCE).exists()


def mark_notifications_read(user: Any, path: str) -> None:
    """Whoever reads a thread needs no e-mail about it any more."""
    Notification.objects.filter(recipient=user, url=path, read_at__isnull=True).update(
        read_at=timezone.now()
    )


# what waits


def _incoming(user: Any, own: set[int]) -> QuerySet[Message]:
    """Messages of the other sides that a person has not read."""
    to_us = Q(side=Side.PROVIDER, introduction__need__organisation_id__in=own) | Q(
        side=Side.MANUFACTURER, introduction__provider__organisation_id__in=own
    )
    marks = ReadMark.objects.filter(introduction=OuterRef("introduction"), user=user)
    return (
        Message.objects.filter(to_us, taken_back_at=None)
        .exclude(author=user)
        .annotate(read_up_to=Subquery(marks.values("message_id")[:1]))
        .filter(Q(read_up_to=None) | Q(pk__gt=F("read_up_to")))
    )


def unread_threads(user: Any, limit: int) -> list[tuple[Introduction, int, Any]]:
    """Introductions with unread messages, longest unread first: how many, and since when."""
    counted = (
        _incoming(user, own_organisation_ids(user))
        .order_by()
        .values("introduction")
        .annotate(count=Count("pk"), since=Min("sent_at"))
        .order_by("since")[:limit]
    )
    found = {row["introduction"]: row for row in counted}
    introductions = Introduction.objects.select_related(
        "need__organisation", "provider__organisation"
    ).in_bulk(list(found))
    return [(introductions[pk], row["count"], row["since"]) for pk, row in found.items()]


def unread_in(introduction: Introduction, user: Any) -> int:
    """How many messages of the other side a person has not read here."""
    own = own_organisation_ids(user)
    return _incoming(user, own).filter(introduction=introduction).count()


def open_questions(user: Any, limit: int) -> QuerySet[Question]:
    """Questions that a person's firm has not answered, oldest first."""
    own = own_organisation_ids(user)
    rows = Question.objects.filter(need__organisation_id__in=own, state=Question.State.OPEN)
    return rows.select_related("need").order_by("pk")[:limit]


def proposed_to(user: Any, limit: int) -> QuerySet[Confidentiality]:
    """Confidentiality agreements that a person's side has to answer, oldest first."""
    own = own_organisation_ids(user)
    to_us = Q(side=Side.PROVIDER, introduction__need__organisation_id__in=own) | Q(
        side=Side.MANUFACTURER, introduction__provider__organisation_id__in=own
    )
    rows = Confidentiality.objects.filter(
        to_us, state=PROPOSED, introduction__state=Introduction.State.ACCEPTED
    )
    return rows.select_related("introduction__need").order_by("pk")[:limit]


# files


def may_read_file(user: Any, file: StoredFile) -> bool:
    """May a person read a file of a thread? Its own side always, the other one unless it is
    confidential and no agreement is in force; nobody once the message was taken back."""
    row = (
        MessageFile.objects.filter(file=file, message__taken_back_at=None)
        .select_related("message__introduction__need", "message__introduction__provider")
        .first()
    )
    if row is None:
        return False
    introduction = row.message.introduction
    sides = sides_of(user, introduction)
    if not sides:
        return False
    return row.message.side in sides or not row.confidential or in_force(introduction)
