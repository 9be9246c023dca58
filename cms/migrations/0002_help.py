import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


def _fields():
    return [
        (
            "page_ptr",
            models.OneToOneField(
                auto_created=True,
                on_delete=django.db.models.deletion.CASCADE,
                parent_link=True,
                primary_key=True,
                serialize=False,
                to=settings.WAGTAIL_PAGE_MODEL,
            ),
        ),
        ("intro", models.TextField(blank=True, max_length=500, verbose_name="introduction")),
        ("body", wagtail.fields.RichTextField(blank=True, verbose_name="body")),
    ]


class Migration(migrations.Migration):

    dependencies = [
        ("cms", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpIndexPage",
            fields=_fields(),
            options={"verbose_name": "help index", "verbose_name_plural": "help indexes"},
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="HelpPage",
            fields=_fields(),
            options={"verbose_name": "help page", "verbose_name_plural": "help pages"},
            bases=("wagtailcore.page",),
        ),
    ]
