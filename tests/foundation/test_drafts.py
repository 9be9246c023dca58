"""Drafts of long forms: kept, offered again, never overwritten silently, and gone once sent."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.foundation import drafts, registries
from portal.foundation.drafts.pages import token_of
from portal.foundation.models import Draft
from tests.clients import Client
from tests.factories import make_offer, make_organisation, make_provider, make_user

pytestmark = pytest.mark.django_db
FORM, URL = "organisations.profile", "/desk/x/profile/"


def keep(user: Any, text: str = "half a sentence", **given: Any) -> Draft | None:
    usual: dict[str, Any] = {"form": FORM, "url": URL, "data": {"summary_en": [text]}}
    return drafts.save(actor=user, **{**usual, **given})


def test_a_draft_goes_on_version_by_version():
    user = make_user()
    first = keep(user)
    second = keep(user, "half a sentence more", seen=first.version)
    assert (first.version, second.version) == (1, 2)
    assert drafts.find(user, FORM).fields == {"summary_en": ["half a sentence more"]}


def test_two_windows_do_not_overwrite_each_other_silently():
    user = make_user()
    keep(user, "from the first window")
    with pytest.raises(drafts.Overtaken) as refused:
        keep(user, "from the second window")
    assert refused.value.draft.fields == {"summary_en": ["from the first window"]}
    keep(user, "from the second window", over=True)
    assert drafts.find(user, FORM).fields == {"summary_en": ["from the second window"]}


def test_what_was_sent_does_not_come_back_from_another_window():
    user = make_user()
    draft = keep(user)
    drafts.clear(user, FORM)
    with pytest.raises(drafts.Gone):
        keep(user, "late", seen=draft.version)
    assert not Draft.objects.exists()


def test_nothing_typed_keeps_nothing():
    assert keep(make_user(), "   ") is None
    assert not Draft.objects.exists()


def test_no_password_no_token_no_nul_is_kept():
    user = make_user()
    keep(
        user,
        data={
            "csrfmiddlewaretoken": ["abc"],
            "password1": ["Harbour-9-blue"],
            "draft": ["x"],
            "draft_version": ["3"],
            "intent": ["post"],
            "summary_zh": ["拧\x00紧"],
            "divisions": ["C33", "C34"],
        },
    )
    assert drafts.find(user, FORM).fields == {"summary_zh": ["拧紧"], "divisions": ["C33", "C34"]}


def test_limits_say_what_is_possible():
    user = make_user()
    with pytest.raises(ValidationError, match="128 kB"):
        keep(user, "字" * 50_000)
    for number in range(drafts.MAX_DRAFTS):
        keep(user, obj=str(number))
    with pytest.raises(ValidationError, match="50 drafts"):
        keep(user, obj="one more")


def test_nobody_without_an_account_keeps_drafts():
    from django.contrib.auth.models import AnonymousUser

    with pytest.raises(PermissionDenied):
        keep(AnonymousUser())


def test_old_drafts_are_forgotten():
    user = make_user()
    now = timezone.now()
    keep(user, obj="old", now=now - drafts.KEPT - timedelta(minutes=1))
    keep(user, obj="young", now=now - drafts.KEPT + timedelta(minutes=1))
    assert drafts.forget_old(now) == 1
    assert [row.obj for row in Draft.objects.all()] == ["young"]


def test_drafts_are_exported_and_erased_with_a_persons_data():
    user, other = make_user(), make_user()
    keep(user)
    keep(other)
    entry = next(row for row in registries.personal_data.all() if row.name == "drafts")
    assert [row["fields"] for row in entry.export(user)] == [{"summary_en": ["half a sentence"]}]
    entry.erase(user)
    assert [row.user for row in Draft.objects.all()] == [other]


# pages


@pytest.fixture
def owner(client: Client) -> Any:
    user = make_user()
    client.force_login(user)
    return user


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def carried(html: str) -> dict[str, str]:
    """What the page's form carries of its draft."""
    return {
        name: re.search(f'name="{name}" value="([^"]*)"', html)[1]
        for name in ("draft", "draft_version")
    }


def scripted(client: Client, data: dict[str, Any]) -> Any:
    return client.post("/en/drafts/save/", data, headers={"accept": "application/json"})


