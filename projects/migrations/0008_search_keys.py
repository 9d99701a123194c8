from itertools import islice

from django.db import migrations

from projects.fields import SearchKeyField, search_key

SOURCES = {
    'milestone': ('name', 'document_number'),
    'historicalmilestone': ('name', 'document_number'),
    'programme': ('code', 'name'),
    'historicalprogramme': ('code', 'name'),
}
BATCH = 500


def fill(apps, schema_editor):
    for name, sources in SOURCES.items():
        model = apps.get_model('projects', name)
        rows = model.objects.only('pk', *sources).order_by('pk').iterator(chunk_size=BATCH)
        while batch := list(islice(rows, BATCH)):
            for row in batch:
                row.search_key = search_key([getattr(row, source) for source in sources])
            model.objects.bulk_update(batch, ['search_key'])


class Migration(migrations.Migration):
    dependencies = [('projects', '0007_pending_upload')]
    operations = [
        *(
            migrations.AddField(name, 'search_key', SearchKeyField(sources=sources))
            for name, sources in SOURCES.items()
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
