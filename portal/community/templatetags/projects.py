"""Projects in lists that other rooms make."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import reverse

from portal.community import queries
from portal.community.models import Project

register = template.Library()


@register.simple_tag
def project_as_card(
    project: Project, highlight: Any = "", because: Sequence[str] = ()
) -> dict[str, Any]:
    """What `{% project_card %}` shows of a project; `highlight` stands for the summary, `because`
    names the capabilities it was found for."""
    card = queries.card(project, reverse("community:projects"))
    return {**card, "highlight": highlight, "because": because}
