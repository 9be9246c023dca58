"""Linking: by words on one core, for short and long needs and vocabularies; by vectors against
the bare encoder."""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from bench.report import ROOT, Result, Row, bench


@bench("linking", "Reading needs: by words, and by vectors against the bare encoder")
def linking() -> Result:
    """Needs a minute by words on one core; what length and vocabulary cost; vectors' overhead."""
    found = _measure()
    speed = found["needs_a_minute"]
    notes = [
        f"By words, one process on one core: {speed['short']:,} needs of "
        f"{found['characters']['short']} characters a minute, {speed['long']:,} of "
        f"{found['characters']['long']} (10,000 wanted). Needs are made of the vocabulary's own "
        "complaints, drawn with a seed, half of them English; none comes twice.",
        "Without an encoder, characters and all: "
        f"{speed['characters']:,} of the short ones a minute.",
        f"The larger vocabulary holds every one of the {found['concepts']} concepts four times, "
        "three of them under made names.",
        "By vectors: `linker.link_many` on texts it has not seen, against the encoder's own call "
        "with the same pieces; 1.25 is 0.8 × its rate.",
    ]
    rows = [
        Row("text five times as long, by words", "µs", found["long"], found["short"]),
        Row("vocabulary four times as large, by words", "µs", found["large"], found["usual"]),
        Row("by vectors, against the bare encoder", "ms", found["linked"], found["encoded"]),
    ]
    return Result(rows, notes)


def _measure() -> dict[str, Any]:
    """What bench.linking_run finds in an installation of its own."""
    with tempfile.TemporaryDirectory(prefix="duijie-bench-") as data_dir:
        environment = {**os.environ, "DUIJIE_DATA_DIR": data_dir, "DATABASE_URL": ""}
        # The vocabulary of the files; no database is asked.
        environment["DUIJIE_VOCABULARY_SECONDS"] = "0"
        done = subprocess.run(
            [sys.executable, "-m", "bench.linking_run"],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return dict(json.loads(done.stdout))
