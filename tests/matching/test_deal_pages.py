"""Pages of proposals, agreements and jobs, pressed as people press them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from matching import waiting_deals as desk
from matching.actions import agreement as agreements
from matching.actions import introduction as introductions
from matching.actions import proposal as proposals
from matching.actions.moves import IllegalMove
from matching.drafting import PROPOSAL
from matching.models import Agreement, Introduction, Job, Proposal
from matching.terms import Terms
from portal.foundation.models import Draft
from tests.factories import (
    deal_terms,
    make_accepted,
    make_agreement,
    make_introduction,
    make_job,
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_proposal,
    make_user,
    member_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    introduction = make_accepted()
    return {
        "introduction": introduction,
        "buyer": member_of(introduction, "manufacturer"),
        "seller": member_of(introduction, "provider"),
    }


def text_of(response):
    return response.content.decode()


def filled(proposal, **changes):
    """The form as the page of a draft shows it, with changes."""
    terms = Terms.of(proposal)
    data = {
        "version": str(proposal.version),
        "scope": terms.scope,
        "price": str(terms.price or ""),
        "days": str(terms.days or ""),
        "valid_until": terms.valid_until.isoformat() if terms.valid_until else "",
        "parts-TOTAL_FORMS": str(len(terms.parts)),
        "parts-INITIAL_FORMS": "0",
    }
    for place, part in enumerate(terms.parts):
        for name, value in vars(part).items():
            data[f"parts-{place}-{name}"] = "" if value is None else str(value)
    return {**data, **changes}


def edit_url(proposal):
    return reverse("matching:edit-proposal", args=[proposal.pk])


def begun(client, deal, who="seller"):
    """A draft begun by the button on the introduction's page."""
    client.force_login(deal[who])
    page = client.post(reverse("matching:propose", args=[deal["introduction"].pk]))
    draft = Proposal.objects.get(state="draft")
    assert page.url == edit_url(draft)
    return draft


