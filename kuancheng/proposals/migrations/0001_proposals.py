"""变更申请, and from which amount on it takes one."""


import django.core.validators
import django.db.models.deletion
import kuancheng.records.base
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AmountRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(editable=False, unique=True, verbose_name='版本')),
                ('effective_from', models.DateField(help_text='从这一天起按本版研判。', unique=True, verbose_name='生效日期')),
                ('note', models.CharField(help_text='为什么调整，依据什么文件。', max_length=200, verbose_name='说明')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, default=Decimal('0'), help_text='变动金额达到这个数须第二人审核；0 为每次变动都审核，留空为不按金额。', max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0, '金额不能为负数。')], verbose_name='变动达到（万元）')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, help_text='变动达到原值的这个百分比须第二人审核；留空为不按比例。', max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'), '应大于 0。'), django.core.validators.MaxValueValidator(100, '最多 100%。')], verbose_name='变动达到原值的（%）')),
            ],
            options={
                'verbose_name': '双人审核金额',
                'verbose_name_plural': '双人审核金额',
                'ordering': ['-effective_from'],
                'abstract': False,
            },
            bases=(kuancheng.records.base.SiteHistory, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAmountRules',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(db_index=True, editable=False, verbose_name='版本')),
                ('effective_from', models.DateField(db_index=True, help_text='从这一天起按本版研判。', verbose_name='生效日期')),
                ('note', models.CharField(help_text='为什么调整，依据什么文件。', max_length=200, verbose_name='说明')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, default=Decimal('0'), help_text='变动金额达到这个数须第二人审核；0 为每次变动都审核，留空为不按金额。', max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0, '金额不能为负数。')], verbose_name='变动达到（万元）')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, help_text='变动达到原值的这个百分比须第二人审核；留空为不按比例。', max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'), '应大于 0。'), django.core.validators.MaxValueValidator(100, '最多 100%。')], verbose_name='变动达到原值的（%）')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical 双人审核金额',
                'verbose_name_plural': 'historical 双人审核金额',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalProposal',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(blank=True, db_index=True, editable=False, verbose_name='更新时间')),
                ('kind', models.CharField(max_length=60, verbose_name='类别')),
                ('subject_kind', models.CharField(max_length=60, verbose_name='对象类别')),
                ('subject_id', models.BigIntegerField(blank=True, null=True, verbose_name='对象')),
                ('subject_key', models.CharField(max_length=200, verbose_name='对象键')),
                ('subject_label', models.CharField(max_length=200, verbose_name='对象名称')),
                ('subject_code', models.CharField(blank=True, max_length=60, verbose_name='对象编号')),
                ('reason', models.CharField(max_length=500, verbose_name='理由')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('batch', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='批次')),
                ('state', models.CharField(choices=[('pending', '待审核'), ('approved', '已通过'), ('returned', '已退回'), ('withdrawn', '已撤回'), ('lapsed', '已失效')], default='pending', max_length=10, verbose_name='状态')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='审核意见')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('addressee', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='也可由其审核')),
                ('author', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核人')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical 变更申请',
                'verbose_name_plural': 'historical 变更申请',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='更新时间')),
                ('kind', models.CharField(max_length=60, verbose_name='类别')),
                ('subject_kind', models.CharField(max_length=60, verbose_name='对象类别')),
                ('subject_id', models.BigIntegerField(blank=True, null=True, verbose_name='对象')),
                ('subject_key', models.CharField(max_length=200, verbose_name='对象键')),
                ('subject_label', models.CharField(max_length=200, verbose_name='对象名称')),
                ('subject_code', models.CharField(blank=True, max_length=60, verbose_name='对象编号')),
                ('reason', models.CharField(max_length=500, verbose_name='理由')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('batch', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='批次')),
                ('state', models.CharField(choices=[('pending', '待审核'), ('approved', '已通过'), ('returned', '已退回'), ('withdrawn', '已撤回'), ('lapsed', '已失效')], default='pending', max_length=10, verbose_name='状态')),
                ('proposed_at', models.DateTimeField(verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('words', models.CharField(blank=True, max_length=500, verbose_name='审核意见')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('addressee', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='也可由其审核')),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核人')),
            ],
            options={
                'verbose_name': '变更申请',
                'verbose_name_plural': '变更申请',
                'ordering': ['-pk'],
            },
            bases=(kuancheng.records.base.SiteHistory, models.Model),
        ),
        migrations.CreateModel(
            name='ProposedField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('name', models.CharField(max_length=60, verbose_name='字段')),
                ('label', models.CharField(max_length=60, verbose_name='字段名称')),
                ('before', models.TextField(blank=True, verbose_name='原值')),
                ('after', models.TextField(blank=True, verbose_name='新值')),
                ('old', models.JSONField(null=True, verbose_name='原值（数据）')),
                ('new', models.JSONField(null=True, verbose_name='新值（数据）')),
                ('subject_key', models.CharField(max_length=200, verbose_name='对象键')),
                ('is_open', models.BooleanField(default=True, verbose_name='待审核')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fields', to='proposals.proposal', verbose_name='变更申请')),
            ],
            options={
                'verbose_name': '变更内容',
                'verbose_name_plural': '变更内容',
                'ordering': ['proposal', 'place'],
            },
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['state', 'kind'], name='proposal_waiting'),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['subject_kind', 'subject_id'], name='proposal_subject'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('author')), _negated=True), ('state', 'withdrawn'), _connector='OR'), name='proposal_decided_by_another'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='proposal_decided_when_not_pending'),
        ),
        migrations.AddConstraint(
            model_name='proposedfield',
            constraint=models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('subject_key', 'name'), name='proposal_one_open_per_field'),
        ),
        migrations.AddConstraint(
            model_name='proposedfield',
            constraint=models.UniqueConstraint(fields=('proposal', 'name'), name='proposal_field_once'),
        ),
    ]
