"""Amounts in the capital numerals of Chinese contracts: 贰拾万元整."""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
WAN, YI = 10**4, 10**8
LIMIT = WAN * WAN * YI


def capital_yuan(amount: int) -> str:
    """Whole yuan from 1 as contracts and cheques write them, so that no digit can be altered.

    Raises ValueError below 1 and from 10^16."""
    if not 1 <= amount < LIMIT:
        raise ValueError(f"{amount} yuan can't be written in capital numerals")
    return f"人民币{_number(amount)}元整"


def _number(amount: int) -> str:
    for unit, name in ((YI, "亿"), (WAN, "万")):
        if amount >= unit:
            head, rest = divmod(amount, unit)
            return _number(head) + name + _after(rest, unit)
    return _below_ten_thousand(amount)


def _after(rest: int, unit: int) -> str:
    """What follows 亿 or 万: 零 stands where places are skipped."""
    if not rest:
        return ""
    return (DIGITS[0] if rest < unit // 10 else "") + _number(rest)


def _below_ten_thousand(value: int) -> str:
    text, gap = "", False
    for place in reversed(range(len(PLACES))):
        digit = value // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text
