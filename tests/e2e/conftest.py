"""A served portal with its base pages, and visitors who walk through it in a real browser."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from playwright.sync_api import Browser

from cms.setup import ensure_base_pages, ensure_editor_permissions
from portal.organisations.models import ProviderProfile
from tests.e2e.visitor import PHONE, Visitor
from tests.factories import make_provider, make_user
from tests.services import chromium

Come = Callable[..., Visitor]
EMAIL, PHONE_NUMBER = "sales@gateway.example", "0574-8800 1234"
"""Of the provider that fits."""


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """One browser a file."""
    with chromium.running() as started:
        yield started


@pytest.fixture
def portal(
    live_server: Any, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[str]:
    """The address of a portal as `setup` leaves it, with an index and caches of its own. At the
    end neither the server nor the worker may have logged an error."""
    settings.DUIJIE_DATA_DIR = tmp_path
    for cache in caches.all(initialized_only=True):
        cache.clear()
    ensure_base_pages()
    ensure_editor_permissions()
    settings.SITE_URL = live_server.url
    yield live_server.url
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors] == []


@pytest.fixture
def come(browser: Browser, portal: str) -> Iterator[Come]:
    """`come("en", PHONE)`: somebody opens a browser of their own. At the end nobody may have met
    an error of the server, of a script or of the content security policy."""
    visitors: list[Visitor] = []

    def opened(language: str = "en", size: dict = PHONE, **options: Any) -> Visitor:
        visitors.append(Visitor(browser, portal, language, size, **options))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.leave()
    assert [trouble for visitor in visitors for trouble in visitor.troubles] == []


@pytest.fixture
def provider(portal: str) -> ProviderProfile:
    """A provider that fits, beside one that doesn't; the worker has read both."""
    fitting = make_provider(
        owner=make_user("林眸", email="lin@gateway.example"),
        organisation={
            "name_zh": "甬联机联科技",
            "name_en": "Yonglian Machine Link",
            "contact_name": "林眸",
            "contact_email": EMAIL,
            "contact_phone": PHONE_NUMBER,
        },
        summary_zh="注塑机联网，停机自动报警，设备状态和停机原因看得见，数据留在厂里。",
        summary_en="Machine monitoring for moulding shops: stops and their causes, on premises.",
        verified=True,
        languages=["zh", "en"],
        capacity=2,
    )
    make_provider(summary_zh="培训班组长，现场改善。", summary_en="Training for team leaders.")
    call_command("work", "--once")
    return fitting
