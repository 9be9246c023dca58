"""The desk and the lists in a real browser: on the narrowest phone and a desktop, with and without
scripts, checked by axe; a list is narrowed, shaped, kept under a name and taken away."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from matching.models import Introduction, Need
from portal.accounts.models import User
from tests.e2e.visitor import DESKTOP, NARROW, Visitor
from tests.factories import (
    make_introduction,
    make_job,
    make_manufacturer,
    make_need,
    make_user,
    member_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("/waiting/", "/", "/needs/mine/", "/introductions/?box=asked", "/jobs/")


@pytest.fixture
def owner(portal: str) -> User:
    """Somebody with a late and a waiting thing, a job, and needs in several states."""
    job = make_job()
    user: User = member_of(job.introduction, "manufacturer")
    firm = make_manufacturer(user)
    make_need(user, organisation=firm, state="draft", words={"title": "主轴热变形导致尺寸漂移"})
    ending = make_need(user, organisation=firm)
    today = timezone.localdate()
    Need.objects.filter(pk=ending.pk).update(expires_on=today - timedelta(days=2))
    make_introduction(need=make_need(user, organisation=firm), side="provider")
    make_introduction(need=make_need(user, organisation=firm))
    return user


@pytest.mark.parametrize(
    ("language", "size"), [("zh-hans", NARROW), ("en", DESKTOP)], ids=["zh-narrow", "en-desktop"]
)
def test_the_pages_are_in_order(come: Any, owner: User, language: str, size: dict) -> None:
    visitor: Visitor = come(language, size)
    visitor.sign_in(owner)
    for path in PAGES:
        visitor.go(path)
        visitor.fits()
        visitor.look(f"desk{path.partition('?')[0].replace('/', '_')}")
    officer: Visitor = come(language, size)
    Introduction.objects.update(expires_at=timezone.now() + timedelta(days=1))
    officer.sign_in(make_user("小杨", roles=("officer",)))
    for path in ("/officers/stuck/", "/introductions/?scope=all", "/waiting/"):
        officer.go(path)
        officer.fits()
        officer.look(f"officer{path.partition('?')[0].replace('/', '_')}")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_list_is_narrowed_shaped_kept_and_taken_away(
    come: Any, owner: User, javascript: bool
) -> None:
    visitor: Visitor = come("en", DESKTOP, javascript=javascript)
    visitor.sign_in(owner)
    visitor.go("/needs/mine/")
    rows = visitor.find("tbody tr")
    everything = rows.count()
    assert everything == 5
    visitor.press("summary:has-text('Filters')")
    visitor.page.check('input[name="state"][value="draft"]')
    visitor.press('form[method="get"] button:has-text("Show")')
    assert rows.count() == 1
    visitor.press("summary:has-text('Columns')")
    visitor.page.uncheck('input[name="columns"][value="district"]')
    visitor.page.check('input[name="columns"][value="created"]')
    visitor.press('button[value="columns"]')
    heads = visitor.find("thead th").all_inner_texts()
    assert "Written down" in heads
    assert "District" not in heads
    visitor.press("thead a:has-text('Reference')")
    assert visitor.find('th[aria-sort="ascending"]').inner_text().startswith("Reference")
    assert rows.count() == 1, "the filter stays"
    visitor.press("summary:has-text('Saved views')")
    visitor.page.fill("#view-name", "My drafts")
    visitor.press('button[value="keep-view"]')
    visitor.go("/needs/mine/")
    assert rows.count() == everything
    visitor.press("a:has-text('My drafts')")
    assert rows.count() == 1
    assert visitor.find('th[aria-sort="ascending"]').count() == 1
    with visitor.page.expect_download() as told:
        visitor.find("a:has-text('Download as XLSX')").click()
    assert told.value.suggested_filename == "needs.xlsx"
