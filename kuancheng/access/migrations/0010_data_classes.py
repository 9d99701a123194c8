"""Up to which class a key reads, and who may take sensitive columns home in an export.

Keys that are out already keep what they read; new ones read what is internal.
"""

from django.db import migrations, models

from kuancheng.access.roles import READER, REPORTER, REVIEWER, grant

CLASSES = [("public", "公开"), ("internal", "内部"), ("sensitive", "敏感")]
HELP = "公开：名称、编号、地址、阶段；内部：加上金额、亮灯、节点、事项等，人名只留姓；敏感：再加上人名、佐证和通报文件。够用就好。"


def reads(default):
    return models.CharField("可读到", max_length=9, choices=CLASSES, default=default, help_text=HELP)


def grant_exports(apps, schema_editor):
    roles = (REVIEWER, REPORTER, READER)
    grant(apps, "access", {"user": dict.fromkeys(roles, "export_sensitive")})


class Migration(migrations.Migration):

    dependencies = [("access", "0009_waiting_keys")]

    operations = [
        migrations.AddField("apikey", "reads", reads("sensitive")),
        migrations.AddField("historicalapikey", "reads", reads("sensitive")),
        migrations.AlterField("apikey", "reads", reads("internal")),
        migrations.AlterField("historicalapikey", "reads", reads("internal")),
        migrations.AlterModelOptions(
            "user",
            {
                "ordering": ["username"],
                "permissions": [("export_sensitive", "可导出敏感信息")],
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
            },
        ),
        migrations.RunPython(grant_exports, migrations.RunPython.noop),
    ]
