"""A proposed project is published or declined: one state instead of a yes or no."""

from django.db import migrations, models


def published_becomes_state(apps, schema_editor):
    apps.get_model("community", "Project").objects.filter(published=True).update(state="published")


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Waiting for an editor"),
                    ("published", "Published"),
                    ("declined", "Declined"),
                ],
                db_index=True,
                default="proposed",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="decision_note",
            field=models.TextField(blank=True, max_length=1000, verbose_name="note"),
        ),
        migrations.RunPython(published_becomes_state, migrations.RunPython.noop),
        migrations.RemoveField(model_name="project", name="published"),
    ]
