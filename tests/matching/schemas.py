"""JSON schemas of what the commands of this room print, as formats.md has them."""

from typing import Any


def thing(required: dict[str, Any]) -> dict[str, Any]:
    """An object with exactly these members."""
    return {
        "type": "object",
        "properties": required,
        "required": list(required),
        "additionalProperties": False,
    }


def rows(of: dict[str, Any]) -> dict[str, Any]:
    """A list of these."""
    return {"type": "array", "items": of}


SHARE = {"type": "number", "minimum": 0, "maximum": 1}
STRING = {"type": "string", "minLength": 1}
BOTH = thing({"zh": STRING, "en": STRING})
EITHER = {**thing({"zh": {"type": "string"}, "en": {"type": "string"}})}

CRITERION = thing(
    {
        "name": STRING,
        "value": {"oneOf": [SHARE, {"type": "null"}]},
        "weight": SHARE,
        "reason": BOTH,
        "evidence": rows(STRING),
    }
)
RESULT = thing(
    {
        "provider": STRING,
        "name": EITHER,
        "rank": {"type": "integer", "minimum": 1},
        "score": SHARE,
        "range": {"type": "array", "prefixItems": [SHARE, SHARE], "minItems": 2, "maxItems": 2},
        "criteria": {**rows(CRITERION), "minItems": 1},
    }
)
EXCLUDED = thing(
    {
        "provider": STRING,
        "because": {**rows(thing({"constraint": STRING, "reason": BOTH})), "minItems": 1},
    }
)
MATCH = thing(
    {
        "need": STRING,
        "run": {"type": "integer"},
        "weights": STRING,
        "results": rows(RESULT),
        "excluded": rows(EXCLUDED),
    }
)

INTERVAL = thing({"mean": SHARE, "low": SHARE, "high": SHARE})
MEASURES = {
    "topics": {"type": "integer", "minimum": 0},
    **dict.fromkeys(("ndcg@10", "p@5", "success@1", "recall@50", "mrr"), INTERVAL),
}
EVALUATE = thing(
    {
        **MEASURES,
        "by_language": {
            "type": "object",
            "propertyNames": {"enum": ["zh", "en"]},
            "additionalProperties": thing(MEASURES),
        },
    }
)
