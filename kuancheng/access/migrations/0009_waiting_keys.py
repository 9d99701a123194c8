"""A key that writes in another name waits for a second person."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0008_grant_audit'),
    ]

    operations = [
        migrations.AddField(
            model_name='apikey',
            name='waiting',
            field=models.BooleanField(default=False, editable=False, verbose_name='待确认'),
        ),
        migrations.AddField(
            model_name='historicalapikey',
            name='waiting',
            field=models.BooleanField(default=False, editable=False, verbose_name='待确认'),
        ),
    ]
