"""Results on a need's page, and the needs that fit a provider."""

from typing import Any

import pytest

from matching.models import MatchRun, Need
from matching.results import FIRST, WEAK, shown
from matching.runs import fresh_run
from portal.organisations.models import ProviderProfile
from tests.clients import Client
from tests.factories import make_listed_provider, make_need, make_provider, make_user
from tests.matching.test_runs import catch_up, moulding_need, moulding_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def need() -> Need:
    """An open need with a provider that fits, one that lacks a language, and one that says
    little."""
    moulding_provider(languages=["zh", "en"], verified=True)
    moulding_provider(languages=["zh"])
    found = moulding_need(languages=["en"])
    catch_up()
    return found


def page(client: Client, address: str) -> str:
    """The body of a page that is there."""
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_owner_sees_providers_reasons_what_is_missing_and_who_was_left_out(
    client: Client, need: Need
) -> None:
    client.force_login(need.created_by)
    english = page(client, f"/en/needs/{need.ref}/")
    assert "Providers that fit" in english
    assert "starts at ¥60,000, within the budget of ¥100,000." in english
    assert "Doesn&#x27;t say how many jobs it takes at once." in english
    assert "The need wants a working language that the provider lacks: English." in english
    assert "1 provider that comes close was left out" in english
    chinese = page(client, f"/zh-hans/needs/{need.ref}/")
    assert "¥60,000起，在预算¥100,000以内。" in chinese
    assert "需求要求的工作语言，服务商没有：英文。" in chinese
    # Both pages show one run.
    assert MatchRun.objects.count() == 1


def test_weak_matches_are_folded_away_behind_the_first_three(client: Client) -> None:
    fitting = moulding_provider(languages=["zh"], verified=True)
    for _ in range(4):
        make_listed_provider()
    need = moulding_need()
    catch_up()
    matches = shown(fresh_run(need, actor=need.created_by))
    assert matches["results"][0]["key"] == fitting.organisation.key
    assert len(matches["results"]) == FIRST
    assert [row["card"]["score"] < WEAK for row in matches["weaker"]] == [True, True]
    client.force_login(need.created_by)
    assert "2 weaker matches" in page(client, f"/en/needs/{need.ref}/")


def test_nobody_else_sees_the_results_and_no_run_is_made(client: Client, need: Need) -> None:
    client.force_login(make_user())
    assert "Providers that fit" not in page(client, f"/en/needs/{need.ref}/")
    client.logout()
    assert "Providers that fit" not in page(client, f"/en/needs/{need.ref}/")
    assert not MatchRun.objects.exists()


def test_a_need_that_nobody_fits_says_what_to_do(client: Client) -> None:
    need = make_need()
    client.force_login(need.created_by)
    assert "No provider fits yet" in page(client, f"/en/needs/{need.ref}/")


@pytest.fixture
def provider(client: Client) -> ProviderProfile:
    """A signed-in provider; one need fits, one wants English, one is of another trade."""
    owner = make_user()
    profile = moulding_provider(owner=owner, languages=["zh"])
    moulding_need()
    moulding_need(languages=["en"])
    make_need(
        words={"title": "叉车又差点撞到人", "description": "通道窄看不见人。", "language": "zh"}
    )
    make_need(state="draft")
    catch_up()
    client.force_login(owner)
    return profile


def test_a_provider_sees_the_needs_that_fit_best_first_and_why_others_do_not(
    client: Client, provider: ProviderProfile
) -> None:
    body = page(client, "/en/needs/fitting/")
    assert "老师傅一退休" in body
    assert "叉车又差点撞到人" not in body
    assert "1 need would fit but for a condition" in body
    assert "The need wants a working language that the provider lacks: English." in body
    assert "within the budget of ¥100,000" in body
    assert "在预算¥100,000以内" in page(client, "/zh-hans/needs/fitting/")


def test_the_needs_that_fit_take_the_same_queries_for_few_and_many(
    client: Client, provider: ProviderProfile, django_assert_max_num_queries: Any
) -> None:
    page(client, "/en/needs/fitting/")
    with django_assert_max_num_queries(12):
        page(client, "/en/needs/fitting/")
    for _ in range(5):
        moulding_need()
    page(client, "/en/needs/fitting/")
    with django_assert_max_num_queries(12):
        page(client, "/en/needs/fitting/")


def test_without_a_listed_provider_the_page_says_how_to_begin(client: Client) -> None:
    client.force_login(make_user())
    assert "List your firm as a provider first" in page(client, "/en/needs/fitting/")


def test_another_firms_key_is_not_found(client: Client, provider: ProviderProfile) -> None:
    other = make_provider()
    key = other.organisation.key
    assert client.get(f"/en/needs/fitting/?provider={key}").status_code == 404
    assert client.get("/en/needs/fitting/?provider=%00").status_code == 404


def test_the_page_is_for_those_signed_in(client: Client) -> None:
    assert client.get("/en/needs/fitting/").status_code == 302
