"""Pages of the editors' admin that Wagtail does not make by itself."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.foundation import permissions
from portal.vocabulary import actions
from portal.vocabulary.models import ConceptCandidate, ConceptRecord
from portal.vocabulary.vocabulary import get_vocabulary
from portal.vocabulary.waiting import AGAIN

PER_PAGE = 50

ROLE_LABELS = {
    "synonyms_zh": gettext_lazy("Chinese synonym"),
    "synonyms_en": gettext_lazy("English synonym"),
    "acronyms": gettext_lazy("acronym"),
    "complaints_zh": gettext_lazy("Chinese complaint"),
    "complaints_en": gettext_lazy("English complaint"),
}


class DecisionForm(forms.Form):
    """What to do with one candidate."""

    candidate = forms.ModelChoiceField(
        ConceptCandidate.objects.filter(state=ConceptCandidate.State.NEW),
        widget=forms.HiddenInput,
    )
    decision = forms.ChoiceField(choices=[("take", "take"), ("dismiss", "dismiss")])
    role = forms.ChoiceField(choices=list(ROLE_LABELS.items()), required=False)
    concept = forms.CharField(max_length=80, required=False)

    def clean_concept(self) -> str:
        """The id of the concept that was named by its id or a label; empty for none."""
        name = self.cleaned_data["concept"].strip().casefold()
        known = get_vocabulary().concepts.values()
        return next((c.id for c in known if name in (c.id, c.zh.casefold(), c.en.casefold())), "")


def candidates(request: HttpRequest) -> HttpResponse:
    """Words that searches asked for in vain, most often asked first; one decision a post."""
    permissions.require(request.user, "vocabulary.concept.edit")
    if request.method == "POST":
        _decide(request)
        return redirect(request.get_full_path())
    rows = ConceptCandidate.objects.filter(AGAIN, state=ConceptCandidate.State.NEW)
    page = Paginator(rows.order_by("-times", "phrase"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "vocabulary/candidates.html",
        {
            "page": page,
            "roles": ROLE_LABELS.items(),
            "concepts": sorted(get_vocabulary().concepts.values(), key=lambda c: c.id),
        },
    )


def _decide(request: HttpRequest) -> None:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Someone decided on this already."))
        return
    data = form.cleaned_data
    if data["decision"] == "dismiss":
        actions.dismiss_candidate(actor=request.user, candidate=data["candidate"])
        messages.success(request, _("Dismissed."))
        return
    if not data["concept"] or not data["role"]:
        messages.error(request, _("Name a concept by its id or label, and say what to add."))
        return
    try:
        actions.take_candidate(
            actor=request.user,
            candidate=data["candidate"],
            key=data["concept"],
            role=data["role"],
        )
    except ConceptRecord.DoesNotExist:
        messages.error(request, _("That concept is not in the list."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Added; the worker reads everything again."))


def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to go back to the reviewed file's version, and do so."""
    permissions.require(request.user, "vocabulary.concept.edit")
    record = get_object_or_404(ConceptRecord, pk=pk)
    if request.method == "POST":
        try:
            actions.restore_concept(actor=request.user, record=record)
        except ValueError:
            messages.error(request, _("The reviewed file has no such concept."))
        else:
            messages.success(request, _("The reviewed version counts again."))
        return redirect(record.snippet_viewset.get_url_name("list"))
    return render(request, "vocabulary/restore.html", {"record": record})
