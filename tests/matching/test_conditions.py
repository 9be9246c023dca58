"""What offers say about what a need rules out."""

import pytest

from matching.conditions import conditions_of
from portal.organisations.models import ProviderProfile
from tests.factories import make_offer, make_provider

pytestmark = pytest.mark.django_db


def provider(
    *offers: str, summary: str = "工厂软件服务。", kind: str = "industrial_software"
) -> ProviderProfile:
    """A provider whose offers say this."""
    profile = make_provider(offers=0, listed=False, summary_zh=summary, summary_en="")
    for text in offers:
        make_offer(profile, title_zh="软件", title_en="", description_zh=text, type=kind)
    return ProviderProfile.objects.prefetch_related("offers").get(pk=profile.pk)


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        (["SaaS，数据存于云端。"], "broken"),
        (["SaaS与私有化部署均可。"], "kept"),
        (["SaaS，按年付费。", "厂内服务器本地部署。"], "kept"),
        (["SaaS，按年付费。", "上门诊断一天。"], "silent"),
        (["上门诊断一天。"], None),
    ],
)
def test_an_offer_that_keeps_to_it_outweighs_one_that_does_not(
    offers: list[str], expected: str | None
) -> None:
    assert conditions_of(provider(*offers)).get("no_cloud") == expected


def test_the_summary_counts_with_a_single_offer() -> None:
    assert conditions_of(provider("扫码进出库。", summary="数据存于云端。"))["no_cloud"] == "broken"
    both = provider("扫码进出库。", "上门培训。", summary="数据存于云端。")
    assert conditions_of(both)["no_cloud"] == "silent"


def test_a_profile_without_offers_is_judged_by_its_summary() -> None:
    assert conditions_of(provider(summary="只做机器人集成。"))["no_robots"] == "broken"


def test_a_type_of_offer_may_break_an_exclusion_by_itself() -> None:
    profile = provider("按小时租用算力。", kind="compute_service")
    assert conditions_of(profile)["no_cloud"] == "broken"
