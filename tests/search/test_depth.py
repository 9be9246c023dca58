"""Phrases, exclusions, documents named from outside, typing errors, names in pinyin, suggestions:
what both engines must do alike. Every test runs on each, Elasticsearch being a real node."""

import time
from typing import Any

import pytest

from search.documents import Bilingual
from search.engines.base import Delete, Engine, Upsert
from search.filters import Filters
from search.plan import MAX_TERMS
from search.queries import MAX_EXCLUDED, MAX_NEAREST, MAX_PHRASE, MAX_PHRASES, SearchQuery
from tests.search.made import document, offer
from tests.search.test_engine_contract import keys, store


def found(engine: Engine, **asked: Any) -> set[str]:
    return set(keys(engine, **asked))


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("machine vision", {"together", "inflected"}),
        ("vision machine", {"turned"}),
        ("视觉检测", {"chinese"}),
        ("视觉", {"chinese", "apart"}),
        ("mould", {"one"}),
        ("cost of energy", {"stop"}),
        ("cost in energy", {"stop"}),
        ("cost energy", set()),
        ("nothing like it", set()),
    ],
)
def test_a_phrase_is_its_terms_next_to_each_other(
    engine: Engine, phrase: str, expected: set[str]
) -> None:
    store(
        engine,
        document("together", en="good machine vision"),
        document("inflected", en="Machines' visions"),
        document("turned", en="vision machine"),
        document("chinese", zh="机器视觉检测"),
        document("apart", zh="视觉和缺陷检测"),
        document("one", en="mould"),
        document("stop", en="cost of energy"),
    )
    assert found(engine, phrases=(phrase,)) == expected


def test_a_phrase_does_not_reach_from_one_part_to_the_next(engine: Engine) -> None:
    store(
        engine,
        document("titles", zh="机器", en="machine"),
        document("summary", en="machine", summary=Bilingual("", "vision")),
        document("offers", offers=(offer(en="machine"), offer(en="vision"))),
        document("labels", labels=("machine", "vision")),
        document("inside", offers=(offer(en="welding"), offer(en="machine vision"))),
    )
    assert found(engine, phrases=("machine vision",)) == {"inside"}
    assert found(engine, phrases=("machine of vision",)) == set()


def test_every_phrase_and_the_text_must_match(engine: Engine) -> None:
    store(
        engine,
        document("both", en="machine vision for stamped parts"),
        document("first", en="machine vision for cast parts"),
        document("second", en="vision, machine, stamped parts"),
    )
    assert found(engine, phrases=("machine vision", "stamped parts")) == {"both"}
    assert found(engine, text="cast", phrases=("machine vision",)) == {"first"}
    assert found(engine, text="the", phrases=("stamped parts",)) == {"both", "second"}
    assert found(engine, text="cast", phrases=("the",)) == {"first"}
    assert found(engine, phrases=("the",)) == set()


def test_a_phrase_that_comes_more_often_ranks_higher(engine: Engine) -> None:
    store(
        engine,
        document("once", en="machine vision for parts of every kind"),
        document("twice", en="machine vision for machine vision parts"),
        document("other", en="catering"),
    )
    assert keys(engine, phrases=("machine vision",)) == ["twice", "once"]


def test_what_is_excluded_is_not_found_however_it_matches(engine: Engine) -> None:
    store(
        engine,
        document("cloud", en="quality data in the cloud", concept=("quality",)),
        document("site", en="quality data on site", concept=("quality",)),
        document("phrase", zh="质量数据上云", en="quality", concept=("quality",)),
    )
    assert found(engine, text="quality", excluded=("cloud",)) == {"site", "phrase"}
    assert found(engine, text="quality", excluded=("clouds", "上云")) == {"site"}
    assert found(engine, text="quality", excluded=("data quality",)) == {"cloud", "site", "phrase"}
    assert found(engine, concepts=(("quality", 1.0),), excluded=("quality data",)) == {"phrase"}
    assert found(engine, nearest=(("provider", "cloud", 9.0),), excluded=("cloud",)) == set()
    assert found(engine, text="quality", excluded=("the", "?!")) == {"cloud", "site", "phrase"}
    result = engine.search(SearchQuery(text="quality", excluded=("cloud",), facets=("concept",)))
    assert (result.total, result.facets["concept"]) == (2, (("quality", 2),))


def test_exclusions_alone_leave_everything_else_newest_first(engine: Engine) -> None:
    store(engine, document("old", en="press", age=3), document("new", en="lathe"),
          document("gone", en="mill", age=1))  # fmt: skip
    assert keys(engine, excluded=("mill",)) == ["new", "old"]


def test_documents_named_from_outside_match_and_gain(engine: Engine) -> None:
    store(
        engine,
        document("said", en="robot welding"),
        document("meant", en="joining by arms"),
        document("both", en="robot"),
        document("other", en="catering"),
        document("meant", type="need", en="joining"),
    )
    near = (("provider", "meant", 3.0), ("provider", "both", 20.0), ("provider", "gone", 9.0))
    assert keys(engine, text="welding robot", nearest=near) == ["both", "meant", "said"]
    assert keys(engine, nearest=near) == ["both", "meant"]
    scores = [hit.score for hit in engine.search(SearchQuery(nearest=near)).hits]
    assert scores == [21.0, 4.0]
    assert keys(engine, nearest=near, types=("need",)) == []


