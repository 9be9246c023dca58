"""The forms of the pages about notifications."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.foundation.models import DigestTime, Endpoint
from portal.foundation.models.notifications import ENDPOINT_CHANNELS, Channel, Mode
from portal.foundation.notifications import choices, registered
from portal.foundation.text import PlainTextField

WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One kind on one channel: its field, or the fixed way."""

    channel: Channel
    field: forms.BoundField | None
    fixed: str = ""


@dataclass(frozen=True)
class Line:
    """One kind with its cells."""

    label: str
    cells: list[Cell]


class ChoicesForm(forms.Form):
    """Kinds × channels, and when digests come. E-mail has a way, the others are on or off."""

    every_email = forms.ChoiceField(
        label=_("All e-mail"),
        choices=[("", _("as chosen below")), *Mode.choices],
        required=False,
    )
    hour = forms.TypedChoiceField(
        label=_("Hour of digests"),
        coerce=int,
        choices=[(hour, f"{hour}:00") for hour in range(24)],
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of weekly ones"), coerce=int, choices=list(enumerate(WEEKDAYS))
    )

    def __init__(
        self,
        data: Any,
        *,
        chosen: choices.Chosen,
        time: DigestTime,
        channels: list[Channel],
    ) -> None:
        super().__init__(data, initial={"hour": time.hour, "weekday": time.weekday})
        self.channels = channels
        for kind in registered.kinds().values():
            for channel in channels:
                if not kind.fixed(channel):
                    mode = chosen.mode(kind, channel)
                    self.fields[_name(kind.kind, channel)] = _field(kind.label, channel, mode)

    def groups(self) -> Iterator[tuple[str, list[Line]]]:
        """Every group's heading with its lines; kinds without a group come last."""
        found: dict[str, list[Line]] = {}
        for kind in registered.kinds().values():
            found.setdefault(kind.group, []).append(
                Line(kind.label, [self._cell(kind, channel) for channel in self.channels])
            )
        for group in sorted(found, key=lambda name: (name == "", gettext(name) if name else "")):
            yield gettext(group) if group else gettext("Others"), found[group]

    def _cell(self, kind: registered.NotificationKind, channel: Channel) -> Cell:
        name = _name(kind.kind, channel)
        if name in self.fields:
            return Cell(channel, self[name])
        if channel in kind.without:
            return Cell(channel, None, gettext("not this way"))
        return Cell(channel, None, gettext("always"))

    def modes(self) -> dict[choices.Choice, str]:
        """What was chosen, for `choices.choose`."""
        given: dict[choices.Choice, str] = {}
        for kind in registered.kinds():
            for channel in self.channels:
                name = _name(kind, channel)
                if name not in self.fields:
                    continue
                value = self.cleaned_data[name]
                if channel == Channel.EMAIL:
                    value = self.cleaned_data["every_email"] or value
                if isinstance(value, bool):
                    value = Mode.INSTANT if value else Mode.OFF
                given[kind, channel] = value
        return given


def _name(kind: str, channel: Channel) -> str:
    return f"{channel.value}:{kind}"


def _field(label: str, channel: Channel, mode: Mode) -> forms.Field:
    named = {"aria-label": f"{label}: {channel.label}"}
    if channel == Channel.EMAIL:
        return forms.ChoiceField(
            label=label,
            choices=Mode.choices,
            initial=mode.value,
            widget=forms.Select(attrs=named),
        )
    return forms.BooleanField(
        label=label,
        required=False,
        initial=mode != Mode.OFF,
        widget=forms.CheckboxInput(attrs=named),
    )


class EndpointForm(forms.Form):
    """A new address."""

    channel = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(channel.value, channel.label) for channel in ENDPOINT_CHANNELS],
        widget=forms.RadioSelect,
        initial=Channel.WEBHOOK.value,
        help_text=_(
            "A webhook is a program of yours; WeCom and DingTalk are the address of a group "
            "chat's robot."
        ),
    )
    url = forms.CharField(
        label=_("Address"), max_length=Endpoint.URL, widget=forms.URLInput(attrs={"size": 60})
    )
    name = PlainTextField(label=_("Your name for it"), max_length=Endpoint.NAME, required=False)
    secret = forms.CharField(
        label=_("Secret of the DingTalk robot"),
        max_length=200,
        required=False,
        help_text=_("Begins with SEC; only where the robot was set up with a signature."),
    )

    def clean_secret(self) -> str:
        """Plain characters only."""
        secret = str(self.cleaned_data["secret"]).strip()
        if not secret.isascii() or not (secret.isprintable() and " " not in secret):
            raise ValidationError(gettext("A secret has letters, digits and signs only."))
        return secret
