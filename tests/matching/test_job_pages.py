"""Pages of jobs, disputes and reviews: the next step on top, who sees and does what."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching import job_desk
from matching.actions import dispute as disputes
from matching.actions import job as jobs
from matching.actions import review as reviews
from matching.models import Dispute, Job, Milestone, Review
from matching.reviewing import OF_MANUFACTURER, OF_PROVIDER
from matching.terms import Part
from portal.foundation.registries import moderation, personal_data
from tests.factories import (
    make_accepted,
    make_agreement,
    make_job,
    make_need,
    make_proposal,
    make_user,
    member_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WORDS = "按时交付，培训很细。"


@pytest.fixture
def job(settings, tmp_path):
    settings.DUIJIE_DATA_DIR = tmp_path
    return make_job()


@pytest.fixture
def buyer(job):
    return member_of(job.introduction, "manufacturer")


@pytest.fixture
def seller(job):
    return member_of(job.introduction, "provider")


def page(client, person, url):
    client.force_login(person)
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def press(client, person, job, name, place=1, **given):
    client.force_login(person)
    url = reverse("matching:milestone", args=[job.ref, place, name])
    version = Milestone.objects.get(job=job, position=place).version
    return client.post(url, {"version": version, **given})


def finish(job, buyer, seller):
    for row in job.milestones.all():
        jobs.deliver(actor=seller, milestone=row, note="ok")
        jobs.confirm(actor=buyer, milestone=row)
    return Job.objects.get(pk=job.pk)


def review_both(job, buyer, seller, **more):
    grades = dict.fromkeys(OF_PROVIDER, 4)
    reviews.write_review(actor=buyer, job=job, criteria=grades, words=WORDS, **more)
    grades = dict.fromkeys(OF_MANUFACTURER, 5)
    reviews.write_review(actor=seller, job=job, criteria=grades, words="Clear and paid at once.")


class TestJob:
    def test_the_next_step_of_each_side(self, client, job, buyer, seller):
        assert "Deliver: 设备到场" in page(client, seller, job.get_absolute_url())
        assert "Nothing to do for you now" in page(client, buyer, job.get_absolute_url())
        jobs.deliver(actor=seller, milestone=job.milestones.first(), note="两台已到。")
        shown = page(client, buyer, job.get_absolute_url())
        assert "Look at what was delivered: 设备到场" in shown
        assert "两台已到。" in shown
        assert "Deliver: 验收" in page(client, seller, job.get_absolute_url())

    def test_delivered_with_a_file_that_both_sides_and_moderators_read(
        self, client, job, buyer, seller
    ):
        plan = SimpleUploadedFile("plan.txt", "布置图".encode())
        answer = press(client, seller, job, "deliver", note="两台已到。", files=[plan])
        assert answer.status_code == 302
        row = Milestone.objects.get(job=job, position=1).deliveries.get()
        url = reverse("files:file", args=[row.files.get().file.key])
        moderator, officer = (make_user(roles=(name,)) for name in ("moderator", "officer"))
        for person in (buyer, seller, moderator):
            assert url in page(client, person, job.get_absolute_url())
            assert client.get(url).status_code == 200
        shown = page(client, officer, job.get_absolute_url())
        assert "两台已到。" not in shown
        assert "¥" not in shown
        assert "设备到场" in shown
        for person in (officer, make_user()):
            client.force_login(person)
            assert client.get(url).status_code == 404

    def test_what_is_wrong_is_said_at_the_field(self, client, job, buyer, seller):
        answer = press(client, seller, job, "deliver", note="")
        assert answer.status_code == 400
        assert "Please fill in this field" in answer.content.decode()
        bad = SimpleUploadedFile("plan.pdf", b"MZ")
        answer = press(client, seller, job, "deliver", note="我写的话", files=[bad])
        assert answer.status_code == 400
        assert "plan.pdf" in answer.content.decode()
        assert "我写的话" in answer.content.decode()
        jobs.deliver(actor=seller, milestone=job.milestones.first(), note="ok")
        assert press(client, buyer, job, "return", reason=" ").status_code == 400

    def test_a_second_click_is_told_kindly(self, client, job, buyer, seller):
        jobs.deliver(actor=seller, milestone=job.milestones.first(), note="ok")
        client.force_login(buyer)
        url = reverse("matching:milestone", args=[job.ref, 1, "confirm"])
        for _ in range(2):
            answer = client.post(url, {"version": 1}, follow=True)
        assert "You confirmed it (a moment ago)" in answer.content.decode()

    def test_the_wrong_side_and_strangers_find_nothing(self, client, job, buyer):
        assert press(client, buyer, job, "deliver", note="x").status_code == 404
        for person in (make_user(), make_user(roles=("officer",))):
            assert press(client, person, job, "deliver", note="x").status_code == 404
        client.force_login(make_user())
        assert client.get(job.get_absolute_url()).status_code == 404
        assert client.get("/en/jobs/J20261122-XXXXX/").status_code == 404
        client.force_login(buyer)
        assert client.post(f"{job.get_absolute_url()}milestones/9/confirm/").status_code == 404
        assert client.post(f"{job.get_absolute_url()}milestones/1/steal/").status_code == 404
        assert client.post(f"{job.get_absolute_url()}do/steal/").status_code == 404

    def test_cancelled_by_both(self, client, job, buyer, seller):
        client.force_login(seller)
        url = reverse("matching:job-step", args=[job.ref, "ask-cancel"])
        assert client.post(url, {"version": 0, "reason": ""}).status_code == 400
        client.post(url, {"version": 0, "reason": "停产了。"})
        shown = page(client, buyer, job.get_absolute_url())
        assert "Answer the request" in shown
        assert "停产了。" in shown
        assert "Agree: cancel the job" not in page(client, seller, job.get_absolute_url())
        client.force_login(buyer)
        client.post(reverse("matching:job-step", args=[job.ref, "cancel"]), {"version": 1})
        assert Job.objects.get().state == "cancelled"
        assert "停产了。" in page(client, buyer, job.get_absolute_url())

    def test_queries_do_not_grow_with_the_milestones(self, client, settings, tmp_path):
        settings.DUIJIE_DATA_DIR = tmp_path
        counts = []
        for places in (1, 3):
            parts = tuple(
                Part(f"m{place}", "so", share, 10)
                for place, share in enumerate({1: (100,), 3: (30, 30, 40)}[places], start=1)
            )
            job = make_job(make_agreement(make_proposal(parts=parts)))
            seller = member_of(job.introduction, "provider")
            for row in job.milestones.all():
                upload = SimpleUploadedFile("plan.txt", b"plan")
                jobs.deliver(actor=seller, milestone=row, note="ok", uploads=[upload])
            client.force_login(seller)
            client.get(job.get_absolute_url())
            with CaptureQueriesContext(connection) as seen:
                client.get(job.get_absolute_url())
            counts.append(len(seen))
        assert counts[0] == counts[1]


class TestDispute:
    def test_opened_spoken_to_and_settled(self, client, job, buyer, seller):
        moderator = make_user(roles=("moderator",))
        url = reverse("matching:open-dispute", args=[job.ref])
        assert "before a moderator" in page(client, buyer, url)
        assert client.post(url, {"version": 0, "reason": ""}).status_code == 400
        client.post(url, {"version": 0, "reason": "验收说不清。"})
        row = Dispute.objects.get()
        assert client.get(url).status_code == 302
        kind = next(one for one in moderation.all() if one.name == "dispute")
        assert [one.pk for one in kind.pending()] == [row.pk]
        client.force_login(seller)
        for _ in range(2):
            client.post(row.get_absolute_url(), {"words": "见照片。", "token": "a"})
        assert row.statements.count() == 1
        shown = page(client, moderator, row.get_absolute_url())
        assert "验收说不清。" in shown
        assert "见照片。" in shown
        settle = {"step": "settle", "version": 1, "outcome": "resume"}
        assert client.post(row.get_absolute_url(), settle).status_code == 400
        client.post(row.get_absolute_url(), {**settle, "decision": "先补检。"})
        assert Job.objects.get().state == "running"
        assert "先补检。" in page(client, seller, row.get_absolute_url())
        client.post(row.get_absolute_url(), {"words": "还有。", "token": "b"})
        assert row.statements.count() == 1

    def test_others_find_nothing(self, client, job, buyer):
        row = disputes.open_dispute(actor=buyer, job=job, reason="验收说不清。")
        for person in (make_user(), make_user(roles=("officer",))):
            client.force_login(person)
            assert client.get(row.get_absolute_url()).status_code == 404
        client.force_login(buyer)
        settle = {"step": "settle", "version": 0, "outcome": "done", "decision": "我赢。"}
        assert client.post(row.get_absolute_url(), settle).status_code == 404


class TestReviews:
    def test_written_unseen_then_shown_together(self, client, job, buyer, seller):
        done = finish(job, buyer, seller)
        url = reverse("matching:review", args=[job.ref])
        assert "Write your review" in page(client, buyer, job.get_absolute_url())
        form = page(client, buyer, url)
        assert "Keeping to the days" in form
        assert client.post(url, {"words": WORDS}).status_code == 400
        given = {**dict.fromkeys(OF_PROVIDER, 4), "words": WORDS}
        assert client.post(url, given).status_code == 302
        assert WORDS not in page(client, seller, job.get_absolute_url())
        assert WORDS not in page(client, buyer, job.get_absolute_url())
        given = {**dict.fromkeys(OF_MANUFACTURER, 5), "words": "Clear and paid at once."}
        client.force_login(seller)
        client.post(url, given)
        for person in (buyer, seller):
            shown = page(client, person, done.get_absolute_url())
            assert WORDS in shown
            assert "Clear and paid at once." in shown
        client.force_login(buyer)
        assert client.get(url).status_code == 302

    @pytest.mark.parametrize("named", [True, False])
    def test_on_the_provider_s_page(self, client, job, buyer, seller, named):
        review_both(finish(job, buyer, seller), buyer, seller, named=named)
        row = Review.objects.get(side="manufacturer")
        client.force_login(seller)
        client.post(reverse("matching:reply", args=[row.pk]), {"words": "Thank you."})
        client.logout()
        shown = client.get(job.introduction.provider.get_absolute_url()).content.decode()
        assert f'<div class="prose" lang="zh-Hans"><p>{WORDS}' in shown
        assert '<div class="prose" lang="en"><p>Thank you.' in shown
        firm = job.introduction.need.organisation
        assert (str(firm) in shown) is named
        assert ("A manufacturer in Yinzhou" in shown) is not named

    def test_taken_down_by_a_moderator(self, client, job, buyer, seller):
        review_both(finish(job, buyer, seller), buyer, seller)
        row = Review.objects.get(side="manufacturer")
        url = reverse("matching:remove-review", args=[row.pk])
        client.force_login(seller)
        assert client.get(url).status_code == 404
        moderator = make_user(roles=("moderator",))
        assert WORDS in page(client, moderator, url)
        assert client.post(url, {"version": 1, "reason": ""}).status_code == 400
        client.post(url, {"version": 1, "reason": "辱骂。"})
        assert WORDS not in page(client, seller, job.get_absolute_url())
        client.logout()
        provider = client.get(job.introduction.provider.get_absolute_url() + "?x=1")
        assert WORDS not in provider.content.decode()

    def test_an_unshown_one_is_nobody_s(self, client, job, buyer, seller):
        done = finish(job, buyer, seller)
        grades = dict.fromkeys(OF_PROVIDER, 4)
        row = reviews.write_review(actor=buyer, job=done, criteria=grades, words=WORDS)
        for name in ("reply", "remove-review"):
            client.force_login(make_user(roles=("moderator",)))
            url = reverse(f"matching:{name}", args=[row.pk])
            assert client.post(url, {"words": "x", "reason": "x"}).status_code == 404


class TestDesk:
    def titles(self, items):
        return [item.title for item in items]

    def test_what_waits_for_whom(self, job, buyer, seller):
        assert self.titles(job_desk.to_deliver(seller)) == [f"设备到场 ({job.ref})"]
        assert job_desk.to_deliver(buyer) == []
        jobs.deliver(actor=seller, milestone=job.milestones.first(), note="ok")
        assert self.titles(job_desk.to_confirm(buyer)) == [f"设备到场 ({job.ref})"]
        assert job_desk.to_confirm(seller) == []
        jobs.ask_cancel(actor=seller, job=job, reason="停产了。")
        assert (len(job_desk.to_answer(buyer)), job_desk.to_answer(seller)) == (1, [])
        jobs.keep(actor=seller, job=Job.objects.get())
        disputes.open_dispute(actor=seller, job=Job.objects.get(), reason="验收说不清。")
        assert len(job_desk.in_dispute(buyer)) == len(job_desk.in_dispute(seller)) == 1
        assert job_desk.to_deliver(seller) == job_desk.to_confirm(buyer) == []
        disputes.settle(
            actor=None, dispute=Dispute.objects.get(), outcome="done", decision="够了。"
        )
        assert len(job_desk.to_review(buyer)) == len(job_desk.to_review(seller)) == 1
        grades = dict.fromkeys(OF_PROVIDER, 4)
        at = timezone.now()
        reviews.write_review(
            actor=buyer, job=Job.objects.get(), criteria=grades, words=WORDS, now=at
        )
        assert job_desk.to_review(buyer) == []
        assert job_desk.to_review(seller)[0].due == at + timedelta(days=14)

    def test_queries_do_not_grow(self, job, buyer, seller):
        def queries():
            with CaptureQueriesContext(connection) as seen:
                for items in (
                    job_desk.to_deliver,
                    job_desk.to_confirm,
                    job_desk.to_answer,
                    job_desk.in_dispute,
                    job_desk.to_review,
                ):
                    items(seller)
            return len(seen)

        one = queries()
        need = make_need(buyer, organisation=job.introduction.need.organisation)
        accepted = make_accepted(need=need, provider=job.introduction.provider)
        make_job(make_agreement(make_proposal(accepted)))
        assert queries() == one

    def test_what_is_held_of_a_person(self, job, buyer, seller):
        review_both(finish(job, buyer, seller), buyer, seller)
        part = next(one for one in personal_data.all() if one.name == "jobs")
        found = part.export(seller)
        assert [row["note"] for row in found["deliveries"]] == ["ok", "ok"]
        assert found["reviews"][0]["words"] == "Clear and paid at once."
        part.erase(seller)
        part.erase(seller)
        assert part.export(seller)["deliveries"] == part.export(seller)["reviews"] == []
        assert Review.objects.count() == 2


@pytest.mark.parametrize("role", ["moderator", "officer"])
def test_links_on_pages_the_city_reads_lead_somewhere(client, job, buyer, seller, role):
    dispute = disputes.open_dispute(actor=buyer, job=job, reason="迟迟不验收。")
    client.force_login(make_user(roles=(role,)))
    pages = [job.get_absolute_url()]
    if role == "moderator":
        pages += [
            dispute.get_absolute_url(),
            job.agreement.get_absolute_url(),
            reverse("matching:thread", args=[job.introduction_id]),
            reverse("matching:confidentiality", args=[job.introduction_id]),
        ]
    dead = set()
    for url in pages:
        answer = client.get(url)
        assert answer.status_code == 200
        links = BeautifulSoup(answer.content, "html.parser").select(
            'main a[href^="/"], nav[class*="crumb"] a[href^="/"]'
        )
        dead |= {
            (url, str(link["href"]))
            for link in links
            if client.get(link["href"].partition("#")[0]).status_code == 404
        }
    assert dead == set()


def test_moderators_read_the_city_s_day_of_a_dispute(job, buyer):
    night = datetime(2026, 12, 1, 20, tzinfo=UTC)
    row = disputes.open_dispute(actor=buyer, job=job, reason="迟迟不验收。", now=night)
    assert str(row) == f"{job.ref} · 2026-12-02"
