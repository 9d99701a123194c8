"""Views are kept of several lists, and each list has its own view to start with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0011_drop_monitor_mail'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='frontpage',
            options={'ordering': ['user', 'page'], 'verbose_name': '个人首页', 'verbose_name_plural': '个人首页'},
        ),
        migrations.RemoveConstraint(
            model_name='savedview',
            name='saved_view_name_once',
        ),
        migrations.AddField(
            model_name='frontpage',
            name='page',
            field=models.CharField(choices=[('progress', '进展清单'), ('matters', '事项清单')], default='progress', max_length=12, verbose_name='清单'),
        ),
        migrations.AddField(
            model_name='historicalsavedview',
            name='page',
            field=models.CharField(choices=[('progress', '进展清单'), ('matters', '事项清单')], default='progress', editable=False, max_length=12, verbose_name='清单'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='page',
            field=models.CharField(choices=[('progress', '进展清单'), ('matters', '事项清单')], default='progress', editable=False, max_length=12, verbose_name='清单'),
        ),
        migrations.AlterField(
            model_name='frontpage',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号'),
        ),
        migrations.AddConstraint(
            model_name='frontpage',
            constraint=models.UniqueConstraint(fields=('user', 'page'), name='front_page_once'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('owner', 'page', 'name'), name='saved_view_name_once', violation_error_message='已有同名的视图，请换一个名称。'),
        ),
    ]
