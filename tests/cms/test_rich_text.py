"""What an editor, or somebody with an editor's session, can put into rich text."""

import json
from typing import Any

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from cms.models import ContentPage
from tests.clients import Client
from tests.factories import make_user


def _block(text: str, **more: Any) -> dict[str, Any]:
    plain = {
        "key": "a",
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return {**plain, "text": text, **more}


def _link(url: str) -> dict[str, Any]:
    return {"type": "LINK", "mutability": "MUTABLE", "data": {"url": url, "onclick": "alert(3)"}}


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_user(roles=("editor",)))
    return client


def test_script_handlers_and_addresses_that_run_are_not_kept(editor: Client) -> None:
    page = ContentPage.objects.get(slug="about", locale__language_code="en")
    ranges = [{"offset": 0, "length": 4, "key": number} for number in (0, 1)]
    body = {
        "entityMap": {
            "0": _link("javascript:alert(1)"),
            "1": _link("https://example.com/"),
            "2": {
                "type": "SCRIPT",
                "mutability": "IMMUTABLE",
                "data": {"src": "https://x.example"},
            },
        },
        "blocks": [
            _block("runs", entityRanges=ranges[:1]),
            _block("goes", entityRanges=ranges[1:]),
            _block("none", entityRanges=[{"offset": 0, "length": 4, "key": 2}]),
            _block("<script>alert(2)</script>", type="atomic-script"),
            _block("<img src=x onerror=alert(4)>"),
        ],
    }
    sent = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "intro": "",
            "body": json.dumps(body),
            "comments": inline_formset([]),
        }
    )
    answer = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page.refresh_from_db()
    page.get_latest_revision().publish()
    page.refresh_from_db()
    assert '<a href="https://example.com/">goes</a>' in page.body
    shown = editor.get(page.url).content.decode()
    assert "&lt;img src=x onerror=alert(4)&gt;" in shown
    for unwanted in ("javascript:", "onclick", "x.example", "alert(2)", "<img src=x"):
        assert unwanted not in page.body
        assert unwanted not in shown
