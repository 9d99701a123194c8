import django.core.validators
import django.db.models.deletion
import kuancheng.records.base
import projects.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0028_grant_stops'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalCloseOut',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(blank=True, db_index=True, editable=False, verbose_name='更新时间')),
                ('practices', models.TextField(validators=[django.core.validators.MinLengthValidator(4, '请写明值得推广的做法，至少 4 个字。'), django.core.validators.MaxLengthValidator(2000, '最多 2000 字，请精简。')], verbose_name='哪些做法值得推广？')),
                ('troubles', models.TextField(validators=[django.core.validators.MinLengthValidator(4, '请写明主要问题及原因，至少 4 个字。'), django.core.validators.MaxLengthValidator(2000, '最多 2000 字，请精简。')], verbose_name='遇到的主要问题及原因？')),
                ('advice', models.TextField(validators=[django.core.validators.MinLengthValidator(4, '请写明对同类项目的建议，至少 4 个字。'), django.core.validators.MaxLengthValidator(2000, '最多 2000 字，请精简。')], verbose_name='对同类项目有什么建议？')),
                ('state', models.CharField(choices=[('submitted', '待确认'), ('returned', '已退回'), ('confirmed', '已确认')], default='submitted', editable=False, max_length=10, verbose_name='状态')),
                ('written_on', models.DateField(editable=False, verbose_name='填写日期')),
                ('return_note', models.CharField(blank=True, editable=False, max_length=200, verbose_name='退回原因')),
                ('confirmed_on', models.DateField(editable=False, null=True, verbose_name='确认日期')),
                ('figures', models.JSONField(editable=False, null=True, verbose_name='定稿数据')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='版本')),
                ('search_key', projects.fields.SearchKeyField(sources=('practices', 'troubles', 'advice'))),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('author', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填写人')),
                ('confirmed_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='projects.project', verbose_name='项目')),
            ],
            options={
                'verbose_name': 'historical 收官总结',
                'verbose_name_plural': 'historical 收官总结',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='CloseOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='更新时间')),
                ('practices', models.TextField(validators=[django.core.validators.MinLengthValidator(4, '请写明值得推广的做法，至少 4 个字。'), django.core.validators.MaxLengthValidator(2000, '最多 2000 字，请精简。')], verbose_name='哪些做法值得推广？')),
                ('troubles', models.TextField(validators=[django.core.validators.MinLengthValidator(4, '请写明主要问题及原因，至少 4 个字。'), django.core.validators.MaxLengthValidator(2000, '最多 2000 字，请精简。')], verbose_name='遇到的主要问题及原因？')),
                ('advice', models.TextField(validators=[django.core.validators.MinLengthValidator(4, '请写明对同类项目的建议，至少 4 个字。'), django.core.validators.MaxLengthValidator(2000, '最多 2000 字，请精简。')], verbose_name='对同类项目有什么建议？')),
                ('state', models.CharField(choices=[('submitted', '待确认'), ('returned', '已退回'), ('confirmed', '已确认')], default='submitted', editable=False, max_length=10, verbose_name='状态')),
                ('written_on', models.DateField(editable=False, verbose_name='填写日期')),
                ('return_note', models.CharField(blank=True, editable=False, max_length=200, verbose_name='退回原因')),
                ('confirmed_on', models.DateField(editable=False, null=True, verbose_name='确认日期')),
                ('figures', models.JSONField(editable=False, null=True, verbose_name='定稿数据')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='版本')),
                ('search_key', projects.fields.SearchKeyField(sources=('practices', 'troubles', 'advice'))),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填写人')),
                ('confirmed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='close_out', to='projects.project', verbose_name='项目')),
            ],
            options={
                'verbose_name': '收官总结',
                'verbose_name_plural': '收官总结',
                'ordering': ['-confirmed_on', '-written_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('figures__isnull', False), ('state', 'confirmed')), models.Q(models.Q(('state', 'confirmed'), _negated=True), ('figures__isnull', True)), _connector='OR'), name='close_out_frozen_when_confirmed')],
            },
            bases=(kuancheng.records.base.SiteHistory, models.Model),
        ),
    ]
