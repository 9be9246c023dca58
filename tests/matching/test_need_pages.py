"""Pages of needs: who sees what, and that bad input gets a clear message."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matching.actions import need as actions
from matching.content import Words
from matching.models import Introduction, Need
from portal.organisations.models import Organisation
from search import documents
from tests.factories import (
    make_accepted,
    make_introduction,
    make_listed_provider,
    make_manufacturer,
    make_need,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HURTS = "Our inspectors miss scratches on aluminium covers. No cloud please. Up to ¥300,000."


def text_of(response):
    return response.content.decode()


def understood_form(client, text=HURTS):
    """Type a text, follow to the next page, and give its form's values."""
    posted = client.post(reverse("matching:post"), {"text": text})
    assert posted.status_code == 302, text_of(posted)
    page = client.get(posted.url)
    assert page.status_code == 200
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in data.items() if value not in (None, "")}
    return {"district": "330206", "organisation": "new", **given}


def sign_in(client, **fields):
    user = make_user(**fields)
    client.force_login(user)
    return user


class TestPosting:
    def test_one_box_then_what_was_understood_then_open(self, client, settings):
        settings.NEED_MODERATION = False
        user = sign_in(client)
        firm = make_manufacturer(user)
        data = understood_form(client)
        assert data["exclusions"] == ["no_cloud"]
        assert data["budget_max"] == 300_000
        assert data["title"] == "Our inspectors miss scratches on aluminium covers"
        data |= {"organisation": firm.key, "title": "Scratches slip through", "intent": "post"}
        answer = client.post(reverse("matching:understood"), data)
        need = Need.objects.get()
        assert answer.url == need.get_absolute_url()
        assert (need.state, need.title, need.language) == ("open", "Scratches slip through", "en")
        assert (need.exclusions, need.budget_max, need.district) == (
            ["no_cloud"],
            300_000,
            "330206",
        )
        assert need.organisation == firm
        assert client.get(reverse("matching:understood")).url == reverse("matching:post")

    def test_sent_twice_makes_one_need_and_one_firm(self, client):
        sign_in(client)
        data = understood_form(client) | {"new_name": "甬江压铸", "intent": "post"}
        for _ in range(2):
            client.post(reverse("matching:understood"), data)
        assert Need.objects.count() == 1
        assert Organisation.objects.count() == 1
        assert Organisation.objects.get().name_zh == "甬江压铸"

    def test_nothing_typed_is_lost_on_the_way_through_sign_in(self, client):
        data = understood_form(client) | {"title": "My own title", "budget_min": "5万"}
        to_login = client.post(reverse("matching:understood"), data)
        assert to_login.status_code == 302
        assert reverse("account_login") in to_login.url
        assert reverse("matching:understood") in to_login.url
        sign_in(client)
        page = client.get(reverse("matching:understood"))
        assert page.context["form"]["title"].value() == "My own title"
        assert page.context["form"]["budget_min"].value() == "5万"
        assert "My own title" in text_of(page)

    def test_a_switched_off_concept_stays_off(self, client):
        user = sign_in(client)
        firm = make_manufacturer(user)
        data = understood_form(client) | {"organisation": firm.key, "intent": "draft"}
        concepts = data.pop("concepts", [])
        client.post(reverse("matching:understood"), data)
        need = Need.objects.get()
        assert need.state == "draft"
        assert need.concepts_off == concepts
        assert [row["concept"] for row in need.concepts] == concepts

    def test_changed_words_are_read_again_before_anything_is_stored(self, client):
        user = sign_in(client)
        firm = make_manufacturer(user)
        data = understood_form(client) | {"organisation": firm.key, "intent": "post"}
        data["description"] = "Something else entirely hurts."
        page = client.post(reverse("matching:understood"), data)
        assert page.status_code == 200
        assert not Need.objects.exists()
        assert "we read them again" in text_of(page)
        form = page.context["form"]
        again = data | {"reading": form["reading"].value(), "concepts": form["concepts"].value()}
        client.post(reverse("matching:understood"), again)
        assert Need.objects.get().description == "Something else entirely hurts."

    @pytest.mark.parametrize(
        ("field", "value", "message"),
        [
            ("budget_min", "-5", "be less than 0"),
            ("budget_max", "a lot", "Write an amount in yuan"),
            ("budget_max", "9" * 30, "Write an amount in yuan"),
            ("district", "999999", "is not known here"),
            ("industries", ["Z99"], "is not known here"),
            ("offer_types", ["magic"], "is not known here"),
            ("tier_at_least", "golden", "is not known here"),
            ("exclusions", ["no_rain"], "is not known here"),
            ("languages", ["fr"], "is not known here"),
            ("concepts", ["no_such_concept"], "is not known here"),
            ("start_by", "2020-01-01", "This day has passed"),
            ("start_by", "soon", "Write a day such as"),
            ("max_distance_km", "0", "between 1 and 20,000 km"),
            ("max_distance_km", "1e9", "Write a whole number"),
            ("title", "turned \u202e round", "invisible marks"),
            ("title", "x" * 201, "201 characters; at most 200"),
            ("title", "", "Please fill in this field"),
            ("new_uscc", "123", "18 characters"),
        ],
    )
    def test_bad_answers_get_a_message_and_keep_the_rest(self, client, field, value, message):
        sign_in(client)
        data = understood_form(client) | {"new_name": "甬江压铸", "intent": "post", field: value}
        page = client.post(reverse("matching:understood"), data)
        assert page.status_code == 400
        assert message.replace("'", "&#x27;") in text_of(page)
        assert page.context["form"]["description"].value() == HURTS
        assert not Need.objects.exists()
        assert not Organisation.objects.exists()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "Please fill in this field"),
            ("x" * 1_000_000, "at most 20000"),
            ("NUL \x00 inside", "control character"),
            ("turned \u202e round", "invisible marks"),
        ],
    )
    def test_bad_text_gets_a_message_and_is_still_in_the_box(self, client, text, message):
        page = client.post(reverse("matching:post"), {"text": text})
        assert page.status_code == 400
        assert message in text_of(page)
        assert page.context["form"]["text"].value() == text

    def test_markup_is_shown_as_typed(self, client):
        user = sign_in(client)
        need = make_need(
            user, words={"title": "<b>x</b>", "description": "<script>alert(1)</script>"}
        )
        page = text_of(client.get(need.get_absolute_url()))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page

    @pytest.mark.parametrize("reading", ["", "tampered", "a:b:c"])
    def test_a_reading_we_did_not_sign_is_read_again(self, client, reading):
        user = sign_in(client)
        firm = make_manufacturer(user)
        data = understood_form(client) | {"organisation": firm.key, "intent": "draft"}
        client.post(reverse("matching:understood"), data | {"reading": reading})
        assert Need.objects.get().description == HURTS

    def test_amounts_are_read_as_people_write_them(self, client):
        user = sign_in(client)
        firm = make_manufacturer(user)
        data = understood_form(client) | {"organisation": firm.key, "intent": "draft"}
        data |= {"budget_min": "¥ 50,000", "budget_max": "20.5万元"}
        client.post(reverse("matching:understood"), data)
        assert (Need.objects.get().budget_min, Need.objects.get().budget_max) == (50_000, 205_000)

    def test_says_how_many_meet_the_conditions(self, client):
        make_listed_provider(district="330206")
        make_listed_provider(district="330213")
        client.post(reverse("matching:post"), {"text": "Work in Beilun, within 10 km."})
        page = client.get(reverse("matching:understood"))
        assert page.context["form"]["max_distance_km"].value() == 10
        assert page.context["fitting"] == 1


