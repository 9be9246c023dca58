"""Two firms that were introduced to each other, and somebody from elsewhere."""

from dataclasses import dataclass
from typing import Any

import pytest

from matching.models import Introduction, Need
from portal.accounts.models import User
from tests.factories import make_accepted, make_listed_provider, make_need, make_user


@dataclass
class Scene:
    """`sme` needs, `seller` offers, `row` is their accepted introduction."""

    sme: User
    seller: User
    stranger: User
    need: Need
    row: Introduction


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Any) -> Scene:
    settings.DUIJIE_DATA_DIR = tmp_path
    sme, seller = make_user("Wang Min"), make_user("Li Na")
    need = make_need(sme)
    row = make_accepted(need=need, provider=make_listed_provider(seller))
    return Scene(sme, seller, make_user("Stranger"), need, row)
