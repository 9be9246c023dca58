"""A run: who is ranked, who is left out, and that it replays to the same bytes."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from matching import nomination
from matching.actions import introduction as introductions
from matching.engine.serial import canonical
from matching.models import MatchRun, Need, NeedReading
from matching.runs import FRESH, ReplayDiffers, answer, fresh_run, replay, run_match
from portal.organisations import actions as organisations
from portal.organisations.models import ProviderProfile
from portal.organisations.reading import read_pending
from search.engines import all_engines
from search.engines.base import EngineError
from search.indexing import sync
from tests.factories import make_introduction, make_need, make_offer, make_provider, make_user

pytestmark = pytest.mark.django_db

MOULDING = "注塑工艺参数优化，调机经验沉淀，缩水、毛边、缺料自动给出参数建议。"


def catch_up() -> None:
    """Read profiles and fill the index, as the worker does."""
    read_pending()
    for engine in all_engines():
        sync(engine)


def moulding_provider(**fields: object) -> ProviderProfile:
    """A provider whose one offer answers `moulding_need`."""
    profile = make_provider(offers=0, summary_zh=MOULDING, summary_en="", **fields)  # type: ignore[arg-type]
    make_offer(
        profile, title_zh="注塑调机助手", title_en="", description_zh=MOULDING, price_from=60_000
    )
    return profile


def moulding_need(**fields: object) -> Need:
    """A need for what `moulding_provider` offers."""
    words = {
        "title": "老师傅一退休，新模具没人调得出来",
        "description": "注塑机换套模具要调大半天，缩水了就加压，加出毛边再往回退。",
    }
    return make_need(words=words, budget_max=100_000, **fields)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def own_index(settings: Any, tmp_path: Path) -> None:
    """An index that holds nothing of other tests, whose rows are gone but not their documents."""
    settings.DUIJIE_DATA_DIR = tmp_path


@pytest.fixture
def need() -> Need:
    """A need with a provider that answers it, one that doesn't, and one that isn't listed."""
    moulding_provider(verified=True, languages=["zh"], capacity=2)
    make_provider(
        summary_zh="叉车防撞雷达与限速。", summary_en="Forklift safety.", languages=["zh"]
    )
    moulding_provider(listed=False)
    found = moulding_need()
    catch_up()
    return found


def keys(run: MatchRun) -> list[str]:
    """Providers ranked, best first."""
    return [row["provider"] for row in run.result["results"]]


def test_the_provider_that_answers_leads_and_an_unlisted_one_is_nowhere(need: Need) -> None:
    run = run_match(need, actor=None)
    listed = set(
        ProviderProfile.objects.filter(listed=True).values_list("organisation__key", flat=True)
    )
    assert set(keys(run)) == listed
    first, second = run.result["results"]
    assert "注塑" in ProviderProfile.objects.get(organisation__key=first["provider"]).summary_zh
    assert first["score"] > second["score"] + 0.2
    assert run.result["excluded"] == []
    budget = next(row for row in first["criteria"] if row["name"] == "budget")
    assert budget["value"] == 1
    assert budget["reason"]["zh"] == "「注塑调机助手」¥60,000起，在预算¥100,000以内。"
    assert budget["evidence"][0].startswith("offer:")
    assert set(run.features["input"]["providers"][0]) >= {"cover", "cosine", "text", "conditions"}


def test_a_stored_run_replays_to_the_same_bytes(need: Need) -> None:
    run = MatchRun.objects.get(pk=run_match(need, actor=None).pk)
    ProviderProfile.objects.update(summary_zh="变了", capacity=0, listed=False)
    assert canonical(replay(run)) == canonical(run.result)
    out = [StringIO(), StringIO()]
    for place in out:
        call_command("match", need.ref, "--json", "--replay", str(run.pk), stdout=place)
    assert out[0].getvalue() == out[1].getvalue() == canonical(answer(run)) + "\n"


def test_a_run_that_was_tampered_with_does_not_replay(need: Need) -> None:
    run = run_match(need, actor=None)
    run.features["input"]["providers"][0]["verified"] ^= True
    run.save()
    with pytest.raises(ReplayDiffers, match=f"run {run.pk} does not give"):
        replay(run)


def test_those_left_out_are_told_why_the_best_first() -> None:
    moulding_provider(languages=["zh"])
    make_provider(summary_zh="叉车防撞雷达。", languages=["zh"])
    english = moulding_provider(languages=["en", "zh"])
    need = moulding_need(languages=["en"])
    catch_up()
    run = run_match(need, actor=None)
    assert keys(run) == [english.organisation.key]
    left_out = run.result["excluded"]
    assert [row["because"][0]["constraint"] for row in left_out] == ["languages", "languages"]
    first = ProviderProfile.objects.get(organisation__key=left_out[0]["provider"])
    assert first.summary_zh == MOULDING
    assert left_out[0]["because"][0]["reason"]["en"] == (
        "The need wants a working language that the provider lacks: English."
    )


def test_one_is_not_matched_with_oneself() -> None:
    user = make_user()
    own = moulding_provider(owner=user)
    need = moulding_need(user=user, organisation=own.organisation)
    catch_up()
    assert own.organisation.key not in keys(run_match(need, actor=None))


def test_an_accepted_introduction_takes_a_job_of_the_capacity(need: Need) -> None:
    provider = ProviderProfile.objects.get(capacity=2)

    def free() -> float:
        row = next(
            row
            for row in run_match(need, actor=None).result["results"]
            if row["provider"] == provider.organisation.key
        )
        return next(c["value"] for c in row["criteria"] if c["name"] == "free_capacity")

    before = free()
    introduction = make_introduction(provider=provider)
    introductions.accept(
        actor=provider.organisation.memberships.get().user, introduction=introduction
    )
    assert free() < before


def test_a_concept_switched_off_no_longer_counts(need: Need) -> None:
    run = run_match(need, actor=None)
    read = [
        concept.removeprefix("concept:") for concept, _ in run.features["input"]["need"]["concepts"]
    ]
    assert read
    need.concepts_off = read
    need.save()
    again = run_match(need, actor=None)
    left = [concept for concept, _ in again.features["input"]["need"]["concepts"]]
    assert not set(left) & {f"concept:{concept}" for concept in read}
    assert again.result["results"][0]["score"] < run.result["results"][0]["score"]


def test_a_reading_is_kept_until_the_words_change(need: Need) -> None:
    run_match(need, actor=None)
    first = NeedReading.objects.get()
    run_match(Need.objects.get(pk=need.pk), actor=None)
    assert bytes(NeedReading.objects.get().vector) == bytes(first.vector)
    Need.objects.filter(pk=need.pk).update(description="叉车差点撞到人。")
    run_match(Need.objects.get(pk=need.pk), actor=None)
    assert bytes(NeedReading.objects.get().vector) != bytes(first.vector)


def test_results_are_shown_again_while_they_hold(need: Need) -> None:
    run = fresh_run(need, actor=None)
    assert fresh_run(need, actor=None) == run
    MatchRun.objects.update(created=run.created - FRESH - timedelta(seconds=1))
    second = fresh_run(need, actor=None)
    assert second != run
    need.save()
    assert fresh_run(need, actor=None) not in (run, second)


def test_only_the_owner_and_the_city_match_a_need(need: Need) -> None:
    with pytest.raises(PermissionDenied):
        run_match(need, actor=make_user())
    assert run_match(need, actor=need.created_by).need == need
    assert run_match(need, actor=make_user(roles=("officer",))).need == need


def test_without_an_encoder_words_alone_still_rank(need: Need, settings: object) -> None:
    settings.SENTENCE_ENCODER = "none"  # type: ignore[attr-defined]
    run = run_match(need, actor=None)
    first = run.result["results"][0]
    assert ProviderProfile.objects.get(organisation__key=first["provider"]).capacity == 2
    capability = next(row for row in first["criteria"] if row["name"] == "capability")
    assert capability["value"] is None


def test_an_unlisted_provider_vanishes_at_once(need: Need) -> None:
    best = keys(run_match(need, actor=None))[0]
    profile = ProviderProfile.objects.get(organisation__key=best)
    organisations.unlist_profile(actor=None, profile=profile)
    # The index still holds it: the database authorises.
    assert best not in keys(run_match(need, actor=None))


def test_in_a_large_city_the_engine_nominates_within_the_constraints_and_beyond(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With more providers than can all be looked at, those that meet the hard constraints are
    asked for apart, so that those that don't can't crowd them out."""
    for _ in range(4):
        moulding_provider(languages=["zh"])
    near = moulding_provider(languages=["zh", "en"])
    moulding_provider(languages=["zh", "en"], organisation={"district": "310115"})
    make_provider(summary_zh="食堂承包。", summary_en="Canteen.", offers=0, languages=["en"])
    need = moulding_need(languages=["zh", "en"], max_distance_km=60)
    catch_up()
    everybody = run_match(need, actor=None)
    monkeypatch.setattr(nomination, "EVERYONE", 0)
    monkeypatch.setattr(nomination, "PER_WAY", 2)
    nominated = run_match(need, actor=None)
    assert keys(nominated) == keys(everybody) == [near.organisation.key]
    constraints = {row["because"][0]["constraint"] for row in nominated.result["excluded"]}
    assert constraints
    assert len(nominated.result["excluded"]) < len(everybody.result["excluded"])


def test_without_a_search_engine_vectors_and_concepts_still_match(
    need: Need, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(query: object) -> None:
        raise EngineError("the disk is full")

    monkeypatch.setattr(nomination.engines, "search", broken)
    run = run_match(need, actor=None)
    assert len(keys(run)) == 2
    assert run.engine == ""
