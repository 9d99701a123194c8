"""Which rules fired stands in a column, and each kept reason says what it is about.

What a kept reason was about is read out of its sentence here, once and for good.
"""

import re

from django.db import migrations, models

BATCH = 1000
MILESTONE = re.compile(r"节点“(.+)”(?:超期 \d+ 天|今天到期|还有 \d+ 天到期)")
OVERRIDE = re.compile(r".*（(.+，有效至 (?:\d{4}-\d{2}-\d{2}))）", re.DOTALL)


def give_subjects(apps, schema_editor):
    """Fills both for all rows, a batch at a time. A milestone or an override that cannot be told
    from its namesakes is known by its name alone."""
    statuses = apps.get_model("reports", "DailyStatus").objects.order_by("pk")
    last = 0
    while rows := list(statuses.filter(pk__gt=last).only(*READ)[:BATCH]):
        milestones = named_milestones(apps, {row.project_id for row in rows})
        overrides = set_overrides(apps, {row.project_id for row in rows})
        for row in rows:
            for reason in row.reasons:
                reason["subject"] = subject_of(reason, row, milestones, overrides)
            codes = sorted({reason["rule"] for reason in row.reasons})
            row.fired_rules = f",{','.join(codes)}," if codes else ""
        write(schema_editor, rows, "reasons", "fired_rules")
        last = rows[-1].pk


READ = ("project_id", "date", "money_month", "reasons", "fired_rules")


def named_milestones(apps, projects):
    """The milestones that ever bore a name, by project and name."""
    found = {}
    for name, key in (("Milestone", "id"), ("HistoricalMilestone", "id")):
        rows = apps.get_model("projects", name).objects.filter(project_id__in=projects)
        for project, called, pk in rows.order_by().values_list("project_id", "name", key).distinct():
            found.setdefault((project, called), set()).add(pk)
    return found


def set_overrides(apps, projects):
    """Each project's overrides: first day, last day, light, key."""
    found = {}
    rows = apps.get_model("reports", "LightOverride").objects.filter(project_id__in=projects)
    for project, *rest in rows.values_list("project_id", "since", "until", "light", "pk"):
        found.setdefault(project, []).append(rest)
    return found


def subject_of(reason, row, milestones, overrides):
    """What a reason is about; None where it is about the project as a whole."""
    rule, text = reason["rule"], reason["text"]
    if rule in {"milestone_overdue", "milestone_due"}:
        said = MILESTONE.fullmatch(text)
        if said is None:
            return None
        return subject("milestone", milestones.get((row.project_id, said[1]), ()), said[1])
    if rule == "report_missing":
        month = row.money_month
        return subject("month", {f"{month:%Y-%m}"}, f"{month.year}年{month.month}月")
    if rule == "override":
        said = OVERRIDE.fullmatch(text)
        held = {
            key
            for since, until, light, key in overrides.get(row.project_id, ())
            if since <= row.date <= until and light == reason["light"]
        }
        return subject("override", held, said[1] if said else "")
    return None


def subject(kind, keys, name):
    """A subject; its key only where there is exactly one."""
    return {"kind": kind, "key": str(*keys) if len(keys) == 1 else "", "name": name}


def write(schema_editor, rows, *names):
    """One statement for many rows: 10,000 take 2 seconds, with `bulk_update` 5."""
    connection, meta = schema_editor.connection, rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    columns = ", ".join(f"{field.column} = %s" for field in fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {meta.db_table} SET {columns} WHERE id = %s",
            [
                [
                    *(field.get_db_prep_save(getattr(row, field.name), connection) for field in fields),
                    row.pk,
                ]
                for row in rows
            ],
        )


def forget_subjects(apps, schema_editor):
    """Going back, reasons are kept as they were before."""
    statuses = apps.get_model("reports", "DailyStatus").objects.order_by("pk")
    last = 0
    while rows := list(statuses.filter(pk__gt=last).only("reasons")[:BATCH]):
        for row in rows:
            for reason in row.reasons:
                reason.pop("subject", None)
        write(schema_editor, rows, "reasons")
        last = rows[-1].pk


class Migration(migrations.Migration):

    dependencies = [
        ("projects", "0005_evidence"),
        ("reports", "0005_grant_monitoring"),
    ]

    operations = [
        migrations.AddField(
            model_name="dailystatus",
            name="fired_rules",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="触发的规则"),
            preserve_default=False,
        ),
        migrations.RunPython(give_subjects, forget_subjects),
    ]
