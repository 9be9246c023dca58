"""E-mails that wait become deliveries; one that was tried as often as is tried stays given up."""

from django.db import migrations

ATTEMPTS = 8
AT_ONCE = 1_000


def to_deliveries(apps, schema_editor):
    Notification = apps.get_model("foundation", "Notification")
    Delivery = apps.get_model("foundation", "NotificationDelivery")
    rows = Notification.objects.filter(emailed_at__isnull=True).order_by("pk")
    made = []
    for row in rows.iterator(chunk_size=AT_ONCE):
        dead = row.email_attempts >= ATTEMPTS
        made.append(
            Delivery(
                notification=row,
                channel="email",
                state="dead" if dead else "pending",
                attempts=row.email_attempts,
                not_before=None if dead else row.email_not_before,
                last_error="smtp" if row.email_attempts else "",
            )
        )
        if len(made) == AT_ONCE:
            Delivery.objects.bulk_create(made)
            made = []
    Delivery.objects.bulk_create(made)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0004_notification_deliveries")]

    operations = [migrations.RunPython(to_deliveries, migrations.RunPython.noop)]
