from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("foundation", "0005_owed_emails")]

    operations = [
        migrations.RemoveIndex(
            model_name='notification',
            name='notification_to_email',
        ),
        migrations.RemoveField(
            model_name='notification',
            name='email_attempts',
        ),
        migrations.RemoveField(
            model_name='notification',
            name='email_not_before',
        ),
        migrations.RemoveField(
            model_name='notification',
            name='emailed_at',
        ),
    ]