def test_a_script_keeps_what_is_typed_and_the_page_offers_it_again(client: Client, owner: Any):
    firm = make_organisation(owner=owner)
    url = f"/en/desk/{firm.key}/profile/"
    given = carried(page(client, url))
    assert given["draft_version"] == "0"
    typed = {"kind": "collective", "summary_en": "We tighten", "divisions": ["C33", "C34"]}
    answer = scripted(client, {**given, **typed})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    plain = page(client, url)
    assert "You did not finish this" in plain
    assert "We tighten" not in plain
    again = page(client, f"{url}?draft=restore")
    assert "We tighten" in again
    assert re.search(r'value="C33"[^>]*checked', again)
    assert re.search(r'value="collective"[^>]*checked', again)
    assert carried(again)["draft_version"] == "1"


def test_a_version_that_is_none_breaks_nothing(client: Client, owner: Any):
    firm = make_organisation(owner=owner)
    given = carried(page(client, f"/en/desk/{firm.key}/profile/"))
    answer = scripted(client, {**given, "draft_version": "9" * 5000, "summary_en": "We tighten"})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_sending_the_form_clears_the_draft(client: Client, owner: Any):
    firm = make_organisation(owner=owner)
    url = f"/en/desk/{firm.key}/profile/"
    scripted(client, {**carried(page(client, url)), "summary_en": "We tighten"})
    assert (
        client.post(url, {"kind": "provider", "summary_en": "We tighten bolts"}).status_code == 302
    )
    assert not Draft.objects.exists()


def test_a_second_window_gets_the_choice_with_and_without_a_script(client: Client, owner: Any):
    firm = make_organisation(owner=owner)
    url = f"/en/desk/{firm.key}/profile/"
    first, second = carried(page(client, url)), carried(page(client, url))
    scripted(client, {**first, "summary_en": "first window"})
    answer = scripted(client, {**second, "summary_en": "second window"})
    assert answer.status_code == 409
    asked = client.post("/en/drafts/save/", {**second, "summary_en": "second window"})
    assert asked.status_code == 409
    assert "second window" in asked.content.decode()
    assert drafts.find(owner, FORM, firm.key).fields["summary_en"] == ["first window"]
    client.post("/en/drafts/save/", {**second, "summary_en": "second window", "draft_over": "1"})
    assert drafts.find(owner, FORM, firm.key).fields["summary_en"] == ["second window"]


def test_the_button_works_without_a_script(client: Client, owner: Any):
    profile = make_provider(owner=owner)
    offer = make_offer(profile)
    url = f"/en/desk/{profile.organisation.key}/offers/{offer.pk}/"
    sent = {**carried(page(client, url)), "title_en": "Half an offer"}
    answer = client.post("/en/drafts/save/", sent, follow=True)
    assert answer.redirect_chain == [(f"{url}?draft=restore", 302)]
    assert "Half an offer" in answer.content.decode()
    assert "Your draft is kept" in answer.content.decode()


def test_the_list_of_drafts_and_discarding(client: Client, owner: Any):
    assert "No drafts" in page(client, "/en/drafts/")
    firm = make_organisation(owner=owner)
    draft = keep(owner, obj=firm.key, url=f"/desk/{firm.key}/profile/")
    listed = page(client, "/en/drafts/")
    assert "A provider profile" in listed
    assert f"/en/desk/{firm.key}/profile/?draft=restore" in listed
    stranger = Client()
    stranger.force_login(make_user())
    assert stranger.post(f"/en/drafts/{draft.pk}/discard/").status_code == 404
    answer = client.post(f"/en/drafts/{draft.pk}/discard/")
    assert answer.headers["Location"] == f"/en/desk/{firm.key}/profile/"
    assert not Draft.objects.exists()


def test_a_made_up_token_or_form_is_not_found(client: Client, owner: Any):
    for token in ("", "made-up", token_of("no.such-form", "", "/")):
        assert client.post("/en/drafts/save/", {"draft": token}).status_code == 404


def test_a_draft_waits_on_the_desk(owner: Any):
    keep(owner)
    entry = next(row for row in registries.waiting.all() if row.name == "kept-drafts")
    [item] = entry.items(owner)
    assert (item.title, item.url) == ("A provider profile", f"/en{URL}?draft=restore")


def test_one_query_a_page_for_the_draft(client: Client, owner: Any):
    firm = make_organisation(owner=owner)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(client, f"/en/desk/{firm.key}/profile/")
    assert len([q for q in asked if "foundation_draft" in q["sql"]]) == 1
