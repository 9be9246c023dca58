"""The city's districts as places of the map of equal tiles (`{% tile_map %}`)."""

from collections.abc import Callable, Mapping

from portal.vocabulary.vocabulary import get_vocabulary

Place = tuple[str, int, str, tuple[int, int]]


def places(
    counts: Mapping[str, int], language: str, address: Callable[[str], str] = lambda code: ""
) -> list[Place]:
    """(short name, count, address, (column, row)) of every district of the city; `counts` by code,
    old codes counted with the district they became, others left out."""
    vocabulary = get_vocabulary()
    found: dict[str, int] = {}
    for code, count in counts.items():
        current = vocabulary.current_district_code(code)
        found[current] = found.get(current, 0) + count
    return [
        (
            short_name(district.label(language)),
            found.get(district.code, 0),
            address(district.code),
            district.tile or (0, 0),
        )
        for district in vocabulary.districts
    ]


def short_name(label: str) -> str:
    """The name without its rank, which a tile has no room for: 海曙 for 海曙区, Haishu for
    Haishu District."""
    first, _, rank = label.partition(" ")
    return first if rank else label.rstrip("区县市")
