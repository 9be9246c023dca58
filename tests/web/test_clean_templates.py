"""What the content security policy refuses, no template of the repository has."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for room in ("portal", "matching", "cms", "search")
    for path in (ROOT / room).rglob("*.html")
    # A mail client knows no stylesheet of ours.
    if "email" not in path.parts
)
REFUSED = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline script": r"<script\b(?![^>]*\b(src=|type=.application/(ld\+)?json))",
    "an event handler": r"<[^>]*\son[a-z]+\s*=",
    "a javascript address": r"javascript:",
    "something from elsewhere": r"<(script|link|img|iframe|source)\b[^>]*\b(src|href)=.https?://",
}
MOST_BYTES_OF_CSS = 42_000


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_is_clean(path):
    source = path.read_text(encoding="utf-8")
    for what, pattern in REFUSED.items():
        assert not re.search(pattern, source, re.IGNORECASE), f"{path} has {what}"


def test_there_are_templates():
    assert len(TEMPLATES) > 50


def test_styles_stay_small():
    names = ("tokens", "dark", "base", "components")
    size = sum(Path(finders.find(f"web/{name}.css")).stat().st_size for name in names)
    assert size <= MOST_BYTES_OF_CSS


def test_colours_come_from_tokens():
    """A literal colour outside tokens.css would not follow the theme."""
    allowed = {"#fff", "#1f0e02", "#ffb37f", "#000", "#333", "#999"}
    for name in ("base", "components"):
        css = Path(finders.find(f"web/{name}.css")).read_text(encoding="utf-8")
        avatars = re.sub(r"\.avatar[^{]*\{[^}]*\}", "", css)
        assert set(re.findall(r"#[0-9a-f]{3,8}\b", avatars)) <= allowed
