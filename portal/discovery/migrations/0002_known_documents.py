"""What was in the index before alerts came is known: nobody is told of it as new."""

from django.db import migrations


def note_documents(apps, schema_editor):
    OutboxRow = apps.get_model("foundation", "OutboxRow")
    KnownDocument = apps.get_model("discovery", "KnownDocument")
    rows = (
        OutboxRow.objects.filter(target="index:embedded")
        .values_list("kind", "key", "changed")
        .iterator()
    )
    KnownDocument.objects.bulk_create(
        (KnownDocument(type=kind, key=key, since=changed) for kind, key, changed in rows),
        batch_size=1000,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("discovery", "0001_saved_and_searched"),
        ("foundation", "0001_initial"),
    ]

    operations = [migrations.RunPython(note_documents, migrations.RunPython.noop)]
