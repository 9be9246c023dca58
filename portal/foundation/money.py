"""Amounts in yuan, as each language writes them."""

from decimal import Decimal

from portal.foundation.text import content_language


def format_cny(amount: int | Decimal | None, language: str | None = None) -> str:
    """¥ amount, whole yuan: `20万元` style for round Chinese amounts, `¥200,000` in English."""
    if amount is None:
        return ""
    if (language or content_language()) == "zh" and amount >= 10_000 and amount % 1000 == 0:
        tenth = Decimal(amount) / 10_000
        return f"{tenth.normalize():f}万元"
    return f"¥{amount:,.0f}"
