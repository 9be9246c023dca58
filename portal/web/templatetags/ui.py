"""The components of the design system as template tags; docs/design-system.md lists them.

Every tag escapes what it is given; none writes a style attribute or a script.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from portal.foundation.money import format_cny
from portal.web import languages
from portal.web.addresses import query_of, toggled, with_value
from portal.web.scores import Score

register = template.Library()

AVATAR_COLOURS = 6


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """A symbol of static/web/icons.svg; decorative unless it has a `label`. Sizes: "", s, l, xl."""
    names = format_html(' role="img" aria-label="{}"', label) if label else ' aria-hidden="true"'
    return format_html(
        '<svg class="icon{}"{} focusable="false"><use href="{}#{}"></use></svg>',
        f" icon--{size}" if size else "",
        mark_safe(names),  # noqa: S308 - built by format_html or constant
        static("web/icons.svg"),
        name,
    )


@register.inclusion_tag("components/button.html")
def button(
    label: str,
    href: str = "",
    *,
    variant: str = "primary",
    icon: str = "",
    size: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    form: str = "",
    formaction: str = "",
    disabled: bool = False,
    context: str = "",
) -> dict[str, Any]:
    """A link (with `href`) or button. Variants: accent, primary, quiet, plain, danger.

    `context` is read out after the label only ("Accept" + "introduction from …")."""
    return locals()


@register.inclusion_tag("components/badge.html")
def badge(text: Any, tone: str = "neutral", icon: str = "", *, dot: bool = False) -> dict[str, Any]:
    """A short status. Tones: neutral, info, good, warn, bad, accent, brand."""
    return locals()


@register.inclusion_tag("components/tag.html")
def tag(
    label: Any,
    href: str = "",
    *,
    remove_url: str = "",
    remove_label: str = "",
    kind: str = "concept",
    note: str = "",
    current: bool = False,
) -> dict[str, Any]:
    """A concept chip. `label`: str or {"zh","en"}; `remove_url` adds a × (called `remove_label`,
    or Remove); `note`: its source; `current`: the chosen one of several links."""
    return locals()


@register.simple_block_tag
def card(content: str, title: str = "", *, icon: str = "", level: int = 2, tone: str = "") -> str:
    """A surface with an optional heading around its content. Tones: "", accent, sunken."""
    return render_to_string("components/card.html", locals())


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: str = "", *, live: bool = False) -> str:
    """A message in the page. Tones: info, good, warn, bad. `live` announces it."""
    return render_to_string("components/alert.html", locals())


@register.simple_block_tag
def fieldset(content: str, legend: str, help: str = "", *, number: int = 0) -> str:
    """A section of a form, with a legend and a sentence of help."""
    return render_to_string("components/fieldset.html", locals())


@register.inclusion_tag("components/field.html")
def field(bound: Any, *, width: str = "", prefix: str = "", suffix: str = "") -> dict[str, Any]:
    """A form's field with label, help, errors. Widths: "", short, medium; prefix, suffix: units."""
    return {"field": bound, "width": width, "prefix": prefix, "suffix": suffix}


