from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('projects', '0016_matter_order')]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='end_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='止任原因'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='起任原因'),
        ),
        migrations.AddField(
            model_name='historicalassignment',
            name='end_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='止任原因'),
        ),
        migrations.AddField(
            model_name='historicalassignment',
            name='reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='起任原因'),
        ),
        migrations.AddField(
            model_name='historicalofficial',
            name='left_on',
            field=models.DateField(blank=True, help_text='从这一天起不再任职，也不能再担任责任人；仍在任请留空。离任前请先办理交接。', null=True, verbose_name='离任日期'),
        ),
        migrations.AddField(
            model_name='official',
            name='left_on',
            field=models.DateField(blank=True, help_text='从这一天起不再任职，也不能再担任责任人；仍在任请留空。离任前请先办理交接。', null=True, verbose_name='离任日期'),
        ),
    ]
