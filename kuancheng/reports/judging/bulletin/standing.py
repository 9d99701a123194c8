"""What holds a month's projects back: lights with reasons, matters by factor; and what is due next."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from investment.rules.reporting import last_day, next_month
from kuancheng.reports.choices import LightChoice
from kuancheng.reports.judging.bulletin.money import MOST_NAMED, UNREGISTERED, named, projects_of
from kuancheng.reports.judging.bulletin.scope import Scope
from kuancheng.reports.judging.matters.figures import Scope as MatterScope
from kuancheng.reports.judging.matters.figures import counts_by
from kuancheng.reports.judging.matters.standing import standings_on
from kuancheng.reports.judging.terms import calendars_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import DailyStatusQuerySet
from kuancheng.reports.rules.bulletin.figures import Column, Figure, Kind, Table
from projects.choices import Factor
from projects.models import Milestone, Project
from projects.rules.matters.figures import Counts, Period
from projects.rules.standing import JUDGED_STANDINGS

LATE = (LightChoice.RED, LightChoice.YELLOW)


def lights(scope: Scope, found: list[DailyStatus]) -> Iterator[Figure]:
    """How many wear each light, and who is red and yellow, the gravest first, with the reasons."""
    for light in LightChoice:
        worn = sum(each.light == light for each in found)
        link = scope.link("/", light=light.value)
        source = f"{scope.last:%Y-%m-%d} 亮{light.label}的项目（按当月报送的数字）"
        label = f"{light.label}项目"
        yield Figure(f"light.{light.value}", label, Kind.COUNT, Decimal(worn), "", source, link)
    for light in LATE:
        late = sorted((each for each in found if each.light == light), key=_gravest)
        more = Decimal(max(0, len(late) - MOST_NAMED))
        label = f"没有点名的{light.label}项目"
        yield Figure(f"light.{light.value}_more", label, Kind.COUNT, more)
        for each in late[:MOST_NAMED]:
            yield from _late(scope, each)


def _gravest(row: DailyStatus) -> tuple[int, str]:
    return -row.max_overdue_days, row.project.code


def _late(scope: Scope, row: DailyStatus) -> Iterator[Figure]:
    prefix, name = f"{row.light}.{row.project.code}", row.project.name
    link = scope.link(f"/projects/{row.project.code}/")
    agency = row.lead_agency.name if row.lead_agency else ""
    yield Figure(f"{prefix}.name", f"{name}名称", Kind.NAME, words=name, path=link)
    yield Figure(f"{prefix}.agency", f"{name}责任单位", Kind.NAME, words=agency, path=link)
    reasons = "；".join(each["text"] for each in row.reasons if each["light"] == row.light)
    source = "亮灯规则逐条判定的原因"
    yield Figure(f"{prefix}.reasons", f"{name}亮灯原因", Kind.TEXT, None, reasons, source, link)


def month_list(found: list[DailyStatus]) -> Table:
    """附件: each project's month. Amounts 万元."""
    columns = (
        Column("项目名称", Kind.NAME),
        Column("编号", Kind.TEXT),
        Column("责任单位", Kind.NAME),
        Column("年度计划", Kind.WAN),
        Column("累计完成", Kind.WAN),
        Column("完成率（%）", Kind.PERCENT),
        Column("与序时差（个百分点）", Kind.POINTS),
        Column("亮灯", Kind.TEXT),
    )
    rows = tuple(_project(each) for each in found)
    title = "重点项目进展情况月清单"
    return Table("list", title, "单位：万元", columns, rows, ratio=(4, 3, 5), annex=True)


def _project(row: DailyStatus) -> tuple[str | None, ...]:
    amounts = (row.annual_plan, row.completed_ytd, row.completion_rate, row.gap)
    return (
        row.project.name,
        row.project.code,
        row.lead_agency.name if row.lead_agency else UNREGISTERED,
        *(None if each is None else str(each) for each in amounts),
        str(LightChoice(row.light).label),
    )


