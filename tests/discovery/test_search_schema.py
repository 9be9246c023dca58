"""`manage.py search --json` on real rows, held to the shape that formats give it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import validate

from search import indexing
from search.engines import embedded
from tests.factories import make_listed_provider

pytestmark = pytest.mark.django_db

STRING = {"type": "string", "minLength": 1}


def thing(**members: Any) -> dict[str, Any]:
    """An object with exactly these members."""
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def rows(of: dict[str, Any]) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": of}


BOTH = thing(zh={"type": "string"}, en={"type": "string"})
HIT = thing(
    type={"enum": ["provider", "need", "project", "page"]},
    key=STRING,
    title=STRING,
    score={"type": "number"},
    distance_km={"type": ["number", "null"]},
    highlights=rows({"type": "string"}),
)
FACET = rows(thing(value=STRING, label=STRING, count={"type": "integer", "minimum": 0}))
SEARCH = thing(
    total={"type": "integer", "minimum": 0},
    understood=rows(thing(concept=STRING, label=BOTH, text={"type": "string"})),
    hits=rows(HIT),
    facets={"type": "object", "additionalProperties": FACET},
    engine={"enum": ["embedded", "elasticsearch"]},
    degraded={"type": "boolean"},
    took_ms={"type": "number", "minimum": 0},
)


def test_the_answer_has_the_agreed_shape(settings: Any, tmp_path: Path) -> None:
    settings.DUIJIE_DATA_DIR = tmp_path
    provider = make_listed_provider()
    indexing.rebuild(embedded())
    out = StringIO()
    call_command(
        "search",
        "机器视觉检测",
        *("--in", "providers", "--near", "29.9,121.8", "--within", "50", "--top", "5", "--json"),
        stdout=out,
        stderr=StringIO(),
    )
    answer = json.loads(out.getvalue())
    validate(answer, SEARCH)
    assert [hit["key"] for hit in answer["hits"]] == [provider.organisation.key]
    assert answer["hits"][0]["distance_km"] < 50
    beilun = {"value": "330206", "label": "北仑区", "count": 1}
    assert beilun in answer["facets"]["district"]
