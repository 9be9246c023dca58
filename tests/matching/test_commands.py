"""`match`, `match_all` and `evaluate` as scripts of others use them."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from jsonschema import validate

from matching.models import MatchRun, Need
from portal.organisations.models import ProviderProfile
from tests.factories import make_need, make_provider
from tests.matching.schemas import EVALUATE, MATCH

pytestmark = pytest.mark.django_db


@pytest.fixture
def need() -> Need:
    """An open need that wants English, two providers that speak it and one that doesn't."""
    make_provider(languages=["zh", "en"], verified=True)
    make_provider(languages=["en"])
    make_provider(languages=["zh"])
    return make_need(languages=["en"])


def run(*arguments: str) -> tuple[str, str]:
    """What a command prints, and what it says on stderr."""
    out, error = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def test_match_prints_what_formats_md_says(need: Need) -> None:
    out, error = run("match", need.ref, "--json", "--excluded")
    answer = json.loads(out)
    validate(answer, MATCH)
    assert answer["need"] == need.ref
    assert [row["rank"] for row in answer["results"]] == [1, 2]
    assert len(answer["excluded"]) == 1
    assert answer["run"] == MatchRun.objects.get().pk
    assert all(
        low <= row["score"] <= high for row in answer["results"] for low, high in [row["range"]]
    )
    said = r"(profiles read|\w+: documents): \d+( of \d+)?"
    assert all(re.fullmatch(said, line) for line in error.splitlines())


def test_match_reads_and_indexes_what_is_pending_first(need: Need) -> None:
    assert not ProviderProfile.objects.exclude(concepts_version="").exists()
    out, _ = run("match", need.ref, "--json")
    assert not ProviderProfile.objects.filter(concepts_version="").exists()
    texts = [
        criterion["value"]
        for row in json.loads(out)["results"]
        for criterion in row["criteria"]
        if criterion["name"] == "relevance"
    ]
    assert None not in texts


def test_top_limits_the_results_and_those_left_out_are_told_when_asked(need: Need) -> None:
    out, _ = run("match", need.ref, "--top", "1", "--json")
    answer = json.loads(out)
    assert len(answer["results"]) == 1
    assert answer["excluded"] == []


def test_without_json_people_can_read_it(need: Need) -> None:
    out, _ = run("match", need.ref, "--excluded")
    assert "budget:" in out
    assert "languages:" in out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nowhere"], "there is no need nowhere"),
        (["REF", "--replay", "99999"], "need REF has no run 99999"),
    ],
)
def test_what_is_not_there_gives_one_clear_line(
    need: Need, arguments: list[str], line: str
) -> None:
    given = [part.replace("REF", need.ref) for part in arguments]
    with pytest.raises(CommandError, match=f"^{line.replace('REF', need.ref)}$"):
        run("match", *given, "--json")


def test_a_need_that_is_not_open_is_not_matched() -> None:
    need = make_need(state="withdrawn")
    with pytest.raises(CommandError, match=f"need {need.ref} is not open but withdrawn"):
        run("match", need.ref)


def test_match_all_gives_a_trec_run_that_evaluate_measures(need: Need, tmp_path: Path) -> None:
    make_need(state="draft")
    other = make_need(words={"title": "Scratches", "description": "Scratches.", "language": "en"})
    out, _ = run("match_all", "--top", "2", "--trec")
    lines = [line.split() for line in out.splitlines()]
    assert {line[0] for line in lines} == {need.ref, other.ref}
    assert all(line[1] == "Q0" and line[5] == "duijie" for line in lines)
    assert [line[3] for line in lines if line[0] == need.ref] == ["1", "2"]
    scores = [float(line[4]) for line in lines if line[0] == need.ref]
    assert scores == sorted(scores, reverse=True)

    (tmp_path / "run.txt").write_text(out)
    best = {line[0]: line[2] for line in lines if line[3] == "1"}
    qrels = "".join(f"{ref} 0 {key} 3\n" for ref, key in best.items())
    (tmp_path / "qrels.txt").write_text(qrels)
    answer = evaluate(tmp_path)
    validate(answer, EVALUATE)
    assert answer["topics"] == 2
    assert answer["ndcg@10"]["mean"] == 1
    assert set(answer["by_language"]) == {"zh", "en"}
    assert answer["by_language"]["en"]["topics"] == 1


def evaluate(folder: Path) -> dict[str, Any]:
    """`manage.py evaluate` over the files in a folder."""
    out, _ = run("evaluate", "--qrels", str(folder / "qrels.txt"), "--run", str(folder / "run.txt"))
    answer: dict[str, Any] = json.loads(out)
    return answer


def test_evaluate_counts_a_topic_without_a_ranking_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "qrels.txt").write_text("a 0 x 3\nb 0 x 1\nc 0 x 0\n")
    (tmp_path / "run.txt").write_text("a Q0 x 1 0.9 t\n")
    answer = evaluate(tmp_path)
    validate(answer, EVALUATE)
    assert answer["topics"] == 2
    assert answer["ndcg@10"]["mean"] == 0.5
    assert answer["success@1"]["mean"] == 0.5
    assert answer["by_language"] == {}


@pytest.mark.parametrize(
    ("qrels", "ranked", "line"),
    [
        ("a 0 x 4\n", "", "line 1: not 'topic 0 document grade' with a grade 0-3"),
        ("a 0 x 1\n", "a Q0 x\n", "line 1"),
        (None, "", "No such file"),
    ],
)
def test_evaluate_names_the_line_that_is_wrong(
    tmp_path: Path, qrels: str | None, ranked: str, line: str
) -> None:
    if qrels is not None:
        (tmp_path / "qrels.txt").write_text(qrels)
    (tmp_path / "run.txt").write_text(ranked)
    with pytest.raises(CommandError, match=line):
        evaluate(tmp_path)