class TestReading:
    def test_the_public_reads_no_name(self, client):
        need = make_need()
        page = text_of(client.get(need.get_absolute_url()))
        assert need.organisation.name_zh not in page
        assert "A manufacturer in" in page

    @pytest.mark.parametrize("state", ["draft", "moderation", "withdrawn", "expired"])
    def test_what_is_not_open_is_not_there_for_strangers(self, client, state):
        need = make_need(state=state)
        assert client.get(need.get_absolute_url()).status_code == 404
        sign_in(client)
        assert client.get(need.get_absolute_url()).status_code == 404
        sign_in(client, roles=("officer",))
        page = client.get(need.get_absolute_url())
        assert need.organisation.name_zh in text_of(page)

    def test_a_provider_reads_the_name_once_it_is_introduced(self, client):
        from matching.actions.introduction import accept

        seller = sign_in(client)
        provider = make_listed_provider(seller)
        asked = make_introduction(provider=provider)
        name = asked.need.organisation.name_zh
        assert name not in text_of(client.get(asked.need.get_absolute_url()))
        accept(actor=seller, introduction=asked)
        assert name in text_of(client.get(asked.need.get_absolute_url()))

    def test_an_address_with_nul_is_not_there(self, client):
        sign_in(client, roles=("moderator",))
        for name in ("need", "moderate", "edit"):
            assert client.get(reverse(f"matching:{name}", args=["a\x00b"])).status_code == 404

    def test_the_index_holds_no_name(self):
        need = make_need()
        kind = documents.get_type("need")
        document = kind.to_document(kind.queryset().get(ref=need.ref))
        assert need.organisation.name_zh not in repr(document)
        assert (document.key, document.url) == (need.ref, f"/needs/{need.ref}/")
        assert document.title.zh == need.title

    @pytest.mark.parametrize("state", ["draft", "moderation", "withdrawn", "expired"])
    def test_the_index_holds_open_needs_only(self, state):
        need = make_need(state=state)
        assert documents.get_type("need").get([need.ref]) == {}

    def test_lists_count_their_queries(self, client, django_assert_max_num_queries):
        for _ in range(8):
            make_need()
        with django_assert_max_num_queries(4):
            page = client.get(reverse("matching:needs"))
        assert len(page.context["cards"]) == 8
        user = sign_in(client)
        firm = make_manufacturer(user)
        for _ in range(8):
            make_need(user, organisation=firm)
        with django_assert_max_num_queries(9):
            page = client.get(reverse("matching:mine"))
        assert len(page.context["page"]) == 8

    def test_filters_narrow(self, client):
        make_need(district="330206")
        make_need(district="330212", words={"title": "电表手抄"})
        assert (
            client.get(reverse("matching:needs"), {"district": "330206"})
            .context["page"]
            .paginator.count
            == 1
        )
        assert (
            client.get(reverse("matching:needs"), {"q": "电表"}).context["page"].paginator.count
            == 1
        )
        for odd in (
            {"q": "\x00"},
            {"page": "-1"},
            {"page": "x"},
            {"sort": "\x00"},
            {"district": "\x00"},
            {"district": "x' OR 1"},
        ):
            assert client.get(reverse("matching:needs"), odd).status_code == 200


