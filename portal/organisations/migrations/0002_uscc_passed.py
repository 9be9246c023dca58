from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("organisations", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="uscc_passed",
            field=models.BooleanField(
                default=False, verbose_name="code seen on the licence by a moderator"
            ),
        ),
    ]
