"""From free text to what was understood, and back and forth between pages without losing it."""

import hashlib
import re
from dataclasses import replace
from typing import Any

from django.core import signing

from matching.content import MAX_TITLE, Understanding
from portal.discovery.reading import read
from portal.organisations.reading import concepts_version

SALT = "matching.reading"
TITLE_LENGTH = 60
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SENTENCE_END = re.compile(r"[。！？；\n]|[.!?;](?=\s|$)")


def main_language(text: str) -> str:
    """`zh` where Chinese characters outnumber Latin words, else `en`."""
    words = len(re.findall(r"[A-Za-z]+", text))
    return "zh" if len(_CHINESE.findall(text)) > words else "en"


def propose_title(text: str) -> str:
    """The first sentence, shortened to TITLE_LENGTH characters."""
    first = next((part.strip() for part in _SENTENCE_END.split(text) if part.strip()), "")
    first = " ".join(first.split())
    if len(first) <= TITLE_LENGTH:
        return first[:MAX_TITLE]
    cut = first[:TITLE_LENGTH]
    if " " in cut and main_language(cut) == "en":
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip("，,、 ") + "…"


def understand(text: str, *, keep: bool = False) -> Understanding:
    """What the portal reads in a text; the district is empty where none is named.

    `keep`: store the sentence vector, for a text that will be matched."""
    reading = read(text, keep=keep)
    return Understanding(
        district=reading.district or "",
        concepts=[
            {"concept": mark.id, "likeness": round(mark.weight, 4), "text": mark.text}
            for mark in reading.concepts
        ],
        concepts_version=concepts_version(),
        industries=list(reading.industries),
        budget_min=reading.budget_min,
        budget_max=reading.budget_max,
        start_by=reading.start_by,
        tier_at_least=reading.tier_at_least or "",
        max_distance_km=reading.max_distance_km,
        languages=list(reading.languages),
        offer_types=list(reading.offer_types),
        exclusions=[found.key for found in reading.exclusions],
    )


def digest(text: str) -> str:
    """Tells whether a text is still the one that was read."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


def seal(understanding: Understanding, text: str) -> str:
    """A signed form of what was read, to travel in a form without being read again."""
    fields = understanding.as_fields()
    fields["start_by"] = None
    return signing.dumps({"fields": fields, "text": digest(text)}, salt=SALT, compress=True)


def unseal(sealed: str) -> tuple[Understanding, str] | None:
    """The understanding and the digest of its text; None for what we did not sign."""
    try:
        data: dict[str, Any] = signing.loads(sealed, salt=SALT)
        return Understanding(**data["fields"]), data["text"]
    except (signing.BadSignature, TypeError, KeyError):
        return None


def keep_switches(fresh: Understanding, off: list[str]) -> Understanding:
    """`fresh` with the concepts off that had been switched off before."""
    known = {row["concept"] for row in fresh.concepts}
    return replace(fresh, concepts_off=[pk for pk in off if pk in known])
