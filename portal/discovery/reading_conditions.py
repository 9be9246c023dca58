"""What a need insists on: place, titles, languages, kinds of offer, a date, exclusions."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from portal.vocabulary import get_vocabulary
from portal.vocabulary.scope import clauses, exclusions_said
from portal.vocabulary.words import WordFinder

LOCAL_KM = 60
MAX_KM = 2000
MAX_CLAUSES = 200

_SOFT = re.compile(
    r"最好|优先|尽量|希望|prefer|ideally|if possible|would be nice|nice to have", re.IGNORECASE
)
_DISTANCE = re.compile(
    r"(?:方圆|周边|半径)?\s*(\d{1,4})\s*(?:公里|千米|km\b|kilomet(?:re|er)s?\b)"
    r"\s*(以内|之内|内|范围|半径|radius|away)?",
    re.IGNORECASE,
)
_NEAR = re.compile(
    r"方圆|周边|半径|以内|之内|不超过|内的|范围|\bwithin\b|\bradius\b|"
    r"\bno (?:more|further|farther) than\b|"
    r"\bless than\b|\bat most\b|\bunder\b",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"(?:要|找|只找|限|限于|必须是?|得是|需要|只要|一定要)[^，。,.]{0,4}(?:本地|本市|宁波|当地)的?"
    r"(?:公司|厂家|服务商|供应商|团队|企业|单位|$|$)|"
    r"(?:本地|本市|宁波本地|当地)的?(?:公司|厂家|服务商|供应商|团队|企业|单位)(?:才|来做|优先)?|"
    r"\b(?:must be|has to be|needs? to be|only|want an?|need an?|looking for an?)\s+local\b|"
    r"\blocal (?:firm|company|provider|supplier|vendor|team)s?\b",
    re.IGNORECASE,
)
_LANGUAGES = {
    "en": re.compile(
        r"(?:要|会|懂|能|用|讲|说|必须|需要)[^，。,.]{0,5}(?:英语|英文)"
        r"(?!说明|资料|图纸|合同|手册|网站|邮件)[^，。,.]{0,4}"
        r"(?:沟通|交流|服务|对接|支持|的人|的团队|的服务商|$)|(?:会|懂|讲|说)(?:英语|英文)|"
        r"\benglish[- ]speak\w+|\bspeaks? english\b|\b(?:in|with) english\b|\bwork in english\b|"
        r"\benglish (?:support|service|is a must|required)",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?:会|懂|讲|说)(?:中文|汉语|普通话)|\bchinese[- ]speak\w+|"
        r"\bspeaks? (?:chinese|mandarin)\b|\bmandarin[- ]speak\w+|\bin (?:chinese|mandarin)\b|"
        r"\b(?:chinese|mandarin) (?:support|service|required)",
        re.IGNORECASE,
    ),
}
_WEAKNESS = re.compile(
    r"看不懂|不会|写不好|翻译|can't|cannot|struggle|manual|translat", re.IGNORECASE
)
_DEMANDS = re.compile(
    r"必须|要求|得是|至少|以上|只要|只找|限|起码|需要?是|要是|要有|"
    r"\bmust\b|\bat least\b|\bor above\b|\bor higher\b|\bonly\b|"
    r"\brequired?\b|\bhas to\b|\bneeds? to be\b|\bminimum\b",
    re.IGNORECASE,
)
_OWN_TITLE = re.compile(
    r"我们是|我厂是|我司|本公司|我们公司|申报|申请|评上|评不上|认定|想评|培育|复核|"
    r"\bwe are\b|\bwe're\b|\bapply\b|\bapplication\b|\bbecome\b|\bour title\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"(?:只要|只想要|只找|只需要?|仅限|就要)[^，。,.]{0,3}$|"
    r"\b(?:only (?:want|need|looking for)|looking only for|just (?:want|need)|only)\s+"
    r"(?:an?\s+|some\s+)?$",
    re.IGNORECASE,
)
_STARTS = re.compile(r"开始|启动|动工|开工|进场|\bstart|\bbegin|\bkick", re.IGNORECASE)
_ISO = re.compile(r"(20\d\d)[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?")
_MONTH_ZH = re.compile(r"(明年)?(?<!\d)(1[0-2]|[1-9])月(?:份)?(?:底|末|前|之前|开始|启动)?")
_MONTHS_EN = "january february march april may june july august september october november december"
_MONTH_EN = re.compile(
    r"\b(" + "|".join(_MONTHS_EN.split()) + r")(?:\s+(\d{1,2}))?(?:,?\s+(20\d\d))?\b", re.IGNORECASE
)
_NEXT_MONTH = re.compile(r"下个?月|\bnext month\b", re.IGNORECASE)
_YEAR_END = re.compile(r"年底|年前|\bend of (?:the|this) year\b|\byear[- ]end\b", re.IGNORECASE)


@dataclass(frozen=True)
class Exclusion:
    """Something the need rules out: a key of the vocabulary's exclusions, and the words."""

    key: str
    text: str
    start: int
    end: int


