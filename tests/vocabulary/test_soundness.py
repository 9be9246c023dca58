"""Every fault of the concepts' file is told, with its line and the concept's id."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.vocabulary import get_vocabulary, loader
from portal.vocabulary.schema import Examples
from portal.vocabulary.soundness import concept_faults, example_faults, file_faults

ROWS = [
    json.loads(line)
    for line in (loader.DATA / loader.CONCEPTS).read_text(encoding="utf-8").splitlines()
]


def rows(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Three concepts of one kind, the first broad, with changes by id."""
    chosen = [row for row in ROWS if row["kind"] == "logistics"]
    chosen = sorted(chosen, key=lambda row: not row["broad"])[:3]
    names = ("broad_one", "first", "second")
    return [
        {
            **row,
            "id": name,
            "broader": None if row["broad"] else "broad_one",
            "related": [],
            "near_misses": [],
            **changes.get(name, {}),
        }
        for name, row in zip(names, chosen, strict=True)
    ]


def faults_of(
    monkeypatch: pytest.MonkeyPatch, folder: Path, **changes: dict[str, Any]
) -> list[str]:
    (folder / loader.CONCEPTS).write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in rows(**changes)), encoding="utf-8"
    )
    (folder / "kinds.json").write_text(
        (loader.DATA / "kinds.json").read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.setattr(loader, "DATA", folder)
    return file_faults()


def test_the_file_is_sound() -> None:
    assert file_faults() == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "toys"}, "concepts.jsonl:2: first: 'toys' is no kind of kinds.json"),
        ({"related": ["gone"]}, "concepts.jsonl:2: first: mentions the unknown concept gone"),
        ({"related": ["first"]}, "concepts.jsonl:2: first: names itself"),
        (
            {"related": ["second"], "near_misses": ["second"]},
            "concepts.jsonl:2: first: second is both related and a near-miss",
        ),
        ({"en": "中文"}, "concepts.jsonl:2: first: '中文' is not English"),
        ({"zh": "Latin"}, "concepts.jsonl:2: first: 'Latin' is not Chinese"),
        ({"acronyms": ["mes"]}, "concepts.jsonl:2: first: 'mes' is no acronym"),
        ({"synonyms_zh": ["长" * 41]}, "concepts.jsonl:2: first: "),
        ({"offers_zh": ["same text here", "另一句话"]}, "concepts.jsonl:2: first: "),
    ],
)
def test_a_fault_is_told_with_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    found = faults_of(monkeypatch, tmp_path, first=change)
    assert len(found) == 1
    assert found[0].startswith(message)


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = faults_of(
        monkeypatch,
        tmp_path,
        first={"complaints_en": ["one"], "kind": "Bad Kind"},
        second={"kind": "toys", "acronyms": ["x"]},
    )
    assert [line.split(" ")[0] for line in found] == [
        "concepts.jsonl:2:",
        "concepts.jsonl:3:",
        "concepts.jsonl:3:",
    ]


def test_a_name_or_phrase_stands_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    one, two = rows()[1:]
    shared = {"synonyms_en": [*two["synonyms_en"], one["en"].upper()]}
    found = faults_of(monkeypatch, tmp_path, second=shared)
    assert len(found) == 2
    assert all("shared_because does not say why" in line for line in found)
    why = {"shared_because": {one["en"]: "two ways to do the same"}}
    assert faults_of(monkeypatch, tmp_path, first=why, second={**shared, **why}) == []
    phrase = {"offers_en": [*two["offers_en"], one["offers_en"][0]]}
    assert "stands in first.offers_en too" in faults_of(monkeypatch, tmp_path, second=phrase)[0]


def test_the_way_up_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = faults_of(
        monkeypatch, tmp_path, first={"broader": "second"}, second={"broader": "first"}
    )
    assert len(found) == 2
    assert all("runs in a circle" in line for line in found)
    # Of the same group, or a broad one.
    other = faults_of(monkeypatch, tmp_path, first={"kind": "energy", "broader": "second"})
    assert other == [
        "concepts.jsonl:2: first: second is of the kind logistics, which is not above energy"
    ]


def test_neighbours_are_so_both_ways() -> None:
    concepts = get_vocabulary().concepts
    for concept in concepts.values():
        assert all(concept.id in concepts[other].related for other in concept.related)
        assert all(concept.id in concepts[other].near_misses for other in concept.near_misses)
    assert concept_faults(concepts, get_vocabulary().kinds) == []


def examples(concept: str, **changes: tuple[str, ...]) -> Examples:
    texts = {"needs_zh": (f"{concept}坏了",), "profiles_zh": (f"我们修{concept}",)}
    texts |= {"needs_en": (f"{concept} broke",), "profiles_en": (f"we mend {concept}",)}
    return Examples(concept=concept, **(texts | changes))


def test_examples_are_of_concepts_and_stand_once() -> None:
    concepts = {concept.id: concept for concept in loader.concepts()}
    assert example_faults(loader.examples(), concepts) == []
    assert example_faults([examples("wms"), examples("gone")], concepts) == [
        "examples.jsonl: gone: no concept that can have examples"
    ]
    twice = examples("erp_system", needs_en=("wms broke",))
    assert example_faults([examples("wms"), twice], concepts) == [
        "examples.jsonl: erp_system: 'wms broke' of wms again"
    ]
    mixed = examples("wms", needs_zh=("broken",), needs_en=("坏了",))
    assert example_faults([mixed], concepts) == [
        "examples.jsonl: wms: 'broken' is not zh",
        "examples.jsonl: wms: '坏了' is not en",
    ]


def test_kinds_cover_what_a_factory_asks_for() -> None:
    groups = {kind.group for kind in get_vocabulary().kinds.values()}
    assert groups == {
        "product",
        "process",
        "defect",
        "equipment",
        "ai",
        "software",
        "green",
        "data",
        "compute",
        "service",
    }


def test_groups_of_industries_have_names_in_both_languages() -> None:
    groups = [row for row in get_vocabulary().industries.values() if len(row.code) == 4]
    assert len(groups) == 179
    assert all(row.zh and row.en for row in groups)
