"""What the worker does for the foundation: due tasks, stalled tasks, e-mail of notifications."""

import logging
import os
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import override
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from portal.foundation import mailing
from portal.foundation.models import Notification
from portal.foundation.notifications import body_of, subject_of

logger = logging.getLogger(__name__)

REAP_EVERY = timedelta(minutes=5)
SESSIONS_EVERY = timedelta(days=1)
TASK_LEASE = timedelta(minutes=30)


def run_due_tasks(limit: int) -> int:
    """Run queued django-tasks, up to `limit`; says how many."""
    ready = DBTaskResult.objects.ready().count()
    if not ready:
        return 0
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=limit,
        worker_id=f"{os.getpid()}-{get_random_string(8)}",
        excluded_queue_names=[],
    ).run()
    return min(ready, limit)


def reap_stalled_tasks() -> int:
    """Queue again what a killed worker left running longer than the lease."""
    return DBTaskResult.objects.filter(
        status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - TASK_LEASE
    ).update(status=TaskResultStatus.READY, started_at=None)


def delete_expired_sessions() -> None:
    """Take out sessions that are over; visitors leave one with each need they try out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


def send_due_emails(limit: int) -> int:
    """Send unread notifications as e-mail; a failure is tried again later, eight times at most.

    A message is taken for two minutes before it is sent: a worker killed in between sends
    it again rather than never."""
    sent = 0
    waiting = Notification.objects.filter(emailed_at__isnull=True, recipient__is_active=True)
    for notification in mailing.take(waiting.select_related("recipient"), limit):
        try:
            _send(notification)
        except (OSError, SMTPException):
            logger.exception("notification %s could not be sent", notification.pk)
            mailing.try_later(notification)
        else:
            Notification.objects.filter(pk=notification.pk).update(emailed_at=timezone.now())
            sent += 1
    return sent


def _send(notification: Notification) -> None:
    recipient = notification.recipient
    with override(recipient.language):
        subject = " ".join(subject_of(notification).split())
        context = {
            "subject": subject,
            "body": body_of(notification),
            "url": f"{settings.SITE_URL}/{recipient.language}{notification.url}",
            "recipient": recipient,
        }
        message = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("foundation/email/notification.txt", context),
            to=[recipient.email],
        )
        html = render_to_string("foundation/email/notification.html", context)
        message.attach_alternative(html, "text/html")
        message.send()
