"""The list of needs: one's own in every state, and all for the city's people."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from matching.listing import TONES
from matching.lists.shared import (
    WordsFilters,
    day_filter,
    district_filter,
    has_no_firm,
    named,
    states_filter,
)
from matching.models import Need
from matching.people import district_label
from matching.states import ACCEPTED, REQUESTED
from portal.foundation.lists import columns
from portal.foundation.lists.kinds import DeskTable, ListKind, Scope


def rows(scope: Scope) -> QuerySet[Need]:
    """Needs in every state, newest first, with how many introductions wait and were accepted."""
    needs = Need.objects.all()
    if not scope.everything:
        needs = needs.filter(organisation__memberships__user_id=scope.user.pk)
    counted = {
        name: Count("introductions", filter=Q(introductions__state=state), distinct=True)
        for name, state in (("waiting", REQUESTED), ("met", ACCEPTED))
    }
    return needs.select_related("organisation").annotate(**counted).order_by("-pk")


class NeedTable(DeskTable):
    """Columns of needs."""

    title = columns.LinkColumn(verbose_name=_("Need"), language="language")
    ref = columns.WordsColumn(
        verbose_name=_("Reference"), words=lambda need, scope: need.ref, order_by="ref"
    )
    organisation = columns.WordsColumn(
        verbose_name=_("Organisation"),
        words=lambda need, scope: str(need.organisation),
        orderable=False,
    )
    state = columns.StateColumn(verbose_name=_("State"), tones=TONES)
    district = columns.WordsColumn(
        verbose_name=_("District"),
        words=lambda need, scope: district_label(need.district),
        order_by="district",
    )
    budget_min = columns.MoneyColumn(verbose_name=_("Budget from"))
    budget_max = columns.MoneyColumn(verbose_name=_("Budget to"))
    start_by = columns.DayColumn(verbose_name=_("Start by"))
    posted_at = columns.DayColumn(verbose_name=_("Posted"), initial_sort_descending=True)
    expires_on = columns.DayColumn(verbose_name=_("Open until"))
    waiting = columns.CountColumn(verbose_name=_("Introductions waiting"))
    met = columns.CountColumn(verbose_name=_("Introductions accepted"))
    created = columns.DayColumn(verbose_name=_("Written down"), initial_sort_descending=True)

    fixed = ("title",)
    usual = ("ref", "state", "district", "posted_at", "expires_on", "waiting", "met")


class NeedFilters(WordsFilters):
    """Filters of needs."""

    state = states_filter(Need.State.choices)
    district = district_filter("district")
    posted_from = day_filter(_("Posted from"), "posted_at", "date__gte")
    posted_to = day_filter(_("Posted until"), "posted_at", "date__lte")
    ends_before = day_filter(_("Open until, at the latest"), "expires_on", "lte")

    def where(self, words: str) -> Q:
        """In title, description, reference; for the city in the organisation's name too."""
        found = (
            Q(title__icontains=words) | Q(description__icontains=words) | Q(ref__icontains=words)
        )
        return found | named("organisation", words) if self.scope.everything else found


NEEDS: ListKind = ListKind(
    name="needs",
    label=_("My needs"),
    label_all=_("All needs"),
    table=NeedTable,
    filters=NeedFilters,
    rows=rows,
    template="matching/lists/needs.html",
    see_all="matching.need.list_all",
    starts_with_all=has_no_firm,
)
