"""How much a need means to spend, from the ways people write it."""

import re
from dataclasses import dataclass

from portal.vocabulary.scope import clauses

MAX_CNY = 10_000_000_000

_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_ZH = "零一二两三四五六七八九十百千"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[{_ZH}]+)"

# 5-8万 · 5万到8万 · 两三万 · 二十来万 · 十几万 · 几十万 · 三千块
_RANGE_ZH = re.compile(
    rf"({_NUMBER})\s*([万千wW]?)(?:元|块)?\s*(?:-|–|—|~|～|到|至)\s*({_NUMBER})\s*([万千wW]|(?=元|块))"
)
_ONE_ZH = re.compile(
    rf"(几|{_NUMBER})\s*(几|多|来)?\s*(十|百)?\s*(多|来|几)?\s*(万|[wW](?![a-zA-Z])|千(?!瓦|米|克)|(?=元|块))(多|把|来)?"
)
_PAIR = re.compile(r"^([一二两三四五六七八])([二三四五六七八九])$")

_CURRENCY = r"(?:¥|￥|RMB|CNY|yuan)"
_UNIT_EN = r"(k\b|thousand\b|m\b|million\b|万)?"
_NUMBER_EN = r"(\d[\d,]*(?:\.\d+)?)"
_RANGE_EN = re.compile(
    rf"(?P<sign>{_CURRENCY})?\s*{_NUMBER_EN}\s*{_UNIT_EN}\s*(?:-|–|—|to|and)\s*(?:{_CURRENCY})?\s*"
    rf"{_NUMBER_EN}\s*{_UNIT_EN}\s*(?P<word>{_CURRENCY})?",
    re.IGNORECASE,
)
_ONE_EN = re.compile(
    rf"(?P<sign>{_CURRENCY})?\s*(?<![\d.,$€£]){_NUMBER_EN}\s*{_UNIT_EN}\s*(?P<word>{_CURRENCY})?",
    re.IGNORECASE,
)
_UNITS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "万": 1e4}

_BUDGET = re.compile(r"预算|经费|budget", re.IGNORECASE)
_SPEND = re.compile(
    r"控制在|不超过|不超|最多|顶多|封顶|以内|之内|以下|出得起|拿得出|能出|愿意出|准备(?:花|投|拿)|打算(?:花|投)|想花|"
    r"只(?:有|能)|投(?:入)?|花(?:个)?|"
    r"\bspend\b|\bup to\b|\bunder\b|\bbelow\b|\bless than\b|\bno more than\b|\bat most\b|"
    r"\bwithin\b|\bafford\b|\bpay\b|\bset aside\b|\bput up\b|\bmax(?:imum)?\b",
    re.IGNORECASE,
)
_NOT_SPENDING = re.compile(
    r"赔|罚|亏|损失|扣|欠|电费|水费|气费|工资|人工费|营业额|产值|销售额|产量|货款|罚款|报废|修一次|"
    r"一年产|每年|一年|每月|一个月|一天|压了|压着|库存|呆料|贷款|"
    r"\blost\b|\bfined?\b|\bpenalt|\bcost us\b|\bturnover\b|\brevenue\b|\bsales of\b|\bwages?\b|"
    r"\bsalary\b|\ba month\b|\bper month\b|\ba day\b|\bper day\b|\bdead stock\b|\bscrap\b|\bbill\b",
    re.IGNORECASE,
)
_THINGS = re.compile(
    r"^\s*(?:个|件|只|片|颗|台|吨|公斤|斤|米|公里|次|张|条|套|人|户|平|小时|分钟|天|家|种|"
    r"km\b|pieces?\b|parts?\b|people\b|workers?\b|machines?\b|tonnes?\b|tons?\b|a day\b|hours?\b|"
    r"screws?\b|rows?\b|%|％)",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"以内|之内|以下|不超过?|最多|顶多|封顶|内(?:$|，)|\bup to\b|\bunder\b|\bbelow\b|\bless than\b|"
    r"\bno more than\b|\bat most\b|\bwithin\b|\bmax(?:imum)?\b",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"以上|起步|至少|不低于|\bat least\b|\bfrom\b|\bmore than\b|\bover\b", re.IGNORECASE
)
_ABOUT = re.compile(
    r"左右|上下|大约|大概|差不多|约|\baround\b|\babout\b|\broughly\b|\bsome\b|~", re.IGNORECASE
)
_ABOUT_LOW, _ABOUT_HIGH = 0.8, 1.2


@dataclass(frozen=True)
class Budget:
    """What a need means to spend in CNY (either end may be open), and where it says so."""

    low: int | None
    high: int | None
    start: int
    end: int


