"""What waits for whom, of each kind there was before proposals and jobs; never more queries for
more rows."""

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matching import stuck
from matching.actions import introduction, need
from matching.models import Introduction, Need
from portal.accounts.models import User
from portal.community import actions as community
from portal.foundation.desk.reading import desk_of
from portal.foundation.registries import WaitingItem
from portal.organisations import actions as organisations
from portal.vocabulary.models import ConceptCandidate
from tests.factories import (
    make_introduction,
    make_join_request,
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_organisation,
    make_project,
    make_provider,
    make_user,
)

pytestmark = pytest.mark.django_db


def waits(user: User, kind: str) -> list[WaitingItem]:
    """What of one kind waits for somebody."""
    fresh = User.objects.get(pk=user.pk)
    groups = {group.name: group.items for group in desk_of(fresh).groups}
    return groups.get(kind, [])


def test_an_introduction_waits_for_the_side_that_was_asked() -> None:
    sme, seller = make_user(), make_user()
    row = make_introduction(need=make_need(sme), provider=make_listed_provider(seller))
    [item] = waits(seller, "introductions")
    assert (item.url, item.since, item.due) == (
        row.get_absolute_url(),
        row.requested_at,
        row.expires_at,
    )
    assert row.need.title in item.title
    assert str(row.need.organisation) not in item.title, "not introduced yet"
    assert waits(sme, "introductions") == []
    introduction.decline(actor=seller, introduction=row, reason="busy")
    assert waits(seller, "introductions") == []


def test_a_need_that_was_given_back_waits_apart_from_drafts() -> None:
    owner, moderator = make_user(), make_user(roles=("moderator",))
    row = make_need(owner, state="moderation")
    assert waits(owner, "returned-needs") == []
    need.return_need(actor=moderator, need=row, note="Say how many machines.")
    draft = make_need(owner, state="draft", words={"title": "A draft"})
    assert [item.title for item in waits(owner, "returned-needs")] == [row.title]
    [item] = waits(owner, "need-drafts")
    assert (item.title, item.url, item.due) == ("A draft", f"/en/needs/{draft.ref}/edit/", None)


@pytest.mark.parametrize(("days", "waiting"), [(-1, True), (0, True), (7, True), (8, False)])
def test_a_need_waits_in_its_last_week(days: int, waiting: bool) -> None:
    owner = make_user()
    row = make_need(owner)
    last: date = timezone.localdate() + timedelta(days=days)
    Need.objects.filter(pk=row.pk).update(expires_on=last)
    found = waits(owner, "ending-needs")
    assert len(found) == waiting
    if waiting:
        assert found[0].due
        assert timezone.localtime(found[0].due).date() == last + timedelta(days=1)


def test_an_invitation_waits_until_it_expires() -> None:
    owner, asked = make_user(), make_user()
    EmailAddress.objects.update_or_create(
        user=asked, email=asked.email, defaults={"verified": True, "primary": True}
    )
    firm = make_organisation(owner=owner)
    row = organisations.invite_member(
        actor=owner, organisation=firm, email=asked.email, role="editor"
    )
    [item] = waits(asked, "invitations")
    assert (item.url, item.due) == (f"/en/invitations/{row.token}/", row.expires)
    assert waits(owner, "invitations") == []


def test_a_profile_waits_until_it_says_enough_and_is_listed() -> None:
    owner = make_user()
    bare = make_provider(owner=owner, offers=0, listed=False)
    assert [item.title for item in waits(owner, "profiles")] == [f"{bare}: Add an offer"]
    other = make_user()
    full = make_provider(owner=other, listed=False, industries=["C33"], capacity=1)
    [item] = waits(other, "profiles")
    assert item.title == f"{full}: List it, so that factories find you"
    organisations.list_profile(actor=other, profile=full)
    assert waits(other, "profiles") == []
    moderator = make_user(roles=("moderator",))
    organisations.request_verification(actor=other, profile=full)
    organisations.decline_verification(actor=moderator, profile=full, note="No licence.")
    [item] = waits(other, "profiles")
    assert item.title == f"{full}: Verification was declined: read why"


def test_a_request_to_join_waits_for_maintainers() -> None:
    maintainer, contributor = make_user(), make_user()
    project = make_project(maintainer=maintainer)
    row = make_join_request(project, contributor)
    [item] = waits(maintainer, "join-requests")
    assert item.title == f"{contributor} asks to join {project}"
    assert waits(contributor, "join-requests") == []
    community.approve_join(actor=maintainer, request=row)
    assert waits(maintainer, "join-requests") == []


