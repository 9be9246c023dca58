"""Open-source projects of the city's community, and the people who build them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.foundation.text import pick


class Project(models.Model):
    """One open-source project, in both languages."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for an editor")
        PUBLISHED = "published", _("Published")
        DECLINED = "declined", _("Declined")

    slug = models.SlugField(max_length=60, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    summary_zh = models.TextField(_("what it solves, in Chinese"), max_length=2000, blank=True)
    summary_en = models.TextField(_("what it solves, in English"), max_length=4000, blank=True)
    repository_url = models.URLField(_("repository"), max_length=300)
    licence = models.CharField(_("licence (SPDX)"), max_length=60)
    concepts = models.JSONField(_("capabilities"), default=list, blank=True)
    industries = models.JSONField(_("industries"), default=list, blank=True)
    wanted_zh = models.TextField(_("help wanted, in Chinese"), max_length=1000, blank=True)
    wanted_en = models.TextField(_("help wanted, in English"), max_length=2000, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PROPOSED, db_index=True
    )
    decision_note = models.TextField(_("note"), max_length=1000, blank=True)
    is_demo = models.BooleanField(_("demo"), default=False)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["-created", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_zh="") | ~Q(name_en=""), name="project_has_name"
            )
        ]

    def __str__(self) -> str:
        return pick(self.name_zh, self.name_en)

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("community:project", args=[self.slug])

    @property
    def published(self) -> bool:
        """Whether everyone may see it."""
        return self.state == self.State.PUBLISHED


class ProjectMember(models.Model):
    """A person who maintains or contributes to a project."""

    class Role(models.TextChoices):
        MAINTAINER = "maintainer", _("Maintainer")
        CONTRIBUTOR = "contributor", _("Contributor")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="project_memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    does = models.CharField(_("what they do"), max_length=80, blank=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("project member")
        verbose_name_plural = _("project members")
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="project_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.project}"


class JoinRequest(models.Model):
    """A signed-in person asks to join a project; a maintainer decides."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a maintainer")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Does(models.TextChoices):
        CODE = "code", _("Code")
        TESTING = "testing", _("Testing on the shop floor")
        DOCUMENTATION = "documentation", _("Documentation and translation")
        DOMAIN = "domain", _("Process knowledge")
        DESIGN = "design", _("Design")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="join_requests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests"
    )
    does = models.CharField(_("role"), max_length=20, choices=Does.choices)
    message = models.TextField(_("a word about you"), max_length=1000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision_note = models.TextField(_("note"), max_length=1000, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=Q(state="open"),
                name="join_request_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.project}"
