"""From a visit to a named contributor."""

from typing import Any

import pytest

from portal.community.models import Project
from tests.e2e.visitor import DESKTOP, PHONE
from tests.factories import make_project, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORD = {
    "zh-hans": "十年 PLC 驱动开发，想帮忙做西门子的适配。",
    "en": "Ten years of PLC drivers; I'd like to help with Siemens.",
}


@pytest.fixture
def project(portal: str) -> Project:
    """A project with a maintainer, that wants help."""
    return make_project(
        slug="plc4x",
        maintainer=make_user("何维", email="he@plc.example"),
        name_zh="Apache PLC4X",
        wanted_zh="会写驱动的人。",
        wanted_en="People who write drivers.",
    )


@pytest.mark.parametrize(
    ("language", "size"), [("zh-hans", PHONE), ("en", DESKTOP)], ids=["zh-phone", "en-desktop"]
)
def test_from_visit_to_contributor(come: Any, project: Project, language: str, size: dict) -> None:
    joining = make_user("吴码", email="wu@code.example", language=language)
    visitor = come(language, size)
    visitor.go("/projects/")
    visitor.look("projects")
    visitor.press('a[href$="/projects/plc4x/"]')
    visitor.look("project")
    visitor.press('#join a[href*="/accounts/login/"]')
    visitor.sign_in_by_form(joining, "secret-word-1")
    assert visitor.path == "/projects/plc4x/"
    visitor.send(
        {"does": "code", "message": WORD[language]}, '#join form[action*="/join/"] [type=submit]'
    )
    assert visitor.path == "/projects/plc4x/"
    assert visitor.find('#join form[action*="/join/"]').count() == 0
    visitor.look("project-asked")

    maintainer = come(language, size)
    maintainer.sign_in(project.memberships.get().user)
    maintainer.go("/notifications/")
    maintainer.press('form[action$="/open/"] button')
    assert maintainer.path == "/projects/plc4x/"
    assert WORD[language] in maintainer.text()
    maintainer.look("project-requests")
    maintainer.press("button[name=decision][value=approve]")
    assert project.memberships.filter(user=joining, role="contributor").exists()

    visitor.go("/notifications/")
    assert visitor.find('form[action$="/open/"]').count() == 1
    visitor.press('form[action$="/open/"] button')
    assert visitor.path == "/projects/plc4x/"
    visitor.look("project-joined")
    visitor.go("/contributions/")
    visitor.look("contributions")
    assert visitor.find('a[href$="/projects/plc4x/"]').count() >= 1

    anybody = come(language, size)
    anybody.go("/projects/plc4x/")
    assert "吴码" in anybody.text()
    assert WORD[language] not in anybody.page.content()