def test_what_the_city_decides_waits_for_its_people_only() -> None:
    posted = make_need(state="moderation")
    profile = make_provider()
    owner = profile.organisation.memberships.get().user
    organisations.request_verification(actor=owner, profile=profile)
    project = make_project(published=False)
    moderator, editor = make_user(roles=("moderator",)), make_user(roles=("editor",))
    titles = {item.title for item in waits(moderator, "moderation")}
    assert titles == {
        f"Needs: {posted.title}",
        f"Providers to verify: {profile}",
        f"Proposed projects: {project}",
    }
    for item in waits(moderator, "moderation"):
        assert item.due == item.since + timedelta(days=2)
    assert waits(moderator, "projects") == []
    assert [item.title for item in waits(editor, "projects")] == [str(project)]
    assert waits(editor, "moderation") == []
    assert waits(make_user(roles=("officer",)), "moderation") == []


def test_candidates_wait_together_for_editors() -> None:
    day = timezone.localdate() - timedelta(days=4)
    for phrase, times in (("spindle growth", 3), ("cold weld", 5), ("once", 1)):
        ConceptCandidate.objects.create(
            phrase=phrase, language="en", times=times, first_day=day, last_day=day
        )
    [item] = waits(make_user(roles=("editor",)), "candidates")
    assert item.title == "2 phrases to look at"
    assert timezone.localtime(item.since).date() == day
    assert waits(make_user(), "candidates") == []


def test_a_declined_project_waits_for_who_proposed_it() -> None:
    maintainer, editor = make_user(), make_user(roles=("editor",))
    project = make_project(maintainer=maintainer, published=False)
    community.decline_project(actor=editor, project=project, note="No licence.")
    [item] = waits(maintainer, "declined-projects")
    assert item.url == project.get_absolute_url()


def fill(user: User, moderated: bool) -> None:
    """One more of each kind for somebody."""
    firm, provider = make_manufacturer(user), make_listed_provider(user)
    make_need(user, organisation=firm, state="draft")
    ending = make_need(user, organisation=firm)
    Need.objects.filter(pk=ending.pk).update(expires_on=timezone.localdate())
    make_introduction(need=make_need(), provider=provider)
    make_introduction(need=make_need(user, organisation=firm), side="provider")
    make_join_request(make_project(maintainer=user))
    if moderated:
        make_need(state="moderation")
        make_project(published=False)
        other = make_provider()
        owner = other.organisation.memberships.get().user
        organisations.request_verification(actor=owner, profile=other)


@pytest.mark.parametrize("roles", [(), ("moderator", "editor", "officer")])
def test_one_of_each_kind_costs_as_many_queries_as_three(roles: tuple[str, ...]) -> None:
    user = make_user(roles=roles)
    costs, totals = [], []
    for more in (1, 2):
        for _ in range(more):
            fill(user, bool(roles))
        person: Any = User.objects.get(pk=user.pk)
        with CaptureQueriesContext(connection) as captured:
            desk = desk_of(person)
        costs.append(len(captured))
        totals.append(desk.total)
    assert totals[1] > totals[0] + 4
    assert costs[0] == costs[1]
    assert costs[0] <= 41


class TestStuck:
    @pytest.mark.parametrize(("days", "is_stuck"), [(13, False), (15, True)])
    def test_a_need_without_an_introduction(self, days: int, is_stuck: bool) -> None:
        row = make_need()
        Need.objects.filter(pk=row.pk).update(posted_at=timezone.now() - timedelta(days=days))
        assert [found.url for found in stuck.quiet_needs()] == [row.get_absolute_url()] * is_stuck
        make_introduction(need=row)
        assert stuck.quiet_needs() == []

    @pytest.mark.parametrize(("days", "is_stuck"), [(4, False), (2, True), (-1, True)])
    def test_an_introduction_near_its_end(self, days: int, is_stuck: bool) -> None:
        row = make_introduction()
        Introduction.objects.update(expires_at=timezone.now() + timedelta(days=days))
        found = stuck.unanswered()
        assert [one.title for one in found] == [f"{row.need.ref} – {row.provider}"] * is_stuck
        for one in found:
            assert row.message not in (one.title + one.where)
            assert str(row.provider) in one.where, "who has to answer"
