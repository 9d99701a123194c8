"""The daily mails of earlier days stand among the other deliveries; their texts were not kept."""

from django.db import migrations

KIND = "daily_letter"


def move(apps, schema_editor):
    notice_model = apps.get_model("notices", "Notice")
    delivery_model = apps.get_model("notices", "Delivery")
    mails = apps.get_model("reports", "MonitorMail").objects.select_related("run", "user")
    for mail in mails.order_by("pk").iterator(chunk_size=1000):
        day = mail.run.date
        moment = mail.sent_at or mail.run.finished_at or mail.run.started_at
        notice = notice_model.objects.create(
            recipient=mail.user,
            kind=KIND,
            title=f"【重点项目日监测】{day.month}月{day.day}日",
            text="升级以前发出的邮件，正文没有留存。",
            link=f"/daily/?date={day:%Y-%m-%d}",
            key=f"{KIND}:{day:%Y-%m-%d}",
            read_at=moment,
        )
        notice_model.objects.filter(pk=notice.pk).update(created_at=moment)
        delivery_model.objects.create(
            notice=notice,
            channel="mail",
            key=notice.key,
            address=mail.address,
            state="sent" if mail.sent_at else "failed",
            attempts=1,
            due_at=moment,
            tried_at=moment,
            error=mail.error,
        )


def forget_rights(apps, schema_editor):
    """Roles hold no rights on what is no more."""
    kind = {"app_label": "reports", "model": "monitormail"}
    permissions = apps.get_model("auth", "Permission").objects
    permissions.filter(content_type__app_label="reports", content_type__model="monitormail").delete()
    apps.get_model("contenttypes", "ContentType").objects.filter(**kind).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("notices", "0003_daily_letter"),
        ("reports", "0009_front_page"),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RunPython(forget_rights, migrations.RunPython.noop),
        migrations.DeleteModel(name="MonitorMail"),
    ]
