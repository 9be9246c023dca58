"""The pages of projects: what each visitor sees and may do, in both languages."""

from pathlib import Path
from typing import Any

import pytest

from portal.community import actions
from portal.community.models import JoinRequest, Project
from portal.vocabulary import get_vocabulary
from search import engines, indexing
from tests.clients import Client
from tests.factories import make_join_request, make_project, make_user

pytestmark = pytest.mark.django_db
CONCEPT = next(iter(get_vocabulary().concepts))


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> None:
    settings.DUIJIE_DATA_DIR = tmp_path


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return response.content.decode()


def test_the_list_shows_published_projects_in_both_languages(client: Client) -> None:
    make_project(name_zh="协议网关", slug="gateway")
    make_project(name_en="Hidden one", published=False)
    zh, en = text(client.get("/zh-hans/projects/")), text(client.get("/en/projects/"))
    assert "协议网关" in zh
    assert "Apache PLC4X" in en
    assert "Hidden one" not in zh + en
    assert "/en/projects/gateway/" in en


def test_an_empty_list_says_what_to_do(client: Client) -> None:
    assert "Propose the first one" in text(client.get("/en/projects/"))


def test_words_and_capabilities_narrow_the_list(client: Client) -> None:
    make_project(slug="one", name_en="Torque logger", concepts=[CONCEPT])
    make_project(slug="two", name_en="Kiln monitor")
    for engine in engines.all_engines():
        indexing.sync(engine)
    for query, shown, hidden in (
        ("q=kiln", "Kiln monitor", "Torque logger"),
        (f"concept={CONCEPT}", "Torque logger", "Kiln monitor"),
    ):
        page = text(client.get(f"/en/projects/?{query}"))
        assert shown in page
        assert hidden not in page
    assert "No project fits" in text(client.get("/en/projects/?q=zeppelin"))


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 5000, "concept=nothing", "page=abc", "page=999", "q=\u202e"]
)
def test_bad_parameters_are_passed_over(client: Client, query: str) -> None:
    assert client.get(f"/en/projects/?{query}").status_code == 200


