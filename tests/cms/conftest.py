"""A set-up site with a kept-page cache of its own for each test."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from cms.setup import ensure_base_pages, ensure_editor_permissions


@pytest.fixture(autouse=True)
def site(db: None, settings: Any, tmp_path: Path) -> None:
    """Base pages, an empty index and empty caches."""
    settings.DUIJIE_DATA_DIR = tmp_path
    for cache in caches.all(initialized_only=True):
        cache.clear()
    ensure_base_pages()
    ensure_editor_permissions()