@register.inclusion_tag("web/forms/errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """The summary of a form's errors with links to the fields, for forms laid out by hand."""
    return {"form": form}


@register.simple_tag
def hidden_fields(form: Any) -> SafeString:
    """The hidden fields of a form laid out by hand."""
    return format_html_join("", "{}", ((field,) for field in form.hidden_fields()))


@register.inclusion_tag("components/provider_card.html")
def provider_card(card: Any, level: int = 3) -> dict[str, Any]:
    """A provider or collective in a list; see docs/design-system.md for the keys of `card`."""
    return {"card": _Card(card), "level": level}


@register.inclusion_tag("components/need_card.html")
def need_card(card: Any, level: int = 3) -> dict[str, Any]:
    """A need in a list; see docs/design-system.md for the keys of `card`."""
    return {"card": _Card(card), "level": level}


@register.inclusion_tag("components/project_card.html")
def project_card(card: Any, level: int = 3) -> dict[str, Any]:
    """An open-source project in a list; see docs/design-system.md for the keys of `card`."""
    return {"card": _Card(card), "level": level}


@register.inclusion_tag("components/hit_card.html")
def hit_card(card: Any, level: int = 3) -> dict[str, Any]:
    """Anything else in a list (page, event): url, title, summary, eyebrow, meta, image."""
    return {"card": _Card(card), "level": level}


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", action: str = "", href: str = "", *, icon: str = "search"
) -> dict[str, Any]:
    """What to show when there is nothing: why, and what to do next."""
    return locals()


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: Context,
    page: Page[Any] | None = None,
    *,
    number: int = 1,
    pages: int = 1,
    param: str = "page",
    label: str = "",
) -> dict[str, Any]:
    """Links to the other pages, keeping the query. Give a Django Page, or `number` and `pages`."""
    if page is not None:
        number, pages = page.number, page.paginator.num_pages
    window = Paginator(range(pages), 1).get_elided_page_range(number, on_each_side=1, on_ends=1)
    query = query_of(context.get("request"))

    def address(target: int | str) -> str:
        return with_value(query, param, None if target == 1 else str(target))

    entries = [
        {"number": n, "url": address(n), "current": n == number, "gap": not isinstance(n, int)}
        for n in window
    ]
    return {
        "entries": entries,
        "pages": pages,
        "number": number,
        "previous": address(number - 1) if number > 1 else "",
        "next": address(number + 1) if number < pages else "",
        "label": label or gettext("Pages"),
    }


@register.inclusion_tag("components/facet_list.html", takes_context=True)
def facet_list(
    context: Context,
    name: str,
    label: str,
    values: Iterable[Any],
    *,
    limit: int = 7,
    open: bool = True,
) -> dict[str, Any]:
    """Values of one facet as links that add or remove it; works without JavaScript.

    `values`: mappings or objects with value, label, count. Chosen ones come from the query."""
    query = query_of(context.get("request"))
    chosen = set(query.getlist(name))
    entries = []
    for item in values:
        get = partial(languages.lookup, item)
        value = str(get("value"))
        entries.append(
            {
                "label": languages.pick(get("label")).text or value,
                "count": get("count"),
                "selected": value in chosen,
                "url": toggled(query, name, value),
            }
        )
    entries.sort(key=lambda entry: not entry["selected"])
    return {
        "name": name,
        "label": label,
        "first": entries[:limit],
        "rest": entries[limit:],
        "clear_url": with_value(query, name, None) if chosen else "",
        "chosen": len(chosen),
        "open": open or bool(chosen),
    }


@register.simple_tag(takes_context=True)
def toggle_query(context: Context, name: str, value: Any) -> str:
    """The page's address with `name=value` added, or removed where it is set; back to page 1."""
    return toggled(query_of(context.get("request")), name, str(value))


@register.inclusion_tag("components/steps.html")
def steps(*labels: str, current: int = 1, label: str = "") -> dict[str, Any]:
    """Where one is in a task: labels in order, `current` from 1."""
    entries = [
        {"label": text, "state": "done" if n < current else "current" if n == current else "next"}
        for n, text in enumerate(labels, start=1)
    ]
    return {"entries": entries, "label": label or gettext("Progress")}


@register.inclusion_tag("components/progress.html")
def progress(value: float, label: str, *, max: float = 100, text: str = "") -> dict[str, Any]:
    """A bar for how complete something is."""
    share = 0 if not max else round(100 * min(value / max, 1))
    return {"share": share, "label": label, "text": text or f"{share} %"}


@register.inclusion_tag("components/score.html")
def score(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    *,
    label: str = "",
    neutral: float | None = None,
    size: str = "",
) -> dict[str, Any]:
    """A score 0…1 with its range; None: unknown, counted at `neutral`. Sizes: "", large."""
    return {
        "score": Score(*map(_number, (value, low, high, neutral))),
        "label": label,
        "size": size,
    }


@register.inclusion_tag("components/reasons.html")
def reasons(criteria: Iterable[Any], *, caption: str = "") -> dict[str, Any]:
    """Criteria of a match: each with label (or name), value, reason {"zh","en"}; optional weight,
    neutral, low, high, evidence (list of {label, url} or ids)."""
    rows = []
    for item in criteria:
        get = partial(languages.lookup, item)
        rows.append(
            {
                "label": get("label") or get("name"),
                "score": Score(get("value"), get("low"), get("high"), get("neutral")),
                "weight": get("weight"),
                "reason": get("reason"),
                "evidence": get("evidence") or [],
            }
        )
    return {"rows": rows, "caption": caption}


