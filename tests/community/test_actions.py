"""Projects and joining: values, permissions, states, who is told, and two at once."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils.translation import override

from portal.community import actions
from portal.community.models import JoinRequest, Project, ProjectMember
from portal.foundation import audit
from portal.foundation.models import AuditEntry, Notification, OutboxRow
from tests.factories import make_join_request, make_project, make_user, project_content

pytestmark = pytest.mark.django_db


def told(user: Any) -> list[str]:
    return list(
        Notification.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True)
    )


def requested(slug: str) -> int:
    return OutboxRow.objects.filter(kind="project", key=slug).first().requested


def test_a_proposed_project_is_published_by_an_editor_and_its_maintainer_told() -> None:
    proposer, editor = make_user(), make_user(roles=("editor",))
    project = actions.create_project(
        actor=proposer, slug="PLC4X", content=project_content(licence="apache-2.0")
    )
    assert (project.slug, project.licence, project.state) == ("plc4x", "Apache-2.0", "proposed")
    assert ProjectMember.objects.get(project=project).user == proposer
    with pytest.raises(PermissionDenied):
        actions.publish_project(actor=proposer, project=project)
    actions.publish_project(actor=editor, project=project)
    assert project.published
    assert told(proposer) == ["community.project_published"]
    assert requested("plc4x") == 1
    assert [entry.verb for entry in audit.trail(project)] == [
        "community.project.propose",
        "community.project.publish",
    ]
    with pytest.raises(PermissionDenied):
        actions.publish_project(actor=editor, project=project)


def test_declining_wants_a_reason_and_takes_a_published_project_back() -> None:
    maintainer, editor = make_user(), make_user(roles=("moderator",))
    project = make_project(maintainer=maintainer)
    with pytest.raises(ValidationError) as refused:
        actions.decline_project(actor=editor, project=project, note=" ")
    assert "note" in refused.value.message_dict
    actions.decline_project(actor=editor, project=project, note="The licence is not open.")
    assert (project.state, project.decision_note) == ("declined", "The licence is not open.")
    assert told(maintainer)[-1] == "community.project_declined"
    assert requested(project.slug) == 2


def test_of_two_editors_one_decides() -> None:
    editor = make_user(roles=("editor",))
    project = make_project(published=False)
    stale = Project.objects.get(pk=project.pk)
    actions.publish_project(actor=editor, project=project)
    with pytest.raises(ValidationError, match="meanwhile"):
        actions.decline_project(actor=editor, project=stale, note="No.")
    assert Project.objects.get(pk=project.pk).published


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("licence", "Freeware"),
        ("licence", ""),
        ("licence", "MIT" + " OR MIT" * 20),
        ("repository_url", "javascript:alert(1)"),
        ("repository_url", "https://user:word@example.com/x"),
        ("repository_url", "https://example.com/" + "x" * 400),
        ("repository_url", "https://example.com/\x00"),
        ("name_en", "Bell\x07"),
        ("summary_zh", "长" * 2001),
        ("summary_en", "right \u202e left"),
        ("concepts", ["nothing-of-the-kind"]),
        ("industries", ["Z99"]),
    ],
)
def test_bad_values_are_named_and_nothing_is_stored(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create_project(
            actor=make_user(), slug="x", content=project_content(**{field: value})
        )
    assert list(refused.value.message_dict) == [field]
    assert not Project.objects.exists()


@pytest.mark.parametrize("slug", ["", "new", "two words", "Ünder", "a--b", "-a", "x" * 61])
def test_addresses_have_one_plain_shape(slug: str) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create_project(actor=make_user(), slug=slug, content=project_content())
    assert "slug" in refused.value.message_dict


def test_an_address_is_given_once() -> None:
    make_project(slug="same")
    with pytest.raises(ValidationError) as refused:
        make_project(slug="same")
    assert "slug" in refused.value.message_dict


def test_a_name_and_a_summary_are_wanted_in_one_language() -> None:
    for missing, at in (
        ({"name_en": ""}, "name_zh"),
        ({"summary_en": "", "summary_zh": ""}, "summary_zh"),
    ):
        with pytest.raises(ValidationError) as refused:
            actions.create_project(actor=make_user(), slug="x", content=project_content(**missing))
        assert list(refused.value.message_dict) == [at]


def test_changes_are_audited_and_indexed_and_no_change_is_none() -> None:
    maintainer = make_user()
    project = make_project(maintainer=maintainer)
    content = project_content(wanted_zh="找人测试")
    actions.update_project(actor=maintainer, project=project, content=content)
    actions.update_project(actor=maintainer, project=project, content=content)
    changes = [e for e in audit.trail(project) if e.verb == "community.project.update"]
    assert [entry.after for entry in changes] == [{"wanted_zh": "找人测试"}]
    assert requested(project.slug) == 2
    with pytest.raises(PermissionDenied):
        actions.update_project(actor=make_user(), project=project, content=content)


def test_asking_and_being_taken_in_tells_both_sides() -> None:
    maintainer, person = make_user("Mei", language="en"), make_user("Ola")
    project = make_project(maintainer=maintainer)
    asked = make_join_request(project, person, does="testing")
    note = Notification.objects.get(recipient=maintainer, kind="community.join_requested")
    assert note.context["person"] == "Ola"
    assert note.url == f"/projects/{project.slug}/"
    with pytest.raises(PermissionDenied):
        actions.approve_join(actor=make_user(), request=asked)
    with pytest.raises(PermissionDenied):
        actions.approve_join(actor=person, request=asked)
    decided = actions.approve_join(actor=maintainer, request=asked, note="Welcome")
    assert (decided.state, decided.decided_by, decided.decision_note) == (
        "approved",
        maintainer,
        "Welcome",
    )
    member = ProjectMember.objects.get(project=project, user=person)
    assert (member.role, member.does) == ("contributor", "testing")
    assert told(person) == ["community.join_approved"]


def test_declining_a_person_wants_a_reason() -> None:
    maintainer, person = make_user(), make_user()
    asked = make_join_request(make_project(maintainer=maintainer), person)
    with pytest.raises(ValidationError):
        actions.decline_join(actor=maintainer, request=asked, note="")
    actions.decline_join(actor=maintainer, request=asked, note="Come back in May.")
    assert told(person) == ["community.join_declined"]
    assert not ProjectMember.objects.filter(user=person).exists()
    make_join_request(asked.project, person)


def test_one_asks_once_at_a_time_and_not_from_inside() -> None:
    maintainer, person = make_user(), make_user()
    project = make_project(maintainer=maintainer)
    make_join_request(project, person)
    with pytest.raises(ValidationError, match="already"):
        make_join_request(project, person)
    with pytest.raises(ValidationError, match="already"):
        make_join_request(project, maintainer)
    assert JoinRequest.objects.count() == 1


def test_nobody_joins_what_is_not_published() -> None:
    with pytest.raises(PermissionDenied):
        make_join_request(make_project(published=False))


@pytest.mark.parametrize(
    ("field", "value"), [("does", "everything"), ("message", ""), ("message", "x" * 1001)]
)
def test_a_bad_request_is_told_at_its_field(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_join_request(make_project(), **{field: value})
    assert list(refused.value.message_dict) == [field]


def test_withdrawing_closes_the_request_for_everybody() -> None:
    maintainer, person = make_user(), make_user()
    asked = make_join_request(make_project(maintainer=maintainer), person)
    with pytest.raises(PermissionDenied):
        actions.withdraw_join(actor=maintainer, request=asked)
    actions.withdraw_join(actor=person, request=asked)
    assert told(maintainer)[-1] == "community.join_withdrawn"
    with pytest.raises(ValidationError, match="closed already"):
        actions.approve_join(actor=maintainer, request=asked)


def test_leaving_keeps_one_maintainer() -> None:
    maintainer, person = make_user(), make_user()
    project = make_project(maintainer=maintainer)
    actions.approve_join(actor=maintainer, request=make_join_request(project, person))
    with pytest.raises(ValidationError, match="last maintainer"):
        actions.leave_project(actor=maintainer, project=project)
    actions.leave_project(actor=person, project=project)
    assert list(project.memberships.values_list("user", flat=True)) == [maintainer.pk]
    with pytest.raises(PermissionDenied):
        actions.leave_project(actor=person, project=project)


@pytest.mark.django_db(transaction=True)
def test_of_ten_decisions_at_once_one_counts() -> None:
    maintainer, person = make_user(), make_user()
    asked = make_join_request(make_project(maintainer=maintainer), person)
    outcomes: list[str] = []
    start = threading.Barrier(10)

    def decide(number: int) -> None:
        start.wait()
        # A thread begins in the portal's first language.
        with override("en"):
            try:
                if number % 2:
                    actions.approve_join(actor=maintainer, request=asked)
                else:
                    actions.decline_join(actor=maintainer, request=asked, note="No")
                outcomes.append("decided")
            except ValidationError as error:
                outcomes.append(error.messages[0])
            finally:
                connection.close()

    threads = [threading.Thread(target=decide, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("decided") == 1
    assert sum("was quicker" in outcome for outcome in outcomes) == 9
    decided = JoinRequest.objects.get(pk=asked.pk)
    member = ProjectMember.objects.filter(user=person).exists()
    assert member == (decided.state == "approved")
    verbs = ["community.join.approve", "community.join.decline"]
    assert AuditEntry.objects.filter(verb__in=verbs).count() == 1
    assert len(told(person)) == 1
