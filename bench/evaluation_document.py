"""docs/evaluation.md: a part each for search and matching, each replaced alone."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "evaluation.md"


def replace_part(name: str, text: str) -> None:
    """Put `text` between the marks of the part `name`. Raises ValueError where it has none."""
    marks = f"<!-- {name} -->", f"<!-- /{name} -->"
    document = DOCUMENT.read_text(encoding="utf-8")
    pattern = re.compile(f"{marks[0]}.*?{marks[1]}", re.DOTALL)
    part = "\n".join([marks[0], text.strip("\n"), marks[1]])
    replaced, count = pattern.subn(lambda _: part, document)
    if count != 1:
        raise ValueError(f"{DOCUMENT.name} has {count} parts marked {name}, not one")
    DOCUMENT.write_text(replaced, encoding="utf-8")
