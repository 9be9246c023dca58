"""What the index holds of a provider, and how its texts are read into concepts."""

from typing import Any

import pytest

from portal.foundation import outbox
from portal.foundation.models import OutboxRow
from portal.organisations import actions, reading
from portal.organisations.documents import ProviderDocument
from portal.organisations.models import ProviderProfile
from portal.organisations.passages import passages
from portal.vocabulary import get_vocabulary
from search.documents import IndexedDocument
from tests.factories import make_offer, make_provider

pytestmark = pytest.mark.django_db

DOCUMENTS = ProviderDocument()


def indexed(profile: ProviderProfile) -> IndexedDocument:
    """The document as the indexer makes it."""
    key = profile.organisation.key
    return DOCUMENTS.to_document(DOCUMENTS.get_for_index([key])[key])


def concept() -> tuple[str, str, str]:
    """A concept of the vocabulary with its two names."""
    found = next(c for c in get_vocabulary().concepts.values() if not c.broad)
    return found.id, found.zh, found.en


def test_a_document_has_the_words_facts_and_place_of_a_profile() -> None:
    profile = make_provider(
        verified=True,
        offers=0,
        capabilities=["OPC UA"],
        industries=["C3311", "I65"],
        languages=["en"],
        organisation={"district": "330206"},
    )
    make_offer(profile, title_zh="网关", title_en="", description_zh="即插即用", type="training")
    document = indexed(profile)
    assert (document.type, document.key) == ("provider", profile.organisation.key)
    assert document.url == f"/providers/{profile.organisation.key}/"
    assert document.title.zh == profile.organisation.name_zh
    assert document.offers[0].text.zh == "网关\n即插即用"
    assert (document.offers[0].price_from, document.offers[0].price_to) == (20_000, 80_000)
    assert document.industry == ("C3311", "C331", "C33", "C", "I65", "I")
    assert document.labels == ("OPC UA",)
    assert document.verified
    assert document.language == ("en",)
    assert document.vectors == ()
    beilun = get_vocabulary().district("330206")
    assert beilun is not None
    assert (document.latitude, document.longitude) == (beilun.latitude, beilun.longitude)


def test_own_coordinates_count_before_the_district_and_elsewhere_there_may_be_none() -> None:
    own = make_provider(organisation={"latitude": 30.1, "longitude": 121.2})
    far = make_provider(organisation={"district": "310115"})
    assert (indexed(own).latitude, indexed(own).longitude) == (30.1, 121.2)
    assert indexed(far).latitude is None


def test_only_listed_profiles_are_in_the_index() -> None:
    listed, unlisted = make_provider(), make_provider(listed=False)
    keys = [listed.organisation.key, unlisted.organisation.key]
    assert set(DOCUMENTS.get(keys)) == set(DOCUMENTS.get_for_index(keys)) == {keys[0]}


def test_the_names_of_concepts_are_searchable_in_both_languages() -> None:
    profile = make_provider()
    concept_id, zh, en = concept()
    ProviderProfile.objects.update(concepts={concept_id: 0.9, "gone-from-the-vocabulary": 0.8})
    document = indexed(profile)
    assert document.concept == (concept_id,)
    assert {zh, en} <= set(document.labels)


def test_passages_are_each_text_once_none_empty() -> None:
    profile = make_provider(offers=0, summary_en="", capabilities=["OPC UA", "MES"])
    make_offer(profile, title_zh="网关", title_en="Gateway", description_zh="即插即用")
    make_offer(profile, title_zh="网关", title_en="", description_zh="即插即用")
    assert passages(profile) == ["设备联网与数据采集。", "网关。即插即用", "Gateway", "OPC UA；MES"]


def test_reading_finds_what_a_profile_names_and_asks_for_the_index(settings: Any) -> None:
    settings.SENTENCE_ENCODER = "none"
    concept_id, zh, _ = concept()
    profile = make_provider(summary_zh=f"我们做{zh}。", summary_en="", offers=0)
    key = profile.organisation.key
    before = OutboxRow.objects.filter(target__startswith="index:", key=key)[0].requested
    assert reading.read_pending() == 1
    profile.refresh_from_db()
    assert profile.concepts[concept_id] == 1.0
    assert profile.concepts_version == reading.concepts_version()
    assert OutboxRow.objects.filter(target__startswith="index:", key=key)[0].requested > before
    assert not outbox.pending("reading").exists()
    assert reading.drain(10) == 0


def test_another_vocabulary_asks_to_read_again(settings: Any) -> None:
    settings.SENTENCE_ENCODER = "none"
    make_provider()
    reading.read_pending()
    assert reading.request_outdated() == 0
    ProviderProfile.objects.update(concepts_version="older")
    assert reading.request_outdated() == 1
    assert reading.read_pending() == 1


def test_what_is_gone_is_no_work_left_over() -> None:
    profile = make_provider()
    actions.unlist_profile(actor=None, profile=profile)
    profile.organisation.delete()
    assert reading.read_pending() == 1
    assert not outbox.pending("reading").exists()
