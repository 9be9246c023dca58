"""The documents are complete: nothing that can be set, run or decided is left out of them."""

import re
import tomllib

import pytest

from portal.settings.environment import Environment
from scripts.check_links import anchors, broken_links, documents
from tests.ground.repository import ROOT, read

pytestmark = pytest.mark.ground


def test_links_lead_somewhere() -> None:
    assert [line for document in documents() for line in broken_links(document)] == []


def test_headings_become_anchors() -> None:
    assert anchors("# The rooms\n```\n# no heading\n```\n## What's *new*\n") == {
        "the-rooms",
        "whats-new",
    }


def test_every_variable_is_documented() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", read("docs/configuration.md")))
    assert set(Environment.model_fields) <= documented


def test_every_decision_is_in_the_index() -> None:
    files = {path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md")}
    listed = re.findall(r"^\| \[(\d{4})\]\(([^)]+)\)", read("docs/adr/README.md"), re.MULTILINE)
    assert {name for _, name in listed} == files
    assert [number for number, _ in listed] == sorted(number for number, _ in listed)
    for number, name in listed:
        assert read(f"docs/adr/{name}").startswith(f"# {int(number)}. ")


def test_every_room_is_on_the_map() -> None:
    rooms = {f"`{name}/`" for name in ("cms", "matching", "search")}
    rooms |= {
        f"`portal/{path.parent.name}/`"
        for path in (ROOT / "portal").glob("*/__init__.py")
        if path.parent.name != "settings"
    }
    readme = read("README.md")
    assert [room for room in sorted(rooms) if room not in readme] == []


def test_version_is_the_same_everywhere() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"## [{version}]" in read("CHANGELOG.md")
    assert "## [Unreleased]" in read("CHANGELOG.md")
    assert f"image: duijie:{version}" in read("compose.yaml")


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in read(name).splitlines() if line and line[0] not in "#-"]
        assert [line for line in lines if not re.fullmatch(r"[\w.\-\[\],]+==[\w.]+", line)] == []
        names = [re.split(r"[=\[]", line)[0] for line in lines]
        assert names == sorted(names), f"{name} is not in alphabetical order"


def test_licence_is_the_whole_apache_licence() -> None:
    licence = read("LICENSE")
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
