"""What happens to a question on a need: asked by an introduced provider, answered, corrected."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from matching.actions import moves
from matching.models import Introduction, Question
from matching.people import sides_of
from matching.states import ACCEPTED, ANSWERED, OPEN, move
from matching.talk.telling import tell_answered, tell_asked
from portal.foundation import audit, limits
from portal.foundation.text import clean_plain_text

MAX_QUESTION, MAX_ANSWER = 2000, 5000
PER_DAY = limits.Limit(("question.ask",), 30)


@moves.action
def ask(
    *,
    actor: Any,
    introduction: Introduction,
    text: str,
    token: UUID,
    now: datetime | None = None,
) -> tuple[Question, bool]:
    """Ask about the introduction's need. The same `token` again changes nothing: the second value
    says whether the question is new.

    Raises PermissionDenied, ValidationError (text), IllegalMove (not introduced any more)."""
    attempt = move("question.ask")
    if Introduction.Side.PROVIDER not in sides_of(actor, introduction):
        raise PermissionDenied(attempt.permission)
    if asked := _asked(introduction, token):
        return asked, False
    PER_DAY.require(actor)
    words = _text(text, MAX_QUESTION, "text")
    rows = Introduction.objects.select_for_update(of=("self",), no_key=True)
    if rows.get(pk=introduction.pk).state != ACCEPTED:
        message = gettext("The introduction is not open any more.")
        raise moves.IllegalMove(message, attempt=attempt, obj=introduction, actor=actor)
    try:
        with transaction.atomic():
            question = Question.objects.create(
                need=introduction.need,
                introduction=introduction,
                author=actor,
                text=words,
                token=token,
                asked_at=now or timezone.now(),
            )
    except IntegrityError:
        if asked := _asked(introduction, token):
            return asked, False
        raise
    audit.record(actor, attempt.name, question, after={"state": OPEN, "version": 0})
    tell_asked(question)
    return question, True


def _asked(introduction: Introduction, token: UUID) -> Question | None:
    return Question.objects.filter(introduction=introduction, token=token).first()


@moves.action
def answer(
    *,
    actor: Any,
    question: Question,
    text: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Question:
    """Answer for every introduced provider. Raises PermissionDenied, ValidationError (answer),
    StaleMove, IllegalMove."""
    moves.require_role(actor, move("question.answer"), question)
    fields = {
        "answer": _text(text, MAX_ANSWER, "answer"),
        "answered_at": now or timezone.now(),
        "answered_by": actor,
    }
    moves.apply("question.answer", question, actor=actor, to=ANSWERED, seen=seen, fields=fields)
    tell_answered(question, "question.answered", actor=actor)
    return question


@moves.action
def correct(
    *,
    actor: Any,
    question: Question,
    text: str,
    seen: int | None = None,
    now: datetime | None = None,
) -> Question:
    """Put a corrected answer in the place of an earlier one, which stays in the audit trail.

    Nothing happens where the words are the same. Raises as `answer` does."""
    moves.require_role(actor, move("question.correct"), question)
    words = _text(text, MAX_ANSWER, "answer")
    if words == question.answer:
        return question
    fields = {"answer": words, "corrected_at": now or timezone.now()}
    moves.apply("question.correct", question, actor=actor, seen=seen, fields=fields)
    tell_answered(question, "question.corrected", actor=actor)
    return question


def _text(text: str, limit: int, name: str) -> str:
    try:
        clean = clean_plain_text(text, limit)
    except ValueError as error:
        raise ValidationError({name: str(error)}) from None
    if not clean:
        raise ValidationError({name: gettext("Please fill in this field.")})
    return clean
