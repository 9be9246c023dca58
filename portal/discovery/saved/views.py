"""A person's saved searches: saving, looking, changing, deleting, taking them away."""

import csv
from io import StringIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.requests import person
from portal.discovery.models import SavedSearch
from portal.discovery.parameters import BadParameter
from portal.discovery.saved import actions
from portal.discovery.saved.canonical import Canonical, canonical, name_of
from portal.discovery.saved.forms import SavedSearchForm
from portal.discovery.saved.news import news_of
from portal.discovery.saved.tokens import token
from portal.foundation import permissions
from portal.foundation.exports import csv_cell
from portal.foundation.forms import add_refusal

_COLUMNS = ("name", "address", "frequency", "by_email", "in_portal", "saved")


@login_required
def saved_searches(request: HttpRequest) -> HttpResponse:
    """All of a person's searches with how much is new in each."""
    return render(request, "discovery/saved_searches.html", {"searches": _own(request)})


@login_required
def save_search(request: HttpRequest) -> HttpResponse:
    """Keep the search that the address names: its parameters are the search page's."""
    given = dict(request.GET.lists())
    try:
        search = canonical(given)
    except BadParameter as error:
        context = {"problem": str(error)}
        return render(request, "discovery/save_search.html", context, status=400)
    actor = person(request)
    permissions.require(actor, "discovery.search.save")
    same = actions.find_same(actor, search)
    if same is not None:
        messages.info(request, _("You have this search already."))
        return redirect(same)
    if request.method != "POST":
        return _save_page(request, SavedSearchForm(initial={"name": name_of(search)}), search)
    form = SavedSearchForm(request.POST)
    if form.is_valid():
        try:
            saved, _new = actions.save_search(actor=actor, search=search, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Saved. What exists already is not told; what is new is."))
            return redirect(saved)
    return _save_page(request, form, search, status=400)


def _save_page(
    request: HttpRequest, form: SavedSearchForm, search: Canonical, status: int = 200
) -> HttpResponse:
    context = {"form": form, "parameters": search.parameters}
    return render(request, "discovery/save_search.html", context, status=status)


@login_required
def saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """One search: what it came upon since it was saved, and its feed."""
    search = _one(request, pk)
    seen = search.last_seen
    context = {
        "search": search,
        "news": news_of(search, request.GET.get("page", "")),
        "seen": seen,
        "feed_token": token("feed", search),
    }
    actions.mark_seen(actor=person(request), search=search)
    return render(request, "discovery/saved_search.html", context)


@login_required
def edit_saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename it, pause it, choose how to be told."""
    search = _one(request, pk)
    form = SavedSearchForm(request.POST) if request.method == "POST" else SavedSearchForm.of(search)
    if form.is_bound and form.is_valid():
        try:
            actions.update_search(actor=person(request), search=search, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Changed."))
            return redirect("discovery:saved-searches")
    status = 400 if form.is_bound else 200
    context = {"form": form, "search": search}
    return render(request, "discovery/edit_saved_search.html", context, status=status)


@login_required
@require_POST
def pause_saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a running search, take a paused one up as it was."""
    search = _one(request, pk)
    actions.update_search(
        actor=person(request),
        search=search,
        name=search.name,
        frequency=search.resumes_as if search.paused else SavedSearch.Frequency.OFF,
        by_email=search.by_email,
        in_portal=search.in_portal,
    )
    return redirect("discovery:saved-searches")


@login_required
def delete_saved_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then delete."""
    search = _one(request, pk)
    if request.method == "POST":
        actions.delete_search(actor=person(request), search=search)
        messages.success(request, _("Deleted."))
        return redirect("discovery:saved-searches")
    context = {
        "title": _("Delete this saved search?"),
        "text": search.name,
        "confirm_label": _("Delete"),
        "cancel_url": search.get_absolute_url(),
        "tone": "danger",
    }
    return render(request, "layouts/confirm.html", context)


@login_required
def export_saved_searches(request: HttpRequest) -> HttpResponse:
    """The person's searches as CSV."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    for search in _own(request):
        writer.writerow(
            [
                csv_cell(search.name),
                request.build_absolute_uri(search.search_url),
                search.frequency,
                search.by_email,
                search.in_portal,
                search.created.isoformat(),
            ]
        )
    response = HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="saved-searches.csv"'
    return response


def _own(request: HttpRequest) -> Any:
    new = Q(hits__existed=False) & (
        Q(last_seen__isnull=True) | Q(hits__found_at__gt=F("last_seen"))
    )
    rows = SavedSearch.objects.filter(owner=person(request))
    return rows.annotate(new=Count("hits", filter=new))


def _one(request: HttpRequest, pk: int) -> SavedSearch:
    search = SavedSearch.objects.filter(pk=pk).first()
    if search is None or not permissions.allowed(
        request.user, "discovery.saved_search.view", search
    ):
        raise Http404
    return search