def test_a_mistyped_word_finds_what_it_means_below_what_is_written_so(engine: Engine) -> None:
    store(
        engine,
        document("right", en="traceability of castings"),
        document("exact", en="casting"),
        document("far", en="carting"),
        document("zh", zh="压铸"),
    )
    assert found(engine, text="castimg") == {"right", "exact"}
    assert found(engine, text="tracaebility") == {"right"}
    assert found(engine, text="traceabillitty") == {"right"}
    assert found(engine, text="tracbilty") == set()  # three away
    assert found(engine, text="cst") == set()
    assert keys(engine, text="carting cstings")[0] == "far"
    assert found(engine, text="carting cstings") == {"far", "right", "exact"}
    result = engine.search(SearchQuery(text="tracaebility"))
    assert result.terms == ("tracaebl", "traceabl")


def test_words_that_are_known_in_any_form_are_taken_at_their_word(engine: Engine) -> None:
    store(
        engine,
        document("welding", en="welding cell"),
        document("wedding", en="wedding dresses"),
        document("generators", en="generators"),
        document("name", zh="宁波磁吹"),
    )
    assert found(engine, text="wedding") == {"wedding"}
    assert found(engine, text="welded") == {"welding"}
    assert found(engine, text="ningbo") == {"name"}
    engine.write([Delete("provider", "wedding", 2)])
    assert "wedding" not in found(engine, text="wedding")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ningbo cichui", ["magnet"]),
        ("ningbocichui", ["magnet"]),
        ("NingBo CiChui", ["magnet"]),
        ("ning bo ci chui", ["magnet"]),
        ("cichui", ["magnet"]),
        ("nbcc", ["magnet"]),
        ("NBCCKJ", ["magnet"]),
        ("chongqing", ["bank"]),  # in its word 重 reads chong
        ("yinhang", ["bank"]),  # and 行 hang
        ("xi'an", ["xian"]),
        ("nb", []),
        ("chui", []),
    ],
)
def test_chinese_names_in_latin_letters(engine: Engine, text: str, expected: list[str]) -> None:
    store(
        engine,
        document("magnet", zh="宁波磁吹科技有限公司"),
        document("other", zh="宁波海天塑机"),
        document("bank", zh="重庆银行"),
        document("xian", zh="西安电机", en="Motors"),
        document("summary", summary=Bilingual("磁吹", "")),
    )
    assert keys(engine, text=text)[: len(expected)] == expected
    if expected:
        assert found(engine, text=text) - {"other"} == set(expected)


def test_a_name_that_reads_like_a_word_does_not_drown_the_word(engine: Engine) -> None:
    store(
        engine,
        *(document(f"name{n}", zh="大塔机械") for n in range(3)),
        document("word", en="data platform"),
        *(document(f"more{n}", en="catering") for n in range(6)),
    )
    assert keys(engine, text="data")[0] == "word"


PROPOSED = [
    document("magnet", zh="宁波磁材科技有限公司", en="Ningbo Magnetics"),
    document("inside", zh="海曙磁材", en="Haishu Magnetic Materials"),
    document("vision", en="Inspection by machine vision"),
    document("visual", type="need", en="Visual inspection wanted"),
    document("cnc", zh="5轴CNC加工", en="5-axis CNC"),
]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("vis", ["visual", "vision"]),
        ("VISION INSP", ["vision"]),
        ("insp mach", ["vision"]),
        ("磁材", {"magnet", "inside"}),
        ("海曙磁", ["inside"]),
        ("宁波磁材科技有限公司", ["magnet"]),
        ("材磁", []),
        ("ningb", ["magnet"]),
        ("ningbocicaikejiyouxian", ["magnet"]),
        ("cicai", {"magnet", "inside"}),
        ("nbcck", ["magnet"]),
        ("nbck", []),
        ("hs", ["inside"]),
        ("cnc", ["cnc"]),
        ("5", ["cnc"]),
        ("zz", []),
        ("", []),
        (" -\"' ", []),
        ("\ud800", []),
    ],
)
def test_titles_are_proposed_by_how_their_words_begin(
    engine: Engine, prefix: str, expected: list[str] | set[str]
) -> None:
    store(engine, *PROPOSED)
    proposed = [one.key for one in engine.suggest(prefix)]
    assert (set(proposed) if isinstance(expected, set) else proposed) == expected


