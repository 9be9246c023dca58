"""One's own profile from a spreadsheet: the template, what a file would change, taking it over."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts.requests import person
from portal.foundation.exports import XLSX_TYPE
from portal.organisations.actions import importing as actions
from portal.organisations.importing import reading, template
from portal.organisations.importing.snapshots import changes, digest, snapshot, target
from portal.organisations.models import ProfileImport, ProviderProfile
from portal.organisations.views.common import own_profile, try_action

TYPES = {"csv": ("text/csv; charset=utf-8", template.as_csv), "xlsx": (XLSX_TYPE, template.as_xlsx)}


class ImportForm(forms.Form):
    """A file."""

    file = forms.FileField(
        label=_("The filled-in template"),
        help_text=_("CSV or XLSX, at most 2 MB. Nothing is changed before you have seen what."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
    )


@login_required
@require_GET
def download(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """The template with one's own row filled in."""
    profile = own_profile(request, key)
    if ending not in TYPES:
        raise Http404
    kind, made = TYPES[ending]
    response = HttpResponse(made(profile), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="profile.{ending}"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, key: str) -> HttpResponse:
    """The template to take, the file to bring, and the last one to undo."""
    profile = own_profile(request, key)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _page(request, profile, ImportForm())
    if not form.is_valid():
        return _page(request, profile, form, status=400)
    upload = form.cleaned_data["file"]
    try:
        wanted = reading.read_upload(upload, profile)
    except reading.Refused as refusal:
        form.add_error("file", str(refusal))
        return _page(request, profile, form, status=400)
    if wanted.faults:
        return _page(request, profile, form, status=400, faults=wanted.faults)
    row = actions.show_import(
        actor=person(request), profile=profile, name=str(upload.name), wanted=wanted.values
    )
    for note in wanted.notes:
        messages.info(request, note)
    return redirect("organisations:import-changes", key, row.pk)


def _page(
    request: HttpRequest,
    profile: ProviderProfile,
    form: ImportForm,
    *,
    status: int = 200,
    faults: list[reading.Fault] | None = None,
) -> HttpResponse:
    last = profile.imports.filter(state=ProfileImport.State.TAKEN).first()
    context = {
        "organisation": profile.organisation,
        "form": form,
        "faults": faults or [],
        "last": last if last and actions.may_undo(last, timezone.now()) else None,
    }
    return render(request, "organisations/import.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def shown(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """What the file would add, change and remove; confirming takes it over."""
    profile = own_profile(request, key)
    row = get_object_or_404(ProfileImport, pk=pk, profile=profile)
    if request.method == "POST" and _taken(request, row):
        return redirect("organisations:organisation", key)
    state = snapshot(profile)
    found = changes(state, target(state, row.wanted))
    context = {
        "organisation": profile.organisation,
        "row": row,
        "changes": found,
        "removed": sum(change.how == "removed" for change in found),
        "seen": digest(state),
        "open": row.state == ProfileImport.State.SHOWN,
    }
    return render(request, "organisations/import_changes.html", context)


def _taken(request: HttpRequest, row: ProfileImport) -> bool:
    try:
        actions.take_over(actor=person(request), row=row, seen=request.POST.get("seen", ""))
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
        return False
    messages.success(
        request, gettext("Taken over. For a day you can undo it under “Bring a spreadsheet”.")
    )
    return True


@login_required
@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Ask once, then bring back what the profile said before."""
    profile = own_profile(request, key)
    row = get_object_or_404(ProfileImport, pk=pk, profile=profile)
    if request.method == "POST":
        try_action(
            request,
            lambda: actions.undo(actor=person(request), row=row),
            gettext("Undone: the profile says what it said before."),
        )
        return redirect("organisations:organisation", key)
    context = {
        "organisation": profile.organisation,
        "title": gettext("Undo this import?"),
        "text": gettext("The profile says again what it said before “%(file)s”.")
        % {"file": row.name},
        "confirm_label": gettext("Undo it"),
    }
    return render(request, "organisations/confirm.html", context)
