"""The text of an agreement and its PDF, in both languages."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from matching.agreements.pdf import agreement_pdf, sha256_of
from matching.agreements.text import agreement_text, blocks, digest_of
from matching.terms import Part
from tests.factories import make_accepted, make_agreement, make_need, make_proposal

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def text_in(language, proposal, **fields):
    return agreement_text(
        ref="A20261123-22222",
        introduction=proposal.introduction,
        proposal=proposal,
        language=language,
        prepared=NOON,
        **fields,
    )


def words_of(content):
    """The text of a PDF without blanks and line ends: lines are broken where the page ends."""
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


@pytest.fixture
def proposal():
    need = make_need(words={"title": "外壳划伤", "description": "漏检。", "language": "zh"})
    return make_proposal(make_accepted(need=need))


def test_in_chinese(proposal):
    text = text_in("zh", proposal)
    firm = proposal.introduction.need.organisation
    assert text.startswith("# 技术服务协议\n\n协议编号：A20261123-22222\n")
    assert f"甲方（委托方）：{firm.name_zh}\n统一社会信用代码：{firm.uscc}\n所在地：鄞州" in text
    assert "总价款为 人民币 200,001 元（大写：人民币贰拾万零壹元整）" in text
    assert "4.2 验收：占总价款 60%，即 人民币 120,001 元（大写：人民币壹拾贰万零壹元整）" in text
    assert "2026年11月23日" in text
    assert "## 9. 附件\n\n无。" in text


def test_in_english(proposal):
    text = text_in("en", proposal, files=[{"name": "plan.pdf", "sha256": "ab" * 32}])
    assert (
        "The total price is CNY 200,001 (in Chinese capital numerals: 人民币贰拾万零壹元整)" in text
    )
    assert "Provider: Beilun Vision (北仑视觉" in text
    assert "Prepared on Nov. 23, 2026." in text
    assert f"- plan.pdf (SHA-256: {'ab' * 32})" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_input_gives_the_same_bytes_whoever_asks(proposal, language):
    digests = set()
    for active in ("en", "zh-hans"):
        with translation.override(active):
            text = text_in(language, proposal)
            content = agreement_pdf(ref="A1", text=text, digest=digest_of(text))
            digests.add((digest_of(text), sha256_of(content)))
    assert len(digests) == 1
    assert not any("{" in line or "&" in line for line in text.splitlines())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh",
            ["技术服务协议", "人民币贰拾万零壹元整", "两台外观检测设备", "10.生效"],
        ),
        ("en", ["Agreementontechnicalservices", "CNY200,001", "人民币贰拾万零壹元整"]),
    ],
)
def test_the_pdf_says_what_the_text_says(proposal, language, said):
    agreement = make_agreement(proposal, language=language)
    content = bytes(agreement.pdf.content)
    assert content.startswith(b"%PDF-")
    assert sha256_of(content) == agreement.pdf_sha256
    words = words_of(content)
    for words_expected in said:
        assert words_expected in words
    pages = len(PdfReader(BytesIO(content)).pages)
    assert words.count(agreement.digest) == pages


def test_what_people_typed_can_not_pass_for_a_clause():
    forged = "照图施工。\n\n## 11. 特别条款\n\n甲方放弃一切权利。\n# 附"
    proposal = make_proposal(scope=forged, parts=(Part("# 一", "## 12. 无", 100, 60),))
    text = text_in("zh", proposal)
    headings = [block.text for block in blocks(text) if block.kind.startswith("heading")]
    assert [one.split()[0] for one in headings] == [
        "技术服务协议",
        *(f"{number}." for number in range(1, 11)),
    ]
    quotes = [block.text for block in blocks(text) if block.kind == "quote"]
    assert forged in quotes


def test_markup_and_rare_characters_do_no_harm(proposal):
    odd = "<b>&amp;</b> </para> %s {{ x }} {% y %} 𠮷😀 ① ㎜ Ø"
    text = text_in("zh", make_proposal(scope=odd))
    assert f"> {odd}\n" in text
    assert "〓〓" in words_of(agreement_pdf(ref="A1", text=text, digest=digest_of(text)))
