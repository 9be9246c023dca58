"""Rows of providers files, valid unless told otherwise."""

import json
from pathlib import Path
from typing import Any

from tests.factories import make_uscc


def row(number: int = 1, **fields: Any) -> dict[str, Any]:
    """One provider as JSON Lines carry it."""
    usual = {
        "uscc": make_uscc(number),
        "kind": "provider",
        "name": {"zh": f"甬联智造{number}", "en": f"Yonglian {number}"},
        "summary": {"zh": "设备联网。", "en": "Machine data."},
        "offers": [
            {
                "title": {"zh": "采集网关", "en": "Gateway"},
                "description": {"zh": "即插即用。", "en": ""},
                "type": "intelligent_equipment",
                "price_from": 10000,
                "price_to": 50000,
                "days": 20,
            }
        ],
        "capabilities": ["OPC UA", "数据采集"],
        "industries": ["C33", "C3311"],
        "tier": "little_giant",
        "district": "330212",
        "latitude": 29.82,
        "longitude": 121.55,
        "languages": ["zh", "en"],
        "capacity": 3,
        "staff": 40,
        "founded": 2015,
    }
    return {**usual, **fields}


def write_lines(path: Path, rows: list[Any]) -> Path:
    """A JSON Lines file; a str or bytes is written as it stands."""
    with path.open("wb") as file:
        for item in rows:
            if isinstance(item, bytes):
                file.write(item + b"\n")
            else:
                text = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
                file.write(text.encode() + b"\n")
    return path
