"""The text of an agreement from a versioned template, in one of the two languages.

It is plain text: `# ` and `## ` begin headings, `> ` every line that people wrote themselves, so
that nothing typed into a proposal can pass for a clause; the rest are paragraphs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from matching.capital import capital_yuan
from matching.models import Introduction, Proposal
from matching.people import district_label
from matching.terms import split
from portal.foundation.text import pick
from portal.organisations.models import Organisation

TEMPLATE_VERSION = "1"
INTERFACE = {"zh": "zh-hans", "en": "en"}
NONE = "—"


@dataclass(frozen=True)
class Block:
    """A piece of the text to lay out: heading 1 or 2, quoted lines, or a paragraph."""

    kind: str
    text: str


def agreement_text(
    *,
    ref: str,
    introduction: Introduction,
    proposal: Proposal,
    language: str,
    prepared: datetime,
    files: Iterable[dict[str, str]] = (),
    confidentiality: str = "",
) -> str:
    """The text in `language` (zh or en). The same input gives the same text.

    `files`: {"name", "sha256"} of what is attached to the proposal; `confidentiality`: SHA-256 of
    the confidentiality agreement that both accepted, "" without one."""
    milestones = list(proposal.milestones.all())
    amounts = split(proposal.price or 0, [row.share or 0 for row in milestones])
    parts = [
        {
            "title": row.title,
            "done_when": row.done_when,
            "share": row.share,
            "days": row.days,
            "amount": figures(amount, language),
            "capital": capital_yuan(amount) if amount else NONE,
        }
        for row, amount in zip(milestones, amounts, strict=True)
    ]
    context = {
        "ref": ref,
        "need": introduction.need,
        "proposal": proposal,
        "manufacturer": _party(introduction.need.organisation, language),
        "provider": _party(introduction.provider.organisation, language),
        "price": figures(proposal.price or 0, language),
        "price_capital": capital_yuan(proposal.price or 0),
        "parts": parts,
        "files": list(files),
        "confidentiality": confidentiality,
        "template_version": TEMPLATE_VERSION,
    }
    with override(INTERFACE[language]):
        context["prepared"] = date_format(timezone.localtime(prepared), "DATE_FORMAT")
        template = f"matching/agreement/{TEMPLATE_VERSION}_{language}.txt"
        text = render_to_string(template, context)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def digest_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def figures(amount: int, language: str) -> str:
    """An amount to the yuan, as a contract has it."""
    return f"人民币 {amount:,} 元" if language == "zh" else f"CNY {amount:,}"


def _party(organisation: Organisation, language: str) -> dict[str, Any]:
    name = pick(organisation.name_zh, organisation.name_en, language)
    other = organisation.name_en if name == organisation.name_zh else organisation.name_zh
    return {
        "name": f"{name} ({other})" if other else name,
        "uscc": organisation.uscc or NONE,
        "district": district_label(organisation.district, language),
    }


def blocks(text: str) -> list[Block]:
    """The pieces of a text in order, for the page and the PDF."""
    found: list[Block] = []
    for piece in text.strip().split("\n\n"):
        for kind, lines in _runs(piece.split("\n")):
            found.append(Block(kind, "\n".join(lines)))
    return found


def _runs(lines: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Neighbouring lines of one kind, without their marks."""
    kind = ""
    run: list[str] = []
    for line in lines:
        now, words = _line(line)
        if run and (now != kind or now.startswith("heading")):
            yield kind, run
            run = []
        kind = now
        run.append(words)
    if run:
        yield kind, run


def _line(line: str) -> tuple[str, str]:
    for mark, kind in (("## ", "heading2"), ("# ", "heading1"), ("> ", "quote")):
        if line.startswith(mark):
            return kind, line.removeprefix(mark)
    if line == ">":
        return "quote", ""
    return "paragraph", line
