"""The complaint channel: anybody writes, officers answer in time, everything on record."""

from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from portal.accounts import complaints
from portal.accounts.letters import send_letter
from portal.accounts.models import Complaint, SecurityEvent
from portal.foundation import audit
from tests.clients import Client
from tests.factories import make_user

pytestmark = pytest.mark.django_db

GIVEN = {"about": "content", "text": "这家的资质是假的。", "address": "/zh-hans/providers/x/"}


def make_complaint(**given: str) -> Complaint:
    return complaints.make_complaint(actor=None, **{**GIVEN, **given})


def test_anybody_writes_and_gets_a_number_at_once_and_by_mail(client: Client) -> None:
    answer = client.post(
        "/zh-hans/complaints/new/", {**GIVEN, "email": "li@works.example"}, follow=True
    )
    row = Complaint.objects.get()
    assert row.number in answer.content.decode()
    assert (row.user, row.language, row.state) == (None, "zh-hans", "received")
    assert DBTaskResult.objects.get().args_kwargs["args"] == ["complaint-received", row.pk]
    send_letter.call("complaint-received", row.pk)
    (letter,) = mail.outbox
    assert letter.to == ["li@works.example"]
    assert row.number in letter.subject
    assert [entry.verb for entry in audit.trail(row)] == ["complaint.receive"]


def test_nobody_has_the_portal_write_their_words_to_a_stranger() -> None:
    lure = make_complaint(email="stranger@works.example", text="Win at https://evil.example/")
    own = complaints.make_complaint(actor=make_user(), **{**GIVEN, "text": "My own words"})
    for row in (lure, own):
        send_letter.call("complaint-received", row.pk)
    first, second = mail.outbox
    assert "evil.example" not in str(first.message())
    assert "My own words" in first.body + second.body


def test_whoever_is_signed_in_need_not_give_an_address(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    assert 'name="email"' not in client.get("/en/complaints/new/").content.decode()
    client.post("/en/complaints/new/", GIVEN)
    row = Complaint.objects.get()
    assert (row.user, row.email) == (user, user.email)


@pytest.mark.parametrize(
    ("field", "value"),
    [("about", "weather"), ("text", ""), ("text", "a\x00"), ("text", "x" * 4001), ("email", "li")],
)
def test_a_bad_one_is_a_message(client: Client, field: str, value: str) -> None:
    answer = client.post("/en/complaints/new/", {**GIVEN, field: value})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not Complaint.objects.exists()


def test_a_few_a_day_from_one_network(client: Client, settings) -> None:
    settings.COMPLAINTS_PER_DAY = 2
    for _ in range(2):
        client.post("/en/complaints/new/", GIVEN)
    assert client.post("/en/complaints/new/", GIVEN).status_code == 400
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        (date(2026, 11, 23), 15, date(2026, 12, 14)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
    ],
)
def test_working_days(day: date, days: int, due: date) -> None:
    assert complaints.working_days_after(day, days) == due


def test_an_officer_answers_and_closes_and_looking_is_logged(client: Client) -> None:
    row, officer = make_complaint(email="li@works.example"), make_user(roles=("officer",))
    client.force_login(officer)
    assert row.number in client.get("/en/officers/complaints/").content.decode()
    client.get(f"/en/officers/complaints/{row.number}/")
    assert SecurityEvent.objects.filter(kind="viewed", actor=officer).count() == 1
    move = f"/en/officers/complaints/{row.number}"
    client.post(f"{move}/close/", {"version": 0})
    row.refresh_from_db()
    assert row.state == "received"
    client.post(f"{move}/answer/", {"version": 0, "text": "已核实并下架。"})
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("answered", officer)
    client.post(f"{move}/answer/", {"version": 0, "text": "Second click."})
    row.refresh_from_db()
    assert row.answer == "已核实并下架。"
    client.post(f"{move}/close/", {"version": 1})
    row.refresh_from_db()
    assert row.state == "closed"
    send_letter.call("complaint-answered", row.pk)
    assert "已核实并下架。" in str(mail.outbox[-1].body)


def test_one_without_an_address_can_be_put_away() -> None:
    row = make_complaint()
    complaints.close(actor=make_user(roles=("officer",)), complaint=row)
    assert row.state == "closed"
    with pytest.raises(PermissionDenied):
        complaints.answer(actor=None, complaint=row, text="late", seen=0)


@pytest.mark.parametrize("roles", [(), ("moderator",), ("editor",)])
def test_nobody_else_reads_them(client: Client, roles: tuple[str, ...]) -> None:
    row, user = make_complaint(), make_user(roles=roles)
    client.force_login(user)
    for path in ("", f"{row.number}/"):
        assert client.get(f"/en/officers/complaints/{path}").status_code == 403
    with pytest.raises(PermissionDenied):
        complaints.answer(actor=user, complaint=row, text="No.")


def test_the_list_costs_the_same_for_one_and_three(client: Client) -> None:
    client.force_login(make_user(roles=("officer",)))
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_complaint()
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/officers/complaints/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_mail_server_that_is_away_is_asked_again_later(settings) -> None:
    row = make_complaint(email="li@works.example")
    DBTaskResult.objects.all().delete()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    send_letter.call("complaint-received", row.pk)
    again = DBTaskResult.objects.get()
    assert again.args_kwargs["args"] == ["complaint-received", row.pk, 2]
    assert again.run_after is not None
