"""Notifications: shown in the portal, e-mailed by the worker in the reader's language."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import gettext_noop

from portal.accounts.models import User
from portal.foundation import notifications
from portal.foundation.models import Notification, NotificationDelivery
from portal.foundation.notifications.sending import send_due_emails
from tests.clients import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind() -> None:
    notifications.register(
        "test.hello",
        subject=gettext_noop("Hello %(name)s"),
        body=gettext_noop("A word for %(name)s."),
    )


@pytest.fixture
def reader() -> User:
    return User.objects.create_user("reader@example.com", "a-pass-word-9", language="en")


def tell(reader: User, name: str = "Li") -> Notification:
    return notifications.notify(
        recipient=reader, kind="test.hello", context={"name": name}, url="/needs/N1/"
    )


def test_the_worker_sends_each_once_with_an_absolute_address(reader: User, settings) -> None:
    tell(reader)
    assert send_due_emails(10) == 1
    assert send_due_emails(10) == 0
    (message,) = mail.outbox
    assert message.subject == "Hello Li"
    assert message.to == ["reader@example.com"]
    assert f"{settings.SITE_URL}/en/needs/N1/" in message.body


def test_a_name_cannot_break_out_of_the_subject_or_the_page(reader: User) -> None:
    tell(reader, "Li\nBcc: x@example.com <script>")
    send_due_emails(10)
    (message,) = mail.outbox
    assert "\n" not in message.subject
    html = message.alternatives[0][0]
    assert "<script>" not in html


def test_a_failing_mail_server_is_tried_again_later(reader: User, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    tell(reader)
    assert send_due_emails(10) == 0
    row = NotificationDelivery.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("pending", 1, "smtp")
    assert row.not_before > timezone.now() + timedelta(minutes=1)
    assert send_due_emails(10) == 0
    assert NotificationDelivery.objects.get().attempts == 1


def test_a_person_sees_only_their_own_and_opens_it_once(reader: User, client: Client) -> None:
    row = tell(reader)
    other = User.objects.create_user("other@example.com", "a-pass-word-9", language="en")
    client.force_login(other)
    assert client.post(f"/en/notifications/{row.pk}/open/").status_code == 404
    client.force_login(reader)
    assert b"Hello Li" in client.get("/en/notifications/").content
    answer = client.post(f"/en/notifications/{row.pk}/open/")
    assert answer.headers["Location"] == "/en/needs/N1/"
    assert notifications.unread(reader).count() == 0


def test_the_list_costs_the_same_queries_for_one_and_three(
    reader: User, client: Client, django_assert_num_queries
) -> None:
    client.force_login(reader)
    tell(reader)
    with django_assert_num_queries(6):
        client.get("/en/notifications/")
    tell(reader)
    tell(reader)
    with django_assert_num_queries(6):
        client.get("/en/notifications/")


def test_an_unknown_kind_is_a_mistake(reader: User) -> None:
    with pytest.raises(KeyError):
        notifications.notify(recipient=reader, kind="nobody", context={}, url="")


def test_nobody_is_written_to_whose_account_is_closed(reader: User) -> None:
    told = tell(reader)
    reader.is_active = False
    reader.save()
    assert send_due_emails(10) == 0
    assert (mail.outbox, told.deliveries.get().attempts) == ([], 0)
