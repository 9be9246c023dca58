"""Made providers and requests for the benches of search: the same for every run."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

SEED = 20_260_101
DIMENSIONS = 384
"""Of a made vector where no encoder says otherwise."""
BATCH = 2_000
NEAREST = 100
"""Documents that a query of the overlap names, as by vectors, with a score each."""
DISTRICTS = ("330203", "330205", "330206", "330211", "330212", "330213", "330225", "330226")
ENGLISH = (
    "machine vision inspection mould casting spindle energy robot welding scheduling quality pump "
    "traceability warehouse gearbox stamping painting assembly forging thermal cloud data model "
    "sensor cutting maintenance planning office export fastener bearing textile cable magnet valve"
)
CHINESE = (
    "机器 视觉 检测 模具 压铸 主轴 能耗 机器人 焊接 排产 追溯 质量 仓库 水泵 齿轮 冲压 喷涂 装配 "
    "锻造 热处理 上云 数据 模型 传感 切削 维护 计划 办公 出口 紧固件 轴承 纺织 线缆 磁材 阀门 改造 "
    "集成 平台 产线 设备 宁波 工厂"
)
WORDS_EN, WORDS_ZH = ENGLISH.split(), CHINESE.split()


def key_of(number: int) -> str:
    """The key of a made provider; its row's primary key is one more than its number."""
    return f"made-{number}"


def made(count: int) -> Iterator[tuple[Any, Any, list[Any]]]:
    """Organisation, profile and offers, not stored."""
    from portal.organisations.models import Offer, Organisation, ProviderProfile
    from portal.vocabulary import get_vocabulary

    chance = random.Random(SEED)
    concepts, types = list(get_vocabulary().concepts), get_vocabulary().offer_types
    industries = [code for code in get_vocabulary().industries if len(code) >= 3]

    def words(source: list[str], low: int, high: int, space: str) -> str:
        # Few words come often and many seldom, as in real texts.
        picks = (int(len(source) * chance.random() ** 2) for _ in range(chance.randint(low, high)))
        return space.join(source[pick] for pick in picks)

    for number in range(count):
        organisation = Organisation(
            id=number + 1,
            ref=key_of(number),
            key=key_of(number),
            name_zh=words(WORDS_ZH, 2, 4, ""),
            name_en=words(WORDS_EN, 2, 3, " "),
            district=chance.choice(DISTRICTS),
            latitude=round(chance.uniform(29.3, 30.3), 5),
            longitude=round(chance.uniform(121.0, 122.2), 5),
            created=datetime.fromtimestamp(1_700_000_000 + number * 60, UTC),
        )
        profile = ProviderProfile(
            id=number + 1,
            organisation=organisation,
            kind=chance.choice(("provider", "provider", "collective")),
            summary_zh=words(WORDS_ZH, 20, 50, ""),
            summary_en=words(WORDS_EN, 15, 40, " "),
            industries=chance.sample(industries, 2),
            languages=chance.choice((["zh"], ["zh", "en"])),
            listed=True,
            verification=chance.choice(("verified", "unverified")),
            tier_listed=chance.choice(("registered", "innovative_sme", "little_giant")),
            concepts=dict.fromkeys(chance.sample(concepts, 3), 1.0),
        )
        offers = [
            Offer(
                provider=profile,
                title_zh=words(WORDS_ZH, 3, 6, ""),
                title_en=words(WORDS_EN, 3, 6, " "),
                type=chance.choice(types).key,
                price_from=chance.randrange(1_000, 500_000, 1_000),
                position=position,
            )
            for position in range(chance.randint(1, 3))
        ]
        yield organisation, profile, offers


@cache
def document_type() -> Any:
    """The providers' document type, each document with a made vector in place of real ones."""
    import numpy as np

    from portal.organisations.documents import ProviderDocument
    from portal.organisations.models import ProviderProfile

    shape = (ProviderProfile.objects.count() + 1, _dimensions())
    made_vectors = np.random.default_rng(SEED).standard_normal(shape, dtype=np.float32)

    class Made(ProviderDocument):
        """Providers that were never read."""

        def to_document(self, obj: Any) -> Any:
            document = super().to_document(obj)
            object.__setattr__(document, "vectors", (made_vectors[obj.pk],))
            return document

    return Made()


def _dimensions() -> int:
    from portal.vocabulary.in_the_index import dimensions

    return dimensions() or DIMENSIONS


def vectors(count: int) -> list[Any]:
    """Made vectors of texts that ask."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    return list(chance.standard_normal((count, _dimensions()), dtype=np.float32))


def store(count: int) -> None:
    """The rows, in a database of its own, and a portal that indexes nothing else."""
    from django.core.management import call_command

    from portal.organisations.models import Offer, Organisation, ProviderProfile
    from search import documents
    from search.engines.base import chunks

    call_command("migrate", verbosity=0)
    for part in chunks(made(count), BATCH):
        Organisation.objects.bulk_create(organisation for organisation, _, _ in part)
        ProviderProfile.objects.bulk_create(profile for _, profile, _ in part)
        Offer.objects.bulk_create(offer for _, _, offers in part for offer in offers)
    for kind in documents.types():
        documents.unregister(kind.type)
    documents.register(document_type())


def requests(count: int) -> list[Any]:
    """Made requests: two words, two filters, every facet."""
    from portal.discovery.service import SearchRequest
    from search.filters import Filters

    chance = random.Random(SEED + 1)
    found = []
    for _ in range(count):
        words = chance.choice((WORDS_EN, WORDS_ZH))
        space = " " if words is WORDS_EN else ""
        found.append(
            SearchRequest(
                text=space.join(chance.sample(words, 2)),
                types=("provider",),
                filters=Filters(kind=("provider",), district=tuple(chance.sample(DISTRICTS, 2))),
            )
        )
    return found


def nearest(chance: random.Random, documents: int) -> tuple[tuple[str, str, float], ...]:
    """Documents named from outside with a score each, the best first."""
    numbers = chance.sample(range(documents), min(NEAREST, documents))
    step = 6.0 / len(numbers)
    return tuple(
        ("provider", key_of(number), round(6.0 - place * step, 3))
        for place, number in enumerate(numbers)
    )