def read_budget(text: str) -> Budget | None:
    """The first budget `text` states; None when it states none.

    An amount counts where the clause speaks of a budget or of spending, not of losses, output
    or a count of things. Amounts in foreign currency don't count."""
    parts = [(text[start:end], start) for start, end in clauses(_joined_numbers(text))]
    for word in (_BUDGET, _SPEND):
        for at, (part, offset) in enumerate(parts):
            if not word.search(part) or (word is _SPEND and _NOT_SPENDING.search(part)):
                continue
            found = _amount(part, offset)
            # “预算有限：二十万” — the amount may stand in the clause after the word.
            if found is None and word is _BUDGET and at + 1 < len(parts):
                found = _amount(*parts[at + 1])
            if found:
                return found
    return None


def _joined_numbers(text: str) -> str:
    """Thousands separators would part a clause inside a number: a space of equal width won't."""
    return re.sub(r"(?<=\d),(?=\d{3})", "\u2009", text)


def _amount(part: str, offset: int) -> Budget | None:
    plain = part.replace("\u2009", ",")
    for reader in (_range_zh, _range_en, _one_zh, _one_en):
        found = reader(plain)
        if found:
            low, high, start, end = found
            if _THINGS.match(plain[end:]) or not 0 < (high or low or 0) <= MAX_CNY:
                continue
            return Budget(low, high, offset + start, offset + end)
    return None


Range = tuple[int | None, int | None, int, int]


def _range_zh(part: str) -> Range | None:
    match = _RANGE_ZH.search(part)
    if not match:
        return None
    unit = match.group(4) or ""
    low = _number(match.group(1)) * _factor(match.group(2) or unit)
    high = _number(match.group(3)) * _factor(unit)
    return (int(low), int(high), match.start(), match.end()) if 0 < low <= high else None


def _one_zh(part: str) -> Range | None:
    match = _ONE_ZH.search(part)
    if not match:
        return None
    number, more_a, place, more_b, unit, more_c = match.groups()
    factor = _factor(unit) * _PLACES.get(place or "", 1)
    pair = _PAIR.match(number)
    if number == "几" or "几" in (more_a, more_b):
        base = 0 if number == "几" else _number(number)
        low, high = (base or 2) * factor, (base + 9) * factor
    elif pair:
        low, high = _DIGITS[pair.group(1)] * factor, _DIGITS[pair.group(2)] * factor
    elif "多" in (more_a, more_b, more_c):
        value = _number(number) * factor
        low, high = value, value + _next_step(value)
    else:
        about = bool({"来", "把"} & {more_a, more_b, more_c})
        return _bounded(_number(number) * factor, part, match.start(), match.end(), about)
    return (int(low), int(high), match.start(), match.end()) if high > 0 else None


def _range_en(part: str) -> Range | None:
    for match in _RANGE_EN.finditer(part):
        first, unit_a, second, unit_b = match.groups()[1:5]
        if not (match["sign"] or match["word"] or unit_b):
            continue
        high = _number(second) * _UNITS.get((unit_b or "").lower(), 1)
        low = _number(first) * _UNITS.get((unit_a or unit_b or "").lower(), 1)
        if 0 < low <= high:
            return int(low), int(high), match.start(), match.end()
    return None


def _one_en(part: str) -> Range | None:
    for match in _ONE_EN.finditer(part):
        number, unit = match.groups()[1:3]
        value = _number(number) * _UNITS.get((unit or "").lower(), 1)
        # A bare number is money only where it is long: “budget 30000”.
        if match["sign"] or match["word"] or unit or (_BUDGET.search(part) and value >= 1000):
            return _bounded(value, part, match.start(), match.end(), False)
    return None


def _bounded(value: float, part: str, start: int, end: int, about: bool) -> Range | None:
    around = part[max(0, start - 14) : start] + "|" + part[end : end + 8]
    if _AT_MOST.search(around):
        return None, int(value), start, end
    if _AT_LEAST.search(around):
        return int(value), None, start, end
    if about or _ABOUT.search(around):
        return int(value * _ABOUT_LOW), int(value * _ABOUT_HIGH), start, end
    return None, int(value), start, end


def _number(written: str) -> float:
    """Arabic with separators, or Chinese up to 九千九百九十九."""
    if written[0].isascii():
        return float(written.replace(",", ""))
    total, digit = 0, 0
    for character in written:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += (digit or 1) * _PLACES[character]
            digit = 0
    return float(total + digit)


def _factor(unit: str) -> float:
    return {"万": 1e4, "w": 1e4, "千": 1e3}.get(unit.lower(), 1.0)


def _next_step(value: float) -> float:
    """What 二十多万 may go up by: one more of its leading place."""
    step = 1.0
    while step * 10 <= value:
        step *= 10
    return step
