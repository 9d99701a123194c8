"""Spans of matters, that their figures are counted from."""

import datetime
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0014_first_matter_rules'),
        ('reports', '0012_views_of_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='MatterSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField(verbose_name='起')),
                ('known_from', models.DateTimeField(verbose_name='从何时所知')),
                ('cut', models.DateField(null=True, verbose_name='止于这一天之前')),
                ('ended_on', models.DateField(default=datetime.date(9999, 12, 31), verbose_name='结束日期')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('phase', models.CharField(choices=[('held', 'held'), ('answered', 'answered'), ('closed', 'closed')], max_length=8, verbose_name='在谁手里')),
                ('late_on', models.DateField(null=True, verbose_name='超期首日')),
                ('paused', models.BooleanField(default=False, verbose_name='暂停')),
                ('verdict', models.CharField(blank=True, choices=[('closed', 'closed'), ('returned', 'returned')], max_length=8, verbose_name='核查')),
                ('close', models.CharField(blank=True, choices=[('on_time', 'on_time'), ('extended', 'extended'), ('late', 'late')], max_length=8, verbose_name='办结方式')),
                ('used', models.PositiveIntegerField(default=0, verbose_name='单位用时（工作日）')),
                ('undone_on', models.DateField(null=True, verbose_name='重开日期')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='重开时间')),
                ('agency', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.agency', verbose_name='牵头单位')),
                ('matter', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='projects.matter', verbose_name='事项')),
            ],
            options={
                'verbose_name': '事项时段',
                'verbose_name_plural': '事项时段',
                'ordering': ['matter', 'pk'],
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('verdict', ''), _negated=True), fields=['first', 'agency', 'verdict', 'close', 'used', 'undone_on'], name='matter_span_verdict'), models.Index(condition=models.Q(('phase', 'closed'), _negated=True), fields=['ended_on', 'first', 'cut', 'late_on', 'phase', 'paused', 'agency'], name='matter_span_open')],
            },
        ),
    ]
