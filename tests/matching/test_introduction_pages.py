"""Pages of introductions: who sees what before and after, asking, answering, lists."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from matching.actions import introduction as actions
from matching.models import Introduction
from portal.accounts import consent
from portal.foundation.notifications.sending import send_due_emails
from portal.organisations.models import Membership
from search import documents
from tests.factories import (
    make_introduction,
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_user,
    share_contacts,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CONTACT = {
    "contact_name": "Zhou Min",
    "contact_email": "zhou.min@factory.example",
    "contact_phone": "0574-5550101",
}


def text_of(response):
    return response.content.decode()


@pytest.fixture
def scene():
    """A manufacturer with contacts that asked a provider with contacts."""
    sme = make_user("Sme Person")
    sme.phone = "13900000001"
    sme.save()
    seller = make_user("Seller Person")
    need = make_need(sme, organisation=make_manufacturer(sme, **CONTACT))
    provider = make_listed_provider(
        seller, contact_name="Xu Lei", contact_email="xu.lei@provider.example"
    )
    row = make_introduction(need=need, provider=provider)
    share_contacts(sme, seller)
    return {"sme": sme, "seller": seller, "need": need, "provider": provider, "row": row}


SECRETS = [*CONTACT.values(), "Xu Lei", "xu.lei@provider.example", "13900000001"]


class TestContacts:
    @pytest.mark.parametrize("state", ["requested", "declined", "withdrawn", "expired", "closed"])
    def test_hidden_in_every_state_but_accepted(self, client, scene, state):
        row = scene["row"]
        if state == "closed":
            actions.accept(actor=scene["seller"], introduction=row)
            actions.close(actor=scene["seller"], introduction=row)
        elif state == "declined":
            actions.decline(actor=scene["seller"], introduction=row, reason="busy")
        elif state == "withdrawn":
            actions.withdraw(actor=scene["sme"], introduction=row)
        elif state == "expired":
            actions.expire_introductions(now=row.expires_at)
        for who in ("sme", "seller"):
            client.force_login(scene[who])
            page = text_of(client.get(row.get_absolute_url()))
            found = [secret for secret in SECRETS if secret in page]
            assert found == [], who

    def test_both_sides_see_both_once_accepted(self, client, scene):
        actions.accept(actor=scene["seller"], introduction=scene["row"])
        for who in ("sme", "seller"):
            client.force_login(scene[who])
            page = text_of(client.get(scene["row"].get_absolute_url()))
            for shown in (*CONTACT.values(), "Xu Lei", "xu.lei@provider.example"):
                assert shown in page, who

    def test_who_does_not_agree_keeps_theirs_hidden_and_goes_on(self, client, scene):
        consent.withdraw(actor=scene["seller"], purpose="contacts")
        actions.accept(actor=scene["seller"], introduction=scene["row"])
        client.force_login(scene["sme"])
        page = text_of(client.get(scene["row"].get_absolute_url()))
        assert "Xu Lei" not in page
        assert "has not agreed to share" in page
        client.force_login(scene["seller"])
        page = text_of(client.get(scene["row"].get_absolute_url()))
        assert CONTACT["contact_name"] in page
        client.post("/en/accounts/contacts/give/", {"next": scene["row"].get_absolute_url()})
        client.force_login(scene["sme"])
        assert "Xu Lei" in text_of(client.get(scene["row"].get_absolute_url()))

    def test_the_box_is_asked_where_one_asks_and_accepts_and_is_not_ticked(self, client):
        row = make_introduction()
        seller = row.provider.organisation.memberships.get().user
        client.force_login(seller)
        page = text_of(client.get(row.get_absolute_url()))
        box = re.search(r"<input[^>]*share_contacts[^>]*>", page)
        assert box
        assert "checked" not in box[0]
        client.post(
            f"/en/introductions/{row.pk}/accept/",
            {"version": row.version, "share_contacts": "on"},
        )
        assert consent.has_consented(seller, "contacts")
        assert not consent.has_consented(row.requester, "contacts")

    def test_without_a_contact_the_person_who_asked_or_answered_stands_in(self, client):
        row = make_introduction()
        seller = row.provider.organisation.memberships.get().user
        actions.accept(actor=seller, introduction=row)
        share_contacts(row.requester, seller)
        client.force_login(seller)
        page = text_of(client.get(row.get_absolute_url()))
        assert row.requester.email in page
        assert seller.email in page

    @pytest.mark.parametrize("gone", ["left", "inactive"])
    def test_who_has_left_is_no_contact_any_more(self, client, gone):
        row = make_introduction()
        firm = row.provider.organisation
        seller = firm.memberships.get().user
        actions.accept(actor=seller, introduction=row)
        successor = make_user("The Successor")
        share_contacts(row.requester, seller, successor)
        Membership.objects.create(organisation=firm, user=successor, role="owner")
        if gone == "left":
            Membership.objects.get(organisation=firm, user=seller).delete()
        else:
            seller.is_active = False
            seller.save()
        client.force_login(row.requester)
        page = text_of(client.get(row.get_absolute_url()))
        assert seller.email not in page
        assert successor.email in page

    def test_the_city_reads_the_introduction_but_no_contacts(self, client, scene):
        actions.accept(actor=scene["seller"], introduction=scene["row"])
        client.force_login(make_user(roles=("officer",)))
        page = text_of(client.get(scene["row"].get_absolute_url()))
        assert scene["need"].title in page
        assert [secret for secret in SECRETS if secret in page] == []

    @pytest.mark.parametrize("answer", ["accept", "decline"])
    def test_no_message_of_the_portal_carries_them(self, scene, answer):
        if answer == "accept":
            actions.accept(actor=scene["seller"], introduction=scene["row"])
        else:
            actions.decline(actor=scene["seller"], introduction=scene["row"], reason="busy")
        assert send_due_emails(100) >= 2
        sent = "\n".join(f"{m.subject}\n{m.body}\n{m.alternatives}" for m in mail.outbox)
        assert scene["need"].title in sent
        assert [secret for secret in SECRETS if secret in sent] == []

    def test_the_request_by_mail_does_not_name_the_manufacturer(self, scene):
        send_due_emails(100)
        (letter,) = [m for m in mail.outbox if m.to == [scene["seller"].email]]
        assert scene["need"].organisation.name_zh not in f"{letter.subject}{letter.body}"

    def test_nor_does_the_index(self, scene):
        actions.accept(actor=scene["seller"], introduction=scene["row"])
        for kind, key in (
            ("need", scene["need"].ref),
            ("provider", scene["provider"].organisation.key),
        ):
            document_type = documents.get_type(kind)
            document = document_type.to_document(document_type.get_for_index([key])[key])
            assert [secret for secret in SECRETS if secret in repr(document)] == []

    def test_nor_the_pages_of_strangers(self, client, scene):
        actions.accept(actor=scene["seller"], introduction=scene["row"])
        client.force_login(make_user())
        assert client.get(scene["row"].get_absolute_url()).status_code == 404
        page = text_of(client.get(scene["need"].get_absolute_url()))
        assert [secret for secret in SECRETS if secret in page] == []
        client.logout()
        assert client.get(scene["row"].get_absolute_url()).status_code == 302


class TestAsking:
    def ask(self, client, user, message="请联系我们。", **query):
        client.force_login(user)
        url = reverse("matching:introduce")
        page = client.get(url, query)
        if page.status_code != 200:
            return page
        form = page.context["form"]
        data = {name: form[name].value() or "" for name in form.fields}
        data = {**{"need": "", "provider": ""}, **data, **query, "message": message}
        return client.post(url, data)

    def test_from_a_need_as_provider(self, client):
        seller = make_user()
        provider, need = make_listed_provider(seller), make_need()
        client.force_login(seller)
        assert reverse("matching:introduce") in text_of(client.get(need.get_absolute_url()))
        answer = self.ask(client, seller, need=need.ref)
        row = Introduction.objects.get()
        assert answer.url == row.get_absolute_url()
        assert (row.asked_by, row.provider, row.need) == ("provider", provider, need)

    def test_from_a_provider_as_manufacturer_choosing_a_need(self, client):
        sme = make_user()
        firm = make_manufacturer(sme)
        make_need(sme, organisation=firm)
        second = make_need(sme, organisation=firm)
        make_need(sme, organisation=firm, state="draft")
        provider = make_listed_provider()
        client.force_login(sme)
        assert "/introductions/new/?provider=" in text_of(client.get(provider.get_absolute_url()))
        key = provider.organisation.key
        page = client.get(reverse("matching:introduce"), {"provider": key})
        assert len(page.context["form"].fields["need"].choices) == 2
        self.ask(client, sme, provider=key, need=second.ref)
        row = Introduction.objects.get()
        assert (row.asked_by, row.need) == ("manufacturer", second)

    def test_without_an_open_need_the_way_to_post_one_is_shown(self, client):
        client.force_login(make_user())
        key = make_listed_provider().organisation.key
        page = client.get(reverse("matching:introduce"), {"provider": key})
        assert reverse("matching:post") in text_of(page)

    @pytest.mark.parametrize(
        "query",
        [{}, {"need": "nothing"}, {"provider": "nothing"}, {"need": "\x00"}, {"provider": "\x00"}],
    )
    def test_of_nothing_is_not_found(self, client, query):
        client.force_login(make_user())
        assert client.get(reverse("matching:introduce"), query).status_code == 404

    def test_asked_twice_leads_to_the_first(self, client):
        seller = make_user()
        make_listed_provider(seller)
        need = make_need()
        first = self.ask(client, seller, need=need.ref)
        second = self.ask(client, seller, need=need.ref)
        assert second.url == first.url
        assert "There is an introduction between the two already" in text_of(client.get(first.url))

    @pytest.mark.parametrize(
        ("message", "told"),
        [
            ("", "Please fill in this field"),
            ("x" * 1_000_000, "at most 2000"),
            ("a\x00b", "control character"),
            ("a\u202eb", "invisible marks"),
        ],
    )
    def test_bad_messages_are_told_and_kept(self, client, message, told):
        seller = make_user()
        make_listed_provider(seller)
        page = self.ask(client, seller, message, need=make_need().ref)
        assert page.status_code == 400
        assert told in text_of(page)
        assert page.context["form"]["message"].value() == message
        assert not Introduction.objects.exists()

    def test_a_full_provider_is_told_and_the_message_kept(self, client):
        sme = make_user()
        need = make_need(sme)
        provider = make_listed_provider(capacity=0)
        page = self.ask(client, sme, need=need.ref, provider=provider.organisation.key)
        assert page.status_code == 400
        assert "has no job free now" in text_of(page)
        assert page.context["form"]["message"].value() == "请联系我们。"


class TestAnswering:
    def press(self, client, row, name, **data):
        url = reverse("matching:answer", args=[row.pk, name])
        return client.post(url, {"version": 0, **data}, follow=True)

    def test_accept_from_the_page(self, client, scene):
        client.force_login(scene["seller"])
        page = client.get(scene["row"].get_absolute_url())
        assert page.context["may_answer"]
        page = self.press(client, scene["row"], "accept")
        assert "Zhou Min" in text_of(page)

    def test_declining_without_a_reason_is_told_and_kept(self, client, scene):
        client.force_login(scene["seller"])
        page = self.press(client, scene["row"], "decline", reason=" ")
        assert page.status_code == 400
        assert "Please fill in this field" in text_of(page)
        page = self.press(client, scene["row"], "decline", reason="x\x00y")
        assert "control character" in text_of(page)
        assert Introduction.objects.get().state == "requested"

    def test_too_late_is_told(self, client, scene):
        actions.withdraw(actor=scene["sme"], introduction=scene["row"])
        client.force_login(scene["seller"])
        page = self.press(client, scene["row"], "accept")
        assert "The manufacturer withdrew it (a moment ago)" in text_of(page)

    def test_the_wrong_side_is_refused(self, client, scene):
        client.force_login(scene["sme"])
        assert self.press(client, scene["row"], "accept").status_code == 403
        assert self.press(client, scene["row"], "nonsense").status_code == 404
        client.force_login(make_user())
        assert self.press(client, scene["row"], "accept").status_code == 404

    def test_answers_are_not_taken_by_following_a_link(self, client, scene):
        client.force_login(scene["seller"])
        url = reverse("matching:answer", args=[scene["row"].pk, "accept"])
        assert client.get(url).status_code == 405

    def test_attempts_that_came_too_late_show_to_the_city_only(self, client, scene):
        late = Introduction.objects.get(pk=scene["row"].pk)
        actions.accept(actor=scene["seller"], introduction=scene["row"])
        with pytest.raises(actions.moves.StaleMove):
            actions.withdraw(actor=scene["sme"], introduction=late, seen=0)
        url = scene["row"].get_absolute_url()
        client.force_login(scene["seller"])
        assert len(client.get(url).context["timeline"]) == 2
        client.force_login(make_user(roles=("officer",)))
        assert len(client.get(url).context["timeline"]) == 3


class TestLists:
    def test_boxes_hold_what_they_say(self, client):
        sme, seller = make_user(), make_user()
        firm, provider = make_manufacturer(sme), make_listed_provider(seller)
        rows = {
            name: make_introduction(
                need=make_need(sme, organisation=firm), provider=provider, side=side
            )
            for name, side in (
                ("asked", "manufacturer"),
                ("answer", "provider"),
                ("accepted", "manufacturer"),
                ("declined", "manufacturer"),
            )
        }
        actions.accept(actor=seller, introduction=rows["accepted"])
        actions.decline(actor=seller, introduction=rows["declined"], reason="busy")
        make_introduction()
        boxes = {"waiting": ["answer"], "asked": ["asked"]}
        boxes |= {"accepted": ["accepted"], "over": ["declined"]}
        client.force_login(sme)
        for box, names in boxes.items():
            page = client.get(reverse("matching:introductions"), {"box": box})
            shown = [row.record for row in page.context["page"]]
            assert shown == [rows[name] for name in names], box
            assert [(name, count) for name, _, count in page.context["tabs"]] == [
                ("waiting", 1),
                ("asked", 1),
                ("accepted", 1),
                ("over", 1),
            ]
        client.force_login(seller)
        page = client.get(reverse("matching:introductions"), {"box": "waiting"})
        assert [row.record for row in page.context["page"]] == [rows["asked"]]
        assert firm.name_zh not in text_of(page)

    def test_sorted_filtered_and_steady_under_odd_addresses(self, client):
        sme = make_user()
        first = make_introduction(need=make_need(sme))
        second = make_introduction(need=make_need(sme))
        client.force_login(sme)
        url = reverse("matching:introductions")

        def shown(**query):
            page = client.get(url, {"box": "asked", **query})
            return [row.record for row in page.context["page"]]

        assert shown() == shown(sort="newest") == [second, first]
        assert shown(sort="oldest") == shown(sort="due") == [first, second]
        assert shown(side="provider") == []
        for odd in ({"box": "\x00"}, {"sort": "x"}, {"side": "\x00"}, {"page": "-3"}):
            assert client.get(url, odd).status_code == 200

    def test_queries_do_not_grow_with_rows(self, client, django_assert_max_num_queries):
        sme = make_user()
        firm = make_manufacturer(sme)
        for _ in range(6):
            make_introduction(need=make_need(sme, organisation=firm))
        client.force_login(sme)
        with django_assert_max_num_queries(9):
            page = client.get(reverse("matching:introductions"), {"box": "asked"})
        assert len(page.context["page"]) == 6
