from django.db import migrations, models

import projects.fields


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0019_grant_handovers'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='listing',
            name='listing_once',
        ),
        migrations.AddField(
            model_name='programme',
            name='begins',
            field=models.DateField(blank=True, help_text='清单从这一天起才有，项目不能更早列入；不填为本年度 1 月 1 日。', null=True, verbose_name='清单起始日'),
        ),
        migrations.AddField(
            model_name='historicalprogramme',
            name='begins',
            field=models.DateField(blank=True, help_text='清单从这一天起才有，项目不能更早列入；不填为本年度 1 月 1 日。', null=True, verbose_name='清单起始日'),
        ),
        migrations.AddField(
            model_name='listing',
            name='since',
            field=models.DateField(help_text='从这一天起计入清单。', null=True, verbose_name='列入日期'),
        ),
        migrations.AddField(
            model_name='listing',
            name='until',
            field=models.DateField(blank=True, help_text='在清单上的最后一天；仍在清单上请留空。', null=True, verbose_name='最后一天'),
        ),
        migrations.AddField(
            model_name='listing',
            name='reason',
            field=models.CharField(choices=[('initial', '首批'), ('added', '增补'), ('carried', '上年结转')], default='initial', max_length=12, verbose_name='列入原因'),
        ),
        migrations.AddField(
            model_name='listing',
            name='note',
            field=models.CharField(blank=True, max_length=200, verbose_name='列入说明'),
        ),
        migrations.AddField(
            model_name='listing',
            name='document',
            field=models.CharField(blank=True, max_length=80, verbose_name='列入文号'),
        ),
        migrations.AddField(
            model_name='listing',
            name='leave_reason',
            field=models.CharField(blank=True, choices=[('completed', '竣工'), ('withdrawn', '退出'), ('deferred', '暂缓'), ('merged', '并入其他项目'), ('adjusted', '清单调整')], max_length=12, verbose_name='调出原因'),
        ),
        migrations.AddField(
            model_name='listing',
            name='leave_note',
            field=models.CharField(blank=True, max_length=200, verbose_name='调出说明'),
        ),
        migrations.AddField(
            model_name='listing',
            name='search_key',
            field=projects.fields.SearchKeyField(sources=('document', 'leave_document', 'note', 'leave_note')),
        ),
        migrations.AddField(
            model_name='listing',
            name='leave_document',
            field=models.CharField(blank=True, max_length=80, verbose_name='调出文号'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='since',
            field=models.DateField(help_text='从这一天起计入清单。', null=True, verbose_name='列入日期'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='until',
            field=models.DateField(blank=True, help_text='在清单上的最后一天；仍在清单上请留空。', null=True, verbose_name='最后一天'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='reason',
            field=models.CharField(choices=[('initial', '首批'), ('added', '增补'), ('carried', '上年结转')], default='initial', max_length=12, verbose_name='列入原因'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='note',
            field=models.CharField(blank=True, max_length=200, verbose_name='列入说明'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='document',
            field=models.CharField(blank=True, max_length=80, verbose_name='列入文号'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='leave_reason',
            field=models.CharField(blank=True, choices=[('completed', '竣工'), ('withdrawn', '退出'), ('deferred', '暂缓'), ('merged', '并入其他项目'), ('adjusted', '清单调整')], max_length=12, verbose_name='调出原因'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='leave_note',
            field=models.CharField(blank=True, max_length=200, verbose_name='调出说明'),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='search_key',
            field=projects.fields.SearchKeyField(sources=('document', 'leave_document', 'note', 'leave_note')),
        ),
        migrations.AddField(
            model_name='historicallisting',
            name='leave_document',
            field=models.CharField(blank=True, max_length=80, verbose_name='调出文号'),
        ),
    ]
