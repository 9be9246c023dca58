"""What belongs to one person alone."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from portal.accounts import exporting
from portal.foundation import drafts
from portal.foundation.files import store
from portal.foundation.models import Endpoint, Notification, NotificationDelivery
from portal.foundation.notifications.tokens import stop_token


def picture() -> bytes:
    """A small photo."""
    kept = BytesIO()
    Image.new("RGB", (64, 48), "navy").save(kept, "PNG")
    return kept.getvalue()


class Own:
    """A notification that could not be delivered to an address, a draft, a token of an e-mail."""

    def __init__(self, user: Any) -> None:
        self.notification = Notification.objects.filter(recipient=user).first()
        assert self.notification is not None
        self.endpoint = Endpoint.objects.create(
            user=user, channel="webhook", url="https://127.0.0.1/hook", secret="whsec_c2VjcmV0"
        )
        self.delivery = NotificationDelivery.objects.create(
            notification=self.notification,
            channel="webhook",
            endpoint=self.endpoint,
            state="dead",
        )
        self.draft = drafts.save(
            actor=user,
            form="matching.need",
            url="/en/needs/post/",
            data={"text": ["夜里停机"]},
            now=timezone.now(),
        )
        self.copy = exporting.ask(actor=user)
        exporting.make_export.call(self.copy.pk)
        self.file = store(actor=user, upload=SimpleUploadedFile("a.txt", b"words"))
        self.photo = store(actor=user, upload=SimpleUploadedFile("a.png", picture()))
        self.stop_token = stop_token(user, ["*"])