class TestWriting:
    def test_milestones_come_and_go_by_buttons(self, client, deal):
        draft = begun(client, deal)
        buyer = str(deal["introduction"].need.organisation)
        assert f"to {buyer}. It is a draft" in text_of(client.get(edit_url(draft)))
        data = filled(draft, scope="检测", intent="add")
        # A field that no page has is no reason to fail.
        page = client.post(edit_url(draft), {**data, "parts-": "x"})
        assert page.url == f"{edit_url(draft)}#milestone-2"
        draft.refresh_from_db()
        assert (draft.scope, draft.milestones.count()) == ("检测", 2)
        data = filled(draft, **{"parts-0-title": "一", "parts-1-title": "二"})
        client.post(edit_url(draft), {**data, "intent": "remove-0"})
        draft.refresh_from_db()
        assert [row.title for row in draft.milestones.all()] == ["二"]
        for odd in ("remove-9", "remove-"):
            assert client.post(edit_url(draft), filled(draft, intent=odd)).status_code in (302, 404)

    def test_half_done_work_is_kept_and_shown_again(self, client, deal):
        draft = begun(client, deal)
        data = filled(draft, price="20万", **{"parts-0-share": "40"})
        assert client.post(edit_url(draft), {**data, "intent": "save"}).status_code == 302
        page = client.get(edit_url(draft))
        assert page.context["form"]["price"].value() == 200_000
        assert page.context["shares"] == 40
        assert "Shares together: 40 % of 100 %" in text_of(page)

    def test_offered_with_one_button(self, client, deal):
        draft = begun(client, deal)
        proposals.write_proposal(actor=deal["seller"], proposal=draft, terms=deal_terms())
        page = client.post(edit_url(draft), filled(draft, price="¥180,000", intent="offer"))
        draft.refresh_from_db()
        assert (page.url, draft.state, draft.price) == (
            draft.get_absolute_url(),
            "offered",
            180_000,
        )
        again = client.post(edit_url(draft), filled(draft, intent="offer"), follow=True)
        assert "no longer a draft" in text_of(again)
        assert Proposal.objects.filter(number__isnull=False).count() == 1

    def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(self, client, deal):
        draft = begun(client, deal)
        data = filled(draft, scope="检测", **{"parts-0-title": "一", "parts-0-share": "90"})
        page = client.post(edit_url(draft), {**data, "intent": "offer"})
        assert page.status_code == 400
        assert set(page.context["form"].errors) == {"price", "days", "valid_until", "__all__"}
        assert set(page.context["parts"].forms[0].errors) == {"done_when", "days"}
        assert "add up to 90 %, not to 100 %" in text_of(page)
        draft.refresh_from_db()
        assert draft.scope == "检测"
        assert page.context["form"]["version"].value() == str(draft.version)

    @pytest.mark.parametrize(
        "changes",
        [
            {"price": "abc"},
            {"price": "9" * 40},
            {"days": "-1"},
            {"days": "99999999999999999999"},
            {"valid_until": "31.2.2027"},
            {"scope": "a\x00b"},
            {"parts-0-share": "101"},
            {"parts-0-days": "x"},
            {"parts-TOTAL_FORMS": "999"},
            {"parts-TOTAL_FORMS": "x"},
            {"version": "-1"},
            {"version": "9" * 30},
        ],
    )
    def test_bad_input_is_told(self, client, deal, changes):
        draft = begun(client, deal)
        page = client.post(edit_url(draft), filled(draft, **changes, intent="save"))
        assert page.status_code in (400, 409)
        assert Terms.of(Proposal.objects.get()) == Terms.of(draft)

    def test_a_colleague_s_change_is_not_overwritten_unseen(self, client, deal):
        draft = begun(client, deal)
        old = filled(draft, scope="mine", intent="save")
        proposals.write_proposal(
            actor=deal["seller"], proposal=draft, terms=deal_terms(scope="theirs")
        )
        page = client.post(edit_url(draft), old)
        assert page.status_code == 409
        assert page.context["form"]["scope"].value() == "mine"
        again = {**old, "version": page.context["form"]["version"].value()}
        assert client.post(edit_url(draft), again).status_code == 302
        draft.refresh_from_db()
        assert draft.scope == "mine"

    def test_files_go_with_it(self, client, deal, settings, tmp_path):
        settings.DUIJIE_DATA_DIR = tmp_path
        draft = begun(client, deal)
        upload = SimpleUploadedFile("plan.txt", b"two machines\n")
        client.post(edit_url(draft), {**filled(draft), "intent": "save", "uploads": [upload]})
        file = draft.files.get().file
        address = reverse("files:file", args=[file.key])
        assert client.get(address).status_code == 200
        client.force_login(deal["buyer"])
        assert client.get(address).status_code == 404
        client.force_login(deal["seller"])
        draft.refresh_from_db()
        client.post(edit_url(draft), filled(draft, intent=f"detach-{file.key}"))
        assert not draft.files.exists()
        page = client.post(
            edit_url(draft),
            {**filled(draft), "intent": "save", "uploads": [SimpleUploadedFile("a.exe", b"MZ")]},
        )
        assert page.status_code == 400
        assert "uploads" in page.context["form"].errors

    def test_a_draft_is_for_its_own_side(self, client, deal):
        draft = make_proposal(deal["introduction"], state="draft")
        for person in (deal["buyer"], make_user(), make_user(roles=("officer", "moderator"))):
            client.force_login(person)
            assert client.get(edit_url(draft)).status_code == 404
            assert client.get(draft.get_absolute_url()).status_code == 404
            assert client.post(edit_url(draft), {}).status_code == 404


