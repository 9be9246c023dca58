"""Message catalogues are compiled without gettext, and what is wrong with one is named."""

import gettext
import os
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from scripts.check_catalogues import faults
from scripts.compile_messages import compile_catalogue
from tests.services.programs import find_gettext, missing

pytestmark = pytest.mark.ground

HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + 'msgid "Need"\nmsgstr "需求"\n', encoding="utf-8")
    return path


def test_compiled_catalogue_is_read_by_gettext(catalogue: Path) -> None:
    assert compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Need") == "需求"
    assert [path.name for path in catalogue.parent.iterdir() if ".mo." in path.name] == []


def test_only_what_changed_is_compiled_again(catalogue: Path) -> None:
    compile_catalogue(catalogue)
    assert not compile_catalogue(catalogue)
    later = catalogue.with_suffix(".mo").stat().st_mtime + 5
    os.utime(catalogue, (later, later))
    assert compile_catalogue(catalogue)


def test_invalid_catalogue_is_refused(catalogue: Path) -> None:
    catalogue.write_text(HEADER + 'msgid "Need"\nwords "需求"\n', encoding="utf-8")
    with pytest.raises(PoFileError):
        compile_catalogue(catalogue)
    assert faults(catalogue, None)


def test_what_only_gettext_refuses_is_a_fault_too(catalogue: Path) -> None:
    if not find_gettext():
        missing("gettext is not installed")
    catalogue.write_text(HEADER + 'msgid "Need\nmsgstr "需求"\n', encoding="utf-8")
    assert "end-of-line within string" in faults(catalogue, None)[0]


def test_faults_of_a_catalogue_are_named(catalogue: Path) -> None:
    more = '\n#, fuzzy\nmsgid "Offer"\nmsgstr "供给"\n\nmsgid "Tier"\nmsgstr ""\n'
    catalogue.write_text(catalogue.read_text(encoding="utf-8") + more, encoding="utf-8")
    found = faults(catalogue, {(None, "Need"), (None, "District")})
    assert "fuzzy: 'Offer'" in found
    assert "not translated: 'Tier'" in found
    assert "not in the catalogue: (None, 'District')" in found


def test_other_placeholders_than_the_source_has_are_a_fault(catalogue: Path) -> None:
    more = '\n#, python-format\nmsgid "%(count)d needs"\nmsgstr "%(number)d 条需求"\n'
    catalogue.write_text(catalogue.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert [line for line in faults(catalogue, None) if "count" in line]


def test_complete_catalogue_has_no_fault(catalogue: Path) -> None:
    assert faults(catalogue, {(None, "Need")}) == []
