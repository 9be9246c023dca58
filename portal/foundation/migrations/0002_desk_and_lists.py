import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _key():
    return (
        "id",
        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
    )


def _person(related_name):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WeeklyDesk",
            fields=[
                _key(),
                ("monday", models.DateField()),
                ("items", models.PositiveIntegerField(default=0)),
                ("user", _person("weekly_desks")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "monday"), name="weekly_desk_once_a_week"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListColumns",
            fields=[
                _key(),
                ("list_name", models.CharField(max_length=40)),
                ("columns", models.JSONField(default=list)),
                ("owner", _person("list_columns")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "list_name"), name="list_columns_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                _key(),
                ("list_name", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=2000)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("owner", _person("saved_views")),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "list_name", "name"), name="saved_view_once"
                    )
                ],
            },
        ),
    ]
