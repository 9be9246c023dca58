"""Evidence: once a source, without words, what it comes to, and the provider's page."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from portal.evidence import actions, facts
from portal.evidence.models import Evidence
from portal.evidence.queries import evidence_of, summary
from portal.foundation import audit
from tests.factories import make_listed_provider, make_need, make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)
DELIVERY = {"milestones": 3, "on_time": 2, "returned": 1, "days": 40, "planned_days": 45}


def rated(*values):
    return {"criteria": dict(zip(facts.CRITERIA, values, strict=True))}


@pytest.fixture
def provider():
    return make_listed_provider(make_user("Owner"))


@pytest.fixture
def source():
    """Any row can be one."""
    return make_need()


def record(provider, source, kind="delivery", given=None, at=AT):
    return actions.record(
        organisation=provider.organisation,
        kind=kind,
        source=source,
        at=at,
        facts=DELIVERY if given is None else given,
    )


def test_a_source_counts_once(provider, source):
    first = record(provider, source)
    second = record(provider, source, given={**DELIVERY, "on_time": 0}, at=LATER)
    assert second.pk == first.pk
    assert Evidence.objects.get().facts == DELIVERY
    assert [entry.verb for entry in audit.trail(first)] == ["evidence.record"]


def test_what_was_withdrawn_counts_no_more_and_stays_on_record(provider, source):
    row = record(provider, source)
    assert actions.withdraw(source=source, reason="It was another firm's.", now=LATER)
    assert not actions.withdraw(source=source, reason="again")
    record(provider, source)
    assert not evidence_of(provider.organisation).exists()
    assert Evidence.objects.get().withdrawn_at == LATER
    assert audit.trail(row).last().note == "It was another firm's."


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("delivery", {}),
        ("delivery", {**DELIVERY, "who": "Zhou Min"}),
        ("delivery", {**DELIVERY, "days": "forty"}),
        ("delivery", {**DELIVERY, "days": -1}),
        ("delivery", {**DELIVERY, "days": True}),
        ("delivery", {**DELIVERY, "on_time": 4}),
        ("review", {}),
        ("review", {"criteria": []}),
        ("review", {"criteria": {"quality": 5}}),
        ("review", rated(5, 5, 5, 6)),
        ("review", rated(0, 5, 5, 5)),
        ("review", {**rated(5, 5, 5, 5), "words": "Good."}),
    ],
)
def test_facts_are_numbers_of_the_kind_only(provider, source, kind, given):
    with pytest.raises(ValueError, match=r"."):
        record(provider, source, kind, given)
    assert not Evidence.objects.exists()


def test_what_it_comes_to(provider, django_assert_num_queries):
    needs = [make_need() for _ in range(4)]
    record(provider, needs[0], at=LATER)
    record(provider, needs[1], given={**DELIVERY, "on_time": 3})
    record(provider, needs[2], "review", rated(5, 4, 3, 2))
    record(provider, needs[3], "review", rated(4, 4, 4, 4))
    with django_assert_num_queries(1):
        found = summary(provider.organisation)
    assert (found.delivered, found.milestones, found.on_time) == (2, 6, 5 / 6)
    assert found.on_time_percent == 83
    assert [(one.name, one.mean) for one in found.rated] == [
        ("quality", 4.5), ("schedule", 4.0), ("communication", 3.5), ("value", 3.0),
    ]  # fmt: skip
    assert (found.reviews, found.mean, found.since) == (2, 3.75, AT)


def test_of_nothing(provider):
    found = summary(provider.organisation)
    assert (found.delivered, found.on_time, found.mean, found.rated) == (0, None, None, ())


@given(milestones=st.integers(1, 200), late=st.integers(0, 200))
def test_all_in_time_is_the_only_hundred(milestones, late):
    from portal.evidence.queries import Summary

    late = min(late, milestones)
    found = Summary(1, milestones, (milestones - late) / milestones, 0, None, (), AT)
    assert (found.on_time_percent == 100) == (late == 0)


class TestPage:
    def test_visitors_read_figures_and_nothing_while_there_are_none(self, client, provider, source):
        page = client.get(provider.get_absolute_url()).content.decode()
        assert "On record here" not in page
        record(provider, source)
        record(provider, make_need(), "review", rated(5, 4, 4, 5))
        page = client.get(provider.get_absolute_url()).content.decode()
        for shown in ("On record here", "66%", "4.5", "of 5, from 1 review", "Keeping to the days"):
            assert shown in page
        assert "evidence.csv" not in page

    def test_its_own_people_are_told_how_to_get_some(self, client, provider):
        client.force_login(provider.organisation.memberships.get().user)
        assert (
            "Nothing is on record yet" in client.get(provider.get_absolute_url()).content.decode()
        )

    def test_the_page_asks_once_whatever_the_number(self, client, provider, source):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def queries():
            with CaptureQueriesContext(
                connection,
            ) as seen:
                client.get(provider.get_absolute_url() + f"?{Evidence.objects.count()}")
            return len(seen)

        record(provider, source)
        one = queries()
        for _ in range(2):
            record(provider, make_need())
        assert queries() == one


class TestExport:
    def test_its_own_people_take_it_away(self, client, provider, source):
        record(provider, source)
        record(provider, make_need(), "review", rated(5, 4, 4, 5), at=LATER)
        client.force_login(provider.organisation.memberships.get().user)
        url = reverse("evidence:export", args=[provider.organisation.key])
        lines = client.get(url).getvalue().decode("utf-8-sig").splitlines()
        assert lines[0] == (
            "kind,at,source,days,milestones,on_time,planned_days,returned,"
            "quality,schedule,communication,value,recorded_at"
        )
        assert lines[1].startswith("review,2026-06-01 08:00,matching.need:")
        assert ",5,4,4,5," in lines[1]
        assert ",40,3,2,45,1," in lines[2]
        assert url in client.get(provider.get_absolute_url()).content.decode()

    def test_others_find_nothing(self, client, provider):
        url = reverse("evidence:export", args=[provider.organisation.key])
        assert client.get(url).status_code == 302
        client.force_login(make_user())
        assert client.get(url).status_code == 404
        assert client.get(reverse("evidence:export", args=["nobody"])).status_code == 404
