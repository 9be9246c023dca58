"""Three ways in: each leads to something useful before anybody is asked who they are."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from portal.accounts.models import User
from portal.foundation.models import Draft
from portal.organisations.models import Organisation
from tests.factories import (
    make_manufacturer,
    make_need,
    make_organisation,
    make_project,
    make_uscc,
    make_user,
)

pytestmark = pytest.mark.django_db
WORDS = "我们给注塑车间做设备联网，机器夜里停了马上报警，停机原因看得见。数据放在厂里。"
NEED = "注塑机夜里老是停，第二天早上才晓得，交货拖了。想晓得机器啥时候停、为啥停。"
PASSWORD = "Harbour-9-blue"


def page(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def say(client: Client, firm: str = "甬联机联科技", words: str = WORDS) -> str:
    response = client.post("/en/start/offer/", {"firm": firm, "words": words}, follow=True)
    assert response.redirect_chain == [("/en/start/offer/fitting/", 302)]
    return response.content.decode()


@pytest.fixture
def need() -> Any:
    return make_need(words={"title": "注塑机夜里停机", "description": NEED, "language": "zh"})


# those who offer


def test_two_boxes_show_the_needs_that_fit_without_an_account(client: Client, need: Any) -> None:
    body = say(client)
    assert "注塑机夜里停机" in body
    assert "1 open need fits" in body
    assert "Create an account" in body
    assert str(need.organisation) not in body
    assert not Organisation.objects.exclude(pk=need.organisation_id).exists()


def test_words_that_fit_nothing_say_what_to_do_next(client: Client, need: Any) -> None:
    assert "No open need fits yet" in say(client, words="我们做婚礼摄影。")


def test_it_is_kept_as_an_unlisted_profile_once_somebody_has_an_account(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    say(client)
    code = make_uscc()
    asked = page(client, "/en/start/offer/fitting/")
    assert 'value="甬联机联科技"' in asked
    sent = {"organisation": "new", "kind": "provider", "name": "甬联机联科技", "uscc": code}
    refused = client.post("/en/start/offer/fitting/", sent)
    assert refused.status_code == 400
    assert not Organisation.objects.exists()
    answer = client.post("/en/start/offer/fitting/", {**sent, "district": "330212"})
    firm = Organisation.objects.get()
    assert answer.headers["Location"] == f"/en/desk/{firm.key}/"
    assert (firm.uscc, firm.name_zh, firm.provider.summary_zh) == (code, "甬联机联科技", WORDS)
    assert (firm.provider.listed, firm.provider.kind) == (False, "provider")
    assert page(client, "/en/start/offer/fitting/", 302) == ""
    assert "Your profile is a draft" in page(client, "/en/needs/fitting/")


def test_a_code_in_place_of_a_name_is_taken_for_one(client: Client) -> None:
    client.force_login(make_user())
    code = make_uscc()
    say(client, firm=code.lower())
    assert f'value="{code}"' in page(client, "/en/start/offer/fitting/")
    wrong = client.post("/en/start/offer/", {"firm": "91330200MA0OOO0000", "words": WORDS})
    assert wrong.status_code == 400
    assert "is no unified social credit code" in wrong.content.decode()


def test_a_collective_needs_no_code_and_is_made_once(client: Client) -> None:
    client.force_login(make_user())
    say(client)
    session = dict(client.session)
    sent = {"kind": "collective", "name": "鄞州工控小队", "district": "330212", "uscc": ""}
    client.post("/en/start/offer/fitting/", sent)
    again = client.session
    again.update(session)
    again.save()
    client.post("/en/start/offer/fitting/", sent)
    assert Organisation.objects.count() == 1


def test_ones_own_firm_without_a_profile_can_be_chosen(client: Client) -> None:
    user = make_user()
    firm = make_manufacturer(user)
    client.force_login(user)
    say(client)
    sent = {"organisation": firm.key, "kind": "provider", "name": "", "uscc": "", "district": ""}
    client.post("/en/start/offer/fitting/", sent)
    firm.refresh_from_db()
    assert firm.provider.summary_zh == WORDS


def test_a_code_typed_for_ones_own_firm_is_added_never_exchanged(client: Client) -> None:
    user, code = make_user(), make_uscc()
    crew = make_organisation(owner=user, uscc="", ref="yinzhou-crew")
    client.force_login(user)
    say(client)
    sent = {"organisation": crew.key, "kind": "provider", "name": "", "district": ""}
    client.post("/en/start/offer/fitting/", {**sent, "uscc": code})
    crew.refresh_from_db()
    assert (crew.uscc, crew.provider.kind) == (code, "provider")
    works = make_manufacturer(user)
    say(client)
    sent["organisation"] = works.key
    refused = client.post("/en/start/offer/fitting/", {**sent, "uscc": make_uscc()})
    assert refused.status_code == 400
    assert f"This firm has the code {works.uscc}" in refused.content.decode()
    kept = client.post("/en/start/offer/fitting/", {**sent, "uscc": works.uscc.lower()})
    assert kept.status_code == 302


def test_a_code_that_is_here_already_is_refused_with_a_reason(client: Client) -> None:
    taken = make_manufacturer()
    client.force_login(make_user())
    say(client, firm=taken.uscc)
    sent = {"kind": "provider", "name": "某厂", "uscc": taken.uscc, "district": "330212"}
    answer = client.post("/en/start/offer/fitting/", sent)
    assert answer.status_code == 400
    assert "already registered" in answer.content.decode()


@pytest.mark.parametrize("data", [{}, {"firm": "", "words": ""}, {"firm": "x\x00", "words": "y"}])
def test_bad_input_gets_a_message(client: Client, data: dict[str, str]) -> None:
    assert client.post("/en/start/offer/", data).status_code == 400


# those who have a need


def sign_up(client: Client, url: str) -> str:
    """Make an account where the page asks for one; the link to confirm it."""
    values = {"name": "陈晨", "email": "chen@dawn.example"}
    values |= {"password1": PASSWORD, "password2": PASSWORD, "agree": "on"}
    form = page(client, url)
    values |= dict.fromkeys(re.findall(r'type="checkbox" name="([^"]+)"[^>]*required', form), "on")
    assert client.post(url, values).status_code == 302
    return re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)[1]


def test_a_need_begun_signed_out_is_there_after_confirming_in_another_browser(
    client: Client,
) -> None:
    client.post("/zh-hans/needs/post/", {"text": NEED})
    assert "need_text" in client.session
    link = sign_up(client, "/zh-hans/accounts/signup/?next=/zh-hans/needs/post/understood/")
    user = User.objects.get(email="chen@dawn.example")
    kept = Draft.objects.get(user=user)
    assert (kept.form, kept.fields["description"]) == ("matching.need", [NEED])
    other = Client()
    other.post(link)
    login = {"login": user.email, "password": PASSWORD}
    answer = other.post("/zh-hans/accounts/login/", login)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/zh-hans/needs/post/understood/?draft=restore")
    assert NEED in other.get("/zh-hans/needs/post/understood/?draft=restore").content.decode()


def test_whoever_signs_up_for_nothing_special_keeps_no_draft(client: Client) -> None:
    sign_up(client, "/en/accounts/signup/")
    assert not Draft.objects.exists()


# those who build open source


def test_the_page_for_those_who_build_shows_what_wants_help(client: Client) -> None:
    assert "No projects yet" in page(client, "/en/start/open-source/")
    make_project(name_en="Quiet project")
    assert "No project asks for help" in page(client, "/en/start/open-source/")
    make_project(name_en="PLC reader", wanted_en="Drivers for old PLCs")
    body = page(client, "/en/start/open-source/")
    assert "PLC reader" in body
    assert "Quiet project" not in body


def test_few_and_many_projects_take_the_same_queries(
    client: Client, django_assert_num_queries: Any
) -> None:
    make_project(wanted_en="Drivers")
    with django_assert_num_queries(3):
        page(client, "/en/start/open-source/")
    for _ in range(2):
        make_project(wanted_en="Drivers")
    with django_assert_num_queries(3):
        page(client, "/en/start/open-source/")


def test_sign_up_offers_the_three_ways_unless_somebody_is_on_one(client: Client) -> None:
    body = page(client, "/en/accounts/signup/")
    for path in ("/en/needs/post/", "/en/start/offer/", "/en/start/open-source/"):
        assert f'href="{path}"' in body
    assert 'class="ways"' not in page(client, "/en/accounts/signup/?next=/en/start/offer/fitting/")
