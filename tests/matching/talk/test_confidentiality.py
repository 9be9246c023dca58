"""The confidentiality agreement: proposed by either side, in force once the other accepts."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from matching.actions import confidentiality as actions
from matching.actions import introduction as introductions
from matching.actions.moves import IllegalMove, StaleMove
from matching.models import Confidentiality
from matching.talk import reading, registration, text
from portal.foundation.models import AuditEntry, Notification
from tests.matching.talk.conftest import Scene


def test_either_side_proposes_and_the_other_accepts(scene: Scene) -> None:
    for first, other in ((scene.sme, scene.seller), (scene.seller, scene.sme)):
        Confidentiality.objects.all().delete()
        agreement = actions.propose(actor=first, introduction=scene.row)
        assert (agreement.state, reading.in_force(scene.row)) == ("proposed", False)
        assert agreement.sha256 == text.current().sha256
        assert [item.url for item in registration.agreements(other)] == [
            agreement.get_absolute_url()
        ]
        assert registration.agreements(first) == []
        with pytest.raises(PermissionDenied):
            actions.accept(actor=first, agreement=agreement)
        actions.accept(actor=other, agreement=agreement, seen=0)
        assert reading.in_force(scene.row)
        assert registration.agreements(other) == []
    assert set(Notification.objects.filter(kind__startswith="conf").values_list("kind")) == {
        ("confidentiality.proposed",),
        ("confidentiality.accepted",),
    }


def test_declined_or_taken_back_it_can_be_proposed_anew(scene: Scene) -> None:
    actions.decline(
        actor=scene.seller, agreement=actions.propose(actor=scene.sme, introduction=scene.row)
    )
    actions.withdraw(
        actor=scene.sme, agreement=actions.propose(actor=scene.sme, introduction=scene.row)
    )
    actions.propose(actor=scene.seller, introduction=scene.row)
    assert Confidentiality.objects.count() == 3


def test_one_at_a_time_and_only_while_introduced(scene: Scene) -> None:
    actions.propose(actor=scene.sme, introduction=scene.row)
    with pytest.raises(StaleMove, match="already"):
        actions.propose(actor=scene.seller, introduction=scene.row)
    with pytest.raises(PermissionDenied):
        actions.propose(actor=scene.stranger, introduction=scene.row)
    Confidentiality.objects.all().delete()
    introductions.close(actor=scene.sme, introduction=scene.row)
    with pytest.raises(IllegalMove, match="not open any more"):
        actions.propose(actor=scene.sme, introduction=scene.row)


def test_too_late_changes_nothing_and_says_so(scene: Scene) -> None:
    agreement = actions.propose(actor=scene.sme, introduction=scene.row)
    stale = Confidentiality.objects.get(pk=agreement.pk)
    actions.withdraw(actor=scene.sme, agreement=agreement)
    with pytest.raises(StaleMove, match="Wang Min withdrew it"):
        actions.accept(actor=scene.seller, agreement=stale)
    assert not reading.in_force(scene.row)
    assert AuditEntry.objects.filter(verb="confidentiality.accept.refused").count() == 1


def test_the_page(scene: Scene, client: Any) -> None:
    address = reverse("matching:confidentiality", args=[scene.row.pk])
    client.force_login(scene.sme)
    page = client.get(address).content.decode()
    assert "Whoever receives confidential information" in page
    assert text.current().sha256 in page
    client.post(address, {"step": "propose"})
    client.post(address, {"step": "propose"})
    assert Confidentiality.objects.count() == 1
    assert "already; nothing was changed" in client.get(address).content.decode()
    client.force_login(scene.seller)
    assert 'value="accept"' in client.get(address).content.decode()
    for _ in range(2):
        assert client.post(address, {"step": "accept", "version": "0"}).status_code == 302
    assert reading.in_force(scene.row)
    assert 'value="accept"' not in client.get(address).content.decode()
    assert client.post(address, {"step": "burn"}).status_code == 302
    assert (
        "Confidentiality agreed"
        in client.get(reverse("matching:thread", args=[scene.row.pk])).content.decode()
    )
    chinese = client.get(address.replace("/en/", "/zh-hans/")).content.decode()
    assert "接收方仅可将保密信息" in chinese


def test_before_it_is_accepted_there_is_no_page(scene: Scene, client: Any) -> None:
    from tests.factories import make_introduction, make_need

    row = make_introduction(need=make_need(scene.sme), provider=scene.row.provider)
    client.force_login(scene.sme)
    for name in ("confidentiality", "thread"):
        assert client.get(reverse(f"matching:{name}", args=[row.pk])).status_code == 404


def test_one_that_nobody_answered_ends_with_its_introduction(scene: Scene) -> None:
    agreement = actions.propose(actor=scene.sme, introduction=scene.row)
    introductions.close(actor=scene.sme, introduction=scene.row)
    late = Confidentiality.objects.get(pk=agreement.pk)
    assert late.state == "withdrawn"
    assert AuditEntry.objects.filter(verb="confidentiality.drop").count() == 1
    for act in (actions.accept, actions.decline):
        with pytest.raises(IllegalMove, match="nothing can be agreed"):
            act(actor=scene.seller, agreement=agreement)
    with pytest.raises(IllegalMove):
        actions.withdraw(actor=scene.sme, agreement=agreement)
    late.refresh_from_db()
    assert late.state == "withdrawn"


def test_one_in_force_outlives_its_introduction(scene: Scene) -> None:
    agreement = actions.propose(actor=scene.sme, introduction=scene.row)
    actions.accept(actor=scene.seller, agreement=agreement)
    introductions.close(actor=scene.sme, introduction=scene.row)
    assert reading.in_force(scene.row)
