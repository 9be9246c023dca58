"""Ten actions at the same moment, on SQLite in a file and on PostgreSQL: one wins."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 10


def run_races(url):
    done = subprocess.run(
        [sys.executable, "-m", "tests.matching.race"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings.test"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def races(request, tmp_path_factory):
    """What came of every race, run once for each database."""
    if request.param == "postgresql":
        return run_races(request.getfixturevalue("postgres_url"))
    return run_races(f"sqlite:///{tmp_path_factory.mktemp('race')}/db.sqlite3")


def split(race):
    """Places of those who did it, and what the others were told."""
    results = race["results"]
    winners = [place for place, result in enumerate(results) if result.startswith("done")]
    told = [result for result in results if not result.startswith("done")]
    return winners, told


def pressed(place):
    """Which button the person at this place pressed, the state and the words it leads to."""
    if place < 4:
        return "accept", "accepted", "accepted it"
    if place < 7:
        return "decline", "declined", "declined it"
    return "withdraw", "withdrawn", "withdrew it"


def test_one_of_ten_moves_an_introduction_and_the_rest_are_told(races):
    race = races["one_introduction"]
    (winner,), told = split(race)
    _, state, words = pressed(winner)
    assert (race["state"], race["version"]) == (state, 1)
    assert len(told) == 9
    for message in told:
        assert message.startswith("stale: ")
        assert f"{words} (a moment ago)" in message


def test_the_audit_tells_of_the_one_and_of_each_who_came_too_late(races):
    race = races["one_introduction"]
    (winner,), _ = split(race)
    moves = [verb for verb in race["audit"] if not verb.endswith(".refused")]
    refused = [verb for verb in race["audit"] if verb.endswith(".refused")]
    assert moves == ["introduction.request", f"introduction.{pressed(winner)[0]}"]
    late = [pressed(place)[0] for place in range(PEOPLE) if place != winner]
    assert sorted(refused) == sorted(f"introduction.{name}.refused" for name in late)
    assert race["actors"][0] == winner
    assert sorted(race["actors"]) == list(range(PEOPLE))


def test_the_other_side_is_told_once_what_happened(races):
    race = races["one_introduction"]
    assert race["told"] == sorted(["introduction.requested", f"introduction.{race['state']}"])


def test_accepts_at_once_never_exceed_the_capacity(races):
    race = races["capacity"]
    winners, told = split(race)
    assert (len(winners), race["accepted"]) == (2, 2)
    assert len(told) == 8
    assert all("no job free now: all 2 are taken" in message for message in told)


def test_both_sides_asking_at_once_make_one_introduction(races):
    race = races["one_pair"]
    winners, told = split(race)
    assert (len(winners), race["rows"]) == (1, 1)
    assert all("There is an introduction between the two already" in message for message in told)


def test_a_draft_posted_ten_times_is_open_once(races):
    race = races["one_draft"]
    winners, told = split(race)
    assert (len(winners), race["state"], race["indexed"]) == (1, "open", [1])
    assert all("You posted it (a moment ago)" in message for message in told)


def test_a_form_sent_ten_times_makes_one_need(races):
    race = races["one_form"]
    assert race["rows"] == 1
    assert len(set(race["results"])) == 1
    assert race["results"][0].startswith("done N20")


def test_consents_at_once_start_one_job(races):
    race = races["both_consent"]
    winners, told = split(race)
    assert sorted(place % 2 for place in winners) == [0, 1]
    assert (race["state"], race["version"]) == ("in_force", 2)
    assert race["sides"] == ["manufacturer", "provider"]
    assert race["amounts"] == [race["price"]]
    assert all("once is enough" in message for message in told)


def test_one_answer_to_a_proposal_counts(races):
    race = races["one_proposal"]
    (winner,), told = split(race)
    state = "agreed" if winner < 4 else "declined" if winner < 7 else "withdrawn"
    assert (race["state"], race["agreements"]) == (state, int(state == "agreed"))
    assert all(message.startswith("stale: ") for message in told)
