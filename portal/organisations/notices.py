"""What people are told of organisations, and the letter to those who have no account yet."""

import logging
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from portal.foundation import notifications, outbox
from portal.organisations.actions.members import MAIL
from portal.organisations.models import Invitation

logger = logging.getLogger(__name__)


def register() -> None:
    """Add this room's kinds of notification."""
    add = partial(notifications.register, group=_("Your organisation"))
    add(
        "organisations.verified",
        subject=_("%(organisation)s is verified"),
        body=_("A moderator has verified %(organisation)s. Everybody sees the mark now. %(note)s"),
    )
    add(
        "organisations.declined",
        subject=_("%(organisation)s could not be verified"),
        body=_(
            "A moderator looked at %(organisation)s and could not verify it: %(note)s "
            "You can mend this and ask again."
        ),
    )
    add(
        "organisations.invited",
        subject=_("You are invited to join %(organisation)s"),
        body=_("You are invited to act for %(organisation)s on the portal."),
    )
    add(
        "organisations.joined",
        subject=_("%(name)s has joined %(organisation)s"),
        body=_("%(name)s has accepted your invitation to %(organisation)s."),
    )


def send_invitations(limit: int) -> int:
    """Send the letters that are due, each in both languages; says how many were dealt with."""
    rows = outbox.claim(MAIL, limit)
    invitations = {
        str(invitation.pk): invitation
        for invitation in Invitation.objects.filter(
            pk__in=[row.key for row in rows],
            state=Invitation.State.OPEN,
            expires__gt=timezone.now(),
        ).select_related("organisation")
    }
    for row in rows:
        invitation = invitations.get(row.key)
        try:
            if invitation is not None:
                _send(invitation)
        except (OSError, SMTPException) as error:
            # Its words name the address.
            kind = type(error).__name__
            logger.warning("invitation %s could not be sent: %s", row.key, kind)
            outbox.fail([row], kind)
        else:
            outbox.acknowledge([row])
    return len(rows)


def _send(invitation: Invitation) -> None:
    subjects, bodies = [], []
    for code, _name in settings.LANGUAGES:
        with override(code):
            names = {"organisation": str(invitation.organisation)}
            subjects.append(gettext("You are invited to join %(organisation)s") % names)
            lines = (
                gettext("You are invited to act for %(organisation)s on the portal.") % names,
                gettext("Sign in with this e-mail address, or sign up with it, and accept here:"),
                f"{settings.SITE_URL}/{code}{invitation.get_absolute_url()}",
                gettext("The link works until %(day)s.")
                % {"day": timezone.localdate(invitation.expires).isoformat()},
            )
            bodies.append("\n".join(lines))
    EmailMessage(
        subject=" · ".join(dict.fromkeys(subjects)),
        body="\n\n".join(bodies),
        to=[invitation.email],
    ).send()
