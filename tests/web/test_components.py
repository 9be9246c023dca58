"""The component tags: what they show, what they leave out, and that they escape."""

from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.web.languages import PREVIEW_LENGTH
from portal.web.scores import Score
from tests.web.markup import render, soup

EVIL = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_bilingual_prefers_the_interface_language():
    both = {"summary_zh": "停机监测", "summary_en": "uptime monitoring"}
    assert render('{% bilingual it "summary" %}', it=both) == "uptime monitoring"
    with translation.override("zh-hans"):
        assert render('{% bilingual it "summary" %}', it=both) == "停机监测"


def test_bilingual_marks_text_in_the_other_language():
    shown = soup('{% bilingual it "name" %}', it=SimpleNamespace(name_zh="灵视", name_en=""))
    assert shown.find(lang="zh-Hans").text == "灵视"
    assert shown.find(class_="lang-mark").text == "中In Chinese: "
    bare = render('{% bilingual it "name" mark=False %}', it={"name": {"zh": "灵视"}})
    assert bare == '<span lang="zh-Hans">灵视</span>'


def test_bilingual_takes_a_string_with_its_language():
    need = {"title": "机器趴窝", "title_lang": "zh"}
    assert soup('{% bilingual it "title" %}', it=need).find(lang="zh-Hans").text == "机器趴窝"
    assert render('{% bilingual it "title" %}', it={"title": "no language said"}) == (
        "no language said"
    )


@pytest.mark.parametrize("options", ["", " paragraphs=True", " preview=True"])
def test_bilingual_escapes(options):
    shown = render('{% bilingual it "a"' + options + " %}", it={"a_zh": EVIL, "a_en": ""})
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_bilingual_keeps_paragraphs_and_shortens_previews():
    text = {"a_en": "one\n\ntwo"}
    assert render('{% bilingual it "a" paragraphs=True %}', it=text) == "<p>one</p>\n\n<p>two</p>"
    long = render('{% bilingual it "a" preview=True %}', it={"a_en": "x" * 1000})
    assert len(long) == PREVIEW_LENGTH
    assert long.endswith("…")


def test_button_is_a_link_only_with_an_address():
    assert soup('{% button "Go" href="/x/" %}').a["href"] == "/x/"
    button = soup('{% button "Send" name="move" value="accept" context="to Lingshi" %}').button
    assert (button["type"], button["name"], button["value"]) == ("submit", "move", "accept")
    assert button.text.strip() == "Send to Lingshi"


def test_icons_are_decorative_unless_labelled():
    assert soup('{% icon "bell" %}').svg["aria-hidden"] == "true"
    named = soup('{% icon "bell" label=label %}', label=EVIL).svg
    assert (named["role"], named["aria-label"]) == ("img", EVIL)


def test_block_components_wrap_their_content():
    card = soup('{% card "Offers" icon="chip" %}<p>{{ evil }}</p>{% endcard %}', evil=EVIL)
    assert card.section.h2.text == "Offers"
    assert card.section.p.text == EVIL
    alert = soup('{% alert "bad" title="No" live=True %}<p>why</p>{% endalert %}')
    assert [p.text for p in alert.find(role="alert").find_all("p")] == ["No", "why"]
    fieldset = soup('{% fieldset "Terms" help="All optional" %}x{% endfieldset %}').fieldset
    assert fieldset.legend.text == "Terms"


def test_cards_leave_out_what_they_are_not_given():
    card = soup("{% provider_card card %}", card={"url": "/p/", "title": "Lingshi"})
    assert card.h3.a["href"] == "/p/"
    assert not card.find_all(class_="badge")
    assert not card.find_all(class_="score")
    assert "price" not in str(card)
    need = soup("{% need_card card level=2 %}", card={"url": "/n/", "title": "x"})
    assert need.h2.a["href"] == "/n/"
    assert need.find(class_="hit__price").text == "to be agreed"


def test_provider_card_shows_whole_profile():
    card = {
        "url": "/p/",
        "title": {"zh": "灵视", "en": "Lingshi"},
        "kind": "collective",
        "verified": False,
        "tier_label": {"zh": "小巨人", "en": "Little giant"},
        "distance_km": 3.44,
        "score": 0.0,
        "price_from": 80000,
        "free_capacity": 0,
        "offers": 1,
        "tags": [{"label": {"zh": "检测", "en": "inspection"}, "url": "/t/"}],
    }
    shown = soup("{% provider_card card %}", card=card)
    words = " ".join(shown.text.split())
    for expected in ("Collective", "3.4 km", "Lingshi", "Not verified yet", "Little giant"):
        assert expected in words
    assert "from ¥80,000 1 offer fully booked" in words
    assert shown.find(class_="score__value").text.strip() == "0"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (80_000, 260_000, "¥80,000 – ¥260,000"),
        (80_000, 80_000, "¥80,000"),
        (80_000, None, "from ¥80,000"),
        (None, 5_000, "up to ¥5,000"),
        (0, 5_000, "¥0 – ¥5,000"),
        (None, None, "to be agreed"),
    ],
)
def test_price_range(low, high, said):
    assert render("{% price_range low high %}", low=low, high=high) == said


