"""What is typed into a dispute or a review is kept as it is typed, and gone once it is sent."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matching.actions.dispute import open_dispute, settle
from matching.models import Job
from matching.reviewing import CRITERIA
from portal.foundation.models import Draft
from tests.factories import make_job, make_user, member_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WORDS = "培训很细，按时交付，资料齐全。"


@pytest.fixture
def job() -> Job:
    return make_job()


def _disputed(job: Job) -> Any:
    buyer = member_of(job.introduction, "manufacturer")
    return open_dispute(actor=buyer, job=job, reason="迟迟不验收。")


def _to_open(job: Job) -> tuple[Any, str, dict[str, Any]]:
    person = member_of(job.introduction, "manufacturer")
    return person, reverse("matching:open-dispute", args=[job.ref]), {"reason": WORDS}


def _to_state(job: Job) -> tuple[Any, str, dict[str, Any]]:
    url = _disputed(job).get_absolute_url()
    given = {"step": "statement", "words": WORDS, "token": "a" * 32}
    return member_of(job.introduction, "provider"), url, given


def _to_settle(job: Job) -> tuple[Any, str, dict[str, Any]]:
    url = _disputed(job).get_absolute_url()
    given = {"step": "settle", "outcome": "resume", "decision": WORDS}
    return make_user(roles=("moderator",)), url, given


def _to_review(job: Job) -> tuple[Any, str, dict[str, Any]]:
    settle(actor=None, dispute=_disputed(job), outcome="done", decision="够了。")
    grades = dict.fromkeys(CRITERIA["manufacturer"], "4")
    person = member_of(job.introduction, "manufacturer")
    return person, reverse("matching:review", args=[job.ref]), {**grades, "words": WORDS}


@pytest.mark.parametrize("way", [_to_open, _to_state, _to_settle, _to_review])
def test_kept_offered_again_and_cleared(client: Client, job: Job, way: Any) -> None:
    person, url, typed = way(job)
    client.force_login(person)
    form = _form_with_a_draft(client.get(url).content.decode(), typed)
    assert client.post("/en/drafts/save/", {**form, **typed}).status_code == 302
    assert WORDS not in client.get(url).content.decode()
    assert WORDS in client.get(url, {"draft": "restore"}).content.decode()
    assert client.post(url, typed).status_code == 302
    assert not Draft.objects.exists()


def _form_with_a_draft(html: str, typed: dict[str, Any]) -> dict[str, str]:
    """What the form that has these fields carries of its draft."""
    [form] = [
        form
        for form in re.findall(r"<form.*?</form>", html, re.DOTALL)
        if all(f'name="{name}"' in form for name in typed)
    ]
    found = {}
    for name in ("draft", "draft_version"):
        value = re.search(f'name="{name}" value="([^"]*)"', form)
        assert value is not None
        found[name] = value[1]
    return found