class TestOwner:
    @pytest.mark.parametrize(
        ("state", "name", "becomes"),
        [
            ("draft", "post", "open"),
            ("draft", "withdraw", "withdrawn"),
            ("moderation", "withdraw", "withdrawn"),
            ("open", "withdraw", "withdrawn"),
            ("open", "extend", "open"),
            ("withdrawn", "reopen", "draft"),
            ("expired", "reopen", "draft"),
        ],
    )
    def test_steps_are_asked_and_then_done(self, client, state, name, becomes, settings):
        settings.NEED_MODERATION = False
        user = sign_in(client)
        need = make_need(user, state=state)
        url = reverse("matching:step", args=[need.ref, name])
        asked = client.get(url)
        assert asked.status_code == 200
        client.post(url, {"version": asked.context["fields"]["version"]})
        need.refresh_from_db()
        assert need.state == becomes

    def test_too_late_is_told_and_changes_nothing(self, client):
        user = sign_in(client)
        need = make_need(user)
        url = reverse("matching:step", args=[need.ref, "withdraw"])
        for _ in range(2):
            page = client.post(url, {"version": 1}, follow=True)
        assert page.status_code == 200
        assert "You withdrew it (a moment ago)" in text_of(page)
        assert Need.objects.get().version == 2

    @pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "²"])
    def test_any_version_sent_is_survived(self, client, version):
        need = make_need(sign_in(client))
        url = reverse("matching:step", args=[need.ref, "withdraw"])
        assert client.post(url, {"version": version}).status_code == 302

    def test_others_find_nothing_to_do(self, client):
        need = make_need()
        sign_in(client)
        assert client.get(reverse("matching:step", args=[need.ref, "withdraw"])).status_code == 404
        assert client.post(reverse("matching:step", args=[need.ref, "withdraw"])).status_code == 404
        assert client.get(reverse("matching:edit", args=[need.ref])).status_code == 404

    def test_a_draft_is_changed_and_posted(self, client, settings):
        settings.NEED_MODERATION = False
        user = sign_in(client)
        need = make_need(user, state="draft")
        url = reverse("matching:edit", args=[need.ref])
        form = client.get(url).context["form"]
        data = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in data.items() if value not in (None, "")}
        client.post(url, data | {"title": "新的标题", "budget_max": "30万", "intent": "post"})
        need.refresh_from_db()
        assert (need.title, need.budget_max, need.state) == ("新的标题", 300_000, "open")

    def test_an_open_need_keeps_its_words(self, client):
        user = sign_in(client)
        need = make_need(user)
        url = reverse("matching:edit", args=[need.ref])
        form = client.get(url).context["form"]
        data = {"version": 1, "district": "330206", "reading": form["reading"].value()}
        client.post(url, data | {"title": "other", "description": "other"})
        need.refresh_from_db()
        assert (need.title, need.district) == ("外壳划伤漏检", "330206")

    def test_somebody_else_changed_it_meanwhile(self, client):
        user = sign_in(client)
        need = make_need(user, state="draft")
        url = reverse("matching:edit", args=[need.ref])
        form = client.get(url).context["form"]
        data = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in data.items() if value not in (None, "")}
        client.post(url, data | {"title": "first", "intent": "draft"})
        page = client.post(url, data | {"title": "second", "intent": "draft"})
        assert page.status_code == 409
        assert page.context["form"]["title"].value() == "second"
        assert Need.objects.get().title == "first"
        again = data | {"title": "second", "version": page.context["form"]["version"].value()}
        client.post(url, again | {"intent": "draft"})
        assert Need.objects.get().title == "second"

    def test_csv_holds_ones_own_and_no_formula(self, client):
        user = sign_in(client)
        need = make_need(user, words={"title": "=HYPERLINK(1)"}, industries=["C33", "C34"])
        make_need()
        given = client.get(reverse("matching:export")).getvalue().decode()
        rows = given.lstrip("\ufeff").splitlines()
        assert len(rows) == 2
        assert rows[1].startswith(need.ref)
        assert "'=HYPERLINK(1)" in rows[1]
        assert "C33;C34" in rows[1]


