"""Words that searches asked for in vain: what is kept, shown, taken up, dismissed."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cms.setup import ensure_vocabulary_permissions
from portal.foundation import audit
from portal.vocabulary import actions
from portal.vocabulary.models import ConceptCandidate, ConceptRecord
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_times_and_days_are_counted() -> None:
    for day in (MONDAY, MONDAY, TUESDAY):
        actions.suggest_candidate("  震動  盤 ", today=day)
    row = ConceptCandidate.objects.get()
    assert (row.phrase, row.language, row.times, row.days) == ("震动 盘", "zh", 3, 2)
    assert (row.first_day, row.last_day) == (MONDAY, TUESDAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "?!",
        "write to li@example.com",
        "call 138 0013 8000 please",
        "电话13800138000",
        "https://example.com/x",
        "91330200MA1234567",
        "x" * 81,
        "12345",
        "bowl\x00feeder",
        "bowl\u202efeeder",
    ],
)
def test_what_may_be_personal_or_says_nothing_is_never_stored(text: str) -> None:
    assert actions.suggest_candidate(text) is None
    assert not ConceptCandidate.objects.exists()


def shown(client: Client) -> str:
    return client.get("/admin/vocabulary/candidates/").content.decode()


@pytest.fixture
def editor() -> Client:
    ensure_vocabulary_permissions()
    actions.mirror_concepts()
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_user(roles=("editor",)))
    return client


def test_only_what_comes_again_is_shown(editor: Client, django_assert_max_num_queries: Any) -> None:
    actions.suggest_candidate("asked once", today=MONDAY)
    for day in (MONDAY, TUESDAY):
        actions.suggest_candidate("asked on two days", today=day)
    for _ in range(3):
        actions.suggest_candidate("asked three times", today=MONDAY)
    page = shown(editor)
    assert "asked once" not in page
    assert "asked on two days" in page
    assert "asked three times" in page
    with django_assert_max_num_queries(20):
        shown(editor)


def test_a_candidate_is_added_to_a_concept(editor: Client) -> None:
    row = asked("bowl feeder")
    said = {"candidate": row.pk, "decision": "take", "role": "synonyms_en", "concept": "WMS"}
    # By id or label, whatever the case.
    assert editor.post("/admin/vocabulary/candidates/", said).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.taken_into) == ("taken", "wms")
    record = ConceptRecord.objects.get(key="wms")
    assert "bowl feeder" in record.concept().synonyms_en
    assert record.edited
    assert [entry.verb for entry in audit.trail(row)] == ["candidate.taken"]
    assert "bowl feeder" not in shown(editor)


def test_a_candidate_that_would_make_a_concept_unsound_stays(editor: Client) -> None:
    row = asked("bowl feeder")
    actor = make_user(roles=("officer",))
    with pytest.raises(ValidationError):
        actions.take_candidate(actor=actor, candidate=row, key="wms", role="complaints_zh")
    said = {"candidate": row.pk, "decision": "take", "role": "complaints_zh", "concept": "wms"}
    assert (
        "is not Chinese"
        in editor.post("/admin/vocabulary/candidates/", said, follow=True).content.decode()
    )
    said["concept"] = "no such thing"
    editor.post("/admin/vocabulary/candidates/", said)
    row.refresh_from_db()
    assert row.state == "new"


def test_a_candidate_is_dismissed_for_good(editor: Client) -> None:
    row = asked("bowl feeder")
    editor.post("/admin/vocabulary/candidates/", {"candidate": row.pk, "decision": "dismiss"})
    actions.suggest_candidate("bowl feeder", today=TUESDAY)
    assert ConceptCandidate.objects.get().state == "dismissed"
    assert "bowl feeder" not in shown(editor)
    with pytest.raises(PermissionDenied):
        actions.dismiss_candidate(actor=make_user(), candidate=row)


def test_a_decision_that_comes_too_late_is_told(editor: Client) -> None:
    said = {"candidate": 999, "decision": "dismiss"}
    answer = editor.post("/admin/vocabulary/candidates/", said, follow=True)
    assert "Someone decided on this already." in answer.content.decode()


def asked(text: str) -> ConceptCandidate:
    for day in (MONDAY, TUESDAY):
        row = actions.suggest_candidate(text, today=day)
    assert row is not None
    return row
