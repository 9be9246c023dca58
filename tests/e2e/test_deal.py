"""From an accepted introduction to a running job, in a browser: a proposal in Chinese on a narrow
phone, without a script, answered and agreed to in English on a desktop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matching.models import Agreement, Introduction, Job, Proposal
from tests.e2e.visitor import DESKTOP, NARROW, Visitor
from tests.factories import make_accepted, member_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def write(visitor, **values):
    """Fill in fields of the form by name, and press the button of that intent."""
    intent = values.pop("intent")
    for name, value in values.items():
        visitor.fill(name.replace("__", "-"), value)
    visitor.press(f'.form__actions [name="intent"][value="{intent}"]')


CHANGED = {"en": "What changed since version 1", "zh-hans": "与第 1 版相比的变化"}


def propose(seller: Visitor, introduction: Introduction) -> Proposal:
    """Write a proposal of two milestones, told what is missing on the way, and offer it."""
    path = f"/introductions/{introduction.pk}/"
    seller.go(path)
    seller.look("introduction-before-proposal")
    seller.press(f'form[action$="{path}propose/"] button')
    seller.press('[name="intent"][value="add"]')
    assert seller.find('[id^="milestone-"]').count() == 2
    write(seller, scope="两台检测设备", price="20万", parts__0__share="40", intent="offer")
    seller.look("proposal-incomplete")
    assert Proposal.objects.get().state == "draft"
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    if seller.javascript:
        seller.fill("parts-1-share", "55")
        assert "95" in seller.find("[data-shares]").inner_text()
    write(
        seller,
        days="60",
        valid_until=day,
        parts__0__title="到场",
        parts__0__done_when="通电自检通过",
        parts__0__days="20",
        parts__1__title="验收",
        parts__1__done_when="漏检低于千分之一",
        parts__1__share="60",
        parts__1__days="60",
        intent="offer",
    )
    proposal = Proposal.objects.get()
    assert (proposal.state, seller.path) == ("offered", f"/proposals/{proposal.pk}/")
    seller.look("proposal-offered")
    return proposal


def answer(buyer: Visitor, proposal: Proposal) -> Proposal:
    """Offer another price, and see the proposals side by side."""
    introduction = proposal.introduction
    path = f"/introductions/{introduction.pk}/"
    buyer.go(path)
    buyer.press(f'a[href$="/proposals/{proposal.pk}/"]')
    buyer.press(f'form[action$="{path}propose/"] button')
    buyer.look("proposal-edit")
    write(buyer, price="180000", intent="offer")
    buyer.look("proposal-changed")
    assert CHANGED[buyer.language] in buyer.text()
    buyer.go(f"/needs/{introduction.need.ref}/proposals/")
    buyer.look("compare")
    return Proposal.objects.get(number=2)


def agree(seller: Visitor, buyer: Visitor, proposal: Proposal) -> Job:
    """Accept a proposal of the buyer and consent to the agreement on both sides."""
    seller.go(f"/proposals/{proposal.pk}/")
    seller.look("proposal-to-answer")
    seller.press('form[action$="/agree/"] button')
    agreement = Agreement.objects.get()
    seller.look("agreement")
    seller.find('[name="agreed"]').check()
    seller.press('form[action$="/consent/"] button')
    buyer.go(f"/agreements/{agreement.ref}/")
    buyer.look("agreement-to-consent")
    buyer.find('[name="agreed"]').check()
    buyer.press('form[action$="/consent/"] button')
    job = Job.objects.get()
    assert buyer.path == f"/jobs/{job.ref}/"
    assert sum(row.amount for row in job.milestones.all()) == 180_000
    buyer.go(f"/agreements/verify/?digest={agreement.digest}")
    buyer.look("verify")
    assert agreement.ref in buyer.text()
    return job


@pytest.mark.parametrize("javascript", [True, False])
def test_two_sides_come_to_a_running_job(come, javascript):
    introduction = make_accepted()
    seller = come("zh-hans", NARROW, javascript=javascript)
    seller.sign_in(member_of(introduction, "provider"))
    buyer = come("en", DESKTOP, javascript=javascript)
    buyer.sign_in(member_of(introduction, "manufacturer"))
    agree(seller, buyer, answer(buyer, propose(seller, introduction)))
