"""Check that every relative link in the Markdown leads to a file, and to the heading it names."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    """Every Markdown file of the project, in a stable order."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def _read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The anchors that a forge makes of the headings in `text`."""
    headings = HEADING.findall(FENCE.sub("", text))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def broken_links(document: Path) -> list[str]:
    """One line for each link in `document` that leads nowhere."""
    found = []
    for target in LINK.findall(FENCE.sub("", _read(document))):
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        file = (document.parent / name).resolve() if name else document
        if not file.exists():
            found.append(f"{document.relative_to(ROOT)}: {target}: no such file")
        elif anchor and file.suffix == ".md" and anchor not in anchors(_read(file)):
            found.append(f"{document.relative_to(ROOT)}: {target}: no such heading")
    return found


def main() -> int:
    """1 when a link leads nowhere, each named."""
    broken = [line for document in documents() for line in broken_links(document)]
    for line in broken:
        print(line, file=sys.stderr)
    print(f"links: {len(documents())} documents, {len(broken)} broken links", file=sys.stderr)
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
