"""Nobody is judge of their own: the city's moderators towards firms they act for."""

import pytest

from matching.actions.dispute import open_dispute
from portal.accounts.models import User
from portal.foundation import permissions
from portal.organisations.models import Membership, Organisation
from tests.factories import make_job, make_listed_provider, make_user, member_of

pytestmark = pytest.mark.django_db


def _moderator_of(organisation: Organisation) -> User:
    user = make_user(roles=("moderator",))
    Membership.objects.create(organisation=organisation, user=user, role="editor")
    return user


def test_a_moderator_decides_nothing_about_a_firm_of_their_own() -> None:
    listed, job = make_listed_provider(), make_job()
    dispute = open_dispute(
        actor=member_of(job.introduction, "provider"), job=job, reason="验收说不清。"
    )
    decided = [
        ("organisations.profile.verify", listed, listed.organisation),
        ("matching.dispute.settle", dispute, job.introduction.need.organisation),
        ("matching.dispute.settle", dispute, job.introduction.provider.organisation),
    ]
    for action, row, organisation in decided:
        assert permissions.allowed(make_user(roles=("moderator",)), action, row), action
        assert not permissions.allowed(_moderator_of(organisation), action, row), action
