"""What lists of matters are sorted and counted by."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0015_matter_origin'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(fields=['state', 'due_on', 'rests_from', 'spoken_on', 'issued_on'], name='matter_state_due'),
        ),
    ]
