"""The day's mail: to lead officials and liaison officers who want it, of their own projects only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.models import DailyStatus, MonitorMail, MonitorRun
from kuancheng.reports.monitoring.monitor import Change, Due, Summary
from projects.models import Assignment


@dataclass(frozen=True)
class Letter:
    """What one person is told; nothing is sent when there is nothing to tell."""

    user: User
    red: tuple[Change, ...]
    yellow: tuple[Change, ...]
    recovered: tuple[Change, ...]
    due: tuple[Due, ...]
    missing: tuple[str, ...]

    @property
    def worth_sending(self) -> bool:
        """Whether anything changed, is due or is missing."""
        return bool(self.red or self.yellow or self.recovered or self.due or self.missing)


@dataclass(frozen=True)
class Sent:
    """How many letters went out, and how many could not."""

    sent: int
    failed: int


def send(run: MonitorRun) -> Sent:
    """Sends the run's letters that have not gone out yet, each once, also when two runs send.

    A letter is claimed before it is sent; one that failed is tried again by the next run. A
    broken address hinders nobody else. Four queries, and two for each letter.
    """
    letters = [each for each in letters_of(run) if each.worth_sending]
    if not letters or not settings.EMAIL_HOST:
        return Sent(0, 0)
    sent = failed = 0
    connection = get_connection()
    for letter in letters:
        mail = _claimed(run, letter)
        if mail is None:
            continue
        mail.error = _post(run, letter, connection)
        mail.sent_at = None if mail.error else clock.now()
        mail.save()
        sent, failed = sent + (not mail.error), failed + bool(mail.error)
    return Sent(sent, failed)


def letters_of(run: MonitorRun) -> list[Letter]:
    """One for everybody who wants the mail and leads or serves a project on that day."""
    summary = Summary.from_json(run.summary)
    wanting = (
        Assignment.objects.on(run.date)
        .leading()
        .filter(official__user__daily_mail=True, official__user__is_active=True)
    )
    projects: dict[Any, dict[int, str]] = {}
    for each in wanting.exclude(official__user__email="").select_related(
        "official__user", "project"
    ):
        projects.setdefault(each.official.user, {})[each.project_id] = each.project.code
    missing = _missing(run, [pk for own in projects.values() for pk in own])
    return [
        _letter(user, set(own.values()), [missing[pk] for pk in own if pk in missing], summary)
        for user, own in sorted(projects.items(), key=lambda pair: pair[0].pk)
    ]


def _missing(run: MonitorRun, project_ids: Sequence[int]) -> dict[int, str]:
    rows = DailyStatus.objects.filter(basis="daily", date=run.date, project__in=project_ids)
    found = rows.fired("report_missing").select_related("project")
    return {row.project_id: row.project.name for row in found}


def _letter(user: User, codes: set[str], missing: list[str], summary: Summary) -> Letter:
    def own(changes: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(each for each in changes if each.code in codes)

    return Letter(
        user, own(summary.red), own(summary.yellow), own(summary.recovered), own(summary.due),
        tuple(missing),
    )  # fmt: skip


def _claimed(run: MonitorRun, letter: Letter) -> MonitorMail | None:
    """The letter's record when it is ours to send; None when it went out or another run has it."""
    mail, created = MonitorMail.objects.get_or_create(
        run=run, user=letter.user, defaults={"address": letter.user.email}
    )
    if created:
        return mail
    again = MonitorMail.objects.filter(pk=mail.pk, sent_at=None).exclude(error="")
    mail.address = letter.user.email
    return mail if again.update(error="", address=mail.address) else None


def _post(run: MonitorRun, letter: Letter, connection: Any) -> str:
    """Sends it; returns why it could not be sent, empty when it could."""
    message = EmailMessage(
        subject=_subject(run, letter),
        body=render_to_string(
            "reports/mail/daily.txt",
            {
                "run": run,
                "letter": letter,
                "site": settings.KUANCHENG_URL,
                "names": {choice.value: choice.label for choice in LightChoice},
            },
        ),
        to=[letter.user.email],
        connection=connection,
    )
    try:
        message.send()
    except OSError as error:
        return f"{type(error).__name__}：{error}"[:200]
    return ""


def _subject(run: MonitorRun, letter: Letter) -> str:
    counts = [
        f"{len(found)} 个{word}"
        for found, word in (
            (letter.red, "转红"),
            (letter.yellow, "转黄"),
            (letter.recovered, "恢复"),
            (letter.due, "临期节点"),
            (letter.missing, "缺报"),
        )
        if found
    ]
    return f"【重点项目日监测】{run.date.month}月{run.date.day}日：{'，'.join(counts)}"
