"""The outbox: requests coalesce, nothing is skipped, a dead worker's claims come back."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.foundation import outbox
from portal.foundation.models import OutboxRow

pytestmark = pytest.mark.django_db


def test_requests_for_one_key_become_one_row_with_a_rising_version() -> None:
    outbox.request("index", "need", "N1")
    outbox.request("index", "need", "N1")
    row = OutboxRow.objects.get()
    assert (row.requested, row.done) == (2, 0)


def test_a_claimed_row_is_not_claimed_twice_until_the_lease_ends() -> None:
    outbox.request("index", "need", "N1")
    assert [row.key for row in outbox.claim("index")] == ["N1"]
    assert outbox.claim("index") == []
    OutboxRow.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert [row.key for row in outbox.claim("index")] == ["N1"]


def test_a_request_that_comes_during_the_work_is_still_pending_after_the_acknowledgement() -> None:
    outbox.request("index", "need", "N1")
    claimed = outbox.claim("index")
    outbox.request("index", "need", "N1")
    outbox.acknowledge(claimed)
    row = OutboxRow.objects.get()
    assert (row.requested, row.done) == (2, 1)
    assert [row.requested for row in outbox.claim("index")] == [2]


def test_a_late_acknowledgement_never_lowers_what_is_done() -> None:
    outbox.request("index", "need", "N1")
    early = outbox.claim("index")
    outbox.request("index", "need", "N1")
    OutboxRow.objects.update(claimed_until=None)
    late = outbox.claim("index")
    outbox.acknowledge(late)
    outbox.acknowledge(early)
    assert OutboxRow.objects.get().done == 2


def test_a_failed_row_waits_and_keeps_its_reason_and_a_new_request_makes_it_due_at_once() -> None:
    outbox.request("index", "need", "N1")
    outbox.fail(outbox.claim("index"), "engine is away")
    row = OutboxRow.objects.get()
    assert (row.attempts, row.error) == (1, "engine is away")
    assert outbox.claim("index") == []
    outbox.request("index", "need", "N1")
    assert len(outbox.claim("index")) == 1


def test_retry_now_makes_every_waiting_row_due() -> None:
    outbox.request_many("index", "need", ["N1", "N2"])
    outbox.fail(outbox.claim("index"), "away")
    assert outbox.retry_now("index") == 2
    assert len(outbox.claim("index")) == 2


def test_a_request_rolls_back_with_its_transaction() -> None:
    with transaction.atomic():
        outbox.request("index", "need", "N1")
        transaction.set_rollback(True)
    assert not OutboxRow.objects.exists()


def test_targets_do_not_see_each_others_rows() -> None:
    outbox.request("embedded", "need", "N1")
    assert outbox.claim("elasticsearch") == []


class Laws(TestCase):
    """Whatever the order of requests, claims and acknowledgements, done never passes requested."""

    @given(st.lists(st.sampled_from(["request", "claim", "acknowledge", "fail", "crash"])))
    def test_no_request_is_ever_lost(self, steps: list[str]) -> None:
        requested, claims = 0, []
        for step in steps:
            if step == "request":
                outbox.request("index", "need", "N1")
                requested += 1
            elif step == "claim":
                claims.extend(outbox.claim("index"))
            elif step == "acknowledge" and claims:
                outbox.acknowledge([claims.pop(0)])
            elif step == "fail" and claims:
                outbox.fail([claims.pop(0)], "no")
            elif step == "crash":
                claims = []
                OutboxRow.objects.update(claimed_until=None)
        outbox.retry_now("index")
        outbox.acknowledge(outbox.claim("index"))
        rows = list(OutboxRow.objects.all())
        assert [(row.requested, row.done) for row in rows] == [(requested, requested)] * bool(rows)
        assert bool(rows) == bool(requested)
