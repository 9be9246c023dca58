"""A thread: sent once, read by both sides only, taken back for ten minutes, told together."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from matching.actions import confidentiality, message
from matching.actions import introduction as introductions
from matching.models import Message, MessageFile, ReadMark
from matching.talk import reading, registration
from portal.foundation.files import sweeping
from portal.foundation.models import AuditEntry, Notification, NotificationDelivery, StoredFile
from portal.foundation.notifications.sending import send_due_emails
from tests.factories import make_need
from tests.foundation.files import made
from tests.matching.talk.conftest import Scene

PHOTO = made.picture(size=(60, 40))


def send(actor: Any, scene: Scene, text: str = "Hello", **fields: Any) -> Message:
    given = {"token": uuid4(), **fields}
    return message.send_message(actor=actor, introduction=scene.row, text=text, **given)[0]


def photo(name: str = "machine.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PHOTO)


class TestSending:
    def test_a_message_counts_once_however_often_its_form_comes(self, scene: Scene) -> None:
        token = uuid4()
        for number in range(3):
            sent, new = message.send_message(
                actor=scene.sme,
                introduction=scene.row,
                text=f"try {number}",
                token=token,
                uploads=[photo()],
            )
            assert new is (number == 0)
        assert (sent.text, sent.side) == ("try 0", "manufacturer")
        assert StoredFile.objects.count() == 1
        assert AuditEntry.objects.filter(verb="message.send").count() == 1
        assert Notification.objects.filter(kind="message.received").count() == 1

    def test_something_must_be_in_it(self, scene: Scene) -> None:
        with pytest.raises(ValidationError, match="Write something"):
            send(scene.sme, scene, "  ")
        assert send(scene.sme, scene, "", uploads=[photo()]).files.count() == 1

    def test_words_are_plain_text(self, scene: Scene) -> None:
        with pytest.raises(ValidationError, match="reading direction"):
            send(scene.sme, scene, "a\u202eb")
        with pytest.raises(ValidationError, match="at most 5000"):
            send(scene.sme, scene, "a" * 5001)

    def test_a_refused_file_keeps_the_whole_message_back(self, scene: Scene) -> None:
        bad = SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>")
        with pytest.raises(ValidationError, match=r"a\.svg"):
            send(scene.sme, scene, uploads=[photo(), bad])
        assert not Message.objects.exists()
        assert not StoredFile.objects.exists()

    def test_neither_strangers_nor_before_or_after(self, scene: Scene) -> None:
        with pytest.raises(PermissionDenied):
            send(scene.stranger, scene)
        introductions.close(actor=scene.sme, introduction=scene.row)
        with pytest.raises(PermissionDenied):
            send(scene.sme, scene)

    def test_closing_meanwhile_keeps_a_message_back(self, scene: Scene) -> None:
        stale = type(scene.row).objects.get(pk=scene.row.pk)
        introductions.close(actor=scene.seller, introduction=scene.row)
        with pytest.raises(PermissionDenied):
            message.send_message(actor=scene.sme, introduction=stale, text="late", token=uuid4())
        assert not Message.objects.exists()


class TestTakingBack:
    def test_for_ten_minutes_and_undone(self, scene: Scene) -> None:
        sent = send(scene.sme, scene, uploads=[photo()])
        file = sent.files.get().file
        assert reading.may_read_file(scene.seller, file)
        assert message.take_back(actor=scene.sme, message=sent)
        assert not message.take_back(actor=scene.sme, message=sent)
        assert not reading.may_read_file(scene.seller, file)
        assert message.put_back(actor=scene.sme, message=sent)
        assert reading.may_read_file(scene.seller, file)
        verbs = AuditEntry.objects.filter(object_type="matching.message", object_id=str(sent.pk))
        assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
            "message.send", "message.take_back", "message.put_back",
        ]  # fmt: skip

    def test_only_its_author_and_in_time(self, scene: Scene) -> None:
        sent = send(scene.sme, scene)
        with pytest.raises(PermissionDenied):
            message.take_back(actor=scene.seller, message=sent)
        late = sent.sent_at + timedelta(minutes=10, seconds=1)
        with pytest.raises(ValidationError, match="ten minutes"):
            message.take_back(actor=scene.sme, message=sent, now=late)


class TestTelling:
    def test_ten_messages_are_one_letter_without_their_words(self, scene: Scene) -> None:
        Notification.objects.all().delete()
        for number in range(10):
            send(scene.sme, scene, f"secret {number}")
        mail.outbox.clear()
        NotificationDelivery.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        send_due_emails(50)
        assert [letter.to for letter in mail.outbox] == [[scene.seller.email]]
        assert "secret" not in mail.outbox[0].body
        assert f"/introductions/{scene.row.pk}/talk/" in mail.outbox[0].body
        assert "List-Unsubscribe-Post" in mail.outbox[0].extra_headers

    def test_whoever_reads_gets_no_letter(self, scene: Scene, client: Any) -> None:
        Notification.objects.all().delete()
        send(scene.sme, scene)
        client.force_login(scene.seller)
        client.get(reverse("matching:thread", args=[scene.row.pk]))
        assert Notification.objects.get(kind="message.received").read_at
        mail.outbox.clear()
        NotificationDelivery.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        send_due_emails(50)
        assert mail.outbox == []


class TestReadMarks:
    def test_read_up_to_where(self, scene: Scene, client: Any) -> None:
        first = send(scene.sme, scene, "first")
        [item] = registration.unread(scene.seller)
        assert item.title == f"1 message about “{scene.need.title}”"
        assert registration.unread(scene.sme) == []
        client.force_login(scene.seller)
        client.get(reverse("matching:thread", args=[scene.row.pk]))
        assert ReadMark.objects.get(user=scene.seller).message == first
        assert registration.unread(scene.seller) == []
        second = send(scene.sme, scene, "second")
        assert reading.unread_in(scene.row, scene.seller) == 1
        message.mark_read(actor=scene.seller, introduction=scene.row, message=second)
        message.mark_read(actor=scene.seller, introduction=scene.row, message=first)
        assert ReadMark.objects.get(user=scene.seller).message == second
        client.force_login(scene.sme)
        page = client.get(reverse("matching:thread", args=[scene.row.pk])).content.decode()
        assert "Read up to here: Li Na" in page

    def test_what_was_taken_back_waits_for_nobody(self, scene: Scene) -> None:
        sent = send(scene.sme, scene)
        message.take_back(actor=scene.sme, message=sent)
        assert registration.unread(scene.seller) == []


class TestConfidentialFiles:
    def test_seen_by_the_other_side_after_both_accepted(self, scene: Scene, client: Any) -> None:
        sent = send(scene.sme, scene, uploads=[photo("mould.jpg")], confidential=True)
        file = sent.files.get().file
        address = reverse("files:file", args=[file.key])
        statuses = []
        client.force_login(scene.seller)

        def look() -> None:
            statuses.append(client.get(address).status_code)

        look()
        page = client.get(reverse("matching:thread", args=[scene.row.pk])).content.decode()
        assert "A confidential file" in page
        assert "mould.jpg" not in page
        agreement = confidentiality.propose(actor=scene.seller, introduction=scene.row)
        look()
        confidentiality.accept(actor=scene.sme, agreement=agreement)
        look()
        introductions.close(actor=scene.sme, introduction=scene.row)
        look()
        assert statuses == [404, 404, 200, 200]
        assert (
            "mould.jpg"
            in client.get(reverse("matching:thread", args=[scene.row.pk])).content.decode()
        )

    def test_its_own_side_always(self, scene: Scene) -> None:
        sent = send(scene.sme, scene, uploads=[photo()], confidential=True)
        file = sent.files.get().file
        assert reading.may_read_file(scene.sme, file)
        assert not reading.may_read_file(scene.stranger, file)


class TestFilesOverHttp:
    def test_as_nothing_that_a_browser_would_run(self, scene: Scene, client: Any) -> None:
        sent = send(scene.sme, scene, uploads=[SimpleUploadedFile("图纸 №1.jpg", PHOTO)])
        file = sent.files.get().file
        client.force_login(scene.seller)
        answer = client.get(reverse("files:file", args=[file.key]))
        assert b"".join(answer.streaming_content) == PHOTO
        assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%9B%BE")
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-store"
        small = client.get(reverse("files:preview", args=[file.key]))
        assert small["Content-Type"] == "image/jpeg"
        assert (
            "Content-Disposition" not in small or "attachment" not in small["Content-Disposition"]
        )

    @pytest.mark.parametrize("name", ["file", "preview"])
    def test_others_files_are_not_found(self, scene: Scene, client: Any, name: str) -> None:
        file = send(scene.sme, scene, uploads=[photo()]).files.get().file
        address = reverse(f"files:{name}", args=[file.key])
        assert client.get(address).status_code == 302
        client.force_login(scene.stranger)
        assert client.get(address).status_code == 404
        assert client.get(reverse(f"files:{name}", args=[uuid4()])).status_code == 404

    def test_a_file_without_a_preview_has_none(self, scene: Scene, client: Any) -> None:
        file = send(scene.sme, scene, uploads=[SimpleUploadedFile("a.txt", b"words")]).files.get()
        client.force_login(scene.sme)
        address = reverse("files:preview", args=[file.file.key])
        assert client.get(address).status_code == 404

    def test_the_sweep_leaves_files_of_messages(self, scene: Scene) -> None:
        send(scene.sme, scene, uploads=[photo()])
        assert sweeping.sweep(now=timezone.now() + timedelta(days=2)) == 0
        assert MessageFile.objects.count() == 1


class TestPage:
    def post(self, client: Any, scene: Scene, **values: Any) -> Any:
        given = {"text": "From the page", "token": str(uuid4()), **values}
        return client.post(reverse("matching:thread", args=[scene.row.pk]), given)

    def test_sending_from_the_page(self, scene: Scene, client: Any) -> None:
        client.force_login(scene.sme)
        token = str(uuid4())
        for _ in range(2):
            answer = self.post(client, scene, token=token, files=[photo("a.jpg"), photo("b.jpg")])
            assert answer.status_code == 302
        sent = Message.objects.get()
        assert sorted(row.file.name for row in sent.files.all()) == ["a.jpg", "b.jpg"]
        page = client.get(reverse("matching:thread", args=[scene.row.pk])).content.decode()
        assert "This message was sent already" in page

    def test_a_bad_name_is_refused_as_it_was_sent(self, scene: Scene, client: Any) -> None:
        client.force_login(scene.sme)
        body = (
            b'--B\r\nContent-Disposition: form-data; name="token"\r\n\r\n'
            + str(uuid4()).encode()
            + b'\r\n--B\r\nContent-Disposition: form-data; name="files"; '
            + b'filename="../../etc/cron\x01.jpg"\r\n\r\n'
            + PHOTO
            + b"\r\n--B--\r\n"
        )
        answer = client.post(
            reverse("matching:thread", args=[scene.row.pk]),
            body,
            content_type="multipart/form-data; boundary=B",
        )
        assert answer.status_code == 400
        assert "contains a path" in answer.content.decode()
        assert not Message.objects.exists()

    @pytest.mark.parametrize("values", [{"token": "x"}, {"text": ""}, {"text": "a\x00b"}])
    def test_bad_input_is_said(self, scene: Scene, client: Any, values: Any) -> None:
        client.force_login(scene.sme)
        answer = self.post(client, scene, **values)
        assert answer.status_code == 400
        assert "form-errors" in answer.content.decode()

    def test_too_many_files(self, scene: Scene, client: Any) -> None:
        client.force_login(scene.sme)
        answer = self.post(client, scene, files=[photo(f"{n}.jpg") for n in range(11)])
        assert "at most 10 files" in answer.content.decode()

    def test_others_threads_are_not_found(self, scene: Scene, client: Any) -> None:
        sent = send(scene.sme, scene)
        client.force_login(scene.stranger)
        for address in (
            reverse("matching:thread", args=[scene.row.pk]),
            reverse("matching:confidentiality", args=[scene.row.pk]),
        ):
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404
        step = reverse("matching:message-step", args=[sent.pk, "take-back"])
        assert client.post(step).status_code == 404
        client.force_login(scene.seller)
        assert client.post(step).status_code == 404

    def test_taking_back_from_the_page(self, scene: Scene, client: Any) -> None:
        sent = send(scene.sme, scene, "regrettable")
        client.force_login(scene.sme)
        thread = reverse("matching:thread", args=[scene.row.pk])
        client.post(reverse("matching:message-step", args=[sent.pk, "take-back"]))
        page = client.get(thread).content.decode()
        assert "This message was taken back" in page
        assert "regrettable" not in page
        client.post(reverse("matching:message-step", args=[sent.pk, "put-back"]))
        assert "regrettable" in client.get(thread).content.decode()
        unknown = reverse("matching:message-step", args=[sent.pk, "burn"])
        assert client.post(unknown).status_code == 404

    def test_closed_threads_stay_readable(self, scene: Scene, client: Any) -> None:
        send(scene.sme, scene, "kept for later")
        introductions.close(actor=scene.sme, introduction=scene.row)
        client.force_login(scene.seller)
        page = client.get(reverse("matching:thread", args=[scene.row.pk])).content.decode()
        assert "kept for later" in page
        assert "<textarea" not in page
        assert self.post(client, scene).status_code == 302
        assert Message.objects.count() == 1

    @pytest.mark.parametrize("count", [1, 3])
    def test_the_number_of_queries_does_not_grow(
        self, scene: Scene, client: Any, count: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(count):
            send(scene.sme, scene, f"{number}", uploads=[photo()])
            send(scene.seller, scene, f"{number}", uploads=[photo()])
        client.force_login(scene.sme)
        address = reverse("matching:thread", args=[scene.row.pk])
        client.get(address)
        with django_assert_num_queries(QUERIES):
            client.get(address)

    @pytest.mark.parametrize("count", [1, 3])
    def test_what_waits_takes_as_many(
        self, scene: Scene, count: int, django_assert_num_queries: Any
    ) -> None:
        from tests.factories import make_accepted

        for _ in range(count):
            row = make_accepted(need=make_need(scene.sme), provider=scene.row.provider)
            message.send_message(actor=scene.sme, introduction=row, text="x", token=uuid4())
        with django_assert_num_queries(3):
            assert len(registration.unread(scene.seller)) == count


QUERIES = 15


def test_one_s_data(scene: Scene) -> None:
    send(scene.sme, scene, "my words", uploads=[photo()])
    send(scene.seller, scene, "their words")
    data = registration.export(scene.sme)
    assert [row["text"] for row in data["messages"]] == ["my words"]
    assert data["messages"][0]["files"] == ["machine.jpg"]
    registration.erase(scene.sme)
    registration.erase(scene.sme)
    assert registration.export(scene.sme)["messages"] == []
    assert Message.objects.get(side="manufacturer").author is None
    assert not ReadMark.objects.filter(user=scene.sme).exists()
