"""E-mail to people who need not have an account: about a complaint. Sent by the worker."""

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext, override
from django_tasks import task

from portal.accounts.models import Complaint
from portal.foundation.mailing import ATTEMPTS, delay_after

RECEIVED, ANSWERED = "complaint-received", "complaint-answered"


@task()
def send_letter(kind: str, pk: int, attempt: int = 1) -> None:
    """Send one letter, tried again later where the mail server does not take it.

    What is queued names a row only, never an address."""
    complaint = Complaint.objects.filter(pk=pk).exclude(email="").first()
    if complaint is None:
        return
    try:
        letter_of(kind, complaint).send()
    except (OSError, SMTPException):
        if attempt < ATTEMPTS:
            later: timedelta = delay_after(attempt)
            send_letter.using(run_after=timezone.now() + later).enqueue(kind, pk, attempt + 1)


def letter_of(kind: str, complaint: Complaint) -> EmailMultiAlternatives:
    """The letter in the language the complaint was written from."""
    with override(complaint.language):
        titles = {
            RECEIVED: gettext("Your complaint %(number)s has arrived"),
            ANSWERED: gettext("An answer to your complaint %(number)s"),
        }
        subject = titles[kind] % {"number": complaint.number}
        context = {
            "complaint": complaint,
            "kind": kind,
            "subject": subject,
            "contact": settings.PRIVACY_CONTACT,
        }
        message = EmailMultiAlternatives(
            subject,
            render_to_string("accounts/email/complaint.txt", context),
            to=[complaint.email],
            headers={
                "Message-ID": f"<{kind}-{complaint.number}-{complaint.version}@duijie>",
                "Auto-Submitted": "auto-generated",
            },
        )
        message.attach_alternative(
            render_to_string("accounts/email/complaint.html", context), "text/html"
        )
    return message
