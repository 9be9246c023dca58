"""Terms of texts, and that Elasticsearch makes the same of them."""

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis import ELASTICSEARCH_ANALYSIS, analyze, prepare
from search.highlight import highlight
from search.porter import stem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("机器视觉", ["机器", "器视", "视觉"]),
        ("泵", ["泵"]),
        ("做ERP系统", ["做", "erp", "系统"]),
        ("ＥＲＰ ３．５", ["erp", "3.5"]),
        ("ｶﾞﾗｽ", ["ガラ", "ラス"]),
        ("The suppliers' machines and the supplier's machine", ["supplier", "machin"] * 2),
        ("O’Neil’s", ["o’neil"]),
        ("don't", ["don't"]),
        ("m² ① x_y", ["m", "x_y"]),
        ("cafe\u0301", ["café"]),
        ("LG전자", ["lg", "전자"]),
        ("", []),
        ("…!?", []),
        ("a" * 300, ["a" * 255, "a" * 45]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert analyze(text) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("us", "us"),
        ("agreed", "agre"),
        ("plastered", "plaster"),
        ("motoring", "motor"),
        ("hopping", "hop"),
        ("falling", "fall"),
        ("filing", "file"),
        ("happy", "happi"),
        ("sky", "sky"),
        ("possibly", "possibl"),
        ("technology", "technolog"),
        ("technological", "technolog"),
        ("relational", "relat"),
        ("adoption", "adopt"),
        ("rate", "rate"),
        ("controlling", "control"),
    ],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


TEXTS = st.lists(
    st.one_of(
        st.text(alphabet="abesxyz'’.,:;_-/ \n09", max_size=12),
        st.text(alphabet="机器视觉，。、（）ＡＢ１．々〇ｶﾞカー", max_size=8),
        st.sampled_from(
            ["generalizations", "oscillators", "biology", "possibly", "the", "was", "machine's",
             "OEE", "PLC", "3.5", "1,000", "x²", "é", "한국어", "A-1", "日本語"]
        ),
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@pytest.fixture(scope="module")
def analysis_index(elasticsearch_url: str) -> str:
    address = f"{elasticsearch_url}/test-analysis"
    requests.delete(address, timeout=30)
    made = requests.put(
        address, json={"settings": {"analysis": ELASTICSEARCH_ANALYSIS}}, timeout=30
    )
    assert made.ok
    return address


@pytest.mark.elasticsearch
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_elasticsearch_makes_the_same_terms(analysis_index: str, text: str) -> None:
    asked = {"analyzer": "bilingual", "text": prepare(text)}
    answer = requests.post(f"{analysis_index}/_analyze", json=asked, timeout=30).json()
    assert [token["token"] for token in answer["tokens"]] == analyze(text)


def test_highlights_show_the_words_as_written() -> None:
    terms = analyze("inspecting 视觉检测")
    [english, chinese] = highlight(
        ["We do INSPECTIONS daily", "nothing here", "提供机器视觉检测服务"], terms
    )
    assert english.parts == (("We do ", False), ("INSPECTIONS", True), (" daily", False))
    assert chinese.parts == (("提供机器", False), ("视觉检测", True), ("服务", False))


def test_highlights_of_a_long_text_are_cut_around_the_best_place() -> None:
    text = "mould " + "word " * 100 + "mould casting mould " + "word " * 100
    [fragment] = highlight([text], analyze("mould casting"))
    assert ("casting", True) in fragment.parts
    assert fragment.parts[0] == fragment.parts[-1] == ("…", False)
    assert len(fragment.text) <= 125


@given(text=TEXTS, query=TEXTS)
def test_highlights_are_pieces_of_the_text(text: str, query: str) -> None:
    terms = set(analyze(query))
    for fragment in highlight([text], terms):
        assert fragment.text.strip("…") in text
        assert any(marked for _, marked in fragment.parts)


@pytest.mark.parametrize("character", ["e\u0301", "👩\u200d🔧", "👍🏽", "❤\ufe0f", "𠮷"])
def test_highlights_cut_no_character_in_two(character: str) -> None:
    for before in range(90, 125):
        text = "mould" + " " * before + character * 8
        [fragment] = highlight([text], ["mould"])
        kept = fragment.text.removesuffix("…").lstrip("mould ")
        assert kept == character * (len(kept) // len(character))


def test_highlights_leave_markup_to_the_page() -> None:
    [fragment] = highlight(["<b>mould</b> & <script>"], ["mould"])
    assert fragment.parts == (("<b>", False), ("mould", True), ("</b> & <script>", False))
