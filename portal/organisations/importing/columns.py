"""The columns of a profile in a spreadsheet: names as in the files of `load_providers`, with what
they mean in both languages."""

import re
from collections.abc import Sequence

PROFILE = {
    "kind": ("类型：provider 服务商 / collective 协作体", "Kind: provider or collective"),
    "summary_zh": ("简介（中文）", "Summary in Chinese"),
    "summary_en": ("简介（英文）", "Summary in English"),
    "capabilities": ("能力标签，用 ; 分隔", "Capabilities in your own words, parted by ;"),
    "industries": ("服务行业代码，用 ; 分隔，如 C33", "Industry codes, parted by ;, such as C33"),
    "languages": ("工作语言：zh;en", "Working languages: zh;en"),
    "capacity": ("同时能做几单", "Jobs at once"),
    "staff": ("人数", "Staff"),
    "founded": ("成立年份", "Founded"),
}
OFFER = {
    "title_zh": ("名称（中文）", "Title in Chinese"),
    "title_en": ("名称（英文）", "Title in English"),
    "type": ("类别", "Type"),
    "description_zh": ("说明（中文）", "Description in Chinese"),
    "description_en": ("说明（英文）", "Description in English"),
    "price_from": ("最低价（元）", "Price from (yuan)"),
    "price_to": ("最高价（元）", "Price to (yuan)"),
    "days": ("工期（天）", "Days it takes"),
}
IDENTITY = {
    "uscc": ("统一社会信用代码", "Unified social credit code"),
    "ref": ("编号", "Reference"),
}
ELSEWHERE = ("name_zh", "name_en", "tier", "district", "latitude", "longitude")
"""Columns of the format that a profile's own file does not change."""

_OFFER = re.compile(r"offer([1-9][0-9]{0,2})_([a-z_]+)")


def name_of(heading: str) -> str:
    """The name of a column: a heading is the name alone, or with its meaning behind it."""
    return re.split(r"[\s·]", heading.strip(), maxsplit=1)[0].lower()


def offer_part(name: str) -> tuple[int, str] | None:
    """Number and field of a column about an offer; None for others."""
    match = _OFFER.fullmatch(name)
    return (int(match[1]), match[2]) if match and match[2] in OFFER else None


def heading(name: str) -> str:
    """The name with its meaning in both languages."""
    part = offer_part(name)
    zh, en = OFFER[part[1]] if part else {**IDENTITY, **PROFILE}[name]
    if part:
        zh, en = f"服务{part[0]} {zh}", f"Offer {part[0]}: {en}"
    return f"{name} · {zh} · {en}"


def place_of(loc: Sequence[int | str], offers: Sequence[int]) -> str:
    """The column of a fault: `loc` as pydantic gives it, `offers` the numbers in the file."""
    if not loc:
        return ""
    first, *rest = loc
    if first == "offers" and rest and isinstance(rest[0], int):
        number = offers[rest[0]] if rest[0] < len(offers) else rest[0] + 1
        inner = [str(part) for part in rest[1:]] or ["price_to"]
        return f"offer{number}_{_with_language(inner)}"
    return _with_language([str(part) for part in loc if isinstance(part, str)])


def _with_language(parts: Sequence[str]) -> str:
    if parts[0] in ("title", "description", "summary", "name") and len(parts) == 1:
        return f"{parts[0]}_zh"
    return "_".join(parts)


def letters(index: int) -> str:
    """The letters of a spreadsheet's column, from 0: A … Z, AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
