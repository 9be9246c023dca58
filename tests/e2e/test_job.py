"""From a running job to two reviews, in a browser: a file delivered, returned and delivered again,
a dispute settled, the reviews shown together. One side in Chinese on a phone, one in English."""

from typing import Any

import pytest

from matching.models import Job
from matching.reviewing import CRITERIA
from tests.e2e.conftest import Come
from tests.e2e.visitor import DESKTOP, PHONE, Visitor
from tests.factories import make_job, make_user, member_of
from tests.foundation.files import made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHOTO = {"name": "site.jpg", "mimeType": "image/jpeg"}


def open_and_send(visitor: Visitor, action: str, **values: str) -> None:
    """Open the part of the page with the form of that address, fill it in and send it."""
    form = f'form[action$="{action}"]'
    part = visitor.find(f"details:has({form})").first
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    for name, value in values.items():
        visitor.find(f'{form} [name="{name}"]').fill(value)
    visitor.press(f"{form} [type=submit], {form} button:not([type])")


def deliver(seller: Visitor, job: Job, place: int, note: str) -> None:
    seller.go(f"/jobs/{job.ref}/")
    form = f'form[action$="/milestones/{place}/deliver/"]'
    seller.find(f"{form} [name=files]").set_input_files({**PHOTO, "buffer": made.phone_photo()})
    open_and_send(seller, f"/milestones/{place}/deliver/", note=note)


def review(visitor: Visitor, job: Job, side: str, grade: str, words: str) -> None:
    visitor.go(f"/jobs/{job.ref}/review/")
    for name in CRITERIA[side]:
        visitor.fill(name, grade)
    visitor.fill("words", words)
    visitor.press(".form__actions [type=submit], .form__actions button")


def return_and_confirm(seller: Visitor, buyer: Visitor, job: Job) -> None:
    """The first milestone is delivered with a photo, returned, delivered again and confirmed."""
    path = f"/jobs/{job.ref}/"
    deliver(seller, job, 1, "两台设备已通电自检，照片见附件。")
    seller.look("job-delivered")
    buyer.go("/waiting/")
    assert job.ref in buyer.text()
    buyer.go(path)
    assert "site.jpg" in buyer.text()
    open_and_send(buyer, "/milestones/1/return/", reason="The second station has no self-test.")
    buyer.look("job-returned")
    seller.go(path)
    assert "The second station has no self-test." in seller.text()
    deliver(seller, job, 1, "第二台也已自检。")
    buyer.go(path)
    open_and_send(buyer, "/milestones/1/confirm/")
    assert [row.state for row in job.milestones.order_by("position")] == ["confirmed", "open"]


def dispute_and_settle(buyer: Visitor, moderator: Visitor, job: Job) -> None:
    """The buyer brings the job before a moderator, who lets it go on."""
    buyer.go(f"/jobs/{job.ref}/dispute/")
    buyer.send({"reason": "The promised training did not take place."})
    buyer.look("dispute")
    dispute = job.disputes.get()
    assert buyer.path == f"/disputes/{dispute.pk}/"
    moderator.sign_in(make_user(roles=("moderator",)))
    moderator.go(f"/disputes/{dispute.pk}/")
    moderator.fill("outcome", "resume")
    moderator.fill("decision", "The training is held within two weeks; the work goes on.")
    moderator.press('form:has([name=step][value="settle"]) .form__actions button')
    moderator.look("dispute-settled")


def finish_and_review(seller: Visitor, buyer: Visitor, job: Job) -> None:
    """The last milestone, both reviews, a reply, and the evidence on the provider's page."""
    path = f"/jobs/{job.ref}/"
    deliver(seller, job, 2, "验收数据见附件。")
    buyer.go(path)
    open_and_send(buyer, "/milestones/2/confirm/")
    buyer.look("job-done")
    assert Job.objects.get().state == "done"

    review(buyer, job, "manufacturer", "5", "The parts are measured before they leave the line.")
    seller.go(path)
    assert "measured before they leave" not in seller.text()
    review(seller, job, "provider", "4", "需求说得清楚，样件准备得很齐。")
    seller.look("reviews-shown")
    assert "measured before they leave" in seller.text()
    open_and_send(
        seller, f"/reviews/{job.reviews.get(side='manufacturer').pk}/reply/", words="谢谢。"
    )
    buyer.go(f"/providers/{job.introduction.provider.organisation.key}/")
    buyer.look("provider-with-evidence")
    for words in ("measured before they leave", "谢谢。"):
        assert words in buyer.text()


@pytest.mark.parametrize("buyer_reads", ["zh-hans", "en"])
def test_a_job_is_delivered_disputed_done_and_reviewed(come: Come, buyer_reads: str) -> None:
    job = make_job()
    sizes: dict[str, Any] = {"zh-hans": PHONE, "en": DESKTOP}
    seller_reads = "en" if buyer_reads == "zh-hans" else "zh-hans"
    buyer = come(buyer_reads, sizes[buyer_reads])
    seller = come(seller_reads, sizes[seller_reads])
    buyer.sign_in(member_of(job.introduction, "manufacturer"))
    seller.sign_in(member_of(job.introduction, "provider"))
    return_and_confirm(seller, buyer, job)
    dispute_and_settle(buyer, come("en", DESKTOP), job)
    finish_and_review(seller, buyer, job)
