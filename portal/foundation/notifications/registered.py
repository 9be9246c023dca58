"""The kinds of notification that rooms register, and their words."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext

from portal.foundation.models import Notification
from portal.foundation.models.notifications import Channel, Mode


@dataclass(frozen=True)
class NotificationKind:
    """One kind: English source strings with %(name)s places, marked for gettext.

    `group` is its heading on the page of choices. One that is `required` is a duty: nobody can
    switch off the portal and e-mail for it. Those that `coalesce` are e-mailed together where they
    lead to the same page. `without` names channels that its room serves itself."""

    kind: str
    subject: str
    body: str
    group: str = ""
    required: bool = False
    coalesce: bool = False
    without: frozenset[Channel] = field(default_factory=frozenset)

    @property
    def label(self) -> str:
        """What it is about, in the active language: its subject with the places left open."""
        return gettext(self.subject) % defaultdict(lambda: "…")

    def usual(self, channel: Channel) -> Mode:
        """How people are told who chose nothing."""
        return Mode.OFF if channel in self.without else Mode.INSTANT

    def fixed(self, channel: Channel) -> bool:
        """Whether nobody may choose."""
        duty = self.required and channel in (Channel.SITE, Channel.EMAIL)
        return duty or channel in self.without


_kinds: dict[str, NotificationKind] = {}


def register(
    kind: str,
    *,
    subject: str,
    body: str,
    group: str = "",
    required: bool = False,
    coalesce: bool = False,
    without: Collection[str] = (),
) -> None:
    """Add a kind; `subject`, `body` and `group` are marked with gettext_noop where they stand."""
    _kinds[kind] = NotificationKind(
        kind, subject, body, group, required, coalesce, frozenset(map(Channel, without))
    )


def kinds() -> dict[str, NotificationKind]:
    """All kinds by name."""
    return dict(_kinds)


def get(kind: str) -> NotificationKind:
    """One kind. Raises KeyError for a kind nobody registered."""
    return _kinds[kind]


def subject_of(notification: Notification) -> str:
    """The subject in the active language; the bare name of a kind that is gone."""
    kind = _kinds.get(notification.kind)
    return gettext(kind.subject) % notification.context if kind else notification.kind


def body_of(notification: Notification) -> str:
    """The body in the active language."""
    kind = _kinds.get(notification.kind)
    return gettext(kind.body) % notification.context if kind else ""