class TestAnswering:
    def test_both_sides_read_a_version_and_one_can_answer(self, client, deal):
        proposal = make_proposal(deal["introduction"])
        for who, answers in (("buyer", True), ("seller", False)):
            client.force_login(deal[who])
            page = client.get(proposal.get_absolute_url())
            assert page.context["may_answer"] is answers
            assert page.context["may_withdraw"] is not answers
            assert "两台外观检测设备" in text_of(page)
        for person in (make_user(), make_user(roles=("officer",))):
            client.force_login(person)
            assert client.get(proposal.get_absolute_url()).status_code == 404

    def test_a_counter_begins_with_what_stands_and_shows_what_changed(self, client, deal):
        make_proposal(deal["introduction"])
        draft = begun(client, deal, "buyer")
        assert Terms.of(draft) == deal_terms()
        client.post(edit_url(draft), filled(draft, price="150000", intent="offer"))
        draft.refresh_from_db()
        page = client.get(draft.get_absolute_url())
        assert [change.label for change in page.context["changes"]] == ["Price"]
        assert "What changed since version 1" in text_of(page)
        assert [item["row"].number for item in page.context["versions"]] == [2, 1]

    def test_declined_with_a_reason(self, client, deal):
        proposal = make_proposal(deal["introduction"])
        client.force_login(deal["buyer"])
        url = reverse("matching:proposal-step", args=[proposal.pk, "decline"])
        page = client.post(url, {"reason": "", "version": "2"})
        assert page.status_code == 400
        client.post(url, {"reason": "太贵", "version": str(proposal.version)})
        proposal.refresh_from_db()
        assert (proposal.state, proposal.reason) == ("declined", "太贵")
        again = client.post(url, {"reason": "x", "version": "2"}, follow=True)
        assert "You declined it" in text_of(again)

    def test_the_wrong_side_is_refused(self, client, deal):
        proposal = make_proposal(deal["introduction"])
        client.force_login(deal["seller"])
        for name in ("agree", "decline"):
            url = reverse("matching:proposal-step", args=[proposal.pk, name])
            assert client.post(url, {"reason": "x", "language": "zh"}).status_code == 403
        url = reverse("matching:proposal-step", args=[proposal.pk, "burn"])
        assert client.post(url).status_code == 404

    def test_agreeing_twice_leads_to_the_one_agreement(self, client, deal):
        proposal = make_proposal(deal["introduction"])
        client.force_login(deal["buyer"])
        url = reverse("matching:proposal-step", args=[proposal.pk, "agree"])
        data = {"language": "en", "version": str(proposal.version)}
        assert client.post(url, {**data, "language": "fr"}).status_code == 400
        first, second = client.post(url, data), client.post(url, data)
        agreement = Agreement.objects.get()
        assert first.url == second.url == agreement.get_absolute_url()
        assert agreement.text_language == "en"


