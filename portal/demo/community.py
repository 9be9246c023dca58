"""Demo projects, people who want to join them, and news."""

from datetime import date, timedelta

from cms.models import NewsPage
from cms.setup import NewsText, publish_news
from portal.accounts.models import User
from portal.community import actions
from portal.community.content import ProjectContent
from portal.community.models import JoinRequest, Project
from portal.demo.rows import DemoNews, DemoProject
from portal.vocabulary.linker import link_passages

MAX_CONCEPTS = 3


def ensure_project(row: DemoProject, *, maintainer: User) -> bool:
    """Propose and publish one project; False where it is there already."""
    if Project.objects.filter(slug=row.slug).exists():
        return False
    fields = row.model_dump(exclude={"slug"})
    marks = link_passages([row.summary_zh, row.summary_en])
    concepts = list(dict.fromkeys(mark.id for own in marks for mark in own))[:MAX_CONCEPTS]
    project = actions.create_project(
        actor=None,
        slug=row.slug,
        content=ProjectContent(**fields, concepts=concepts),
        maintainer=maintainer,
        is_demo=True,
    )
    actions.publish_project(actor=None, project=project)
    return True


def ensure_joining(people: dict[str, User]) -> None:
    """A contributor on one project, and a request that waits on another."""
    maintainer = people["maintainer"]
    wishes = [
        ("anomalib", people["contributor"], "testing", "我在冲压厂上班，可以拍良品照片。", True),
        ("inventree", people["contributor"], "documentation", "想校对中文界面。", False),
        ("or-tools", people["collective"], "code", "我们给小厂写过排产，可以整理例子。", True),
    ]
    for slug, user, does, message, approve in wishes:
        project = Project.objects.get(slug=slug)
        if JoinRequest.objects.filter(project=project, user=user).exists():
            continue
        request = actions.request_to_join(actor=user, project=project, does=does, message=message)
        if approve:
            actions.approve_join(actor=maintainer, request=request)


def ensure_news(row: DemoNews, *, day: date) -> bool:
    """Publish one piece of news in both languages; False where it is there already."""
    if NewsPage.objects.filter(slug=row.slug).exists():
        return False
    publish_news(
        slug=row.slug,
        day=day - timedelta(days=row.days_ago),
        texts={
            "zh": NewsText(row.title_zh, row.intro_zh, (row.body_zh,)),
            "en": NewsText(row.title_en, row.intro_en, (row.body_en,)),
        },
        is_demo=True,
    )
    return True
