"""What pages with a form do with drafts: show that there is one, fill the form with it."""

from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.http import urlencode

from portal.foundation.drafts import keeping
from portal.foundation.drafts.keeping import find
from portal.foundation.models import Draft

ASKED, RESTORE = "draft", "restore"
SALT = "foundation.draft"
_MAX_URL = 400


def opened(request: HttpRequest, form: str, obj: str = "") -> Draft | None:
    """The person's draft in this form, looked up once a request."""
    known: dict[tuple[str, str], Draft | None] = request.__dict__.setdefault("_drafts", {})
    if (form, obj) not in known:
        known[form, obj] = find(request.user, form, obj)
    return known[form, obj]


def asked_for(request: HttpRequest) -> bool:
    """Does the address ask for the draft?"""
    return request.method == "GET" and request.GET.get(ASKED) == RESTORE


def restored(request: HttpRequest, form: str, obj: str = "") -> QueryDict | None:
    """The draft as the form would have posted it, where the address asks for it."""
    draft = opened(request, form, obj) if asked_for(request) else None
    return as_posted(draft) if draft else None


def as_posted(draft: Draft) -> QueryDict:
    """What was kept, as a form posts it."""
    data = QueryDict(mutable=True)
    for name, values in draft.fields.items():
        data.setlist(name, values)
    return data


def fill(target: forms.BaseForm, request: HttpRequest, form: str, obj: str = "") -> None:
    """Show the draft in an unbound form, where the address asks for it: as typed, not checked."""
    data = restored(request, form, obj)
    if data is None or target.is_bound:
        return
    for name, field in target.fields.items():
        key = target.add_prefix(name)
        many = isinstance(field, forms.MultipleChoiceField)
        if key in data:
            target.initial[name] = data.getlist(key) if many else data.get(key)
        elif many or isinstance(field, forms.BooleanField):
            target.initial[name] = [] if many else False


def page_of(request: HttpRequest) -> str:
    """The address of this page without language and without asking for a draft."""
    query = request.GET.copy()
    query.pop(ASKED, None)
    path = "/" + request.path.lstrip("/").partition("/")[2]
    address = f"{path}?{query.urlencode()}" if query else path
    return address if len(address) <= _MAX_URL else path[:_MAX_URL]


def token_of(form: str, obj: str, url: str) -> str:
    """What a page's form carries to say whose draft it is; nobody else can make one."""
    return signing.dumps([form, obj, url], salt=SALT, compress=True)


def read_token(token: str) -> tuple[str, str, str]:
    """Form, object and page. Raises BadSignature."""
    form, obj, url = signing.loads(token, salt=SALT)
    return form, obj, url


def begun_signed_out(user: Any, language: Any) -> str:
    """Where somebody goes on who wrote first and made an account then; empty for others."""
    draft = keeping.begun_signed_out(user)
    return restore_address(draft, language) if draft else ""


def restore_address(draft: Draft, language: Any) -> str:
    """Where the draft is gone on with."""
    joint = "&" if "?" in draft.url else "?"
    return f"/{language}{draft.url}{joint}{urlencode({ASKED: RESTORE})}"
