"""The pages: what each person sees, what the forms say, how many queries lists take."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import override

from portal.foundation.registries import Registry, Slot
from portal.organisations import actions
from portal.organisations.models import (
    Invitation,
    Membership,
    Offer,
    Organisation,
    ProviderProfile,
)
from tests.clients import Client
from tests.factories import (
    make_offer,
    make_organisation,
    make_provider,
    make_uscc,
    make_user,
)

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"organisations:{name}", args=args)


def queries(client: Client, address: str) -> int:
    """How many queries a page takes once everything that lasts is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_everybody_sees_a_listed_provider_but_no_contact(client: Client, language: str) -> None:
    profile = make_provider(
        organisation={
            "contact_name": "王小明",
            "contact_email": "wang@example.com",
            "contact_phone": "0574-87654321",
        },
        capabilities=["OPC UA"],
        industries=["C33"],
        languages=["zh", "en"],
        capacity=3,
        founded=2012,
    )
    page = client.get(f"/{language}/providers/{profile.organisation.key}/").content.decode()
    assert (profile.summary_en if language == "en" else profile.summary_zh) in page
    assert ("Gateway 1" if language == "en" else "采集网关") in page
    assert "OPC UA" in page
    assert "2012" in page
    for secret in ("王小明", "wang@example.com", "0574-87654321"):
        assert secret not in page


def test_the_page_says_whether_somebody_was_verified(client: Client) -> None:
    profile = make_provider()
    address = f"/en/providers/{profile.organisation.key}/"
    assert "Not verified yet" in client.get(address).content.decode()
    actions.verify_provider(actor=None, profile=profile)
    assert "Not verified yet" not in client.get(address).content.decode()


def test_an_unlisted_provider_is_a_404_but_for_its_members_and_moderators(client: Client) -> None:
    owner = make_user()
    profile = make_provider(owner=owner, listed=False)
    address = url("provider", profile.organisation.key)
    assert client.get(address).status_code == 404
    assert signed_in(make_user()).get(address).status_code == 404
    assert signed_in(owner).get(address).status_code == 200
    assert signed_in(make_user(roles=("moderator",))).get(address).status_code == 200
    assert client.get(url("provider", "nobody")).status_code == 404
    assert client.get("/en/providers/%00/").status_code == 404