def matters(scope: Scope, rows: DailyStatusQuerySet) -> Iterator[Figure]:
    """Open matters at the month's end, together and by factor. Two queries."""
    ours = Q(matter__project__in=rows.values("project"))
    period = Period(scope.month, scope.last)
    found = counts_by(MatterScope(period, scope.known_at, ours), "factor")
    link = scope.link("/matters/figures/", by="factor")
    parts = {
        "open": "未销号的事项",
        "overdue": "超期的事项",
        "closed": "当月办结的事项",
        "on_time": "按期办结的事项",
    }
    for name, label in parts.items():
        number = Decimal(sum(getattr(each, name) for each in found.values()))
        source = "清单内项目的事项，按月末状态" if name in ("open", "overdue") else "当月销号的事项"
        yield Figure(f"matter.{name}", label, Kind.ITEMS, number, "", source, link)
    for code, label in sorted(Factor.choices, key=lambda each: _most(found, each[0])):
        if code in found and found[code].open:
            yield from _factor(code, str(label), found[code], link)


def _most(found: dict[Any, Counts], code: str) -> tuple[int, int]:
    order = [each for each, _ in Factor.choices]
    return -(found[code].open if code in found else 0), order.index(code)


def _factor(code: str, label: str, counted: Counts, link: str) -> Iterator[Figure]:
    prefix, source = f"factor.{code}", "清单内项目未销号的事项，按要素"
    yield Figure(f"{prefix}.name", f"{label}名称", Kind.WORD, words=label)
    for name, said in (("open", "未销号"), ("overdue", "超期")):
        number = Decimal(getattr(counted, name))
        yield Figure(f"{prefix}.{name}", f"{label}{said}", Kind.ITEMS, number, "", source, link)


def matter_list(scope: Scope) -> Table:
    """附件: each open matter, the first due first. Five queries."""
    columns = (
        Column("事项", Kind.NAME),
        Column("项目", Kind.NAME),
        Column("要素", Kind.TEXT),
        Column("牵头单位", Kind.NAME),
        Column("时限", Kind.TEXT),
        Column("状态", Kind.TEXT),
        Column("超期（个工作日）", Kind.COUNT),
    )
    calendars = calendars_on(scope.known_at)
    found = standings_on(list(scope.projects), scope.last, scope.known_at, calendars)
    every = [each for standings in found.values() for each in standings]
    every.sort(key=lambda each: (each.reading.due or date.max, each.matter.pk))
    rows = tuple(
        (
            each.matter.title,
            each.matter.project.name if each.matter.project else UNREGISTERED,
            str(each.matter.get_factor_display()),
            each.agency or UNREGISTERED,
            f"{each.reading.due:%Y-%m-%d}" if each.reading.due else None,
            each.state_name,
            str(each.reading.late),
        )
        for each in every
    )
    return Table("matters", "未销号事项清单", "", columns, rows, annex=True)


def coming(scope: Scope, rows: DailyStatusQuerySet) -> Iterator[Figure]:
    """What is due in the month after. Two queries."""
    first = next_month(scope.month)
    judged = rows.filter(standing__in=JUDGED_STANDINGS).order_by().values("project")
    steps = scope.rows(Milestone).filter(
        Q(actual_finish=None) | Q(actual_finish__gt=scope.last),
        planned_finish__range=(first, last_day(first)),
        project__in=judged,
    )
    found = steps.order_by().aggregate(steps=Count("id"), projects=Count("project", distinct=True))
    starting = scope.rows(Project).filter(
        Q(actual_start=None) | Q(actual_start__gt=scope.last),
        planned_start__range=(first, last_day(first)),
        id__in=judged,
    )
    names = list(starting.order_by("code").values_list("name", flat=True))
    link, said = scope.link("/"), f"计划在 {first:%Y-%m} 完成、尚未完成的节点"
    yield Figure("next.month", "下月", Kind.TEXT, words=f"{first.month}月")
    steps_due, projects = Decimal(found["steps"]), Decimal(found["projects"])
    yield Figure("next.milestones", "下月到期的节点", Kind.COUNT, steps_due, "", said, link)
    yield Figure("next.projects", "下月有节点到期的项目", Kind.COUNT, projects, "", said, link)
    said = f"计划在 {first:%Y-%m} 开工的项目"
    number = Decimal(len(names))
    yield Figure("next.starts", "下月计划开工的项目", Kind.COUNT, number, "", said, link)
    yield Figure("next.start_names", "下月计划开工的项目名称", Kind.NAME, words=named(names))


def statuses(rows: DailyStatusQuerySet) -> list[DailyStatus]:
    """The month's rows with their projects, by code. One query."""
    return list(projects_of(rows))
