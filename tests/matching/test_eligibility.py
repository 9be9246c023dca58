"""The predicate and the queryset let the same providers through, on generated rows."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from matching.eligibility import eligible_providers
from matching.engine.eligibility import broken, eligible
from matching.features import need_features, provider_features, read_facts
from matching.likeness import NeedReading
from matching.models import Need
from portal.organisations.models import Offer, Organisation, ProviderProfile, Recognition

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
UNREAD = NeedReading(None, None, None)
DISTRICTS = ["330203", "330206", "330212", "330226", "330281", "310115", "330106"]
TIERS = ["innovative_sme", "specialised_sophisticated", "little_giant", "single_champion"]
TYPES = ["integration", "consulting", "training", "compute_service"]
WORDS = [
    "云平台部署。",
    "本地部署，数据不出厂。",
    "机器人上下料。",
    "开源代码。",
    "按年订阅。",
    "现场诊断。",
]


@dataclass
class Made:
    """Makes rows straight in the tables: many, in shapes no form would send."""

    pick: random.Random

    def some(self, values: list[Any]) -> list[Any]:
        """None, one or several of the values."""
        return self.pick.sample(values, self.pick.randint(0, min(2, len(values))))

    def provider(self, number: int) -> ProviderProfile:
        """A provider with whatever offers, titles and place."""
        pick = self.pick
        located = pick.random() < 0.5
        organisation = Organisation.objects.create(
            ref=f"made-{number}",
            name_zh=f"服务商{number}",
            district=pick.choice(DISTRICTS),
            latitude=pick.uniform(29.2, 30.4) if located else None,
            longitude=pick.uniform(121.0, 122.0) if located else None,
        )
        profile = ProviderProfile.objects.create(
            organisation=organisation,
            kind="provider",
            summary_zh=pick.choice(WORDS),
            languages=self.some(["zh", "en"]),
            listed=pick.random() < 0.9,
        )
        for place in range(pick.randint(0, 3)):
            Offer.objects.create(
                provider=profile,
                title_zh=pick.choice(WORDS),
                type=pick.choice(TYPES),
                position=place,
            )
        for tier in self.some(TIERS):
            ends = TODAY + timedelta(days=pick.choice([-30, -1, 0, 400]))
            Recognition.objects.create(
                organisation=organisation,
                tier=tier,
                issued_on=pick.choice([None, TODAY - timedelta(days=900), TODAY, ends]),
                expires_on=pick.choice([None, ends]),
                source=Recognition.Source.IMPORTED,
            )
        return profile

    def need(self, organisation: Organisation, number: int) -> Need:
        """A need with whatever hard constraints."""
        pick = self.pick
        return Need(
            ref=f"made-need-{number}",
            organisation=organisation,
            title="找人",
            description="找人来看。",
            language="zh",
            district=pick.choice(DISTRICTS),
            tier_at_least=pick.choice(["", "", "registered", *TIERS]),
            max_distance_km=pick.choice([None, None, 5, 20, 40, 80, 200]),
            languages=self.some(["zh", "en"]),
            offer_types=self.some(TYPES),
        )


@pytest.mark.parametrize("seed", range(4))
def test_the_predicate_and_the_queryset_agree(seed: int) -> None:
    made = Made(random.Random(seed))
    profiles = [made.provider(number) for number in range(60)]
    facts = read_facts(None, TODAY)
    unlisted = {p.organisation.key for p in profiles if not p.listed}
    assert unlisted
    assert not unlisted & facts.keys()
    let_through = 0
    for number in range(60):
        need = made.need(profiles[number].organisation, number)
        features = need_features(need, UNREAD)
        by_predicate = {
            key
            for key, one in facts.items()
            if eligible(features, provider_features(one, UNREAD, None))
        }
        rows = eligible_providers(need, TODAY).values_list("organisation__key", flat=True)
        assert sorted(rows) == sorted(by_predicate), need.__dict__
        let_through += 0 < len(by_predicate) < len(facts)
    assert let_through > 20


def test_exclusions_are_left_to_the_predicate() -> None:
    made = Made(random.Random(7))
    profiles = [made.provider(number) for number in range(60)]
    facts = read_facts(None, TODAY)
    keys = ["no_cloud", "no_robots", "no_subscription", "open_source_only"]
    narrower = 0
    for number in range(40):
        need = made.need(profiles[number].organisation, number)
        need.exclusions = made.some(keys)
        features = need_features(need, UNREAD)
        found = set(eligible_providers(need, TODAY).values_list("organisation__key", flat=True))
        for key, one in facts.items():
            constraints = {
                b.constraint for b in broken(features, provider_features(one, UNREAD, None))
            }
            assert (key in found) == (not constraints - set(keys))
            narrower += bool(key in found and constraints)
    assert narrower > 20


def test_a_title_that_lapses_tomorrow_counts_today_only() -> None:
    made = Made(random.Random(1))
    profile = made.provider(1)
    profile.listed = True
    profile.save()
    profile.organisation.recognitions.all().delete()
    Recognition.objects.create(
        organisation=profile.organisation, tier="little_giant", expires_on=TODAY, source="imported"
    )
    need = Need(organisation=profile.organisation, district="330212", tier_at_least="little_giant")
    assert eligible_providers(need, TODAY).exists()
    assert not eligible_providers(need, TODAY + timedelta(days=1)).exists()


def test_facts_take_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    made = Made(random.Random(3))
    for number in range(12):
        made.provider(number)
    read_facts(None, timezone.localdate())
    with django_assert_num_queries(5):
        read_facts(None, timezone.localdate())
