"""Parts of the daily rows by what is registered of their projects: what the 四率 are made of."""

from datetime import date

from django.db.models import F, OuterRef, Q, Subquery

from kuancheng.asking.parameters import Days
from kuancheng.reports.judging.known import last_recorded
from kuancheng.reports.querysets import DailyStatusQuerySet
from projects.models import Project
from projects.rules.standing import JUDGED_STANDINGS

PARTS = [
    ("start_due", "应开工"),
    ("started", "已开工"),
    ("enrolled", "已入统"),
    ("completion_due", "应竣工"),
    ("completed", "已竣工"),
]
"""What 开工率, 入统率 and 竣工率 are made of, on the day of the rows; see `in_part`."""


def in_part(code: str, days: Days) -> Q:
    """The rows in one of PARTS. 应: by the planned day, or done already; 暂缓 and 退出 do not count.

    已入统 counts started projects only, since 入统率 is what share of them is enrolled.
    """

    def come(name: str) -> Q:
        return of_projects(days.known_at, **{f"{name}__lte": days.as_of})

    judged = Q(standing__in=JUDGED_STANDINGS)
    started = judged & come("actual_start")
    completed = judged & come("actual_completion")
    return {
        "start_due": started | judged & come("planned_start"),
        "started": started,
        "enrolled": started & come("enrolled_on"),
        "completion_due": completed | judged & come("planned_completion"),
        "completed": completed,
    }[code]


def of_projects(known_at: date | None, **wanted: object) -> Q:
    """Rows by what is registered of their projects, now or at the end of a day."""
    if known_at is None:
        return Q(**{f"project__{name}": value for name, value in wanted.items()})
    return Q(project__in=last_recorded(Project, known_at).filter(**wanted).values("id"))


def with_industry(rows: DailyStatusQuerySet, known_at: date | None) -> DailyStatusQuerySet:
    """The rows with their project's `industry`, as it is or was on a day."""
    if known_at is None:
        return rows.annotate(industry=F("project__industry"))
    then = last_recorded(Project, known_at).filter(id=OuterRef("project_id"))
    return rows.annotate(industry=Subquery(then.values("industry")[:1]))
