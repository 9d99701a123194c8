"""The daily mails of earlier days stand among the other deliveries; their texts were not kept."""

from datetime import date

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
            state="sent" if mail.sent_at else "failed" if mail.error else "unknown",
            attempts=1,
            due_at=moment,
            tried_at=moment,
            error=mail.error,
        )


def move_back(apps, schema_editor):
    mail_model = apps.get_model("reports", "MonitorMail")
    runs = {run.date: run for run in apps.get_model("reports", "MonitorRun").objects.all()}
    deliveries = apps.get_model("notices", "Delivery").objects.select_related("notice")
    for each in deliveries.filter(notice__kind=KIND, channel="mail").order_by("pk"):
        run = runs.get(date.fromisoformat(each.key.partition(":")[2]))
        if run is not None:
            mail_model.objects.create(
                run=run,
                user_id=each.notice.recipient_id,
                address=each.address,
                sent_at=each.tried_at if each.state == "sent" else None,
                error=each.error,
            )
    # Plain statements: what hangs on a notice is looked for among models of another state.
    using = schema_editor.connection.alias
    notices = apps.get_model("notices", "Notice").objects.filter(kind=KIND)
    keys = list(notices.values_list("pk", flat=True))
    deliveries.model.objects.filter(notice_id__in=keys)._raw_delete(using)
    notices.filter(pk__in=keys)._raw_delete(using)


class Migration(migrations.Migration):

    dependencies = [
        ("notices", "0003_daily_letter"),
        ("reports", "0009_front_page"),
    ]

    operations = [migrations.RunPython(move, move_back)]
