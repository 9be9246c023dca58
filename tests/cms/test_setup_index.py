"""`setup` on an installation whose index an older version of the portal wrote."""

from pathlib import Path

import pytest
from django.core.management import call_command

from search import engines, indexing

pytestmark = pytest.mark.django_db


def test_an_index_that_cannot_be_read_is_made_again(settings, tmp_path: Path) -> None:
    settings.DUIJIE_DATA_DIR = tmp_path
    engine = engines.embedded()
    indexing.rebuild(engine)
    for meta in tmp_path.rglob("meta.json"):
        meta.write_text("{}", encoding="utf-8")
    assert not engines.embedded().health().ok
    call_command("setup")
    assert engines.embedded().health().ok
