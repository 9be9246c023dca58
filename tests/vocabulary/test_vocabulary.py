"""Reference data and concepts, as the rooms above look them up."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary import get_vocabulary, loader
from portal.vocabulary.soundness import faults
from portal.vocabulary.vocabulary import distance_km


def test_data_files_are_sound() -> None:
    assert faults(get_vocabulary()) == []


def test_the_vocabulary_is_read_once() -> None:
    assert get_vocabulary() is get_vocabulary()


def test_ningbo_has_ten_divisions() -> None:
    codes = [district.code for district in get_vocabulary().districts]
    assert codes == [
        "330203",
        "330205",
        "330206",
        "330211",
        "330212",
        "330213",
        "330225",
        "330226",
        "330281",
        "330282",
    ]


@pytest.mark.parametrize(("old", "now"), [("330283", "330213"), ("330204", "330212")])
def test_old_codes_lead_to_todays_district(old: str, now: str) -> None:
    vocabulary = get_vocabulary()
    assert vocabulary.current_district_code(old) == now
    assert vocabulary.district(old) == vocabulary.district(now)


def test_a_district_outside_the_city_is_shown_by_its_code() -> None:
    vocabulary = get_vocabulary()
    assert vocabulary.district("310115") is None
    assert vocabulary.district_label("310115", "en") == "310115"
    assert vocabulary.district_label("330206", "en") == "Beilun District"
    assert vocabulary.district_label("330206", "zh") == "北仑区"


def test_nearest_district_is_the_one_whose_centre_is_nearest() -> None:
    assert get_vocabulary().nearest_district(30.17, 121.27).code == "330282"


@given(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
)
def test_distance_is_symmetric_and_at_most_half_way_round(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    there, back = distance_km(*a, *b), distance_km(*b, *a)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016
    assert distance_km(*a, *a) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("code", ["C", "C33", "C339", "C3392", "A01", "T97", "I6513"])
def test_any_code_of_the_standard_is_accepted(code: str) -> None:
    assert get_vocabulary().is_industry_code(code)


@pytest.mark.parametrize(
    "code", ["", "c33", "C3", "U01", "C00", "T98", "C33921", "33", "C339 ", "C339\n", "Cx9"]
)
def test_other_codes_are_not(code: str) -> None:
    assert not get_vocabulary().is_industry_code(code)


def test_industries_are_named_in_both_languages_and_otherwise_by_code() -> None:
    vocabulary = get_vocabulary()
    assert vocabulary.industry_label("C339", "zh") == "铸造及其他金属制品制造"
    assert vocabulary.industry_label("C339", "en") == "Castings and other metal products"
    # A 4-digit class has no English name of its own: its group's is shown.
    assert vocabulary.industry_label("C3392", "en") == "Castings and other metal products"
    assert vocabulary.industry_label("I6513", "en") == "I6513"
    assert vocabulary.industry_label("I6513", "zh") == "I6513"
    assert vocabulary.industry_ancestors("C3392") == ("C339", "C33", "C")
    assert vocabulary.industry_ancestors("C33") == ("C",)


def test_tiers_climb_and_old_keys_mean_the_same_rung() -> None:
    vocabulary = get_vocabulary()
    assert [(tier.key, tier.rank) for tier in vocabulary.tiers] == [
        ("registered", 0),
        ("innovative_sme", 1),
        ("specialised_sophisticated", 2),
        ("little_giant", 3),
        ("provincial_champion", 4),
        ("single_champion", 5),
    ]
    assert vocabulary.tier("srdi_sme") == vocabulary.tier("specialised_sophisticated")
    assert vocabulary.tier_rank("tech_innovative_sme") == 1
    assert vocabulary.tier_rank("no such tier") == 0


def test_the_twelve_offer_types_have_labels() -> None:
    vocabulary = get_vocabulary()
    assert len(vocabulary.offer_types) == 12
    low_code = vocabulary.offer_type("low_code_app")
    assert low_code is not None
    assert (low_code.label("zh"), low_code.label("en")) == ("低代码应用", "Low-code application")


def test_concepts_are_labelled_and_unknown_ones_shown_by_id() -> None:
    vocabulary = get_vocabulary()
    assert vocabulary.concept_label("aps_scheduling", "zh") == "高级排产"
    assert vocabulary.concept_label("gone_since", "en") == "gone_since"
    assert len([row for row in vocabulary.concepts.values() if not row.broad]) >= 230


def test_a_file_with_a_bad_row_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    (tmp_path / "offer_types.json").write_text(
        json.dumps([{"key": "Bad Key", "zh": "坏", "en": "bad", "words": []}]), encoding="utf-8"
    )
    monkeypatch.setattr(loader, "DATA", tmp_path)
    with pytest.raises(loader.BadVocabulary, match=r"offer_types\.json: 0\.key"):
        loader.offer_types()
    with pytest.raises(loader.BadVocabulary, match=r"tiers\.json"):
        loader.tiers()


def test_a_concept_without_enough_phrases_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    row = json.loads((loader.DATA / "concepts.jsonl").read_text(encoding="utf-8").splitlines()[0])
    row["complaints_en"] = row["complaints_en"][:3]
    (tmp_path / "concepts.jsonl").write_text(json.dumps(row), encoding="utf-8")
    monkeypatch.setattr(loader, "DATA", tmp_path)
    with pytest.raises(loader.BadVocabulary, match="4 complaints and 2 offers"):
        loader.concepts()
