"""Addresses of wall displays, and who keeps them."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from kuancheng.access.roles import AUDITOR, SYSTEM_ADMIN, grant


def grant_display_tokens(apps, schema_editor):
    grant(apps, "access", {"displaytoken": {SYSTEM_ADMIN: "view add change", AUDITOR: "view"}})


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0005_make_system_account'),
    ]

    operations = [
        migrations.CreateModel(
            name='DisplayToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('prefix', models.CharField(editable=False, max_length=12, verbose_name='开头')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True, verbose_name='摘要')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='签发时间')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='到期时间')),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='吊销时间')),
                ('last_used_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='最近使用')),
                ('last_used_ip', models.GenericIPAddressField(blank=True, editable=False, null=True, verbose_name='最近来源')),
                ('name', models.CharField(help_text='挂在哪里，例如“三楼值班室大屏”。', max_length=60, verbose_name='名称')),
            ],
            options={
                'verbose_name': '大屏地址',
                'verbose_name_plural': '大屏地址',
                'ordering': ['-created_at'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HistoricalDisplayToken',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('prefix', models.CharField(editable=False, max_length=12, verbose_name='开头')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='签发时间')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='到期时间')),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='吊销时间')),
                ('name', models.CharField(help_text='挂在哪里，例如“三楼值班室大屏”。', max_length=60, verbose_name='名称')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical 大屏地址',
                'verbose_name_plural': 'historical 大屏地址',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(grant_display_tokens, migrations.RunPython.noop),
    ]
