"""Pieces of a text: about as long as one complaint, none lost, none too many."""

from hypothesis import given
from hypothesis import strategies as st

from portal.vocabulary.sentences import MAX_PIECES, pieces


def test_sentences_are_parted() -> None:
    assert pieces(
        "我们是北仑一家做汽车配件的厂。夜里机器停了没有人晓得。预算十来万一年内弄好。"
    ) == [
        "我们是北仑一家做汽车配件的厂。",
        "夜里机器停了没有人晓得。",
        "预算十来万一年内弄好。",
    ]
    assert pieces("We make bolts and screws in Cixi. Bad threads get mixed in, and we pay.") == [
        "We make bolts and screws in Cixi.",
        "Bad threads get mixed in, and we pay.",
    ]


def test_long_sentences_are_parted_at_commas() -> None:
    assert pieces("我们是北仑一家做水泵壳体的压铸厂，夜里机器停了半宿都没有人晓得") == [
        "我们是北仑一家做水泵壳体的压铸厂，",
        "夜里机器停了半宿都没有人晓得",
    ]


def test_what_is_too_short_joins_its_neighbour() -> None:
    assert pieces("夜里机器停了半宿都没有人晓得。急！") == ["夜里机器停了半宿都没有人晓得。急！"]
    assert pieces("MES") == ["MES"]
    assert pieces(" \n ") == []


@given(st.text(alphabet="机器停 a.，。\n,!", max_size=400))
def test_nothing_is_lost_and_there_are_few(text: str) -> None:
    found = pieces(text)
    assert len(found) <= MAX_PIECES
    assert all(found)
    assert "".join("".join(found).split()) == "".join(text.split())
