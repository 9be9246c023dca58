"""The notices people agree to, as data with versions: data/notices/KIND/VERSION.json.

A changed wording is a new file with the next number; old ones stay, as somebody agreed to them."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from portal.foundation.text import pick

FOLDER = Path(__file__).parent / "data" / "notices"
KINDS = ("privacy", "terms", "contacts", "accessibility")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Section(_Strict):
    """A heading with its paragraphs and, where a list says it better, its points."""

    heading_zh: str
    heading_en: str
    paragraphs_zh: list[str] = Field(default_factory=list)
    paragraphs_en: list[str] = Field(default_factory=list)
    points_zh: list[str] = Field(default_factory=list)
    points_en: list[str] = Field(default_factory=list)


class Notice(_Strict):
    """One wording of one notice."""

    kind: str
    version: str = Field(pattern=r"^[1-9][0-9]*$")
    since: date
    title_zh: str
    title_en: str
    sections: list[Section] = Field(min_length=1)

    def title(self, language: str) -> str:
        """The title in `zh` or `en`."""
        return pick(self.title_zh, self.title_en, language)

    def shown(self, language: str) -> list[dict[str, Any]]:
        """The sections in `zh` or `en`, with the operator's names filled in."""
        facts = _facts(language)
        return [
            {
                "heading": getattr(section, f"heading_{language}"),
                "paragraphs": _filled(getattr(section, f"paragraphs_{language}"), facts),
                "points": _filled(getattr(section, f"points_{language}"), facts),
            }
            for section in self.sections
        ]


@cache
def versions(kind: str) -> tuple[Notice, ...]:
    """Every wording of a notice, the one in force last.

    Raises KeyError for a kind that is none."""
    if kind not in KINDS:
        raise KeyError(kind)
    files = sorted((FOLDER / kind).glob("*.json"), key=lambda path: int(path.stem))
    return tuple(Notice.model_validate_json(path.read_text(encoding="utf-8")) for path in files)


def current(kind: str) -> Notice:
    """The wording in force."""
    return versions(kind)[-1]


def _filled(texts: list[str], facts: dict[str, str]) -> list[str]:
    return [text.format_map(facts) for text in texts]


def _facts(language: str) -> dict[str, str]:
    missing = {"zh": "（尚未填写）", "en": "(not filled in yet)"}[language]
    return {
        "city": settings.CITY_NAME[language],
        "operator": settings.OPERATOR or missing,
        "contact": settings.PRIVACY_CONTACT or missing,
        "log_days": str(settings.SECURITY_LOG_DAYS),
        "grace_days": str(settings.ERASURE_DAYS),
        "complaint_days": str(settings.COMPLAINT_DAYS),
        "export_days": str(settings.EXPORT_DAYS),
    }
