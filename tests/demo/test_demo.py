"""The demo: enough of everything, in every state, marked, and the same when run again."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from matching.models import Agreement, Introduction, Job, Need, Proposal, Review
from portal.accounts.models import User
from portal.community.models import Project
from portal.evidence.models import Evidence
from portal.foundation.models import AuditEntry, NotificationDelivery
from portal.organisations.models import Organisation, ProviderProfile

pytestmark = pytest.mark.django_db


def test_the_demo_has_enough_of_everything_and_running_it_again_changes_nothing(
    settings, capsys
) -> None:
    # Words alone read the texts here: what vectors add is tested where it is made.
    settings.SENTENCE_ENCODER = "none"
    call_command("demo")
    printed = capsys.readouterr().out
    assert ProviderProfile.objects.filter(listed=True).count() >= 60
    assert ProviderProfile.objects.filter(kind="collective").count() >= 10
    assert Need.objects.count() >= 40
    assert set(Need.objects.values_list("state", flat=True)) == set(Need.State.values)
    assert set(Introduction.objects.values_list("state", flat=True)) == set(
        Introduction.State.values
    )
    assert set(Job.objects.values_list("state", flat=True)) == {"running", "done"}
    assert set(Agreement.objects.values_list("state", flat=True)) == {
        "awaiting_consent",
        "in_force",
    }
    assert Proposal.objects.filter(state="offered").count() == 1
    assert Review.objects.filter(state="shown").count() == 2
    assert Evidence.objects.exists()
    assert set(ProviderProfile.objects.values_list("verification", flat=True)) >= {
        "verified",
        "pending",
        "unverified",
    }
    assert Project.objects.filter(state="published").count() >= 12
    for model in (Organisation, Need, Project):
        assert not model.objects.filter(is_demo=False).exists()
    for user in User.objects.filter(is_demo=True):
        assert user.email in printed
        assert EmailAddress.objects.filter(user=user, verified=True).exists()
    assert not NotificationDelivery.objects.filter(
        notification__recipient__is_demo=True, state="pending"
    ).exists()

    entries = AuditEntry.objects.count()
    call_command("demo")
    assert AuditEntry.objects.count() == entries