def test_price_range_of_missing_variables():
    assert render("{% price_range no.low no.high %}") == "to be agreed"


def test_pagination_keeps_the_query_and_marks_the_page():
    page = Paginator(range(200), 20).page(2)
    shown = soup("{% pagination page %}", "/en/search/?q=a%20b&page=2&kind=x&kind=y", page=page)
    assert shown.find(attrs={"aria-current": "page"}).text == "Page 2"
    assert shown.find(rel="next")["href"] == "?q=a+b&kind=x&kind=y&page=3"
    assert shown.find(rel="prev")["href"] == "?q=a+b&kind=x&kind=y"
    assert render("{% pagination number=1 pages=1 %}").strip() == ""


def test_facets_toggle_values_and_go_back_to_page_one():
    values = [
        {"value": "330206", "label": {"zh": "北仑区", "en": "Beilun"}, "count": 3},
        {"value": "330212", "label": "Yinzhou", "count": 0},
    ]
    path = "/en/search/?district=330212&q=x&page=4"
    shown = soup('{% facet_list "district" "District" values %}', path, values=values)
    chosen, other = shown.find_all(class_="facet__value")
    assert chosen["aria-current"] == "true"
    assert chosen["href"] == "?q=x"
    assert other["href"] == "?district=330212&district=330206&q=x"
    assert shown.find(class_="facet__clear")["href"] == "?q=x"


def test_toggle_query_undoes_itself():
    once = render('{% toggle_query "kind" "provider" %}', "/en/search/?q=x", autoescape=False)
    assert once == "?q=x&amp;kind=provider"
    again = render('{% toggle_query "kind" "provider" %}', "/en/search/?q=x&kind=provider")
    assert again == "?q=x"


def test_steps_say_where_one_is():
    shown = soup('{% steps "Describe" "Check" "Post" current=2 %}')
    assert shown.find(attrs={"aria-current": "step"}).find(class_="steps__label").text == "Check"
    assert len(shown.find_all(class_="steps__item--done")) == 1


def test_facts_without_value_are_left_out():
    assert render('{% fact "Founded" value %}', value=None).strip() == ""
    assert render('{% fact "Founded" missing.value %}').strip() == ""
    assert soup('{% fact "Free" 0 %}').dd.text == "0"


def test_breadcrumb_ends_where_one_is():
    shown = soup('{% breadcrumb "Needs" "/en/needs/" "Night stops" %}')
    assert [a["href"] for a in shown.find_all("a")] == ["/en/", "/en/needs/"]
    assert shown.find(attrs={"aria-current": "page"}).text == "Night stops"


def test_tabs_mark_the_current_one():
    shown = soup('{% tabs "All" "/en/a/" 3 "Mine" "/en/b/" "" label="Needs" %}', "/en/b/")
    assert shown.find(attrs={"aria-current": "page"}).text == "Mine"
    assert [c.text for c in shown.find_all(class_="tabs__count")] == ["3"]


def test_avatars_look_past_the_citys_name():
    assert soup("{% avatar name %}", name="宁波灵视智能").span.text == "灵"
    assert soup("{% avatar name %}", name="Ningbo Lingshi").span.text == "L"
    assert soup("{% avatar name %}", name="宁波").span.text == "宁"
    assert soup("{% avatar name %}", name="").span.text == "?"


def test_reasons_show_unknown_at_the_neutral_point():
    criteria = [
        {"name": "budget", "value": 0.5, "weight": 0.2, "reason": {"zh": "合", "en": "fits"}},
        {"name": "record", "value": None, "neutral": 0.4, "reason": {"zh": "无", "en": "none"}},
    ]
    fits, unknown = soup("{% reasons criteria %}", criteria=criteria).find_all("li")
    assert fits.svg["aria-label"] == "50 of 100"
    assert unknown.svg["aria-label"] == "unknown"
    assert unknown.find(class_="bar__mark")["x"] == "40"
    assert unknown.find(class_="reasons__value").text == "unknown"


@given(st.none() | st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_score_stays_inside_its_bar(value, one, other):
    score = Score(value, min(one, other), max(one, other), neutral=one)
    assert 0 <= score.start <= score.end <= 100
    assert 0 <= score.mark <= 99
    assert score.words
