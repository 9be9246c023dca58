"""`manage.py search` and `evaluate_search` as scripts use them."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from search import engines, evaluation, indexing
from tests.factories import make_project

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Any:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def test_search_answers_in_json(settings: Any, tmp_path: Path) -> None:
    settings.DUIJIE_DATA_DIR = tmp_path
    answer = run("search", "", "--where", "district=330212", "kind=provider", "--json")
    assert answer["total"] == 0
    assert answer["engine"] == "embedded"
    assert {"kind", "district"} >= answer["facets"].keys() - {
        "tier",
        "industry",
        "offer_type",
        "concept",
        "language",
    }


def test_a_concept_can_be_left_out(settings: Any, tmp_path: Path) -> None:
    settings.DUIJIE_DATA_DIR = tmp_path
    make_project(slug="meter", name_en="Meter reader", concepts=["plc_gateway"])
    indexing.sync(engines.embedded())
    on = run("search", "OPC UA", "--json")
    assert [one["concept"] for one in on["understood"]][:1] == ["plc_gateway"]
    assert [hit["key"] for hit in on["hits"]] == ["meter"]
    off = run("search", "OPC UA", "--without", "plc_gateway", "no_such_concept", "--json")
    assert "plc_gateway" not in [one["concept"] for one in off["understood"]]
    assert off["total"] == 0


def test_phrases_and_exclusions_are_understood(settings: Any, tmp_path: Path) -> None:
    settings.DUIJIE_DATA_DIR = tmp_path
    make_project(slug="one", summary_en="Finds burrs on stamped parts.")
    make_project(slug="two", summary_en="Parts stamped with a date, and no burrs.")
    indexing.sync(engines.embedded())
    assert [hit["key"] for hit in run("search", '"stamped parts"', "--json")["hits"]] == ["one"]
    assert [hit["key"] for hit in run("search", "burrs -date", "--json")["hits"]] == ["one"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--where", "district"),
        ("--where", "colour=red"),
        ("--where", "price_max=-1"),
        ("--in", "planets"),
        ("--near", "north"),
        ("--sort", "distance"),
        ("--top", "0"),
    ],
)
def test_bad_usage_is_one_clear_line(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("search", "", *arguments)
    assert caught.value.returncode == 2
    assert "\n" not in str(caught.value)


COLLECTION = [
    {"id": "d1", "title": "Wing flutter", "text": "aeroelastic models of wings"},
    {"id": "d2", "title": "", "text": "heat conduction in composite slabs"},
    {"id": "d3", "title": "机器视觉", "text": ""},
    {"id": "d4", "title": None, "text": "slabs of concrete"},
]
TOPICS = [
    {"id": "t1", "text": "heat in slabs"},
    {"id": "t2", "text": "视觉检测"},
    {"id": "t3", "text": "unjudged"},
    {"id": "t4", "text": ""},
]


def write(folder: Path) -> list[str]:
    (folder / "d.jsonl").write_text("\n".join(map(json.dumps, COLLECTION)))
    (folder / "t.jsonl").write_text("\n".join(map(json.dumps, TOPICS)))
    (folder / "q.txt").write_text("t1 0 d2 3\nt1 0 d4 0\nt2 0 d3 2\nt4 0 d1 1\n")
    return [
        "evaluate_search",
        *("--documents", str(folder / "d.jsonl")),
        *("--topics", str(folder / "t.jsonl")),
        *("--qrels", str(folder / "q.txt")),
    ]


@pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
)
def test_a_collection_is_measured(
    tmp_path: Path, engine: str, settings: Any, request: pytest.FixtureRequest
) -> None:
    if engine == "elasticsearch":
        settings.ELASTICSEARCH_URLS = [request.getfixturevalue("elasticsearch_url")]
    run_out = tmp_path / "run.txt"
    answer = run(*write(tmp_path), "--engine", engine, "--run-out", str(run_out))
    assert answer["topics"] == 3
    assert answer["ndcg@10"]["mean"] == pytest.approx(2 / 3, abs=1e-4)
    assert answer["by_language"]["zh"]["success@1"]["mean"] == 1.0
    ranked = evaluation.read_run(run_out.read_text().splitlines())
    assert ranked == {"t1": ["d2", "d4"], "t2": ["d3"]}
    assert run_out.read_text().split()[5] == engine


def test_bad_files_are_named(tmp_path: Path) -> None:
    arguments = write(tmp_path)
    (tmp_path / "d.jsonl").write_text('{"id": 1}\nnot json\n')
    with pytest.raises(CommandError, match=r"d\.jsonl line 2"):
        call_command(*arguments, stderr=StringIO())
    (tmp_path / "d.jsonl").unlink()
    with pytest.raises(CommandError, match="No such file"):
        call_command(*arguments, stderr=StringIO())
