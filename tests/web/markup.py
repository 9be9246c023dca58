"""Rendering snippets and reading them back as elements."""

from typing import Any

from bs4 import BeautifulSoup
from django.template import Context, Template
from django.test import RequestFactory


def render(source: str, path: str = "/en/", **context: Any) -> str:
    """The template `{% load ui %}` + `source`, on a page at `path`."""
    request = RequestFactory().get(path)
    return Template("{% load ui %}" + source).render(Context({"request": request, **context}))


def soup(source: str, path: str = "/en/", **context: Any) -> BeautifulSoup:
    """The same, parsed."""
    return BeautifulSoup(render(source, path, **context), "html.parser")
