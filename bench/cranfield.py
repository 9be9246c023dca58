"""The Cranfield collection (1,400 abstracts, 225 topics): fetched at first use, never committed."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import requests

COMMIT = "1208e6edfb6cb2527b2c44398d3d8fefd3249144"
ADDRESS = f"https://raw.githubusercontent.com/oussbenk/cranfield-trec-dataset/{COMMIT}"
FILES = {
    "cran.all.1400.xml": "369eb64e59d855b62463832f1338f471cede578571ee7fb33e3592a2a138ff47",
    "cran.qry.xml": "b609a59e980857ba59d098f33433822a5c200bcf6836a320babf2b1a5e7545eb",
    "cranqrel.trec.txt": "98a13b4913d61a02690725aee7ac4f6a1979c13fc9088ad9b4a81be58b1a6f11",
}
SECONDS = 60

_DOCUMENT = re.compile(r"<doc>(.*?)</doc>", re.DOTALL)
_TOPIC = re.compile(r"<top>.*?<title>(.*?)</title>", re.DOTALL)


class Unavailable(Exception):
    """The collection is neither here nor to be had; the message says where to put it."""


@dataclass(frozen=True)
class Collection:
    """Texts by id, and TREC lines of judgements."""

    documents: dict[str, tuple[str, str]]
    topics: dict[str, str]
    qrels: list[str]

    def write(self, folder: Path) -> dict[str, Path]:
        """The three files that `manage.py evaluate_search` takes."""
        paths = {name: folder / name for name in ("documents", "topics", "qrels")}
        documents = (
            {"id": key, "title": title, "text": text}
            for key, (title, text) in self.documents.items()
        )
        topics = ({"id": key, "text": text} for key, text in self.topics.items())
        for name, rows in (("documents", documents), ("topics", topics)):
            paths[name].write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        paths["qrels"].write_text("\n".join(self.qrels))
        return paths


def cranfield() -> Collection:
    """Read the collection, fetching what is missing. Raises Unavailable."""
    texts = {name: _file(name, digest) for name, digest in FILES.items()}
    documents = {}
    for found in _DOCUMENT.finditer(texts["cran.all.1400.xml"]):
        part = {name: _part(found[1], name) for name in ("docno", "title", "text")}
        documents[part["docno"].strip()] = (part["title"], part["text"])
    # The judgements count the topics from 1, whatever number each carries.
    found_topics = _TOPIC.finditer(texts["cran.qry.xml"])
    topics = {str(number): found[1].strip() for number, found in enumerate(found_topics, 1)}
    return Collection(documents, topics, texts["cranqrel.trec.txt"].splitlines())


def _part(text: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
    return found[1] if found else ""


def _file(name: str, digest: str) -> str:
    root = Path(os.environ.get("DUIJIE_TEST_CACHE") or Path.home() / ".cache" / "duijie")
    path = root / f"cranfield-{COMMIT[:12]}" / name
    if not path.exists():
        try:
            answer = requests.get(f"{ADDRESS}/{name}", timeout=SECONDS)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise Unavailable(f"put {name} of {ADDRESS} into {path.parent.name}: {error}") from None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.content)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unavailable(f"{name} is not the file that was measured with")
    return content.decode()
