import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("foundation", "0002_desk_and_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=60, verbose_name="form")),
                ("obj", models.CharField(blank=True, max_length=100, verbose_name="about")),
                ("url", models.CharField(max_length=400, verbose_name="page")),
                ("fields", models.JSONField(default=dict, verbose_name="fields")),
                ("version", models.PositiveIntegerField(default=1)),
                ("created", models.DateTimeField()),
                ("changed", models.DateTimeField(db_index=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "ordering": ["-changed", "-id"],
                "constraints": [models.UniqueConstraint(fields=("user", "form", "obj"), name="draft_one_per_form")],
            },
        ),
    ]