def condition_spans(text: str, today: date) -> list[tuple[int, int]]:
    """The clauses that state a condition rather than what hurts, among the first MAX_CLAUSES."""
    readers = (read_max_distance, read_languages, read_tier, read_offer_types)
    return [
        (start, end)
        for start, end in clauses(text)[:MAX_CLAUSES]
        if any(reader(text[start:end]) for reader in readers) or read_start(text[start:end], today)
    ]


def read_exclusions(text: str) -> list[Exclusion]:
    """Each exclusion `text` states, once, in its order."""
    found: dict[str, Exclusion] = {}
    for key, start, end in exclusions_said(text):
        found.setdefault(key, Exclusion(key, text[start:end], start, end))
    return list(found.values())


def read_max_distance(text: str) -> int | None:
    """The greatest distance in km that `text` insists on; LOCAL_KM where it wants someone local."""
    for start, end in clauses(text):
        part = text[start:end]
        if _SOFT.search(part):
            continue
        match = _DISTANCE.search(part)
        if match and (match.group(2) or _NEAR.search(part)) and 0 < int(match.group(1)) <= MAX_KM:
            return int(match.group(1))
        if _LOCAL.search(part):
            return LOCAL_KM
    return None


def read_languages(text: str) -> list[str]:
    """Working languages (`zh`, `en`) that `text` insists on."""
    parts = [text[start:end] for start, end in clauses(text)]
    return [
        language
        for language, pattern in _LANGUAGES.items()
        if any(
            pattern.search(part) and not _SOFT.search(part) and not _WEAKNESS.search(part)
            for part in parts
        )
    ]


@cache
def _tier_words() -> WordFinder[str]:
    return WordFinder((word, tier.key) for tier in get_vocabulary().tiers for word in tier.words)


def read_tier(text: str) -> str | None:
    """Key of the tier `text` demands at least; None where it merely mentions one."""
    for start, end in clauses(text):
        part = text[start:end]
        if not _DEMANDS.search(part) or _OWN_TITLE.search(part) or _SOFT.search(part):
            continue
        found = _tier_words().find(part)
        if found:
            return found[0].owner
    return None


@cache
def _offer_type_words() -> WordFinder[str]:
    return WordFinder((word, row.key) for row in get_vocabulary().offer_types for word in row.words)


def read_offer_types(text: str) -> list[str]:
    """Keys of the offer types that `text` says are the only ones wanted."""
    found = [
        match.owner
        for match in _offer_type_words().find(text)
        if _ONLY.search(text[max(0, match.start - 40) : match.start])
    ]
    return list(dict.fromkeys(found))


def read_start(text: str, today: date) -> date | None:
    """The day by which work should have started, where it is said simply; never a past one."""
    for start, end in clauses(text):
        part = text[start:end]
        if _STARTS.search(part):
            day = _day(part, today)
            if day and day >= today:
                return day
    return None


def _day(part: str, today: date) -> date | None:
    match = _ISO.search(part)
    if match:
        return _made(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if _NEXT_MONTH.search(part):
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return _made(first.year, first.month, None)
    match = _MONTH_EN.search(part)
    if match:
        month = _MONTHS_EN.split().index(match[1].lower()) + 1
        year = int(match[3]) if match[3] else today.year + (month < today.month)
        return _made(year, month, int(match[2]) if match[2] else None)
    match = _MONTH_ZH.search(part)
    if match:
        month = int(match[2])
        return _made(today.year + (bool(match[1]) or month < today.month), month, None)
    return date(today.year, 12, 31) if _YEAR_END.search(part) else None


def _made(year: int, month: int, day: int | None) -> date | None:
    """That day, or the month's last; None where the calendar has none such."""
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if (day or last) <= last else None
