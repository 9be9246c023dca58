"""One view with one query."""

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.urls import path


def one_query(request: HttpRequest) -> HttpResponse:
    """A row by its primary key, as text."""
    return HttpResponse(ContentType.objects.get(pk=1).model)


urlpatterns = [path("", one_query)]
