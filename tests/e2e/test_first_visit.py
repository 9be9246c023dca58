"""Three ways in, each to something useful with few presses and few fields; drafts come back."""

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from portal.foundation.models import Draft
from portal.organisations.models import Organisation
from tests.e2e.visitor import DESKTOP, NARROW, PHONE, Visitor
from tests.factories import (
    make_need,
    make_organisation,
    make_project,
    make_provider,
    make_uscc,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WALKS = pytest.mark.parametrize(
    ("language", "size"), [("zh-hans", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
NEED = {
    "zh-hans": "注塑机夜里老是停，第二天早上才晓得，交货拖了。鄞州。",
    "en": "Our moulding machines in Yinzhou stop at night and nobody notices until the morning.",
}
OFFER = {
    "zh-hans": "我们给注塑车间做设备联网，机器夜里停了马上报警，停机原因看得见。",
    "en": "We connect moulding machines: an alarm when one stops at night, and why it stopped.",
}


class Counting:
    """Counts what a visitor has to do."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.presses, self.fields = visitor, 0, 0

    def press(self, selector: str) -> None:
        self.presses += 1
        self.visitor.press(selector)

    def fill(self, name: str, value: str) -> None:
        self.fields += 1
        self.visitor.fill(name, value)


@pytest.fixture(autouse=True)
def rows(portal: str) -> None:
    """A provider, a need and a project that fit what the visitors come for."""
    make_provider(
        summary_zh="注塑机联网，停机自动报警，停机原因看得见。",
        summary_en="Machine monitoring for moulding shops: stops and their causes.",
        verified=True,
    )
    make_need(words={"title": "注塑机夜里停机", "description": NEED["zh-hans"], "language": "zh"})
    make_project(name_zh="PLC 读取", name_en="PLC reader", wanted_en="Drivers", wanted_zh="驱动")
    call_command("work", "--once")


@WALKS
def test_a_need_in_two_presses_and_one_field(come: Any, language: str, size: dict) -> None:
    visitor = come(language, size)
    visitor.go("/")
    visitor.look("home-ways")
    count = Counting(visitor)
    count.press('a[href$="/needs/post/"]')
    count.fill("text", NEED[language])
    count.press("form[method=post] [type=submit]")
    assert visitor.path == "/needs/post/understood/"
    assert visitor.find(".preview").count() == 1
    assert visitor.find("input[name=concepts]").count() >= 1
    assert (count.presses, count.fields) == (2, 1)
    visitor.look("first-need")


@WALKS
def test_an_offer_in_two_presses_and_two_fields(come: Any, language: str, size: dict) -> None:
    visitor = come(language, size)
    visitor.go("/")
    count = Counting(visitor)
    count.press('a[href$="/start/offer/"]')
    visitor.look("start-offer")
    count.fill("firm", "甬联机联科技")
    count.fill("words", OFFER[language])
    count.press("form[method=post] [type=submit]")
    assert visitor.path == "/start/offer/fitting/"
    assert visitor.find(".match").count() == 1
    assert (count.presses, count.fields) == (2, 2)
    visitor.look("start-fitting")
    visitor.press('a[href*="/accounts/signup/"]')
    visitor.look("start-signup")
    visitor.sign_up("qian@link.example", "钱联")
    assert visitor.path == "/start/offer/fitting/"
    visitor.look("start-keep")
    code = make_uscc()
    assert visitor.find("[name=name]").input_value() == "甬联机联科技"
    visitor.send({"uscc": code, "district": "330212"})
    assert visitor.path == f"/desk/{code}/"
    assert not Organisation.objects.get(key=code).provider.listed


@WALKS
def test_open_source_in_one_press(come: Any, language: str, size: dict) -> None:
    visitor = come(language, size)
    visitor.go("/")
    count = Counting(visitor)
    count.press('a[href$="/start/open-source/"]')
    assert visitor.find('.hits a[href*="/projects/"]').count() >= 1
    assert (count.presses, count.fields) == (1, 0)
    visitor.look("start-open-source")


def test_sign_up_shows_the_ways_in(come: Any) -> None:
    visitor = come("zh-hans", NARROW)
    visitor.go("/accounts/signup/")
    visitor.look("signup-ways")
    visitor.press('.ways a[href$="/start/offer/"]')
    assert visitor.path == "/start/offer/"


@WALKS
def test_what_is_typed_comes_back(come: Any, language: str, size: dict) -> None:
    owner = make_user()
    firm = make_organisation(owner=owner, kind="provider")
    visitor = come(language, size)
    visitor.sign_in(owner)
    path = f"/desk/{firm.key}/profile/"
    visitor.go(path)
    visitor.find("[name=summary_zh]").press_sequentially("拧紧枪联网", delay=20)
    expect(visitor.find("[data-draft-said]")).not_to_have_text("", timeout=15_000)
    assert Draft.objects.get().fields["summary_zh"] == ["拧紧枪联网"]
    visitor.go(path)
    visitor.look("draft-waits")
    assert visitor.find("[name=summary_zh]").input_value() == ""
    visitor.press('a[href*="draft=restore"]')
    assert visitor.find("[name=summary_zh]").input_value() == "拧紧枪联网"
    visitor.look("draft-restored")
    visitor.press("form.form .button--accent")
    assert visitor.path == f"/desk/{firm.key}/"
    assert not Draft.objects.exists()


def test_a_second_window_asks_before_it_writes_over_the_first(come: Any) -> None:
    owner = make_user()
    firm = make_organisation(owner=owner, kind="provider")
    one, two = come("en", DESKTOP), come("en", DESKTOP)
    for visitor in (one, two):
        visitor.sign_in(owner)
        visitor.go(f"/desk/{firm.key}/profile/")
    one.find("[name=summary_en]").press_sequentially("first", delay=20)
    expect(one.find("[data-draft-said]")).not_to_have_text("", timeout=15_000)
    two.find("[name=summary_en]").press_sequentially("second", delay=20)
    over = two.find("[data-draft-over]")
    expect(over).to_be_visible(timeout=15_000)
    assert Draft.objects.get().fields["summary_en"] == ["first"]
    over.click()
    expect(over).to_be_hidden(timeout=15_000)
    assert Draft.objects.get().fields["summary_en"] == ["second"]


def test_a_draft_without_javascript(come: Any) -> None:
    owner = make_user()
    firm = make_organisation(owner=owner, kind="provider")
    visitor = come("en", PHONE, javascript=False)
    visitor.sign_in(owner)
    visitor.go(f"/desk/{firm.key}/profile/")
    visitor.fill("summary_en", "Half a")
    visitor.press('button[formaction$="/drafts/save/"]')
    assert visitor.path == f"/desk/{firm.key}/profile/"
    assert visitor.find("[name=summary_en]").input_value() == "Half a"


@WALKS
def test_a_profile_from_a_spreadsheet(come: Any, language: str, size: dict, tmp_path: Any) -> None:
    owner = make_user()
    firm = make_provider(owner=owner).organisation
    visitor = come(language, size)
    visitor.sign_in(owner)
    visitor.go(f"/desk/{firm.key}/import/")
    visitor.look("import")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text("capacity,staff\nmany,x\n")
    good.write_text("capacity,staff\n4,12\n")
    visitor.find("[type=file]").set_input_files(bad)
    visitor.press("form[enctype] [type=submit]")
    visitor.look("import-faults")
    assert "A2" in visitor.text()
    visitor.find("[type=file]").set_input_files(good)
    visitor.press("form[enctype] [type=submit]")
    visitor.look("import-changes")
    visitor.press("form[method=post] [type=submit]")
    assert visitor.path == f"/desk/{firm.key}/"
    firm.provider.refresh_from_db()
    assert firm.provider.staff == 12
