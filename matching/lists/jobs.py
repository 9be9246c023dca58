"""The list of jobs: those of one's organisations on either side, and all for officers."""

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.lists.introductions import own_of
from matching.lists.shared import (
    WordsFilters,
    day_filter,
    has_no_firm,
    named,
    one_of,
    states_filter,
)
from matching.models import Job, Milestone
from portal.foundation.lists import columns
from portal.foundation.lists.kinds import DeskTable, ListKind, Scope

TONES = {"running": "info", "disputed": "bad", "done": "good", "cancelled": "neutral"}
_UNFINISHED = ~Q(milestones__state=Milestone.State.CONFIRMED)


def rows(scope: Scope) -> QuerySet[Job]:
    """Jobs, newest first, with both sides, how many milestones there are and were confirmed, and
    the day of the next."""
    jobs = Job.objects.all()
    if not scope.everything:
        own = own_of(scope)
        jobs = jobs.filter(
            Q(introduction__need__organisation_id__in=own)
            | Q(introduction__provider__organisation_id__in=own)
        )
    return (
        jobs.select_related(
            "introduction__need__organisation", "introduction__provider__organisation"
        )
        .annotate(
            milestone_count=Count("milestones"),
            confirmed_count=Count(
                "milestones", filter=Q(milestones__state=Milestone.State.CONFIRMED)
            ),
            next_due=Min("milestones__due_on", filter=_UNFINISHED),
        )
        .order_by("-pk")
    )


def _progress(job: Job, scope: Scope) -> str:
    counted = vars(job)
    return f"{counted['confirmed_count']}/{counted['milestone_count']}"


class JobTable(DeskTable):
    """Columns of jobs."""

    ref = columns.LinkColumn(verbose_name=_("Job"))
    need = columns.WordsColumn(
        verbose_name=_("Need"),
        words=lambda job, scope: job.introduction.need.title,
        order_by="introduction__need__title",
    )
    manufacturer = columns.WordsColumn(
        verbose_name=_("Manufacturer"),
        words=lambda job, scope: str(job.introduction.need.organisation),
        orderable=False,
    )
    provider = columns.WordsColumn(
        verbose_name=_("Provider"),
        words=lambda job, scope: str(job.introduction.provider),
        orderable=False,
    )
    state = columns.StateColumn(verbose_name=_("State"), tones=TONES)
    price = columns.MoneyColumn(verbose_name=_("Price"))
    progress = columns.WordsColumn(
        verbose_name=_("Milestones confirmed"), words=_progress, order_by="confirmed_count"
    )
    next_due = columns.DayColumn(verbose_name=_("Next milestone due"))
    started = columns.DayColumn(
        verbose_name=_("Started"), accessor="started_at", initial_sort_descending=True
    )
    due_on = columns.DayColumn(verbose_name=_("Due"))
    ended = columns.DayColumn(verbose_name=_("Ended"), accessor="ended_at")

    fixed = ("ref",)
    own_only = ("price",)
    usual = ("need", "manufacturer", "provider", "state", "progress", "next_due", "due_on")


class JobFilters(WordsFilters):
    """Filters of jobs."""

    state = states_filter(Job.State.choices)
    late = one_of(_("Deadline"), [("late", _("A milestone is overdue"))], method="only_late")
    due = day_filter(_("Due, at the latest"), "due_on", "lte")
    started_from = day_filter(_("Started from"), "started_at", "date__gte")
    started_to = day_filter(_("Started until"), "started_at", "date__lte")

    def where(self, words: str) -> Q:
        """In the references, the need's title and the names of both sides: each knows the other."""
        return (
            Q(ref__icontains=words)
            | Q(introduction__need__ref__icontains=words)
            | Q(introduction__need__title__icontains=words)
            | named("introduction__need__organisation", words)
            | named("introduction__provider__organisation", words)
        )

    def only_late(self, found: QuerySet[Job], name: str, value: str) -> QuerySet[Job]:
        """Running jobs with a milestone to be delivered whose day has passed."""
        overdue = Milestone.objects.filter(
            job=OuterRef("pk"),
            state__in=[Milestone.State.OPEN, Milestone.State.RETURNED],
            due_on__lt=timezone.localdate(),
        )
        return found.filter(Exists(overdue), state=Job.State.RUNNING)


JOBS = ListKind(
    name="jobs",
    label=_("Jobs"),
    label_all=_("All jobs"),
    table=JobTable,
    filters=JobFilters,
    rows=rows,
    template="matching/lists/jobs.html",
    see_all="matching.job.list_all",
    starts_with_all=has_no_firm,
)
