"""From what hurts to two reviews, in one walk: a message, files, a counter-proposal, a returned
milestone and a dispute on the way."""

from typing import Any

import pytest

from portal.accounts.models import User
from portal.organisations.models import ProviderProfile
from tests.e2e import test_deal as deal
from tests.e2e import test_job as work
from tests.e2e import test_need_to_introduction as first
from tests.e2e.conftest import Come
from tests.e2e.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = "周四上午能来看现场吗？图纸见附件。"


def write_with_a_file(writer: Visitor, reader: Visitor, introduction: Any) -> None:
    """A message with a photo, read by the other side."""
    writer.go(f"/introductions/{introduction.pk}/talk/")
    writer.find("[name=files]").set_input_files({**work.PHOTO, "buffer": work.made.phone_photo()})
    writer.send({"text": ASKED})
    writer.look("thread")
    reader.go(f"/introductions/{introduction.pk}/talk/")
    for words in (ASKED, "site.jpg"):
        assert words in reader.text()


@first.WALKS
def test_from_what_hurts_to_two_reviews(
    come: Come, provider: ProviderProfile, language: str, size: dict[str, int]
) -> None:
    buyer, seller = come(language, size), come(language, size)
    unwanted = first.tell(buyer)[-1]
    first.correct(buyer, unwanted)
    first.sign_up_on_the_way(buyer)
    first.post(buyer, unwanted)
    introduction = first.ask(buyer, provider)
    first.answered_by_provider(seller, User.objects.get(email="lin@gateway.example"), introduction)
    first.accept(seller)

    write_with_a_file(buyer, seller, introduction)
    proposal = deal.propose(seller, introduction)
    job = deal.agree(seller, buyer, deal.answer(buyer, proposal))
    work.return_and_confirm(seller, buyer, job)
    work.dispute_and_settle(buyer, come(language, size), job)
    work.finish_and_review(seller, buyer, job)
    assert {row.side for row in job.reviews.all()} == {"manufacturer", "provider"}
