"""Made documents for the tests of the engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

from search.documents import Bilingual, IndexedDocument, IndexedOffer

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def offer(
    type: str = "consulting", price_from: int | None = None, en: str = "", zh: str = ""
) -> IndexedOffer:
    return IndexedOffer(type=type, price_from=price_from, text=Bilingual(zh, en))


def document(key: str = "a", *, age: int = 0, zh: str = "", en: str = "", **fields: Any) -> Any:
    """A provider `age` days older than the newest, with these titles."""
    return IndexedDocument(
        **{
            "type": "provider",
            "key": key,
            "url": f"/providers/{key}/",
            "created": START - timedelta(days=age),
            "title": Bilingual(zh, en),
            **fields,
        }
    )
