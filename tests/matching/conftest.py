"""What tests of needs and introductions share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture
def english() -> Iterator[None]:
    """Messages in the language of their sources."""
    with translation.override("en"):
        yield
