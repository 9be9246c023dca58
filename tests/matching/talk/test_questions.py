"""Questions on a need: read by every introduced provider, asked by nobody knows whom."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from matching.actions import introduction as introductions
from matching.actions import question as actions
from matching.actions.moves import IllegalMove, StaleMove
from matching.models import Question
from matching.talk import registration
from portal.accounts.models import User
from portal.foundation.models import AuditEntry, Notification
from tests.factories import make_accepted, make_listed_provider, make_user
from tests.matching.talk.conftest import Scene


@pytest.fixture
def other(scene: Scene) -> User:
    """Somebody of another provider that was introduced to the same need."""
    user = make_user("Chen Jie")
    provider = make_listed_provider(user, name_zh="江北自动化", name_en="Jiangbei Automation")
    make_accepted(need=scene.need, provider=provider)
    return user


def ask(scene: Scene, text: str = "Which PLC is it?", **fields: Any) -> Question:
    given = {"actor": scene.seller, "introduction": scene.row, "token": uuid4(), **fields}
    return actions.ask(text=text, **given)[0]


def test_asked_once_however_often_the_form_comes(scene: Scene) -> None:
    token = uuid4()
    results = [
        actions.ask(actor=scene.seller, introduction=scene.row, text="a?", token=token)[1]
        for _ in range(3)
    ]
    assert results == [True, False, False]
    assert Question.objects.count() == 1
    told = Notification.objects.get(kind="question.asked")
    assert told.recipient == scene.sme
    assert str(scene.row.provider) not in str(told.context)


def test_only_introduced_providers_ask(scene: Scene) -> None:
    for actor in (scene.stranger, scene.sme):
        with pytest.raises(PermissionDenied):
            ask(scene, actor=actor)
    with pytest.raises(ValidationError, match="fill in"):
        ask(scene, "  ")
    introductions.close(actor=scene.sme, introduction=scene.row)
    with pytest.raises(IllegalMove, match="not open any more"):
        ask(scene)


def test_answered_once_and_corrected_with_history(scene: Scene, other: User) -> None:
    question = ask(scene)
    stale = Question.objects.get(pk=question.pk)
    [item] = registration.questions(scene.sme)
    assert item.title == f"About “{scene.need.title}”: Which PLC is it?"
    for actor in (scene.seller, other, scene.stranger):
        with pytest.raises(PermissionDenied):
            actions.answer(actor=actor, question=question, text="S7")
    actions.answer(actor=scene.sme, question=question, text="S7-300", seen=0)
    with pytest.raises(StaleMove):
        actions.answer(actor=scene.sme, question=stale, text="S7-400", seen=0)
    actions.correct(actor=scene.sme, question=question, text="S7-1500", seen=1)
    version = question.version
    actions.correct(actor=scene.sme, question=question, text="S7-1500")
    question.refresh_from_db()
    assert (question.answer, question.version) == ("S7-1500", version)
    entry = AuditEntry.objects.get(verb="question.correct")
    assert entry.before["answer"] == "S7-300"
    assert entry.after["answer"] == "S7-1500"
    assert registration.questions(scene.sme) == []
    told = Notification.objects.filter(kind="question.answered").values_list("recipient", flat=True)
    assert set(told) == {scene.seller.pk, other.pk}


def test_nobody_reads_who_asked(scene: Scene, other: User, client: Any) -> None:
    question = ask(scene)
    actions.answer(actor=scene.sme, question=question, text="S7-300")
    addresses = [
        reverse("matching:questions", args=[scene.need.ref]),
        reverse("matching:answer-question", args=[question.pk]),
        reverse("matching:need", args=[scene.need.ref]),
    ]
    for user, seen in ((other, addresses[:1]), (scene.sme, addresses[:2])):
        client.force_login(user)
        for address in seen:
            page = client.get(address).content.decode()
            assert "Which PLC is it?" in page
            assert "A provider asked" in page
            assert scene.row.provider.organisation.name_en not in page
            assert scene.seller.name not in page
    client.force_login(scene.seller)
    assert "Your firm asked" in client.get(addresses[0]).content.decode()


def test_not_public_and_not_for_others(scene: Scene, client: Any) -> None:
    question = ask(scene)
    page = reverse("matching:questions", args=[scene.need.ref])
    answer = reverse("matching:answer-question", args=[question.pk])
    assert client.get(page).status_code == 302
    need = client.get(reverse("matching:need", args=[scene.need.ref])).content.decode()
    assert "Which PLC" not in need
    for user in (scene.stranger, make_listed_provider().organisation.memberships.get().user):
        client.force_login(user)
        assert [client.get(page).status_code, client.get(answer).status_code] == [404, 404]
    client.force_login(scene.seller)
    assert client.get(answer).status_code == 404
    assert client.get(reverse("matching:questions", args=["N-NONE"])).status_code == 404


def test_the_pages(scene: Scene, client: Any) -> None:
    page = reverse("matching:questions", args=[scene.need.ref])
    client.force_login(scene.seller)
    assert client.post(page, {"text": "", "token": str(uuid4())}).status_code == 400
    given = {"text": "Three shifts?", "token": str(uuid4())}
    assert [client.post(page, given).status_code for _ in range(2)] == [302, 302]
    question = Question.objects.get()
    client.force_login(scene.sme)
    assert client.post(page, given).status_code == 403
    answer = reverse("matching:answer-question", args=[question.pk])
    assert client.post(answer, {"answer": "", "version": "0"}).status_code == 400
    sent = {"answer": "Two.", "version": "0", "step": "answer"}
    assert [client.post(answer, sent).status_code for _ in range(2)] == [302, 302]
    assert "nothing else was changed" in client.get(answer).content.decode()
    corrected = {"answer": "Three.", "version": "1", "step": "correct"}
    assert client.post(answer, corrected).status_code == 302
    client.force_login(scene.seller)
    shown = client.get(page).content.decode()
    assert "Three." in shown
    assert "corrected on" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(
    scene: Scene, client: Any, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        ask(scene, f"{number}?")
    client.force_login(scene.seller)
    address = reverse("matching:questions", args=[scene.need.ref])
    client.get(address)
    with django_assert_num_queries(11):
        client.get(address)
