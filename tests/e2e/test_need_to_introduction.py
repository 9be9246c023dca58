"""From what hurts to an accepted introduction: the factory's and the provider's walk."""

from typing import Any

import pytest

from matching.models import Introduction, Need
from portal.accounts.models import User
from portal.organisations.models import Organisation, ProviderProfile
from tests.e2e.conftest import EMAIL, PHONE_NUMBER
from tests.e2e.visitor import DESKTOP, PHONE, Visitor
from tests.factories import make_introduction, make_need, make_uscc, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "zh-hans": "注塑机夜里老是停，第二天早上才晓得，交货拖了。想晓得机器啥时候停、为啥停，"
    "预算二十万以内，数据不要上云。",
    "en": "Our moulding machines stop at night and nobody notices until the morning, so we deliver "
    "late. We want to know when they stop and why. Up to 200,000 yuan, and no cloud.",
}
FACTORY = {"zh-hans": "鄞州晨光注塑厂", "en": "Yinzhou Dawn Moulding"}
MESSAGE = {
    "zh-hans": "三十台海天注塑机，想先装五台试试。",
    "en": "Thirty machines, we would try five first.",
}
WALKS = pytest.mark.parametrize(
    ("language", "size"), [("zh-hans", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)


def tell(visitor: Visitor) -> list[str]:
    """Say what hurts; returns the concepts that were read."""
    visitor.go("/needs/post/")
    visitor.look("post")
    visitor.send({"text": WORDS[visitor.language]})
    assert visitor.path == "/needs/post/understood/"
    boxes = visitor.find("input[name=concepts]")
    read = [box.get_attribute("value") or "" for box in boxes.all()]
    assert read
    assert visitor.find("[name=budget_max]").input_value().replace(",", "") == "200000"
    visitor.look("understood")
    return read


def correct(visitor: Visitor, unwanted: str) -> None:
    """Switch a concept off and change the budget."""
    visitor.find(f'input[name=concepts][value="{unwanted}"]').uncheck(force=True)
    visitor.fill("budget_max", "15万")
    visitor.fill("district", "330212")


def sign_up_on_the_way(visitor: Visitor) -> None:
    """Send the need, which asks for an account, and make one."""
    visitor.press("button[name=intent][value=post]")
    assert visitor.path == "/accounts/login/"
    visitor.look("login")
    visitor.press('a[href*="/accounts/signup/"]')
    visitor.look("signup")
    visitor.sign_up("chen@dawn.example", "陈晨")


def post(visitor: Visitor, unwanted: str) -> Need:
    """With everything kept, name the firm in place and post."""
    assert visitor.path == "/needs/post/understood/"
    assert visitor.find("[name=budget_max]").input_value() == "15万"
    assert not visitor.find(f'input[name=concepts][value="{unwanted}"]').is_checked()
    visitor.look("understood-signed-in")
    visitor.fill("new_name", FACTORY[visitor.language])
    visitor.fill("new_uscc", make_uscc())
    visitor.press("button[name=intent][value=post]")
    assert visitor.refusals() == []
    need = Need.objects.get()
    assert visitor.path == f"/needs/{need.ref}/"
    assert (need.state, need.budget_max, need.district) == ("open", 150_000, "330212")
    assert need.concepts_off == [unwanted]
    assert need.organisation == Organisation.objects.get(
        memberships__user__email="chen@dawn.example"
    )
    return need


def ask(visitor: Visitor, provider: ProviderProfile) -> Introduction:
    """Read the reasons, ask the first provider."""
    visitor.look("matches")
    first = visitor.find(".match").first
    assert f"/providers/{provider.organisation.key}/" in (
        first.locator(".hit__title a").get_attribute("href") or ""
    )
    assert first.locator("table tbody tr, .reasons > *").count() >= 5
    visitor.press(f'a[href*="provider={provider.organisation.key}"]')
    visitor.look("ask")
    visitor.find('[name="share_contacts"]').check()
    visitor.send({"message": MESSAGE[visitor.language]})
    introduction = Introduction.objects.get()
    assert visitor.path == f"/introductions/{introduction.pk}/"
    return introduction


def shows_no_contact(visitor: Visitor) -> None:
    """Neither side's address or number stands anywhere on the page."""
    html = visitor.page.content()
    for secret in (EMAIL, PHONE_NUMBER, "chen@dawn.example", "lin@gateway.example"):
        assert secret not in html


def answered_by_provider(visitor: Visitor, user: User, introduction: Introduction) -> None:
    """The provider signs in, is told, and opens the introduction."""
    visitor.go(f"/introductions/{introduction.pk}/")
    assert visitor.path == "/accounts/login/"
    visitor.sign_in_by_form(user, "secret-word-1")
    assert visitor.path == f"/introductions/{introduction.pk}/"
    visitor.go("/introductions/")
    visitor.look("introductions")
    assert visitor.find(f'a[href$="/introductions/{introduction.pk}/"]').count() == 1
    visitor.go("/notifications/")
    visitor.look("notifications")
    visitor.press('form[action$="/open/"] button')
    assert visitor.path == f"/introductions/{introduction.pk}/"
    visitor.look("introduction-asked")
    assert MESSAGE[visitor.language] in visitor.text()
    shows_no_contact(visitor)
    for name in FACTORY.values():
        assert name not in visitor.page.content()


def accept(visitor: Visitor) -> None:
    """Accept the introduction that is open, contacts shared."""
    visitor.find('[name="share_contacts"]').check()
    visitor.press('form[action$="/accept/"] button')


@WALKS
def test_from_need_to_contacts(
    come: Any, provider: ProviderProfile, language: str, size: dict
) -> None:
    factory = come(language, size)
    unwanted = tell(factory)[-1]
    correct(factory, unwanted)
    sign_up_on_the_way(factory)
    need = post(factory, unwanted)
    introduction = ask(factory, provider)
    factory.look("introduction-waiting")
    shows_no_contact(factory)

    other = come(language, size)
    answered_by_provider(other, User.objects.get(email="lin@gateway.example"), introduction)
    accept(other)
    other.look("introduction-accepted")
    assert "chen@dawn.example" in other.text()
    assert FACTORY[language] in other.text()

    factory.go("/notifications/")
    factory.press('form[action$="/open/"] button')
    assert factory.path == f"/introductions/{introduction.pk}/"
    factory.look("introduction-contacts")
    assert EMAIL in factory.text()
    assert PHONE_NUMBER in factory.text()
    factory.go("/needs/mine/")
    factory.look("my-needs")
    assert factory.find(f'a[href*="/needs/{need.ref}/"]').count() >= 1


def test_the_walk_without_javascript(come: Any, provider: ProviderProfile) -> None:
    factory = come("en", PHONE, javascript=False)
    unwanted = tell(factory)[-1]
    correct(factory, unwanted)
    sign_up_on_the_way(factory)
    post(factory, unwanted)
    introduction = ask(factory, provider)
    other = come("en", PHONE, javascript=False)
    other.sign_in(User.objects.get(email="lin@gateway.example"))
    other.go(f"/introductions/{introduction.pk}/")
    accept(other)
    assert "chen@dawn.example" in other.text()


@WALKS
def test_a_provider_declines_with_a_reason(
    come: Any, provider: ProviderProfile, language: str, size: dict
) -> None:
    owner = make_user("陈晨", email="chen@dawn.example", language=language)
    introduction = make_introduction(need=make_need(owner), provider=provider)
    visitor = come(language, size)
    visitor.sign_in(User.objects.get(email="lin@gateway.example"))
    visitor.go(f"/introductions/{introduction.pk}/")
    decline = 'form[action$="/decline/"]'
    visitor.find(f"details:has({decline}) > summary").click()
    visitor.find(f"{decline} [name=reason]").fill("三个月内排满了。")
    visitor.press(f"{decline} button")
    introduction.refresh_from_db()
    assert introduction.state == "declined"
    visitor.look("introduction-declined")
    shows_no_contact(visitor)

    factory = come(language, size)
    factory.sign_in(owner)
    factory.go(f"/introductions/{introduction.pk}/")
    assert "三个月内排满了。" in factory.text()
    shows_no_contact(factory)
