"""Fills an installation with made providers and times the search service; run by bench.search.

Prints one JSON object: for each engine p50 and p99 of service and bare engine by round."""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import quantiles
from typing import Any

SEED = 20_260_101
ROUNDS = 5
PAGE = 20
DIMENSIONS = 384
WARM_UP = 40
BATCH = 2_000
DISTRICTS = ("330203", "330205", "330206", "330211", "330212", "330213", "330225", "330226")
FACETS = ("type", "kind", "tier", "industry", "district", "offer_type", "concept", "language")
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


def _made(count: int) -> Iterator[tuple[Any, Any, list[Any]]]:
    """Organisation, profile and offers, not stored; the same for every run."""
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
            ref=f"made-{number}",
            key=f"made-{number}",
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


def fill(count: int) -> None:
    """The rows, and their documents straight into every engine."""
    import numpy as np
    from django.core.management import call_command

    from portal.organisations.documents import ProviderDocument
    from portal.organisations.models import Offer, Organisation, ProviderProfile
    from search import documents, engines
    from search.engines.base import Upsert, chunks

    call_command("migrate", verbosity=0)
    for part in chunks(_made(count), BATCH):
        Organisation.objects.bulk_create(organisation for organisation, _, _ in part)
        ProviderProfile.objects.bulk_create(profile for _, profile, _ in part)
        Offer.objects.bulk_create(offer for _, _, offers in part for offer in offers)
    document_type = ProviderDocument()
    chance = np.random.default_rng(SEED)
    for engine in engines.all_engines():
        started = time.monotonic()
        with engine.rebuilding() as new:
            rows = document_type.queryset().iterator(chunk_size=BATCH)
            for part in chunks(rows, BATCH):
                made = [document_type.to_document(row) for row in part]
                vectors = chance.standard_normal((len(made), DIMENSIONS)).astype(np.float32)
                for document, vector in zip(made, vectors, strict=True):
                    object.__setattr__(document, "vectors", (vector,))
                new.write([Upsert(document, 1) for document in made])
            new.publish(lambda: None)
        _say(f"{engine.name}: {count} documents in {time.monotonic() - started:.0f} s")
    documents._types.clear()
    documents.register(document_type)


def requests(count: int) -> list[Any]:
    """Made requests: two words, two filters, every facet."""
    from portal.discovery.service import SearchRequest
    from search.filters import Filters

    chance = random.Random(SEED + 1)
    made = []
    for _ in range(count):
        words = chance.choice((WORDS_EN, WORDS_ZH))
        space = " " if words is WORDS_EN else ""
        made.append(
            SearchRequest(
                text=space.join(chance.sample(words, 2)),
                types=("provider",),
                filters=Filters(kind=("provider",), district=tuple(chance.sample(DISTRICTS, 2))),
                page_size=PAGE,
            )
        )
    return made


def read_all(asked: list[Any]) -> tuple[list[Any], list[float]]:
    """The requests with their texts read, and how long reading each took in milliseconds."""
    from dataclasses import replace

    from portal.discovery.reading import read

    read("预热")
    times, done = [], []
    for request in asked:
        started = time.perf_counter()
        reading = read(request.text)
        times.append((time.perf_counter() - started) * 1000)
        done.append(replace(request, reading=reading))
    return done, times


def _rows(keys: list[str]) -> list[Any]:
    """The fetch by primary key: the rows of a page with what the page shows of each."""
    from portal.organisations.documents import ProviderDocument

    numbers = [int(key.removeprefix("made-")) + 1 for key in keys]
    return list(ProviderDocument().hit_queryset().filter(pk__in=numbers))


def bare_embedded(request: Any) -> Callable[[], object]:
    """The same request to tantivy itself."""
    from django.utils import timezone

    from portal.discovery.service import to_query
    from search import engines
    from search.engines.tantivy_schema import stored_name
    from search.queries import FACET_SIZE

    snapshot = engines.embedded()._current().snapshot()
    query = to_query(request, request.reading, timezone.localdate())
    wanted = {name: {"terms": {"field": name, "size": FACET_SIZE}} for name in FACETS}
    own = {name: wanted.pop(name) for name in FACETS if query.chosen(name)}
    build = snapshot.queries.matching

    def run() -> object:
        matching = build(query)
        hits = snapshot.searcher.search(matching, limit=PAGE).hits
        counts = [snapshot.searcher.aggregate(matching, wanted)]
        for name, counted in own.items():
            counts.append(snapshot.searcher.aggregate(build(query, apart=name), {name: counted}))
        keys = [stored_name(snapshot.searcher.doc(place))[1] for _, place in hits]
        return _rows(keys), counts

    return run


def bare_elasticsearch(request: Any) -> Callable[[], object]:
    """The same request to Elasticsearch's client itself, its body made beforehand."""
    from django.utils import timezone
    from elasticsearch import Elasticsearch

    from portal.discovery.service import to_query
    from search import engines
    from search.engines.elasticsearch_query import elasticsearch_body

    engine = engines.elasticsearch()
    assert engine is not None
    client: Elasticsearch = engine._client
    body = elasticsearch_body(to_query(request, request.reading, timezone.localdate()), PAGE)

    def run() -> object:
        answer = client.search(index=engine.alias, body=body).body
        return _rows([hit["_source"]["key"] for hit in answer["hits"]["hits"]]), answer

    return run


def compare(asked: list[Any], bare: Callable[[Any], Callable[[], object]]) -> dict[str, Any]:
    """p50 and p99 in milliseconds of both, round by round, each request by turns."""
    from portal.discovery.service import search

    pairs = [(lambda request=request: search(request), bare(request)) for request in asked]
    for ours, theirs in pairs[:WARM_UP]:
        ours()
        theirs()
    found: dict[str, Any] = {"ours": [], "bare": []}
    for _ in range(ROUNDS):
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for ours, theirs in pairs:
            for name, run in (("ours", ours), ("bare", theirs)):
                started = time.perf_counter()
                run()
                times[name].append((time.perf_counter() - started) * 1000)
        for name, values in times.items():
            cuts = quantiles(values, n=100)
            found[name].append({"p50": cuts[49], "p99": cuts[98]})
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Run it all in the installation that the environment names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--requests", type=int, required=True)
    options = parser.parse_args()

    import django

    django.setup()
    from django.conf import settings

    fill(options.count)
    asked, reading = read_all(requests(options.requests))
    answer: dict[str, Any] = {"reading": {"p50": quantiles(reading, n=100)[49]}}
    urls, settings.ELASTICSEARCH_URLS = settings.ELASTICSEARCH_URLS, []
    answer["embedded"] = compare(asked, bare_embedded)
    if urls:
        settings.ELASTICSEARCH_URLS = urls
        # A busy machine must not fall back to the other engine in mid-measurement.
        settings.SEARCH_REQUEST_TIMEOUT = 10
        answer["elasticsearch"] = compare(asked, bare_elasticsearch)
    print(json.dumps(answer))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")
    main()
