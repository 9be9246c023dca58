"""What `manage.py evaluate_search` finds: words alone, no vectors, no concepts."""

import json
import tempfile
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any


def text_run(
    documents: Mapping[str, tuple[str, str]], topics: Mapping[str, str], engine: str = "embedded"
) -> dict[str, list[str]]:
    """Documents by topic, best first. `documents`: title and text by key; `topics`: text by id.

    Raises CommandError when the engine can't be used."""
    from django.core.management import call_command

    from search.evaluation import read_run

    with tempfile.TemporaryDirectory() as folder:
        path = {name: Path(folder) / name for name in ("documents", "topics", "qrels", "run")}
        rows = ({"id": key, "title": both[0], "text": both[1]} for key, both in documents.items())
        _write(path["documents"], rows)
        _write(path["topics"], ({"id": key, "text": text} for key, text in topics.items()))
        path["qrels"].write_text("")
        call_command(
            "evaluate_search",
            *(f"--{name}={path[name]}" for name in ("documents", "topics", "qrels")),
            f"--engine={engine}",
            f"--run-out={path['run']}",
            stdout=StringIO(),
            stderr=StringIO(),
        )
        return read_run(path["run"].read_text(encoding="utf-8").splitlines())


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
