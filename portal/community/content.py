"""What the page of a project says, checked before it is stored."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from portal.community.models import Project
from portal.foundation.text import clean_plain_text
from portal.vocabulary import get_vocabulary

MAX_SLUG = 60
MAX_URL = 300
MAX_LICENCE = 60
MAX_VALUES = 20
LIMITS = {
    "name_zh": 120,
    "name_en": 160,
    "summary_zh": 2000,
    "summary_en": 4000,
    "wanted_zh": 1000,
    "wanted_en": 2000,
}
"""Characters of each text at most."""
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = {"new"}


@dataclass(frozen=True)
class ProjectContent:
    """One project in both languages; either language may be empty, not both names.

    `licence` is an SPDX expression, `concepts` and `industries` are ids of the vocabulary."""

    repository_url: str
    licence: str
    name_zh: str = ""
    name_en: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    wanted_zh: str = ""
    wanted_en: str = ""
    concepts: list[str] = field(default_factory=list)
    industries: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, project: Project) -> "ProjectContent":
        """As stored."""
        return cls(**{item.name: getattr(project, item.name) for item in fields(cls)})

    def as_fields(self) -> dict[str, Any]:
        """By name of the project's fields."""
        return asdict(self)

    def checked(self) -> "ProjectContent":
        """The same, tidied. Raises ValidationError by field with what to mend."""
        kept: dict[str, Any] = {}
        errors: dict[str, str] = {}
        for name, check in _CHECKS.items():
            try:
                kept[name] = check(getattr(self, name))
            except ValueError as error:
                errors[name] = str(error)
        for name, limit in LIMITS.items():
            try:
                kept[name] = clean_plain_text(getattr(self, name), limit)
            except ValueError as error:
                errors[name] = str(error)
        if not errors and not (kept["name_zh"] or kept["name_en"]):
            errors["name_zh"] = gettext("Give a name in Chinese or in English.")
        if not errors and not (kept["summary_zh"] or kept["summary_en"]):
            errors["summary_zh"] = gettext("Say in Chinese or in English what it solves.")
        if errors:
            raise ValidationError(errors)
        return ProjectContent(**kept)


def check_slug(value: str) -> str:
    """A new project's part of the address. Raises ValueError with what to mend."""
    slug = value.strip().lower()
    if not SLUG.fullmatch(slug) or len(slug) > MAX_SLUG or slug in RESERVED_SLUGS:
        raise ValueError(
            gettext("The address has at most 60 of a–z, 0–9 and single hyphens between them.")
        )
    return slug


def check_licence(value: str) -> str:
    """An SPDX expression in its usual spelling. Raises ValueError with what to mend."""
    try:
        licence = str(canonicalize_license_expression(value.strip()))
    except InvalidLicenseExpression:
        licence = ""
    if not licence or len(licence) > MAX_LICENCE:
        raise ValueError(
            gettext("“%(licence)s” is no SPDX licence; write for instance Apache-2.0 or MIT.")
            % {"licence": value.strip()[:60]}
        )
    return licence


def check_repository(value: str) -> str:
    """A web address without a name or password in it. Raises ValueError with what to mend."""
    url = value.strip()
    message = gettext("Give the web address of the repository, beginning with https://.")
    try:
        clean_plain_text(url, MAX_URL)
        URLValidator(schemes=["http", "https"])(url)
    except (ValueError, ValidationError):
        raise ValueError(message) from None
    if "@" in urlsplit(url).netloc:
        raise ValueError(message)
    return url


def _known(is_known: Callable[[str], bool]) -> Callable[[list[str]], list[str]]:
    def check(values: list[str]) -> list[str]:
        if len(values) > MAX_VALUES:
            raise ValueError(gettext("Choose at most %(limit)s.") % {"limit": MAX_VALUES})
        for value in values:
            if not is_known(value):
                raise ValueError(gettext("“%(value)s” is not known here.") % {"value": value[:40]})
        return list(dict.fromkeys(values))

    return check


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "repository_url": check_repository,
    "licence": check_licence,
    "concepts": _known(lambda value: get_vocabulary().concept(value) is not None),
    "industries": _known(lambda value: get_vocabulary().is_industry_code(value)),
}
