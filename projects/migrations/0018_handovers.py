import django.db.models.deletion
import kuancheng.records.base
import projects.models.evidence
import simple_history.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0017_reasons_and_leaving'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='更新时间')),
                ('day', models.DateField(verbose_name='生效日期')),
                ('reason', models.CharField(max_length=100, verbose_name='原因')),
                ('state', models.CharField(choices=[('done', '已交接'), ('undone', '已撤销')], default='done', editable=False, max_length=8, verbose_name='状态')),
                ('at', models.DateTimeField(editable=False, verbose_name='办理时间')),
                ('undone_at', models.DateTimeField(editable=False, null=True, verbose_name='撤销时间')),
                ('undo_reason', models.CharField(blank=True, max_length=100, verbose_name='撤销原因')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='演示数据')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='版本')),
                ('author', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers_given', to='projects.official', verbose_name='移交人')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers_taken', to='projects.official', verbose_name='接任人')),
            ],
            options={
                'verbose_name': '交接',
                'verbose_name_plural': '交接',
                'ordering': ['-at', '-pk'],
            },
            bases=(kuancheng.records.base.SiteHistory, models.Model),
        ),
        migrations.CreateModel(
            name='HandoverEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(auto_now=True, db_index=True, verbose_name='更新时间')),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='标识')),
                ('file', models.FileField(editable=False, max_length=80, storage=projects.models.evidence.evidence_storage, upload_to=projects.models.evidence.stored_name, verbose_name='文件')),
                ('name', models.CharField(editable=False, max_length=160, verbose_name='文件名')),
                ('kind', models.CharField(choices=[('photo', '照片'), ('document', '文件')], editable=False, max_length=10, verbose_name='类型')),
                ('content_type', models.CharField(editable=False, max_length=80, verbose_name='格式')),
                ('size', models.PositiveIntegerField(editable=False, verbose_name='大小（字节）')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='摘要')),
                ('caption', models.CharField(blank=True, max_length=100, verbose_name='说明')),
                ('uploaded_at', models.DateTimeField(editable=False, verbose_name='上传时间')),
                ('handover', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='projects.handover', verbose_name='交接')),
                ('uploaded_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '交接佐证',
                'verbose_name_plural': '交接佐证',
                'ordering': ['uploaded_at', 'pk'],
                'abstract': False,
            },
            bases=(kuancheng.records.base.SiteHistory, models.Model),
        ),
        migrations.CreateModel(
            name='HandoverItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(blank=True, choices=[('lead_official', '包保领导'), ('task_force_head', '专班组长'), ('task_force_member', '专班成员'), ('liaison_officer', '项目秘书')], max_length=20, verbose_name='角色')),
                ('until', models.DateField(null=True, verbose_name='原止日')),
                ('end_reason', models.CharField(blank=True, max_length=200, verbose_name='原止任原因')),
                ('ended_revision', models.PositiveBigIntegerField(default=0, verbose_name='移交行修订号')),
                ('begun_revision', models.PositiveBigIntegerField(default=0, verbose_name='接任行修订号')),
                ('begun', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='projects.assignment', verbose_name='接任的职责')),
                ('ended', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='projects.assignment', verbose_name='移交的职责')),
                ('handover', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='projects.handover', verbose_name='交接')),
                ('matter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.matter', verbose_name='事项')),
                ('project', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project', verbose_name='项目')),
            ],
            options={
                'verbose_name': '交接的职责',
                'verbose_name_plural': '交接的职责',
                'ordering': ['handover', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalHandover',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(blank=True, db_index=True, editable=False, verbose_name='更新时间')),
                ('day', models.DateField(verbose_name='生效日期')),
                ('reason', models.CharField(max_length=100, verbose_name='原因')),
                ('state', models.CharField(choices=[('done', '已交接'), ('undone', '已撤销')], default='done', editable=False, max_length=8, verbose_name='状态')),
                ('at', models.DateTimeField(editable=False, verbose_name='办理时间')),
                ('undone_at', models.DateTimeField(editable=False, null=True, verbose_name='撤销时间')),
                ('undo_reason', models.CharField(blank=True, max_length=100, verbose_name='撤销原因')),
                ('is_demo', models.BooleanField(default=False, editable=False, verbose_name='演示数据')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='版本')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('author', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('giver', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='projects.official', verbose_name='移交人')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('receiver', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='projects.official', verbose_name='接任人')),
            ],
            options={
                'verbose_name': 'historical 交接',
                'verbose_name_plural': 'historical 交接',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalHandoverEvidence',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='登记时间')),
                ('updated_at', models.DateTimeField(blank=True, db_index=True, editable=False, verbose_name='更新时间')),
                ('token', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False, verbose_name='标识')),
                ('file', models.TextField(editable=False, max_length=80, verbose_name='文件')),
                ('name', models.CharField(editable=False, max_length=160, verbose_name='文件名')),
                ('kind', models.CharField(choices=[('photo', '照片'), ('document', '文件')], editable=False, max_length=10, verbose_name='类型')),
                ('content_type', models.CharField(editable=False, max_length=80, verbose_name='格式')),
                ('size', models.PositiveIntegerField(editable=False, verbose_name='大小（字节）')),
                ('digest', models.CharField(editable=False, max_length=64, verbose_name='摘要')),
                ('caption', models.CharField(blank=True, max_length=100, verbose_name='说明')),
                ('uploaded_at', models.DateTimeField(editable=False, verbose_name='上传时间')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('handover', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='projects.handover', verbose_name='交接')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': 'historical 交接佐证',
                'verbose_name_plural': 'historical 交接佐证',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('giver', models.F('receiver')), _negated=True), name='handover_between_two', violation_error_message='不能交接给本人，请换一人。'),
        ),
    ]
