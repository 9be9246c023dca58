"""The judged set of search: topics in two languages, providers in one each, and grades."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from search.evaluation import read_qrels

T = TypeVar("T")

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "discovery" / "judged"
WRITERS = "abcd"
LANGUAGES = ("zh", "en")
HALVES = ("tune", "report")


@dataclass(frozen=True)
class Topic:
    """A question as a native of either language puts it; `form` is one of four lengths."""

    id: str
    area: int
    form: str
    zh: str
    en: str

    @property
    def half(self) -> str:
        """One of HALVES: whole areas alternate."""
        return HALVES[self.area % 2 == 0]

    def text(self, language: str) -> str:
        """In one of LANGUAGES."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Judged:
    """Topics by id, rows of `load_providers` by ref, and grades by topic and ref."""

    topics: Mapping[str, Topic]
    providers: Mapping[str, Mapping[str, Any]]
    judgements: Mapping[str, Mapping[str, int]]

    def language(self, provider: str) -> str:
        """The one that a provider is written in."""
        return str(next(iter(self.providers[provider]["name"])))

    def of(self, half: str, documents: str) -> dict[str, dict[str, int]]:
        """Judgements of one half's topics on the providers of one language."""
        return {
            topic: {key: grade for key, grade in grades.items() if self.language(key) == documents}
            for topic, grades in self.judgements.items()
            if self.topics[topic].half == half
        }


def read_judged() -> Judged:
    """Read every writer's files and what was judged across them.

    Raises ValueError where a ref, a topic or a judged pair comes twice."""
    providers: dict[str, Mapping[str, Any]] = {}
    topics: dict[str, Topic] = {}
    for writer in WRITERS:
        for row in _rows(f"providers_{writer}.jsonl"):
            _put(providers, row["ref"], row)
        for row in _rows(f"topics_{writer}.jsonl"):
            _put(topics, row["id"], Topic(**row))
    judgements: dict[str, dict[str, int]] = {}
    for name in (*WRITERS, "pooled"):
        lines = (FOLDER / f"qrels_{name}.txt").read_text().splitlines()
        for topic, grades in read_qrels(lines).items():
            for provider, grade in grades.items():
                _put(judgements.setdefault(topic, {}), provider, grade)
    return Judged(topics, providers, judgements)


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _put(where: dict[str, T], key: str, value: T) -> None:
    if key in where:
        raise ValueError(f"{key} comes twice")
    where[key] = value


def provider_text(provider: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text of a provider in its own words: names; summary, offers and capabilities."""
    texts = [provider.get("summary", {}), *(offer["title"] for offer in provider["offers"])]
    texts += [offer.get("description", {}) for offer in provider["offers"]]
    words = [text for pair in texts for text in pair.values()] + provider["capabilities"]
    return " ".join(provider["name"].values()), "\n".join(words)
