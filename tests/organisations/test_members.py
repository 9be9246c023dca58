"""Invitations, roles and leaving."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from portal.accounts.models import User
from portal.foundation.models import Notification, OutboxRow
from portal.organisations import actions
from portal.organisations.models import Invitation, Membership
from portal.organisations.notices import send_invitations
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db


def invite(email: str, role: str = "editor") -> Invitation:
    owner = make_user()
    return actions.invite_member(
        actor=owner, organisation=make_organisation(owner=owner), email=email, role=role
    )


def test_somebody_with_an_account_is_told_in_the_portal_and_joins() -> None:
    person = make_user()
    invitation = invite(person.email.upper())
    told = Notification.objects.get(recipient=person)
    assert told.url == f"/invitations/{invitation.token}/"
    membership = actions.accept_invitation(actor=person, invitation=invitation)
    assert (membership.user, membership.role) == (person, "editor")
    assert Notification.objects.filter(recipient=invitation.invited_by).exists()
    assert send_invitations(10) == 0
    with pytest.raises(PermissionDenied):
        actions.accept_invitation(actor=person, invitation=invitation)


def test_a_mail_server_s_refusal_leaves_no_address_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(backend: object, messages: list[mail.EmailMessage]) -> int:
        raise SMTPRecipientsRefused(dict.fromkeys(messages[0].to, (550, b"no such user")))

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    invitation = invite("stranger@works.example")
    assert send_invitations(10) == 1
    assert "stranger@" not in caplog.text
    row = OutboxRow.objects.get(target="invitation-mail", key=str(invitation.pk))
    assert row.error == "SMTPRecipientsRefused"


def test_somebody_without_an_account_gets_a_letter_in_both_languages() -> None:
    invitation = invite("new@example.com")
    assert send_invitations(10) == 1
    assert send_invitations(10) == 0
    (letter,) = mail.outbox
    assert letter.to == ["new@example.com"]
    for code in ("zh-hans", "en"):
        assert f"/{code}/invitations/{invitation.token}/" in letter.body


def test_a_withdrawn_invitation_is_not_sent() -> None:
    invitation = invite("new@example.com")
    actions.withdraw_invitation(actor=None, invitation=invitation)
    assert send_invitations(10) == 1
    assert mail.outbox == []
    with pytest.raises(PermissionDenied):
        actions.withdraw_invitation(actor=invitation.invited_by, invitation=invitation)


def test_only_the_address_that_was_invited_and_confirmed_joins() -> None:
    invitation = invite("new@example.com")
    with pytest.raises(PermissionDenied):
        actions.accept_invitation(actor=make_user(), invitation=invitation)
    unconfirmed = User.objects.create_user("new@example.com")
    with pytest.raises(PermissionDenied):
        actions.accept_invitation(actor=unconfirmed, invitation=invitation)


def test_it_expires_after_fourteen_days_and_can_be_sent_again() -> None:
    person = make_user()
    invitation = invite(person.email)
    left = invitation.expires - timezone.now()
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)
    old = invitation.token
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    invitation.refresh_from_db()
    assert invitation.expired
    with pytest.raises(ValidationError, match="expired"):
        actions.accept_invitation(actor=person, invitation=invitation)
    fresh = actions.resend_invitation(actor=invitation.invited_by, invitation=invitation)
    assert fresh.token != old
    # The old link is dead even where its page was still open.
    with pytest.raises(ValidationError):
        actions.accept_invitation(actor=person, invitation=invitation)
    actions.accept_invitation(actor=person, invitation=fresh)


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a\u202e@example.com", "x" * 400])
def test_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValidationError) as error:
        invite(email)
    assert "email" in error.value.message_dict


def test_the_same_address_is_invited_once_and_members_not_at_all() -> None:
    owner = make_user()
    firm = make_organisation(owner=owner)
    actions.invite_member(actor=owner, organisation=firm, email="a@example.com", role="editor")
    with pytest.raises(ValidationError, match="already invited"):
        actions.invite_member(actor=owner, organisation=firm, email="A@example.com", role="editor")
    with pytest.raises(ValidationError, match="already a member"):
        actions.invite_member(actor=owner, organisation=firm, email=owner.email, role="editor")
    with pytest.raises(ValidationError, match="owner or editor"):
        actions.invite_member(actor=owner, organisation=firm, email="b@example.com", role="boss")


def test_an_editor_invites_nobody_and_a_moderator_invites_the_first_owner() -> None:
    firm = make_organisation()
    editor = make_user()
    Membership.objects.create(organisation=firm, user=editor, role="editor")
    with pytest.raises(PermissionDenied):
        actions.invite_member(actor=editor, organisation=firm, email="b@example.com", role="editor")
    actions.invite_member(
        actor=make_user(roles=("moderator",)),
        organisation=firm,
        email="b@example.com",
        role="owner",
    )


def test_the_last_owner_stays_until_somebody_else_is_one() -> None:
    owner, other = make_user(), make_user()
    firm = make_organisation(owner=owner)
    mine = firm.memberships.get()
    theirs = Membership.objects.create(organisation=firm, user=other, role="editor")
    for attempt in (
        lambda: actions.leave_organisation(actor=owner, membership=mine),
        lambda: actions.remove_member(actor=None, membership=mine),
        lambda: actions.change_member_role(actor=owner, membership=mine, role="editor"),
    ):
        with pytest.raises(ValidationError, match="last owner"):
            attempt()
    actions.change_member_role(actor=owner, membership=theirs, role="owner")
    actions.leave_organisation(actor=owner, membership=mine)
    assert [m.user for m in firm.memberships.all()] == [other]
    with pytest.raises(PermissionDenied):
        actions.change_member_role(actor=owner, membership=theirs, role="editor")


def test_nobody_leaves_for_somebody_else() -> None:
    firm = make_organisation()
    editor = make_user()
    Membership.objects.create(organisation=firm, user=editor, role="editor")
    with pytest.raises(PermissionDenied):
        actions.leave_organisation(actor=editor, membership=firm.memberships.get(role="owner"))
