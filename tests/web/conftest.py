"""A Chromium for the pages of the design system."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.services.chromium import running


@pytest.fixture(scope="module")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """One browser a file."""
    with running() as browser:
        yield browser