def test_a_proposal_has_type_key_and_title(engine: Engine) -> None:
    store(engine, *PROPOSED)
    [one] = engine.suggest("vis", types=("need",))
    assert (one.type, one.key, one.title.en) == ("need", "visual", "Visual inspection wanted")
    engine.write([Delete("need", "visual", 2)])
    assert engine.suggest("vis", types=("need",)) == []
    store(engine, *(document(f"k{n}", en=f"press {n}") for n in range(40)))
    assert len(engine.suggest("press")) == 8
    assert len(engine.suggest("press", limit=3)) == 3
    assert engine.suggest("press", limit=0) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("machne vison", "machine vision"),
        ("Machnie VISOIN 检测", "Machine VISION 检测"),
        ("weldng", "welding"),
        ("machine vision", None),
        ("machines welded", None),
        ("qqqqqqq", None),
        ("mes", None),
        ("检测", None),
        ("ningbo", None),
        ("", None),
        ('"machne vision" -weldng', '"machine vision" -welding'),
    ],
)
def test_did_you_mean(engine: Engine, text: str, expected: str | None) -> None:
    store(
        engine,
        document("a", zh="宁波检测", en="machine vision"),
        document("b", en="machine welding"),
        document("c", en="wielding vision", summary=Bilingual("", "machines")),
        document("d", en="welding"),
    )
    assert engine.correct(text) == expected


def test_the_most_frequent_of_the_nearest_is_proposed(engine: Engine) -> None:
    store(engine, document("a", en="mould"), document("b", en="mould"), document("c", en="moult"))
    assert engine.correct("moulf") == "mould"
    store(engine, *(document(f"m{n}", en="moult") for n in range(4)))
    assert engine.correct("moulf") == "moult"


def test_a_long_text_is_searched_for_what_tells_most(engine: Engine) -> None:
    common = [f"common{n}" for n in range(60)]
    store(
        engine,
        *(document(f"all{n}", en=" ".join(common)) for n in range(12)),
        document("told", en="gearbox", summary=Bilingual("", " ".join(common[:3]))),
        document("never", en="unrelated"),
    )
    text = " ".join([*common, "gearbox", *(f"unknown{n}" for n in range(20))])
    result = engine.search(SearchQuery(text=text))
    assert len(result.terms) == MAX_TERMS
    assert result.terms[0] == "gearbox"
    assert not any(term.startswith("unknown") for term in result.terms)


def test_a_text_of_nothing_known_finds_nothing_however_long(engine: Engine) -> None:
    store(engine, document("a", en="gearbox"))
    assert keys(engine, text=" ".join(f"zzz{n}" for n in range(100))) == []


HOSTILE = [
    "a" * 10_000,
    "word " * 2_000,
    " ".join(f"w{n}x" for n in range(2_000)),
    "视觉检测" * 2_500,
    '"' * 10_000,
    '"unbalanced',
    "field:*",
    "text:[* TO *]",
    "{!func}1",
    "../../etc/passwd",
    ")(",
    "AND OR NOT ^2 ~3 \\",
    "{{7*7}}<script>",
    "\ud800 lone \udfff",
    "\x00\x01\x1f",
    "qwertyuiop " * 900,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_texts_are_answered(engine: Engine, text: str) -> None:
    store(engine, document("a", en="word", zh="视觉检测"))
    started = time.monotonic()
    engine.search(SearchQuery(text=text, facets=("kind",)))
    engine.search(SearchQuery(text="word", phrases=(text[:MAX_PHRASE],)))
    engine.search(SearchQuery(excluded=(text[:MAX_PHRASE],)))
    engine.suggest(text)
    engine.correct(text)
    assert time.monotonic() - started < 5


def test_limits_are_said(engine: Engine) -> None:
    store(engine, document("a", en="word", kind="kind7"))
    many = tuple(f"kind{n}" for n in range(10_000))
    assert keys(engine, filters=Filters(kind=many)) == ["a"]
    assert keys(engine, filters=Filters(offer_type=many, price_max=3)) == []
    near = tuple(("provider", f"k{n}", 1.0) for n in range(MAX_NEAREST))
    assert keys(engine, text="word", nearest=near) == ["a"]


@pytest.mark.parametrize(
    "asked",
    [
        {"phrases": ("a b",) * (MAX_PHRASES + 1)},
        {"excluded": ("a",) * (MAX_EXCLUDED + 1)},
        {"phrases": ("x" * (MAX_PHRASE + 1),)},
        {"nearest": (("provider", "k", 1.0),) * (MAX_NEAREST + 1)},
        {"filters": Filters(kind=("x",) * 20_000)},
        {"filters": Filters(kind=("\ud800",))},
        {"types": ("\udfff",)},
        {"concepts": (("\ud800", 1.0),)},
        {"nearest": (("provider", "\ud800", 1.0),)},
        {"only": (("provider", "\ud800"),)},
    ],
)
def test_too_much_and_no_text_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"more than|surrogates"):
        SearchQuery(**asked)


def test_a_document_with_everything_odd_is_kept(engine: Engine) -> None:
    odd = document(
        "odd",
        zh="宁波\x00磁材" + "长" * 400,
        en="x" * 5_000 + " " + "y'z " * 300,
        summary=Bilingual("^", "^^ \x01 ^a"),
    )
    assert set(engine.write([Upsert(odd, 1)])) <= {("provider", "odd")}
