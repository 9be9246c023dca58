"""Made-up content for the style guide, in the shapes the rooms give the components."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

ICONS = (  # noqa: SIM905 - one word a line would fill a page
    "search plus bell user menu close check arrow-right arrow-left chevron-down chevron-right "
    "external pin factory chip people code news calendar yuan clock shield medal info good warn "
    "bad filter link mail phone lock edit trash sun moon system globe unknown download upload "
    "chat key gauge join building settings exit flag language branch licence"
).split()
COLOURS = (  # noqa: SIM905 - one word a line would fill a page
    "brand brand-strong accent link text muted line-strong line surface surface-2 bg good good- "
    "soft warn warn-soft bad bad-soft info info-soft"
).split()
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class SampleForm(forms.Form):
    """One of each kind of field."""

    title = forms.CharField(
        label=_("Title"),
        max_length=80,
        help_text=_("In your own words, as you would say it on the shop floor."),
    )
    description = forms.CharField(
        label=_("What hurts"), max_length=400, widget=forms.Textarea(attrs={"rows": 4})
    )
    budget = forms.IntegerField(label=_("Budget at most"), required=False, min_value=0)
    start_by = forms.DateField(
        label=_("Start by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    district = forms.ChoiceField(
        label=_("District"), choices=[("330206", "北仑区 Beilun"), ("330212", "鄞州区 Yinzhou")]
    )
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=[("zh", "中文"), ("en", "English")],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All of them are needed."),
    )
    approach = forms.ChoiceField(
        label=_("Approach"),
        choices=[("supply_chain", _("Supply chain")), ("cluster", _("Cluster"))],
        widget=forms.RadioSelect,
        required=False,
    )
    attachment = forms.FileField(label=_("Drawing or photo"), required=False)
    publish = forms.BooleanField(label=_("Show it to providers at once"), required=False)


PROVIDER = {
    "url": "#",
    "kind": "provider",
    "title": {"zh": "宁波灵视智能科技有限公司", "en": "Ningbo Lingshi Intelligent Technology"},
    "summary": {
        "zh": "为压铸、注塑企业做在线外观检测：相机、打光、模型、剔除一起交付，最快 0.8 秒。",
        "en": "Inline visual inspection for die casting and injection moulding: cameras, lighting, "
        "defect models and rejection delivered together, down to 0.8 s a part.",
    },
    "verified": True,
    "tier_label": {"zh": "专精特新“小巨人”", "en": "National little giant"},
    "district": {"zh": "北仑区", "en": "Beilun District"},
    "distance_km": 12.4,
    "tags": [
        {"label": {"zh": "铸件表面缺陷检测", "en": "casting surface inspection"}, "url": "#"},
        {"label": {"zh": "机器视觉集成", "en": "machine vision integration"}, "url": "#"},
    ],
    "score": 0.82,
    "low": 0.71,
    "high": 0.9,
    "price_from": 80000,
    "price_to": 260000,
    "offers": 3,
    "free_capacity": 2,
}
COLLECTIVE = {
    "url": "#",
    "kind": "collective",
    "title": {"zh": "", "en": "Shop-floor Protocols Collective"},
    "summary": {
        "zh": "",
        "en": "Five engineers who read any PLC, whatever its age, into open dashboards.",
    },
    "verified": False,
    "district": {"zh": "鄞州区", "en": "Yinzhou District"},
    "tags": [{"label": {"zh": "设备联网与数据采集", "en": "machine data acquisition"}, "url": "#"}],
    "price_from": 20000,
    "offers": 1,
    "free_capacity": 0,
    "demo": True,
}
NEED = {
    "url": "#",
    "title": "夜里机器趴窝，早上才晓得",
    "title_lang": "zh",
    "summary": {
        "zh": "十二台注塑机夜班没人盯，半夜停了要到早上八点才有人发现。想花小钱让手机收到报警。",
        "en": "",
    },
    "organisation": {"zh": "慈溪某塑料件厂", "en": "A plastics maker in Cixi"},
    "district": {"zh": "慈溪市", "en": "Cixi City"},
    "status_label": _("Open"),
    "status_tone": "good",
    "budget_min": 30000,
    "budget_max": 80000,
    "start_by": date(2027, 1, 15),
    "posted": NOW - timedelta(days=2),
    "tags": [{"label": {"zh": "设备停机监测", "en": "uptime monitoring"}, "url": "#"}],
}
PROJECT = {
    "url": "#",
    "title": "Apache PLC4X",
    "summary": {
        "zh": "一套接口读写各家 PLC：西门子、Modbus、OPC UA，让老设备交出数据。",
        "en": "One interface to PLCs of every make, so that old machines give up their data.",
    },
    "host": "github.com",
    "licence": "Apache-2.0",
    "contributors": 14,
    "help_wanted": True,
    "tags": [{"label": {"zh": "工业协议解析", "en": "industrial protocol parsing"}, "url": "#"}],
}
CRITERIA = [
    {
        "label": {"zh": "能力覆盖", "en": "Capability cover"},
        "value": 0.9,
        "weight": 0.3,
        "reason": {
            "zh": "你说的“手电照都漏看”我们读作铸件表面缺陷检测；对方有 3 项这样的服务。",
            "en": "We read “missed even by torchlight” as casting inspection; they offer it.",
        },
        "evidence": [
            {"label": {"zh": "服务：在线外观检测", "en": "Offer: inline inspection"}, "url": "#"}
        ],
    },
    {
        "label": {"zh": "预算", "en": "Budget"},
        "value": 0.55,
        "low": 0.4,
        "high": 0.7,
        "weight": 0.15,
        "reason": {
            "zh": "报价 8万–26万元，与预算上限 12万元有交集。",
            "en": "They charge ¥80,000–260,000, which overlaps your limit of ¥120,000.",
        },
    },
    {
        "label": {"zh": "距离", "en": "Distance"},
        "value": 0.25,
        "weight": 0.1,
        "reason": {
            "zh": "相距 61 公里，到场要一个多小时。",
            "en": "61 km away, more than an hour to your door.",
        },
    },
    {
        "label": {"zh": "交付记录", "en": "Delivery record"},
        "value": None,
        "neutral": 0.5,
        "weight": 0.1,
        "reason": {
            "zh": "还没有交付记录，按中间值计。",
            "en": "No deliveries yet; counted at the neutral point.",
        },
    },
]
FACET = [
    {"value": "330206", "label": {"zh": "北仑区", "en": "Beilun"}, "count": 38},
    {"value": "330212", "label": {"zh": "鄞州区", "en": "Yinzhou"}, "count": 31},
    {"value": "330282", "label": {"zh": "慈溪市", "en": "Cixi"}, "count": 24},
    {"value": "330281", "label": {"zh": "余姚市", "en": "Yuyao"}, "count": 17},
    {"value": "330211", "label": {"zh": "镇海区", "en": "Zhenhai"}, "count": 9},
]
TIMELINE = [
    {
        "when": NOW - timedelta(days=6),
        "title": {"zh": "厂方请求对接", "en": "Introduction asked for by the manufacturer"},
        "actor": "慈溪某塑料件厂",
        "text": {"zh": "能不能先来厂里看一眼？", "en": ""},
        "tone": "info",
    },
    {
        "when": NOW - timedelta(days=5),
        "title": {"zh": "服务商接受", "en": "Accepted by the provider"},
        "actor": "灵视智能",
        "tone": "good",
    },
    {
        "when": NOW,
        "title": {"zh": "等待首次会面", "en": "First meeting to come"},
        "tone": "neutral",
    },
]

CHART_PLACES = [
    ("慈溪", 24, "", (1, 0)),
    ("余姚", 17, "", (0, 1)),
    ("江北", 11, "", (1, 1)),
    ("镇海", 9, "", (2, 1)),
    ("北仑", 38, "", (3, 1)),
    ("海曙", 6, "", (1, 2)),
    ("鄞州", 31, "", (2, 2)),
    ("奉化", 4, "", (1, 3)),
    ("宁海", 2, "", (1, 4)),
    ("象山", 0, "", (2, 4)),
]
CHART_MONTHS = [f"2026-{month:02}" for month in range(1, 12)]
CHART_SERIES = [
    ("Needs", [3, 5, 4, 9, 12, 11, 15, 14, 18, 22, 19]),
    ("Introductions", [1, 2, 2, 4, 7, 8, 7, 10, 12, 13, 15]),
]
CHART_BARS = [("Providers", 412, ""), ("Needs", 230, ""), ("Projects", 51, ""), ("News", 0, "")]


def context() -> dict[str, Any]:
    """What the style guide's template shows."""
    data = {"e-budget": "-5", "e-district": "330206"}
    return {
        "icons": ICONS,
        "colours": COLOURS,
        "tones": ["neutral", "info", "good", "warn", "bad", "accent", "brand"],
        "form": SampleForm(prefix="s"),
        "bound_form": SampleForm(data, prefix="e"),
        "provider": PROVIDER,
        "collective": COLLECTIVE,
        "need": NEED,
        "project": PROJECT,
        "article": {
            "url": "#",
            "eyebrow": _("News"),
            "title": {
                "zh": "第三批 AI 服务商入库名单公布",
                "en": "Third round of AI providers admitted",
            },
            "summary": {
                "zh": "共 42 家，其中 11 家为微型企业协作体。",
                "en": "42 in all, 11 of them collectives.",
            },
            "when": NOW,
        },
        "criteria": CRITERIA,
        "facet": FACET,
        "timeline": TIMELINE,
        "chart_places": CHART_PLACES,
        "chart_months": CHART_MONTHS,
        "chart_series": CHART_SERIES,
        "chart_bars": CHART_BARS,
        "page_obj": Paginator(range(240), 20).page(4),
    }
