import django.db.models.deletion
import kuancheng.records.base
import projects.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0025_grant_permits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalStop',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(blank=True, db_index=True, editable=False, verbose_name='更新时间')),
                ('reason', models.CharField(choices=[('funds', '资金'), ('expropriation', '征拆'), ('permit', '手续'), ('safety', '安全事故/整改'), ('environment', '环保'), ('design', '设计变更'), ('contract', '合同纠纷'), ('force_majeure', '疫情或天气等不可抗力'), ('other', '其他')], max_length=16, verbose_name='停工原因')),
                ('note', models.CharField(blank=True, help_text='停在哪一步，谁在处理。', max_length=200, verbose_name='情况说明')),
                ('stopped_on', models.DateField(help_text='停工的第一天，不能晚于今天。', verbose_name='停工日期')),
                ('reported_on', models.DateField(blank=True, help_text='向施工许可证发证机关报告的日期。', null=True, verbose_name='报告日期')),
                ('report_document', models.CharField(blank=True, help_text='没有文号的写文件名称。', max_length=80, verbose_name='报告文号')),
                ('resume_note', models.CharField(blank=True, help_text='停工原因怎样消除，人员材料是否到位。', max_length=200, verbose_name='复工条件')),
                ('resume_asked_on', models.DateField(blank=True, editable=False, null=True, verbose_name='申请复工日期')),
                ('return_note', models.CharField(blank=True, editable=False, max_length=200, verbose_name='退回原因')),
                ('recheck_on', models.DateField(blank=True, help_text='停工满一年的，复工前须经发证机关核验施工许可证。', null=True, verbose_name='施工许可核验日期')),
                ('recheck_document', models.CharField(blank=True, max_length=80, verbose_name='核验文号')),
                ('resumed_on', models.DateField(blank=True, help_text='恢复施工的第一天。', null=True, verbose_name='复工日期')),
                ('resume_document', models.CharField(blank=True, max_length=80, verbose_name='复工文号')),
                ('approved_on', models.DateField(blank=True, editable=False, null=True, verbose_name='同意复工日期')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='版本')),
                ('search_key', projects.fields.SearchKeyField(sources=('reason', 'note', 'report_document', 'recheck_document', 'resume_document'))),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('approved_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复工同意人')),
                ('author', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='projects.project', verbose_name='项目')),
                ('resume_asked_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复工申请人')),
            ],
            options={
                'verbose_name': 'historical 停工',
                'verbose_name_plural': 'historical 停工',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='更新时间')),
                ('reason', models.CharField(choices=[('funds', '资金'), ('expropriation', '征拆'), ('permit', '手续'), ('safety', '安全事故/整改'), ('environment', '环保'), ('design', '设计变更'), ('contract', '合同纠纷'), ('force_majeure', '疫情或天气等不可抗力'), ('other', '其他')], max_length=16, verbose_name='停工原因')),
                ('note', models.CharField(blank=True, help_text='停在哪一步，谁在处理。', max_length=200, verbose_name='情况说明')),
                ('stopped_on', models.DateField(help_text='停工的第一天，不能晚于今天。', verbose_name='停工日期')),
                ('reported_on', models.DateField(blank=True, help_text='向施工许可证发证机关报告的日期。', null=True, verbose_name='报告日期')),
                ('report_document', models.CharField(blank=True, help_text='没有文号的写文件名称。', max_length=80, verbose_name='报告文号')),
                ('resume_note', models.CharField(blank=True, help_text='停工原因怎样消除，人员材料是否到位。', max_length=200, verbose_name='复工条件')),
                ('resume_asked_on', models.DateField(blank=True, editable=False, null=True, verbose_name='申请复工日期')),
                ('return_note', models.CharField(blank=True, editable=False, max_length=200, verbose_name='退回原因')),
                ('recheck_on', models.DateField(blank=True, help_text='停工满一年的，复工前须经发证机关核验施工许可证。', null=True, verbose_name='施工许可核验日期')),
                ('recheck_document', models.CharField(blank=True, max_length=80, verbose_name='核验文号')),
                ('resumed_on', models.DateField(blank=True, help_text='恢复施工的第一天。', null=True, verbose_name='复工日期')),
                ('resume_document', models.CharField(blank=True, max_length=80, verbose_name='复工文号')),
                ('approved_on', models.DateField(blank=True, editable=False, null=True, verbose_name='同意复工日期')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='版本')),
                ('search_key', projects.fields.SearchKeyField(sources=('reason', 'note', 'report_document', 'recheck_document', 'resume_document'))),
                ('approved_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复工同意人')),
                ('author', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='projects.project', verbose_name='项目')),
                ('resume_asked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复工申请人')),
            ],
            options={
                'verbose_name': '停工',
                'verbose_name_plural': '停工',
                'ordering': ['-stopped_on', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('resumed_on__isnull', True)), fields=('project',), name='stop_one_open', violation_error_message='项目已在停工，不能再登记一次。'), models.CheckConstraint(condition=models.Q(('stopped_on__isnull', True), ('resumed_on__isnull', True), ('resumed_on__gte', models.F('stopped_on')), _connector='OR'), name='stop_in_order', violation_error_message='复工日期不能早于停工日期。'), models.CheckConstraint(condition=models.Q(('stopped_on__isnull', True), ('reported_on__isnull', True), ('reported_on__gte', models.F('stopped_on')), _connector='OR'), name='stop_report_in_order', violation_error_message='报告日期不能早于停工日期。')],
            },
            bases=(kuancheng.records.base.SiteHistory, models.Model),
        ),
    ]
