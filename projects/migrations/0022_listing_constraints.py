from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0021_fill_listing_days'),
    ]

    operations = [
        migrations.AlterField(
            model_name='programme',
            name='begins',
            field=models.DateField(blank=True, help_text='清单从这一天起才有，项目不能更早列入；不填为本年度 1 月 1 日。', verbose_name='清单起始日'),
        ),
        migrations.AlterField(
            model_name='historicalprogramme',
            name='begins',
            field=models.DateField(blank=True, help_text='清单从这一天起才有，项目不能更早列入；不填为本年度 1 月 1 日。', verbose_name='清单起始日'),
        ),
        migrations.AlterField(
            model_name='listing',
            name='since',
            field=models.DateField(help_text='从这一天起计入清单。', verbose_name='列入日期'),
        ),
        migrations.AlterField(
            model_name='historicallisting',
            name='since',
            field=models.DateField(help_text='从这一天起计入清单。', verbose_name='列入日期'),
        ),
        migrations.AlterModelOptions(
            name='listing',
            options={'ordering': ['programme', 'number', 'since'], 'verbose_name': '列入清单', 'verbose_name_plural': '列入清单'},
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(('since__isnull', True), ('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='listing_until_after_since', violation_error_message='最后一天不能早于列入日期。'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('leave_reason', ''), ('until__isnull', True)), models.Q(('until__isnull', False), models.Q(('leave_reason', ''), _negated=True)), _connector='OR'), name='listing_left_with_reason', violation_error_message='最后一天和调出原因要同时填写，或同时留空。'),
        ),
        migrations.AddConstraint(
            model_name='listing',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('programme', 'project'), name='listing_one_open', violation_error_message='该项目已在这份清单上，请先办理调出。'),
        ),
    ]