@register.inclusion_tag("components/fact.html")
def fact(term: str, value: Any, *, href: str = "", icon: str = "") -> dict[str, Any]:
    """A term and its value inside `<dl class="facts">`; nothing when the value is empty."""
    return locals()


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*parts: str) -> dict[str, Any]:
    """`{% breadcrumb label url label url current_label %}`: pairs, then where one is."""
    pairs = [{"label": parts[i], "url": parts[i + 1]} for i in range(0, len(parts) - 1, 2)]
    return {"entries": pairs, "current": parts[-1] if len(parts) % 2 else ""}


@register.inclusion_tag("components/tabs.html", takes_context=True)
def tabs(context: Context, *parts: Any, label: str, current: str = "") -> dict[str, Any]:
    """`{% tabs text url count text url count label=… current=url %}`; count may be ""."""
    request = context.get("request")
    here = current or (request.get_full_path() if request else "")
    entries = [
        {
            "label": parts[i],
            "url": parts[i + 1],
            "count": parts[i + 2],
            "current": parts[i + 1] == here,
        }
        for i in range(0, len(parts) - 2, 3)
    ]
    return {"entries": entries, "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """Events in order: each with when, title; optional text, actor, tone, current."""
    return {"entries": entries}


@register.inclusion_tag("components/avatar.html")
def avatar(name: Any, *, size: str = "", square: bool = False) -> dict[str, Any]:
    """A coloured initial, always the same for a name. Sizes: "", s, l. Square: organisations."""
    text = languages.pick(name).text.strip()
    colour = zlib.crc32(text.encode()) % AVATAR_COLOURS + 1
    for city in settings.CITY_NAME.values():  # half the city's companies begin with its name
        text = text.removeprefix(city).strip() or text
    return {"initial": text[:1].upper() or "?", "colour": colour, "size": size, "square": square}


@register.inclusion_tag("components/stat.html")
def stat(value: Any, label: str, href: str = "", note: str = "") -> dict[str, Any]:
    """A figure with what it counts; a link opens the records behind it."""
    return locals()


@register.simple_tag
def bilingual(
    obj: Any, field: str = "", *, paragraphs: bool = False, mark: bool = True, preview: bool = False
) -> SafeString:
    """User text in the interface language, else the other one with its `lang` and a small marker.

    `paragraphs` keeps line breaks; `preview` shortens; `mark=False` leaves the marker out."""
    chosen = languages.pick(obj, field)
    return languages.markup(chosen, paragraphs=paragraphs, mark=mark, preview=preview)


@register.simple_tag
def bilingual_text(obj: Any, field: str = "") -> str:
    """The same choice as `bilingual`, as bare text: for titles, labels and attributes."""
    return languages.pick(obj, field).text


@register.simple_tag
def price_range(low: Any = None, high: Any = None) -> str:
    """A budget or price in yuan: a range, "from ¥1", "up to ¥2", else "to be agreed"."""
    low, high = _number(low), _number(high)
    if low is not None and high is not None and low != high:
        return f"{format_cny(low)} – {format_cny(high)}"
    if low is not None and high is not None:
        return format_cny(low)
    if low is not None:
        return gettext("from %(amount)s") % {"amount": format_cny(low)}
    if high is not None:
        return gettext("up to %(amount)s") % {"amount": format_cny(high)}
    return gettext("to be agreed")


@register.filter
def distance(km: Any) -> str:
    """Kilometres as people say them: `3.4 km`, `28 km`."""
    if _number(km) is None:
        return ""
    return f"{km:.1f} km" if km < 10 else f"{km:.0f} km"


@register.filter
def iso(moment: date | datetime | None) -> str:
    """For `<time datetime>`."""
    if isinstance(moment, datetime):
        # HTML takes at most three digits after the second; none is wanted.
        return moment.isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""


def _number(value: Any) -> Any:
    """The value; None for the "" that a missing variable becomes."""
    return None if value == "" else value


class _Card:
    """A card's keys, absent ones as None: a missing variable would reach a tag as ""."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __getattr__(self, key: str) -> Any:
        return languages.lookup(self._source, key)
