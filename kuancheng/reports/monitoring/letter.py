"""The day's letter: to lead officials and liaison officers who want it, of their own projects only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.notices.choices import Mode
from kuancheng.notices.kinds import NoticeKind
from kuancheng.notices.services import modes_for, notify
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.matters.news import MatterChange
from kuancheng.reports.models import DailyStatus, MonitorRun
from kuancheng.reports.monitoring.monitor import Change, Due, Summary, Unanswered
from projects.models import Assignment

GROUP = "项目亮灯"

DAILY_LETTER = NoticeKind("daily_letter", "日监测", mode=Mode.OFF, letter=True, group=GROUP)


@dataclass(frozen=True)
class Letter:
    """What one person is told; nothing is sent when there is nothing to tell."""

    user: User
    red: tuple[Change, ...]
    yellow: tuple[Change, ...]
    recovered: tuple[Change, ...]
    due: tuple[Due, ...]
    missing: tuple[str, ...]
    unanswered: tuple[Unanswered, ...] = ()
    matters: tuple[tuple[str, tuple[MatterChange, ...]], ...] = ()

    @property
    def worth_sending(self) -> bool:
        """Whether anything changed, is due or is missing."""
        turned = self.red or self.yellow or self.recovered
        return bool(turned or self.due or self.missing or self.unanswered or self.matters)

    @property
    def matters_told(self) -> int:
        """How many matters it tells of."""
        return len({each.id for _, found in self.matters for each in found})


def tell(run: MonitorRun) -> int:
    """Writes the run's letters, each once, also when two runs do; how many were written now."""
    return sum(
        notify(
            to=[letter.user],
            kind=DAILY_LETTER,
            title=_subject(run, letter),
            text=_text(run, letter),
            link=reverse("daily"),
            key=f"{run.date:%Y-%m-%d}",
        )
        for letter in letters_of(run)
        if letter.worth_sending
    )


def letters_of(run: MonitorRun) -> list[Letter]:
    """One for everybody who wants it and leads or serves a project on that day. Three queries."""
    summary = Summary.from_json(run.summary)
    leading = Assignment.objects.on(run.date).leading().filter(official__user__is_active=True)
    projects: dict[User, dict[int, str]] = {}
    for each in leading.select_related("official__user", "project"):
        projects.setdefault(each.official.user, {})[each.project_id] = each.project.code
    modes = modes_for([user.pk for user in projects], DAILY_LETTER)
    wanting = {user: own for user, own in projects.items() if modes[user.pk] != Mode.OFF}
    missing = _missing(run, [pk for own in wanting.values() for pk in own])
    return [
        _letter(user, set(own.values()), [missing[pk] for pk in own if pk in missing], summary)
        for user, own in sorted(wanting.items(), key=lambda pair: pair[0].pk)
    ]


def _missing(run: MonitorRun, project_ids: Sequence[int]) -> dict[int, str]:
    rows = DailyStatus.objects.filter(basis="daily", date=run.date, project__in=project_ids)
    found = rows.fired("report_missing").select_related("project")
    return {row.project_id: row.project.name for row in found}


def _letter(user: User, codes: set[str], missing: list[str], summary: Summary) -> Letter:
    def own(changes: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(each for each in changes if each.code in codes)

    news = summary.matters.told if summary.matters else ()
    return Letter(
        user=user,
        red=own(summary.red),
        yellow=own(summary.yellow),
        recovered=own(summary.recovered),
        due=own(summary.due),
        missing=tuple(missing),
        unanswered=own(summary.unanswered),
        matters=tuple((label, mine) for _, label, _, named in news if (mine := own(named))),
    )


def _text(run: MonitorRun, letter: Letter) -> str:
    context = {
        "run": run,
        "letter": letter,
        "site": settings.KUANCHENG_URL,
        "names": {choice.value: choice.label for choice in LightChoice},
    }
    return render_to_string("reports/mail/daily.txt", context).strip()


def _subject(run: MonitorRun, letter: Letter) -> str:
    counts = [
        f"{number} {word}"
        for number, word in (
            (len(letter.red), "个转红"),
            (len(letter.yellow), "个转黄"),
            (len(letter.recovered), "个恢复"),
            (len(letter.due), "个临期节点"),
            (len(letter.missing), "个缺报"),
            (len(letter.unanswered), "个红灯未说明"),
            (letter.matters_told, "件事项"),
        )
        if number
    ]
    return f"【重点项目日监测】{run.date.month}月{run.date.day}日：{'，'.join(counts)}"