def test_extending_shows_the_new_day(client):
    user = make_user()
    need = make_need(user)
    Need.objects.filter(pk=need.pk).update(expires_on=timezone.localdate() + timedelta(days=2))
    client.force_login(user)
    client.post(reverse("matching:step", args=[need.ref, "extend"]), {"version": need.version})
    need.refresh_from_db()
    assert need.expires_on == timezone.localdate() + timedelta(days=90)


@pytest.mark.parametrize(("state", "status"), [("open", 200), ("withdrawn", 200), ("draft", 404)])
def test_a_provider_that_once_asked_does_not_read_what_is_drafted_later(client, state, status):
    need = make_need()
    seller = make_user()
    make_introduction(need=need, provider=make_listed_provider(seller), side="provider")
    owner = need.created_by
    if state != "open":
        actions.withdraw_need(actor=owner, need=need)
    if state == "draft":
        actions.reopen_need(actor=owner, need=need)
        words = Words("改了的标题", "还没有发布的内容。", "zh")
        actions.update_draft(actor=owner, need=need, words=words)
    client.force_login(seller)
    assert client.get(need.get_absolute_url()).status_code == status
    row = Introduction.objects.get()
    for page in (row.get_absolute_url(), reverse("matching:introductions") + "?box=over"):
        assert "改了的标题" not in text_of(client.get(page))


def test_an_old_need_lends_its_words_to_a_new_one(client):
    need = make_need()
    owner = need.created_by
    actions.withdraw_need(actor=owner, need=need)
    client.force_login(owner)
    again = reverse("matching:post") + f"?again={need.ref}"
    reopen = reverse("matching:step", args=[need.ref, "reopen"])
    page = text_of(client.get(need.get_absolute_url()))
    assert again in page
    assert reopen in page
    introduced = make_accepted()
    Introduction.objects.filter(pk=introduced.pk).update(need=need)
    page = text_of(client.get(need.get_absolute_url()))
    assert again in page
    assert reopen not in page
    assert client.get(again).context["form"].initial["text"] == need.description
    client.force_login(make_user())
    assert client.get(again).status_code == 404


def test_only_the_fields_of_the_form_are_kept_until_somebody_signs_in(client):
    data = understood_form(client) | {"intent": "post", "padding": "x" * 100_000}
    assert client.post(reverse("matching:understood"), data).status_code == 302
    kept = client.session["need_form"]
    assert "padding" not in kept
    assert "description=" in kept
