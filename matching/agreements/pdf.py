"""The PDF of an agreement: the same text gives the same bytes."""

from hashlib import sha256
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from matching.agreements.text import blocks

FONT = "STSong-Light"
"""Every PDF reader has a face for it; it covers Chinese and Latin and needs no file of ours."""
MARGIN = 22 * mm
_BASE = {"fontName": FONT, "wordWrap": "CJK"}
STYLES = {
    "heading1": ParagraphStyle("h1", fontSize=17, leading=24, alignment=1, spaceAfter=10, **_BASE),
    "heading2": ParagraphStyle(
        "h2", fontSize=12.5, leading=18, spaceBefore=9, spaceAfter=4, **_BASE
    ),
    "paragraph": ParagraphStyle("p", fontSize=10.5, leading=16.5, spaceAfter=4, **_BASE),
    "quote": ParagraphStyle("q", fontSize=10.5, leading=16.5, leftIndent=14, spaceAfter=4, **_BASE),
}
UNPRINTABLE = "〓"
"""What stands for a character that no page of a PDF reader's face has; the text itself keeps it."""


def agreement_pdf(*, ref: str, text: str, digest: str) -> bytes:
    """The text laid out on A4, with reference, page and the text's SHA-256 at each foot."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=ref,
        author="",
        creator="",
        subject=digest,
        invariant=1,
    )

    def foot(canvas: Canvas, _: Any) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 7.5)
        canvas.drawString(MARGIN, 12 * mm, f"{ref} · SHA-256 {digest}")
        canvas.drawRightString(A4[0] - MARGIN, 12 * mm, str(canvas.getPageNumber()))
        canvas.restoreState()

    document.build(_story(text), onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


def sha256_of(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return sha256(content).hexdigest()


def _story(text: str) -> list[Flowable]:
    story: list[Flowable] = []
    for block in blocks(text):
        for line in _printable(block.text).split("\n"):
            if line:
                story.append(Paragraph(escape(line), STYLES[block.kind]))
            else:
                story.append(Spacer(1, 6))
    return story


def _printable(text: str) -> str:
    """Characters beyond the Basic Multilingual Plane (some emoji, rare characters) marked."""
    return "".join(character if ord(character) <= 0xFFFF else UNPRINTABLE for character in text)
