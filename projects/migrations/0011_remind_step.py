"""A step more that the office may take: 催办, which changes nothing by itself."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0010_grant_matters'),
    ]

    operations = [
        migrations.AlterField(
            model_name='matterstep',
            name='step',
            field=models.CharField(choices=[('issue', '交办'), ('sign', '签收'), ('object', '提出异议'), ('uphold', '维持交办'), ('reassign', '改派'), ('note', '填写进展'), ('remind', '催办'), ('answer', '反馈'), ('close', '销号'), ('return', '退回'), ('ask_extension', '申请延期'), ('extend', '同意延期'), ('refuse_extension', '不同意延期'), ('ask_pause', '申请暂停'), ('pause', '同意暂停'), ('refuse_pause', '不同意暂停'), ('resume', '恢复办理'), ('set_level', '调整级别'), ('reopen', '重开'), ('void', '作废'), ('merge', '并案')], max_length=20, verbose_name='动作'),
        ),
    ]