class TestConsenting:
    def test_needs_the_box_ticked_and_the_text_that_was_shown(self, client, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        client.force_login(deal["buyer"])
        page = client.get(agreement.get_absolute_url())
        assert agreement.digest in text_of(page)
        assert "两台外观检测设备" in text_of(page)
        url = reverse("matching:consent", args=[agreement.ref])
        assert client.post(url, {"digest": agreement.digest}).status_code == 400
        assert client.post(url, {"digest": "0" * 64, "agreed": "on"}).status_code == 400
        assert not agreement.consents.exists()

    def test_of_both_sides_begins_the_job(self, client, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        url = reverse("matching:consent", args=[agreement.ref])
        data = {"digest": agreement.digest, "agreed": "on"}
        client.force_login(deal["seller"])
        assert client.post(url, data).url == agreement.get_absolute_url()
        assert "You consented for your side" in text_of(client.post(url, data, follow=True))
        client.force_login(deal["buyer"])
        page = client.post(url, data)
        job = Job.objects.get()
        assert page.url == job.get_absolute_url()
        page = client.get(page.url)
        assert [row.amount for row in page.context["milestones"]] == [80_000, 120_001]
        client.post(reverse("matching:answer", args=[deal["introduction"].pk, "close"]))
        deal["introduction"].refresh_from_db()
        assert deal["introduction"].state == "accepted"

    def test_taken_back(self, client, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        client.force_login(deal["seller"])
        url = reverse("matching:revise", args=[agreement.ref])
        page = client.post(url, {"reason": "写错", "version": "0"})
        assert page.url == agreement.proposal.get_absolute_url()
        again = client.post(url, {"reason": "写错", "version": "0"}, follow=True)
        assert "took it back to the proposals" in text_of(again)

    def test_the_file_is_for_both_sides_and_those_who_mediate(self, client, deal):
        agreement = make_agreement(make_proposal(deal["introduction"]))
        url = reverse("matching:agreement-pdf", args=[agreement.ref])
        for person in (deal["buyer"], deal["seller"], make_user(roles=("moderator",))):
            client.force_login(person)
            answer = client.get(url)
            assert answer.content == bytes(agreement.pdf.content)
            assert answer["Content-Type"] == "application/pdf"
        for person in (make_user(), make_user(roles=("officer", "editor"))):
            client.force_login(person)
            for name in ("agreement", "agreement-pdf"):
                address = reverse(f"matching:{name}", args=[agreement.ref])
                assert client.get(address).status_code == 404


class TestVerifying:
    def test_a_checksum_is_known_or_not(self, client):
        agreement = make_agreement()
        url = reverse("matching:verify")
        for digest in (agreement.digest, agreement.pdf_sha256.upper()):
            page = client.get(url, {"digest": digest})
            assert page.context["found"] == agreement
            assert agreement.ref in text_of(page)
            assert str(agreement.introduction.need.organisation) not in text_of(page)
        assert client.get(url, {"digest": "0" * 64}).context["found"] is None
        for odd in ("abc", "", "\x00", "g" * 64):
            assert client.get(url, {"digest": odd}).status_code == 400
        assert client.get(url).status_code == 200

    def test_the_very_file(self, client):
        agreement = make_agreement()
        client.force_login(make_user())
        content = bytes(agreement.pdf.content)
        for given, found in ((content, agreement), (content + b" ", None)):
            page = client.post(
                reverse("matching:verify"), {"file": SimpleUploadedFile("a.pdf", given)}
            )
            assert page.context["found"] == found


class TestComparing:
    def test_the_newest_version_of_each_provider_side_by_side(self, client):
        owner = make_user()
        need = make_need(owner, organisation=make_manufacturer(owner))
        dear = make_accepted(need=need)
        make_proposal(dear, price=300_000)
        make_proposal(dear, price=290_000)
        make_proposal(make_accepted(need=need), price=100_000)
        make_proposal(make_accepted(need=need), state="draft")
        make_proposal()
        client.force_login(owner)
        page = client.get(reverse("matching:compare", args=[need.ref]))
        assert [c["proposal"].price for c in page.context["columns"]] == [100_000, 290_000]
        client.force_login(member_of(dear, "provider"))
        assert client.get(reverse("matching:compare", args=[need.ref])).status_code == 404

    def test_queries_do_not_grow(self, client):
        owner = make_user()
        need = make_need(owner, organisation=make_manufacturer(owner))
        client.force_login(owner)
        url = reverse("matching:compare", args=[need.ref])
        assert "No proposal yet" in text_of(client.get(url))
        make_proposal(make_accepted(need=need))
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            counts.append(len(queries))
            for _ in range(2):
                make_proposal(make_accepted(need=need))
        assert counts[0] == counts[1]


class TestTheWayThere:
    def test_the_introduction_says_what_comes_next(self, client, deal):
        url = deal["introduction"].get_absolute_url()
        client.force_login(deal["buyer"])
        assert "Write a proposal" in text_of(client.get(url))
        proposal = make_proposal(deal["introduction"])
        assert "waits for your answer" in text_of(client.get(url))
        agreement = make_agreement(proposal)
        assert agreement.get_absolute_url() in text_of(client.get(url))
        job = make_job(agreement)
        assert job.get_absolute_url() in text_of(client.get(url))
        client.force_login(make_user(roles=("officer",)))
        page = client.get(url)
        assert page.status_code == 200
        assert job.ref not in text_of(page)

    def test_nothing_of_it_before_it_is_accepted(self, client):
        introduction = make_introduction()
        client.force_login(member_of(introduction, "manufacturer"))
        assert "Write a proposal" not in text_of(client.get(introduction.get_absolute_url()))
        page = client.post(reverse("matching:propose", args=[introduction.pk]), follow=True)
        assert "nothing can be agreed in it" in text_of(page)

    def test_once_closed_nothing_is_begun(self, client, deal):
        introductions.close(actor=deal["buyer"], introduction=deal["introduction"])
        client.force_login(deal["buyer"])
        assert "Write a proposal" not in text_of(
            client.get(deal["introduction"].get_absolute_url())
        )

    def test_what_waits(self, deal):
        proposal = make_proposal(deal["introduction"])
        make_proposal(state="draft")
        (item,) = desk.proposals_to_answer(deal["buyer"])
        assert item.url == proposal.get_absolute_url()
        assert timezone.localdate(item.due) == timezone.localdate() + timedelta(days=31)
        assert desk.proposals_to_answer(deal["seller"]) == []
        draft = make_proposal(deal["introduction"], state="draft", side="manufacturer")
        assert [one.url for one in desk.drafts(deal["buyer"])] == [draft.get_absolute_url()]
        agreement = make_agreement(proposal)
        assert desk.proposals_to_answer(deal["buyer"]) == []
        for who in ("buyer", "seller"):
            assert len(desk.agreements_to_consent(deal[who])) == 1
        assert desk.agreements_to_consent(make_listed_provider().organisation.members.get()) == []
        make_job(agreement)
        assert desk.agreements_to_consent(deal["buyer"]) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_answers_in_both_languages(client, deal, language):
    proposal = make_proposal(deal["introduction"])
    draft = make_proposal(deal["introduction"], side="manufacturer", state="draft")
    agreement = make_agreement(proposal)
    job = make_job(agreement)
    need = deal["introduction"].need
    client.force_login(deal["buyer"])
    for name, key in (
        ("proposal", proposal.pk),
        ("edit-proposal", draft.pk),
        ("agreement", agreement.ref),
        ("job", job.ref),
        ("compare", need.ref),
        ("introduction", deal["introduction"].pk),
    ):
        address = reverse(f"matching:{name}", args=[key]).replace("/en/", f"/{language}/")
        page = client.get(address)
        assert page.status_code == 200, name
        assert "style=" not in text_of(page)


def test_beside_an_agreed_version_no_page_offers_to_write_another(client, deal):
    first = make_proposal(deal["introduction"])
    client.force_login(deal["buyer"])
    page = client.get(reverse("matching:proposal", args=[first.pk]))
    assert page.context["may_propose"]
    agreed = make_proposal(deal["introduction"], side="manufacturer", price=150_000)
    draft = proposals.begin_proposal(actor=deal["buyer"], introduction=deal["introduction"])
    agreement = make_agreement(agreed)
    page = client.get(reverse("matching:proposal", args=[first.pk]))
    assert not page.context["may_propose"]
    assert len(desk.drafts(deal["buyer"])) == 1
    make_job(agreement)
    # Beside a job it can't be offered any more, and the refusal says so.
    assert desk.drafts(deal["buyer"]) == []
    with pytest.raises(IllegalMove, match="in force"), override("en"):
        proposals.offer(actor=deal["buyer"], proposal=draft)


def test_what_was_typed_goes_with_a_draft_that_is_thrown_away(client, deal):
    draft = begun(client, deal)
    kept = {"user": deal["seller"], "form": PROPOSAL, "obj": str(draft.pk)}
    moment = timezone.now()
    Draft.objects.create(**kept, url="/", fields={"scope": ["x"]}, created=moment, changed=moment)
    client.post(reverse("matching:proposal-step", args=[draft.pk, "discard"]))
    assert not Draft.objects.filter(**kept).exists()


def test_an_introduction_that_ended_without_a_deal_shows_no_empty_card(client):
    introduction = make_introduction()
    introductions.decline(actor=None, introduction=introduction, reason="时间不合适。")
    client.force_login(member_of(introduction, "provider"))
    assert "deal" not in client.get(introduction.get_absolute_url()).context


def test_what_happened_names_the_side_in_the_reader_s_language(client, deal):
    agreement = make_agreement(make_proposal(deal["introduction"]))
    agreements.consent(actor=deal["buyer"], agreement=agreement, digest=agreement.digest)
    client.force_login(deal["buyer"])
    url = agreement.get_absolute_url().split("/", 2)[2]
    page = client.get(f"/zh-hans/{url}")
    with override("zh-hans"):
        side = str(Introduction.Side.MANUFACTURER.label)
    assert [row["text"] for row in page.context["timeline"]] == ["", side]
    notes = BeautifulSoup(page.content, "html.parser").select(".timeline__text")
    assert [note.get_text(strip=True) for note in notes] == [side]
