"""A copy of one's data, and the end of an account in every room."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as DjangoClient
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from matching.actions import introduction as introductions
from matching.actions.need import withdraw_need
from portal.accounts import erasing, exporting
from portal.accounts.models import DataExport, Erasure, SecurityEvent, User
from portal.foundation import files
from portal.foundation.files import storing
from portal.foundation.models import AuditEntry, Notification, StoredFile
from portal.foundation.notifications.sending import send_due_emails
from portal.foundation.registries import personal_data
from portal.organisations import actions as organisations
from portal.organisations.models import Membership
from tests.clients import Client
from tests.factories import (
    make_introduction,
    make_join_request,
    make_manufacturer,
    make_need,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db

PASSWORD = "secret-word-1"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DUIJIE_DATA_DIR = tmp_path
    return tmp_path


def read(answer) -> dict:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    return {
        name: json.loads(archive.read(name)) if name.endswith(".json") else archive.read(name)
        for name in archive.namelist()
    }


class TestCopy:
    def test_it_has_a_file_for_each_room_and_what_one_wrote(self, client: Client) -> None:
        user = make_user("Chen")
        need = make_need(user)
        make_join_request(make_project(), user)
        client.force_login(user)
        client.post("/en/accounts/my-data/copy/")
        export = DataExport.objects.get(user=user)
        assert DBTaskResult.objects.get().args_kwargs["args"] == [export.pk]
        exporting.make_export.call(export.pk)
        export.refresh_from_db()
        assert (export.state, export.done) == ("ready", export.total)
        page = client.get("/en/accounts/my-data/").content.decode()
        assert f"/en/accounts/my-data/copy/{export.key}/" in page
        answer = client.get(f"/en/accounts/my-data/copy/{export.key}/")
        assert answer.headers["Cache-Control"] == "private, no-store"
        got = read(answer)
        assert {f"{entry.name}.json" for entry in personal_data.all()} <= set(got)
        assert got["accounts.json"]["account"]["email"] == user.email
        assert got["needs.json"]["needs"][0]["ref"] == need.ref
        assert got["organisations.json"]["memberships"][0]["role"] == "owner"
        assert got["community.json"]["requests_to_join"][0]["message"]
        assert Notification.objects.filter(recipient=user, kind="accounts.export-ready").exists()

    def test_what_one_uploaded_is_in_it_but_for_what_is_lost(self) -> None:
        user = make_user()
        for name in ("方案.csv", "lost.csv"):
            upload = SimpleUploadedFile(name, f"name\n{name}\n".encode())
            files.store(actor=user, upload=upload)
        files.store(actor=make_user(), upload=SimpleUploadedFile("other.csv", b"a\n1\n"))
        storing.path_of(StoredFile.objects.get(name="lost.csv").key).unlink()
        export = exporting.ask(actor=user)
        exporting.make_export.call(export.pk)
        with zipfile.ZipFile(exporting.path_of(export)) as archive:
            names = [name for name in archive.namelist() if name.startswith("files/")]
            assert names == ["files/files/0001-方案.csv"]
            assert archive.read(names[0]) == "name\n方案.csv\n".encode()

    def test_it_wants_the_password_again(self, client: Client) -> None:
        user = make_user()
        DjangoClient.force_login(client, user)
        asked = client.post("/en/accounts/my-data/copy/")
        assert "/accounts/reauthenticate/" in asked.url  # type: ignore[attr-defined]
        assert not DataExport.objects.exists()
        client.post(asked.url, {"password": PASSWORD})  # type: ignore[attr-defined]
        assert DataExport.objects.filter(user=user).count() == 1

    def test_it_is_nobody_elses_and_ends(self, client: Client) -> None:
        owner = make_user()
        export = exporting.ask(actor=owner)
        assert exporting.ask(actor=owner) == export
        exporting.make_export.call(export.pk)
        path = exporting.path_of(export)
        assert path.stat().st_mode & 0o077 == 0
        address = f"/en/accounts/my-data/copy/{export.key}/"
        client.force_login(make_user())
        assert client.get(address).status_code == 404
        client.force_login(owner)
        assert client.get(address).status_code == 200
        assert exporting.delete_old(now=timezone.now() + timedelta(days=8)) == 1
        assert not path.exists()
        assert client.get(address).status_code == 404

    def test_five_a_day(self) -> None:
        user = make_user()
        for _ in range(5):
            exporting.make_export.call(exporting.ask(actor=user).pk)
        with pytest.raises(ValidationError):
            exporting.ask(actor=user)

    def test_one_that_fails_says_so_and_can_be_asked_for_again(self, monkeypatch) -> None:
        user = make_user()
        export = exporting.ask(actor=user)
        with monkeypatch.context() as patch:
            patch.setattr(exporting, "_json", lambda data: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                exporting.make_export.call(export.pk)
        export.refresh_from_db()
        assert export.state == "failed"
        assert exporting.ask(actor=user) != export


class TestErasure:
    def test_confirmed_by_typing_with_days_of_grace_and_one_click_back(
        self, client: Client
    ) -> None:
        user = make_user()
        client.force_login(user)
        assert "What stays, and why" in client.get("/en/accounts/my-data/erase/").content.decode()
        wrong = client.post("/en/accounts/my-data/erase/", {"typed": "somebody@else.example"})
        assert wrong.status_code == 400
        client.post("/en/accounts/my-data/erase/", {"typed": user.email.upper()})
        erasure = Erasure.objects.get(user=user)
        assert erasure.due_at - erasure.asked_at == timedelta(days=7)
        client.post("/en/accounts/my-data/erase/", {"typed": user.email})
        assert Erasure.objects.count() == 1
        client.post("/en/accounts/my-data/keep/")
        erasure.refresh_from_db()
        assert erasure.state == "cancelled"
        assert erasing.carry_out_due(now=timezone.now() + timedelta(days=8)) == 0

    def test_the_link_in_the_mail_keeps_it_without_signing_in(self, client: Client) -> None:
        user = make_user(language="en")
        erasure = erasing.ask(actor=user, typed=user.email)
        send_due_emails(10)
        (letter,) = mail.outbox
        link = re.search(r"/en(/accounts/my-data/keep/\S+)", str(letter.body))
        assert link
        assert "Keep my account" in client.get(link[0]).content.decode()
        erasure.refresh_from_db()
        assert erasure.state == "waiting"
        client.post(link[0])
        erasure.refresh_from_db()
        assert erasure.state == "cancelled"
        assert client.get("/en/accounts/my-data/keep/forged/").status_code == 404

    def test_afterwards_nothing_names_the_person_and_the_records_stay(self, client: Client) -> None:
        person = make_user("Chen Zhi", email="chen@works.example")
        other = make_user()
        firm = make_manufacturer(person, contact_name="Chen Zhi", contact_email=person.email)
        row = make_introduction(need=make_need(person, organisation=firm))
        Membership.objects.create(organisation=firm, user=other, role="owner")
        seller = row.provider.organisation.memberships.get().user
        introductions.accept(actor=seller, introduction=row)
        make_join_request(make_project(), person)
        SocialAccount.objects.create(user=person, provider="github", uid="1")
        TOTP.activate(person, generate_totp_secret())
        AccessAttempt.objects.create(
            username=person.email, ip_address="192.0.2.1", failures_since_start=1
        )
        client.force_login(person)
        export = exporting.ask(actor=person)
        exporting.make_export.call(export.pk)
        erasing.ask(actor=person, typed=person.email)
        pk = person.pk

        assert erasing.carry_out_due() == 0
        assert erasing.carry_out_due(now=timezone.now() + timedelta(days=7, minutes=1)) == 1

        gone = User.objects.get(pk=pk)
        assert (gone.email, gone.name) == (f"erased-{pk}@erased.invalid", "")
        assert not gone.is_active
        assert str(gone) == f"Former member {pk}"
        for model in (EmailAddress, SocialAccount, Authenticator, DataExport, Membership):
            assert not model.objects.filter(user=pk).exists(), model
        assert not Session.objects.filter(session_key=client.session.session_key).exists()
        assert not AccessAttempt.objects.exists()
        assert not Notification.objects.filter(recipient=pk).exists()
        assert not exporting.path_of(export).exists()
        firm.refresh_from_db()
        assert firm.contact_name == ""
        assert AuditEntry.objects.filter(actor=pk).exists()
        client.force_login(seller)
        page = client.get(row.get_absolute_url())
        assert page.status_code == 200
        assert "Chen Zhi" not in page.content.decode()
        row.refresh_from_db()
        assert row.requester_id == pk
        assert not Client().login(username="chen@works.example", password=PASSWORD)
        assert SecurityEvent.objects.filter(user=pk, kind="erasure", detail__step="done").exists()

    def test_the_last_owner_hands_over_or_closes_first(self, client: Client) -> None:
        owner = make_user()
        firm = make_manufacturer(owner)
        need = make_need(owner, organisation=firm)
        with pytest.raises(ValidationError, match="last owner"):
            erasing.ask(actor=owner, typed=owner.email)
        client.force_login(owner)
        page = client.get(f"/en/desk/{firm.key}/close/").content.decode()
        assert "open needs: 1" in page
        client.post(f"/en/desk/{firm.key}/close/")
        assert firm.memberships.exists()
        withdraw_need(actor=owner, need=need)
        client.post(f"/en/desk/{firm.key}/close/")
        assert not firm.memberships.exists()
        assert erasing.ask(actor=owner, typed=owner.email).state == "waiting"

    def test_what_stands_in_the_way_on_the_day_puts_it_off_and_is_told_once(self) -> None:
        owner = make_user()
        erasure = erasing.ask(actor=owner, typed=owner.email)
        firm = make_manufacturer(owner)
        later = timezone.now() + timedelta(days=8)
        for day in range(3):
            assert erasing.carry_out_due(now=later + timedelta(days=day * 2)) == 0
        blocked = Notification.objects.filter(recipient=owner, kind="accounts.erasure-blocked")
        assert blocked.count() == 1
        organisations.close_organisation(actor=owner, organisation=firm)
        assert erasing.carry_out_due(now=later + timedelta(days=9)) == 1
        erasure.refresh_from_db()
        assert erasure.state == "done"

    def test_only_an_owner_closes(self, client: Client) -> None:
        firm = make_manufacturer(make_user())
        editor = make_user()
        Membership.objects.create(organisation=firm, user=editor, role="editor")
        for user in (editor, make_user()):
            client.force_login(user)
            assert client.get(f"/en/desk/{firm.key}/close/").status_code == 404

    def test_a_role_of_the_city_goes_first(self) -> None:
        officer = make_user(roles=("officer",))
        with pytest.raises(ValidationError, match="role of the city"):
            erasing.ask(actor=officer, typed=officer.email)