def test_a_list_costs_the_same_for_any_length(
    client: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        make_project(concepts=[CONCEPT])
    client.get("/en/projects/")
    with django_assert_num_queries(2):
        client.get("/en/projects/?page=1")


def test_a_project_page_tells_what_there_is_to_know(
    client: Client, django_assert_num_queries: Any
) -> None:
    project = make_project(
        maintainer=make_user("王敏"), wanted_en="Testers with a Siemens S7-300", concepts=[CONCEPT]
    )
    with django_assert_num_queries(2):
        response = client.get(f"/en/projects/{project.slug}/")
    page = text(response)
    label = get_vocabulary().concept_label(CONCEPT, "en")
    for part in (
        "Apache PLC4X",
        "https://github.com/apache/plc4x",
        "Apache-2.0",
        "One interface to read PLCs of every make.",
        "Testers with a Siemens S7-300",
        "王敏",
        label,
        f"/en/accounts/login/?next=/en/projects/{project.slug}/join/",
    ):
        assert part in page
    assert "csrfmiddlewaretoken" not in page
    assert "用同一套接口读写各家 PLC。" in text(client.get(f"/zh-hans/projects/{project.slug}/"))


def test_what_is_not_published_is_not_there_for_others(client: Client) -> None:
    maintainer = make_user()
    project = make_project(maintainer=maintainer, published=False)
    url = f"/en/projects/{project.slug}/"
    assert client.get(url).status_code == 404
    assert signed_in(make_user()).get(url).status_code == 404
    assert signed_in(maintainer).get(url).status_code == 200
    assert "Waiting for your decision" in text(signed_in(make_user(roles=("editor",))).get(url))
    assert client.get("/en/projects/nothing/").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_visit_to_joined(client: Client, language: str) -> None:
    maintainer, person = make_user("Mei"), make_user("Ola")
    project = make_project(maintainer=maintainer)
    url = f"/{language}/projects/{project.slug}/"
    visitor, keeper = signed_in(person), signed_in(maintainer)
    assert visitor.get(url + "join/").headers["Location"] == f"{url}#join"
    sent = visitor.post(url + "join/", {"does": "code", "message": "我会写驱动"})
    assert sent.status_code == 302
    asked = JoinRequest.objects.get(user=person)
    assert "我会写驱动" in text(keeper.get(url))
    assert "我会写驱动" not in text(visitor.get(url))
    answer = {"decision": "approve", "note": ""}
    assert keeper.post(f"{url}requests/{asked.pk}/", answer).status_code == 302
    assert "Ola" in text(client.get(url))
    assert "Apache PLC4X" in text(visitor.get(f"/{language}/contributions/"))


def test_a_bad_request_keeps_what_was_written() -> None:
    project = make_project()
    client = signed_in(make_user())
    url = f"/en/projects/{project.slug}/join/"
    response = client.post(url, {"does": "flying", "message": "Hello\u202e"})
    assert response.status_code == 422
    assert "invisible marks" in text(response)
    make_join_request(project, response.wsgi_request.user)
    again = client.post(url, {"does": "code", "message": "Hello"}, follow=True)
    assert "You have asked already" in text(again)


def test_declining_without_a_word_asks_for_one() -> None:
    maintainer = make_user()
    asked = make_join_request(make_project(maintainer=maintainer))
    client = signed_in(maintainer)
    url = f"/en/projects/{asked.project.slug}/requests/{asked.pk}/"
    assert "Say why" in text(client.post(url, {"decision": "decline", "note": ""}))
    client.post(url, {"decision": "decline", "note": "Later"})
    late = client.post(url, {"decision": "approve", "note": ""}, follow=True)
    assert "quicker" in text(late)


def test_only_maintainers_decide_and_only_on_their_own() -> None:
    maintainer = make_user()
    mine, other = make_project(maintainer=maintainer), make_project()
    asked = make_join_request(other)
    client = signed_in(maintainer)
    answer = {"decision": "approve"}
    assert client.post(f"/en/projects/{other.slug}/requests/{asked.pk}/", answer).status_code == 403
    assert client.post(f"/en/projects/{mine.slug}/requests/{asked.pk}/", answer).status_code == 404
    asked.refresh_from_db()
    assert asked.state == "open"


def test_withdrawing_is_for_whoever_asked() -> None:
    person = make_user()
    asked = make_join_request(make_project(), person)
    url = f"/en/projects/{asked.project.slug}/requests/{asked.pk}/withdraw/"
    assert signed_in(make_user()).post(url).status_code == 404
    assert "Withdraw your request?" in signed_in(person).get(url).content.decode()
    signed_in(person).post(url)
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_leaving_is_asked_first() -> None:
    maintainer, person = make_user(), make_user()
    project = make_project(maintainer=maintainer)
    actions.approve_join(actor=maintainer, request=make_join_request(project, person))
    client = signed_in(person)
    assert "Leave Apache PLC4X?" in text(client.get(f"/en/projects/{project.slug}/leave/"))
    client.post(f"/en/projects/{project.slug}/leave/")
    assert project.memberships.count() == 1
    kept = signed_in(maintainer).post(f"/en/projects/{project.slug}/leave/", follow=True)
    assert "last maintainer" in text(kept)


FORM = {
    "repository_url": "https://gitee.com/a/b",
    "slug": "a-b",
    "licence": "MulanPSL-2.0",
    "name_zh": "甲乙",
    "summary_zh": "解决问题",
    "concepts": [CONCEPT],
}


def test_proposing_and_editing() -> None:
    client = signed_in(make_user())
    assert client.post("/zh-hans/projects/new/", FORM).status_code == 302
    project = Project.objects.get(slug="a-b")
    assert (project.state, project.concepts) == ("proposed", [CONCEPT])
    edited = client.post("/zh-hans/projects/a-b/edit/", {**FORM, "name_en": "AB"})
    assert edited.status_code == 302
    project.refresh_from_db()
    assert project.name_en == "AB"
    assert client.get("/zh-hans/projects/a-b/edit/").status_code == 200
    editor = signed_in(make_user(roles=("editor",)))
    editor.post("/en/projects/a-b/review/", {"decision": "publish"})
    project.refresh_from_db()
    assert project.published


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("slug", "a b", "single hyphens"),
        ("licence", "Freeware", "no SPDX licence"),
        ("repository_url", "ftp://x", "https://"),
        ("summary_zh", "x" * 1_000_000, "at most 2000 are allowed"),
        ("concepts", ["nothing"], "nothing"),
        ("name_zh", "", "Chinese or in English"),
        ("name_zh", "\x00", "control character"),
    ],
)
def test_a_bad_proposal_says_what_to_mend(field: str, value: Any, message: str) -> None:
    response = signed_in(make_user()).post("/en/projects/new/", {**FORM, field: value})
    assert response.status_code == 422
    assert message in text(response)
    assert not Project.objects.exists()


def test_editing_and_reviewing_are_for_those_who_may() -> None:
    project = make_project()
    client = signed_in(make_user())
    assert client.get(f"/en/projects/{project.slug}/edit/").status_code == 403
    answer = {"decision": "decline", "note": "No"}
    assert client.post(f"/en/projects/{project.slug}/review/", answer).status_code == 403
    editor = signed_in(make_user(roles=("editor",)))
    silent = editor.post(f"/en/projects/{project.slug}/review/", {"decision": "decline"})
    assert "Say why" in text(silent)


@pytest.mark.parametrize("path", ["projects/new/", "contributions/", "projects/x/join/"])
def test_signing_in_comes_first(client: Client, path: str) -> None:
    response = client.get(f"/en/{path}")
    assert response.headers["Location"].startswith("/en/accounts/login/?next=")


def test_my_contributions_cost_the_same_for_any_number(django_assert_num_queries: Any) -> None:
    maintainer = make_user()
    client = signed_in(maintainer)
    assert "You are in no project yet" in text(client.get("/en/contributions/"))
    for _ in range(3):
        make_join_request(make_project(maintainer=maintainer))
        make_join_request(make_project(), maintainer)
    with django_assert_num_queries(6):
        page = text(client.get("/en/contributions/"))
    assert page.count("1 person waits for your answer") == 3
