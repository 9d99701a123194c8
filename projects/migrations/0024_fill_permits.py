"""Says of existing milestones and template steps which permit they obtain, by their plain names.

The history says the same of the same names: the column is new, the permit is not, and what was
known on an earlier day is judged by the rules that were known then.
"""

from django.db import migrations
from django.db.models import Q

NAMES = {
    "construction": ("施工许可证", "施工许可", "建筑工程施工许可证", "建设工程施工许可证"),
    "verification": ("项目核准", "核准", "项目核准批复", "核准批复", "项目申请报告核准"),
    "eia": (
        *("环评", "环评批复", "环境影响评价批复", "环境影响评价文件批复"),
        *("环境影响报告书批复", "环境影响报告表批复"),
        *("环评报告书批复", "环评报告表批复"),
    ),
}
"""Only what can be nothing else: 环境影响评价手续 may be a mere filing, which does not lapse."""

MODELS = ("Milestone", "HistoricalMilestone", "TemplateStep", "HistoricalTemplateStep")


def fill(apps, schema_editor):
    for model in MODELS:
        rows = apps.get_model("projects", model).objects.filter(phase="permit", permit="")
        for kind, names in NAMES.items():
            rows.filter(Q(name__in=names)).update(permit=kind)


class Migration(migrations.Migration):
    dependencies = [("projects", "0023_permits")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
