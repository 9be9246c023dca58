"""From texts to concepts: by words, by meaning, and not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from portal.vocabulary import classifier, get_vocabulary, linker, loader
from portal.vocabulary.encoder import LocalEncoder, Vectors
from portal.vocabulary.vectors import vectors_for_passages


def ids(text: str) -> list[str]:
    return [mark.id for mark in linker.link_need(text)]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("夜里机器停了没人晓得，早上才发现", "machine_uptime"),
        ("每个月电费高得吓人，说不清哪台设备在吃电", "energy_submetering"),
        ("叉车转弯差点撞到人", "forklift_safety"),
        ("the warehouse count never matches the books", "wms"),
        ("boss wants to know the margin on each product and nobody can tell", "cost_accounting"),
        ("a drill broke in the night and the machine went on scrapping parts", "tool_wear"),
        ("setting up the moulding machine depends on one man", "injection_params"),
    ],
)
def test_factory_words_lead_to_the_concept(text: str, concept: str) -> None:
    assert ids(text)[0] == concept


def test_exact_words_are_marked_as_such() -> None:
    first = linker.link_need("想上一套APS")[0]
    assert (first.id, first.source, first.text, first.weight) == (
        "aps_scheduling",
        "words",
        "APS",
        1.0,
    )


def test_broad_words_weigh_little() -> None:
    marks = {mark.id: mark for mark in linker.link_need("视觉检测")}
    assert marks["visual_inspection"].weight == pytest.approx(0.3)


def test_what_is_ruled_out_or_there_already_is_no_wish() -> None:
    linked = linker.link("已经有MES了，不要机器人，想上仓库管理，料放在哪只有老仓管晓得")
    assert [mark.id for mark in linked.present] == ["light_mes"]
    assert [mark.id for mark in linked.unwanted] == ["industrial_robot"]
    wanted = [mark.id for mark in linked.wanted]
    assert "wms" in wanted
    assert "light_mes" not in wanted


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("MES", "light_mes"),
        ("mes", "light_mes"),
        ("甘特图", "aps_scheduling"),
        ("gantt", "aps_scheduling"),
        ("夹具", "fixture_management"),
        ("夾具", "fixture_management"),
    ],
)
def test_one_word_leads_to_the_concept_that_uses_it(text: str, concept: str) -> None:
    assert ids(text)[0] == concept


@pytest.mark.parametrize("text", ["保洁", "only open source", "不做金属件", "no cloud"])
def test_words_that_ask_for_nothing_here(text: str) -> None:
    assert ids(text) == []


def test_traditional_characters_are_read_as_simplified_ones() -> None:
    for simple, traditional in (
        ("夜里机器停了没人晓得，早上才发现", "夜裡機器停了沒人曉得，早上才發現"),
        ("不要机器人，想上排产", "不要機器人，想上排產"),
    ):
        one, other = linker.link(simple), linker.link(traditional)
        assert [mark.id for mark in one.wanted] == [mark.id for mark in other.wanted]
        assert [mark.id for mark in one.unwanted] == [mark.id for mark in other.unwanted]
        assert all(mark.text in traditional for mark in (*other.wanted, *other.unwanted))


def test_two_languages_in_one_text_are_read_together() -> None:
    linked = linker.link("我们已经有ERP了, but we need a WMS，还想上APS")
    assert [mark.id for mark in linked.present] == ["erp_system"]
    assert {"wms", "aps_scheduling"} <= {mark.id for mark in linked.wanted}


def test_many_texts_are_read_as_each_by_itself() -> None:
    texts = ["想上APS", "", "叉车转弯差点撞到人。", "no ERP please, but scheduling"]
    together = linker.link_many(texts)
    for text, linked in zip(texts, together, strict=True):
        alone = linker.link(text)
        assert linked.wanted == alone.wanted
        assert linked.unwanted == alone.unwanted
        assert linked.likeness == pytest.approx(alone.likeness, abs=1e-4)
    assert linker.link_many([]) == []


def test_a_name_that_many_concepts_use_tells_less() -> None:
    marks = {mark.id: mark.weight for mark in linker.named("ERP和拓扑优化").wanted}
    assert marks["generative_design"] == 1.0
    assert 0.5 <= marks["erp_system"] < 1.0


def test_what_no_concept_covers_is_none_of_these() -> None:
    strangers = loader.out_of_domain().report
    for texts in (strangers.zh, strangers.en):
        empty = [not linker.need_likeness(text).any() for text in texts]
        assert np.mean(empty) >= 0.85


@pytest.mark.parametrize("text", ["zzqx", "xyzzy", "peephole", "一二三"])
def test_one_or_two_words_that_the_vocabulary_lacks_are_not_guessed_at(text: str) -> None:
    linked = linker.link(text)
    assert linked.wanted == ()
    assert not linked.likeness.any()
    assert linked.unknown_words


@pytest.mark.parametrize("text", ["", "ERP", "冲压件毛刺看不过来", "员工宿舍空调不制冷"])
def test_other_texts_are_not_of_unknown_words(text: str) -> None:
    assert not linker.link(text).unknown_words


def test_likeness_is_a_share_of_the_concepts() -> None:
    likeness = linker.need_likeness("机床主轴声音不对")
    assert likeness.shape == (len(linker.concept_ids()),)
    assert likeness.sum() == pytest.approx(1, abs=1e-4)
    first = [linker.concept_ids()[at] for at in np.argsort(-likeness)[:2]]
    assert "spindle_monitoring" in first


@pytest.mark.django_db
def test_passages_are_read_from_the_providers_side() -> None:
    texts = ["铸件气孔裂纹视觉检测设备", "We write APQP project plans for car suppliers"]
    vectors = vectors_for_passages(texts)
    assert vectors is not None
    likeness = linker.passage_likeness(texts, vectors)
    assert likeness.sum(axis=1) == pytest.approx(1, abs=1e-4)
    first = [[linker.concept_ids()[at] for at in np.argsort(-row)[:2]] for row in likeness]
    assert "casting_surface_inspection" in first[0]
    assert first[1][0] == "npi_project"
    marks = linker.link_passages(texts)
    assert "casting_surface_inspection" in [mark.id for mark in marks[0]]
    assert "npi_project" in [mark.id for mark in marks[1]]
    assert linker.passage_likeness([], vectors[:0]).shape == (0, len(linker.concept_ids()))


def test_words_alone_are_used_without_an_encoder(settings) -> None:
    settings.SENTENCE_ENCODER = "none"
    assert ids("想上APS排产")[0] == "aps_scheduling"
    assert ids("找保洁阿姨扫地") == []
    none: Vectors = np.zeros((2, LocalEncoder.dimensions), np.float32)
    assert not linker.passage_likeness(["a", "b"], none).any()
    assert linker.version().endswith(" words")


def test_words_alone_are_used_when_the_encoder_fails(settings) -> None:
    settings.SENTENCE_ENCODER, settings.SENTENCE_ENCODER_MODEL = "openai", "m"
    settings.SENTENCE_ENCODER_URL = "http://127.0.0.1:9/v1"
    assert ids("想上APS排产")[0] == "aps_scheduling"


def test_the_version_names_concepts_fitted_file_and_encoder() -> None:
    model = classifier.for_encoder(LocalEncoder.name, linker.concept_ids())
    assert model is not None
    concepts = get_vocabulary().concepts_hash[:12]
    assert linker.version() == f"{concepts} {model.made[:12]} {LocalEncoder.name}"


@budget(deadline=None, max_examples=40)
@given(st.text(alphabet=st.characters(), max_size=400))
def test_no_text_breaks_it(text: str) -> None:
    linked = linker.link(text)
    assert all(0 < mark.weight <= 1 for mark in linked.wanted)
    total = float(linked.likeness.sum())
    assert total == 0 or total == pytest.approx(1, abs=1e-3)