def test_text_of_people_is_escaped_and_has_its_language(client: Client) -> None:
    profile = make_provider(summary_zh="<script>alert(1)</script>", summary_en="")
    page = client.get(f"/en/providers/{profile.organisation.key}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'lang="zh-Hans"' in page


def test_other_rooms_add_their_part(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    registry: Registry[Slot] = Registry()
    monkeypatch.setattr("portal.organisations.views.public.provider_actions", registry)

    def context(request: HttpRequest, profile: Any) -> dict[str, Any] | None:
        return {"text": f"Ask {profile}"} if request.user.is_authenticated else None

    registry.register(Slot("test", 1, "organisations/state.html", context))
    profile = make_provider()
    address = url("provider", profile.organisation.key)
    assert client.get(address).context["actions"] == []
    (part,) = signed_in(make_user()).get(address).context["actions"]
    assert part["text"] == f"Ask {profile.organisation}"


@pytest.mark.parametrize(
    "name",
    ["desk", "register"],
)
def test_the_desk_asks_to_sign_in(client: Client, name: str) -> None:
    response = client.get(url(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))  # type: ignore[attr-defined]


def test_an_empty_desk_says_what_to_do_next() -> None:
    page = signed_in(make_user()).get("/en/desk/").content.decode()
    assert "You act for no organisation yet" in page
    assert 'href="/en/organisations/new/"' in page


OWN_PAGES = ["organisation", "edit", "edit-profile", "export", "add-offer", "members"]


@pytest.mark.parametrize("name", OWN_PAGES)
def test_own_pages_are_there_for_members_and_a_404_for_others(name: str) -> None:
    owner = make_user()
    profile = make_provider(owner=owner)
    address = url(name, profile.organisation.key)
    assert signed_in(owner).get(address).status_code == 200
    assert signed_in(make_user()).get(address).status_code == 404
    assert signed_in(make_user(roles=("officer",))).get(address).status_code == 404


def test_parts_of_another_organisation_are_a_404() -> None:
    owner = make_user()
    own = make_provider(owner=owner)
    other = make_provider()
    client = signed_in(owner)
    key = own.organisation.key
    offer, membership = other.offers.get(), other.organisation.memberships.get()
    invitation = actions.invite_member(
        actor=None, organisation=other.organisation, email="a@example.com", role="editor"
    )
    for address in (
        url("edit-offer", key, offer.pk),
        url("delete-offer", key, offer.pk),
        url("change-role", key, membership.pk),
        url("remove-member", key, membership.pk),
        url("resend", key, invitation.pk),
        url("withdraw", key, invitation.pk),
        url("set-listed", other.organisation.key),
        url("ask-verification", other.organisation.key),
        url("delete-offer", other.organisation.key, offer.pk),
    ):
        assert client.post(address, {"role": "editor", "listed": "0"}).status_code == 404
    other.refresh_from_db()
    assert other.listed
    assert Offer.objects.filter(pk=offer.pk).exists()


def test_from_nothing_to_a_listed_provider_in_the_browser() -> None:
    client = signed_in(make_user())
    assert "I have a need" in client.get("/en/organisations/new/").content.decode()
    code = make_uscc()
    form = {
        "kind": "provider",
        "uscc": code,
        "name_zh": "甬联",
        "district": "330212",
        "contact_name": "王",
        "contact_email": "wang@example.com",
    }
    response = client.post("/en/organisations/new/?as=offer", form)
    assert response.status_code == 302
    assert response.url == f"/en/desk/{code}/profile/"  # type: ignore[attr-defined]
    profile_form = {
        "kind": "provider",
        "summary_zh": "设备联网。",
        "capabilities": "OPC UA\n数据采集, MES",
        "divisions": ["C33"],
        "other_industries": "I65, C3311",
        "languages": ["zh"],
        "capacity": "2",
    }
    client.post(f"/en/desk/{code}/profile/", profile_form)
    offer_form = {"title_zh": "网关", "type": "training", "price_from": "100", "price_to": "200"}
    client.post(f"/en/desk/{code}/offers/new/", offer_form)
    client.post(f"/en/desk/{code}/listed/", {"listed": "1"})
    client.post(f"/en/desk/{code}/verification/")
    profile = ProviderProfile.objects.get()
    assert profile.listed
    assert profile.verification == "pending"
    assert profile.capabilities == ["OPC UA", "数据采集", "MES"]
    assert profile.industries == ["C33", "I65", "C3311"]
    assert profile.capacity == 2
    assert profile.offers.get().price_to == 200
    page = client.get(f"/en/desk/{code}/").content.decode()
    assert "Waiting for verification" in page
    assert "Write the summary in the other language too" in page


def test_a_manufacturer_registers_with_a_code() -> None:
    client = signed_in(make_user())
    address = "/en/organisations/new/?as=need"
    page = client.post(address, {"name_zh": "铸件厂", "district": "330212"}).content.decode()
    assert 'href="#id_uscc"' in page
    code = make_uscc()
    client.post(address, {"uscc": code, "name_zh": "铸件厂", "district": "330212"})
    assert not hasattr(Organisation.objects.get(key=code), "provider")


BAD = [
    ("edit-profile", {"kind": "provider", "summary_zh": "a\x00b"}, "summary_zh"),
    ("edit-profile", {"kind": "provider", "summary_en": "x" * 1_000_000}, "summary_en"),
    ("edit-profile", {"kind": "provider", "summary_en": "abc\u202ecba"}, "summary_en"),
    ("edit-profile", {"kind": "firm"}, "kind"),
    ("edit-profile", {"kind": "provider", "capacity": "-1"}, "capacity"),
    ("edit-profile", {"kind": "provider", "staff": "9" * 30}, "staff"),
    ("edit-profile", {"kind": "provider", "founded": "3000"}, "founded"),
    ("edit-profile", {"kind": "provider", "founded": "x" * 9}, "founded"),
    ("edit-profile", {"kind": "provider", "divisions": ["X99"]}, "divisions"),
    ("edit-profile", {"kind": "provider", "other_industries": "C99"}, "other_industries"),
    ("edit-profile", {"kind": "provider", "languages": ["fr"]}, "languages"),
    ("edit-profile", {"kind": "provider", "contracting_member": "1"}, "contracting_member"),
    ("edit", {"name_zh": "", "name_en": "", "district": "330212"}, "name_zh"),
    ("edit", {"name_zh": "甲", "district": "999999"}, "district"),
    ("edit", {"name_zh": "甲", "other_district": "999999"}, "other_district"),
    ("edit", {"name_zh": "甲"}, "district"),
    ("edit", {"name_zh": "甲", "district": "330212", "latitude": "nan"}, "latitude"),
    ("edit", {"name_zh": "甲", "district": "330212", "latitude": "10"}, "latitude"),
    ("edit", {"name_zh": "甲", "district": "330212", "contact_email": "x"}, "contact_email"),
    ("add-offer", {"type": "training"}, "title_zh"),
    ("add-offer", {"title_en": "x", "type": "magic"}, "type"),
    ("add-offer", {"title_en": "x", "type": "training", "price_from": "-1"}, "price_from"),
    (
        "add-offer",
        {"title_en": "x", "type": "training", "price_from": "9", "price_to": "1"},
        "price_to",
    ),
    ("members", {"email": "a@b", "role": "editor"}, "email"),
    ("members", {"email": "a@example.com", "role": "boss"}, "role"),
]


@pytest.mark.parametrize(("name", "data", "field"), BAD)
def test_bad_input_is_a_message_at_its_field(name: str, data: dict[str, Any], field: str) -> None:
    owner = make_user()
    profile = make_provider(owner=owner)
    response = signed_in(owner).post(url(name, profile.organisation.key), data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert f'href="#id_{field}' in response.content.decode()


def test_a_district_outside_the_city_comes_back_in_the_form() -> None:
    owner = make_user()
    firm = make_organisation(owner=owner, district="310115")
    client = signed_in(owner)
    page = client.get(url("edit", firm.key)).content.decode()
    assert 'value="310115"' in page
    client.post(url("edit", firm.key), {"name_zh": "甲", "other_district": "330283"})
    firm.refresh_from_db()
    assert firm.district == "330213"


def test_deleting_an_offer_asks_first() -> None:
    owner = make_user()
    profile = make_provider(owner=owner)
    address = url("delete-offer", profile.organisation.key, profile.offers.get().pk)
    client = signed_in(owner)
    assert "Gateway 1" in client.get(address, headers={"Accept-Language": "en"}).content.decode()
    assert profile.offers.exists()
    client.post(address)
    assert not profile.offers.exists()


def test_an_invitation_is_accepted_by_its_own_address_only() -> None:
    person = make_user()
    firm = make_organisation()
    actions.invite_member(actor=None, organisation=firm, email=person.email, role="owner")
    token = Invitation.objects.get().token
    address = url("invitation", token)
    signed_out = Client().get(address)
    assert signed_out.url.endswith(f"?next={address}")  # type: ignore[attr-defined]
    stranger = signed_in(make_user())
    assert stranger.get(address).context["mine"] is False
    stranger.post(address)
    assert firm.memberships.count() == 1
    client = signed_in(person)
    assert "You are invited" in client.get("/en/desk/").content.decode()
    assert client.post(address).url == url("organisation", firm.key)  # type: ignore[attr-defined]
    assert Membership.objects.filter(organisation=firm, user=person, role="owner").exists()
    assert client.get(url("invitation", "nonsense")).status_code == 404


def test_the_last_owner_who_leaves_is_told_why_not() -> None:
    owner = make_user()
    firm = make_organisation(owner=owner)
    address = url("remove-member", firm.key, firm.memberships.get().pk)
    response = signed_in(owner).post(address, follow=True, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert firm.memberships.exists()


def test_who_leaves_comes_back_to_the_desk() -> None:
    owner, editor = make_user(), make_user()
    firm = make_organisation(owner=owner)
    membership = Membership.objects.create(organisation=firm, user=editor, role="editor")
    response = signed_in(editor).post(url("remove-member", firm.key, membership.pk))
    assert response.url == url("desk")  # type: ignore[attr-defined]


def test_a_moderator_decides_and_others_may_not_look() -> None:
    profile = make_provider(organisation={"uscc": "91350211M00013FA1N"})
    actions.request_verification(actor=None, profile=profile)
    address = url("moderate", profile.organisation.key)
    assert signed_in(make_user()).get(address).status_code == 403
    client = signed_in(make_user(roles=("moderator",)))
    queue = client.get("/en/moderation/").content.decode()
    assert f"/moderation/providers/{profile.organisation.key}/" in queue
    page = client.get(f"/en/moderation/providers/{profile.organisation.key}/").content.decode()
    assert "The check digit of the code is wrong" in page
    client.post(address, {"decision": "decline", "note": ""})
    profile.refresh_from_db()
    assert profile.verification == "pending"
    client.post(address, {"decision": "verify", "note": ""})
    profile.refresh_from_db()
    assert profile.verified
    assert not Organisation.objects.get().uscc_flagged
    again = client.post(address, {"decision": "verify", "note": ""})
    assert [message.level_tag for message in again.context["messages"]][-1] == "error"
    assert client.post(address, {"decision": "nonsense"}).status_code == 200


def test_a_moderator_records_a_title_and_takes_it_back() -> None:
    profile = make_provider()
    key = profile.organisation.key
    client = signed_in(make_user(roles=("moderator",)))
    form = {"tier": "little_giant", "issued_on": "2025-01-01", "expires_on": "2099-01-01"}
    wrong = client.post(url("record-recognition", key), {**form, "expires_on": "2020-01-01"})
    assert "expires_on" in wrong.context["recognition_form"].errors
    client.post(url("record-recognition", key), form)
    profile.refresh_from_db()
    assert profile.tier_listed == "little_giant"
    title = profile.organisation.recognitions.get()
    client.post(url("withdraw-recognition", key, title.pk))
    profile.refresh_from_db()
    assert profile.tier_listed == "registered"


def test_one_takes_one_s_own_profile_away_as_csv() -> None:
    owner = make_user()
    profile = make_provider(owner=owner, capabilities=["=1+1"])
    response = signed_in(owner).get(url("export", profile.organisation.key))
    text = response.content.decode("utf-8-sig")
    assert response["Content-Type"].startswith("text/csv")
    assert "Gateway 1" in text
    # A spreadsheet must not take a cell for a formula.
    assert ",=1+1" not in text
    moderator = signed_in(make_user(roles=("moderator",)))
    assert moderator.get(url("export", profile.organisation.key)).status_code == 403


def test_lists_take_as_many_queries_for_three_rows_as_for_one() -> None:
    owner = make_user()
    client = signed_in(owner)
    moderator = signed_in(make_user(roles=("moderator",)))

    def fill(count: int) -> None:
        for _ in range(count):
            profile = make_provider(owner=owner)
            actions.request_verification(actor=None, profile=profile)

    fill(1)
    first = ProviderProfile.objects.first()
    assert first is not None
    own, public = (url(name, first.organisation.key) for name in ("organisation", "provider"))
    members = url("members", first.organisation.key)
    lists = [(client, url("desk")), (client, own), (Client(), public), (client, members)]
    lists.append((moderator, "/en/moderation/"))
    before = [queries(who, address) for who, address in lists]
    fill(2)
    for number in range(2):
        make_offer(first, title_en=f"More {number}")
        Membership.objects.create(organisation=first.organisation, user=make_user(), role="editor")
        actions.invite_member(
            actor=None,
            organisation=first.organisation,
            email=f"new{number}@example.com",
            role="editor",
        )
    assert [queries(who, address) for who, address in lists] == before
    assert max(before) <= 14


@pytest.mark.parametrize(
    "path",
    [
        "/en/providers/a\x00b/",
        "/en/desk/a\x00b/",
        "/en/invitations/a\x00b/",
        "/en/moderation/providers/a\x00b/",
    ],
)
def test_an_address_with_nul_is_none(path: str) -> None:
    # PostgreSQL answers a question with NUL in it with an error.
    with override("en"):
        assert resolve(path.replace("\x00", "")).namespace == "organisations"
        with pytest.raises(Resolver404):
            resolve(path)


def test_the_code_is_asked_of_an_owner_while_it_is_missing() -> None:
    owner, editor = make_user(), make_user()
    firm = make_organisation(owner=owner, uscc="", ref="firm-abc")
    Membership.objects.create(organisation=firm, user=editor, role="editor")
    address = f"/en/desk/{firm.key}/details/"
    assert 'name="uscc"' not in signed_in(editor).get(address).content.decode()
    client = signed_in(owner)
    assert 'name="uscc"' in client.get(address).content.decode()
    given = {"name_zh": firm.name_zh, "district": firm.district}
    wrong = client.post(address, {**given, "uscc": "123"})
    assert 'href="#id_uscc"' in wrong.content.decode()
    code = make_uscc()
    assert client.post(address, {**given, "uscc": code}).status_code == 302
    firm.refresh_from_db()
    assert (firm.uscc, firm.key) == (code, "firm-abc")
    assert 'name="uscc"' not in client.get(address).content.decode()
