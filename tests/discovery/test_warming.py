"""What the web server loads at its start."""

import gc
from collections.abc import Iterator

import pytest

from portal.discovery import warming

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def collector() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_what_was_loaded_is_not_walked_through_again() -> None:
    warming.begin().join()
    assert gc.get_freeze_count() > 100_000
    gc.collect()
    assert len(gc.get_objects()) < gc.get_freeze_count() / 10
