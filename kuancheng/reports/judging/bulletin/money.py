"""The bulletin's money: the whole, three cuts of it, the year's curve, what has started."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from investment.rules.rates import Share, growth, round_half_up
from kuancheng.reports.choices import Unreported
from kuancheng.reports.judging.bulletin.scope import Scope
from kuancheng.reports.judging.parts import PARTS, in_part
from kuancheng.reports.judging.year import Year, year_of
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import DailyStatusQuerySet, GroupTotals, Totals, reported_as
from kuancheng.reports.rules.bulletin.figures import Column, Figure, Kind, Ratio, Sum, Table
from kuancheng.reports.rules.bulletin.sentences import LEVEL
from projects.choices import Industry, YearClass
from projects.models import Agency

NONE = "none"
"""The key of what is not registered."""
UNREGISTERED = "未登记"
ZERO = Decimal(0)
FOLLOWS = {"class": "年度类别", "industry": "行业", "area": "隶属"}
"""What the first column of each cut is called."""
COLUMNS = {"class": "year_class", "industry": "industry", "area": "subdistrict"}


@dataclass(frozen=True)
class Money:
    """The figures, tables, sums and ratios of the money."""

    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    sums: tuple[Sum, ...]
    ratios: tuple[Ratio, ...]


def money(scope: Scope, rows: DailyStatusQuerySet) -> Money:
    """All of it. Fourteen queries."""
    basis = scope.rules.basis
    totals = rows.totals(basis=basis)
    year = year_of(rows.values("project"), scope.month, scope.last, scope.known_at)
    cuts = [
        _Cut(by, rows.totals_by(column, basis=basis), totals, scope)
        for by, column in COLUMNS.items()
    ]
    return Money(
        figures=(
            *_overall(scope, rows, totals, year),
            *_starts(scope, rows),
            *(figure for cut in cuts for figure in cut.figures()),
        ),
        tables=(*(cut.table() for cut in cuts), _curve(year)),
        sums=tuple(each for cut in cuts for each in cut.sums()),
        ratios=(
            Ratio("overall.completed_on_plan", "overall.plan", "overall.rate"),
            Ratio("start.done", "start.due", "start.rate"),
            Ratio("start.enrolled", "start.done", "start.enrolled_rate"),
            *(each for cut in cuts for each in cut.ratios()),
        ),
    )


def cents(amount: Decimal | None) -> Decimal | None:
    """An amount to the cent: SQLite sums floats."""
    return None if amount is None else round_half_up(Decimal(amount))


def _overall(
    scope: Scope, rows: DailyStatusQuerySet, totals: Totals, year: Year
) -> Iterator[Figure]:
    say = _Saying("overall", scope.link("/overview/", on=scope.due))
    yield Figure("year", "年份", Kind.TEXT, words=f"{scope.month.year}年")
    yield Figure("month", "月份", Kind.TEXT, words=f"{scope.month.month}月")
    yield from _listed(say, scope, totals)
    yield from _done(say, scope, totals)
    yield from _gap(say, scope, totals)
    this_month = f"{scope.month.month}月已复核填报的完成投资合计"
    yield say("month", "当月完成投资", Kind.YI, cents(totals.completed_month), this_month)
    yield from _growth(say, scope, year)
    owed = f"应报{scope.month.month}月进展而没有报送的项目"
    missing = rows.filter(reported_as(Unreported.MISSING)).count()
    yield say("missing", "未报送的项目", Kind.COUNT, missing, owed)
    waiting = "已报送、待复核的完成投资，没有计入"
    yield say("pending_projects", "待复核的项目", Kind.COUNT, totals.pending_projects, waiting)
    yield say("pending", "待复核的完成投资", Kind.YI, cents(totals.pending_ytd), waiting)


def _listed(say: "_Saying", scope: Scope, totals: Totals) -> Iterator[Figure]:
    listed = f"{scope.month.year} 年清单在 {scope.last:%Y-%m-%d} 的项目"
    yield say("projects", "项目个数", Kind.COUNT, totals.projects, listed)
    yield say(
        "total", "计划总投资", Kind.YI, cents(totals.total_investment), "登记的计划总投资合计"
    )
    unknown = totals.total_investment_missing
    yield say(
        "total_missing", "未登记总投资的项目", Kind.COUNT, unknown, "没有登记计划总投资的项目"
    )
    yield say("plan", "年度计划投资", Kind.YI, cents(totals.annual_plan), "各项目年度计划合计")


def _done(say: "_Saying", scope: Scope, totals: Totals) -> Iterator[Figure]:
    """What was completed: all of it, of the projects with a plan, and the rate of these."""
    done, on_plan = cents(totals.completed_ytd), cents(totals.completed_on_plan)
    approved = f"1月至{scope.month.month}月已复核填报的完成投资合计"
    yield say("completed", "累计完成投资", Kind.YI, done, approved)
    of_plans = f"有年度计划的项目，{approved}"
    yield say("completed_on_plan", "有年度计划的项目累计完成投资", Kind.YI, on_plan, of_plans)
    rest = None if done is None else done - (on_plan or ZERO)
    beside = "没有年度计划的项目的完成投资"
    yield say("unplanned_completed", "没有年度计划的项目完成投资", Kind.YI, rest, beside)
    done_over_plan = "有年度计划的项目累计完成投资 ÷ 年度计划合计"
    yield say("rate", "年度计划完成率", Kind.PERCENT, _six(totals.completion_rate), done_over_plan)


def _gap(say: "_Saying", scope: Scope, totals: Totals) -> Iterator[Figure]:
    gap = _six(totals.gap)
    basis = scope.rules.get_basis_display()
    yield say("gap", "与序时进度的差距", Kind.POINTS, gap, f"年度计划完成率 − {basis}")
    yield say.compared("gap_word", "超或低于序时进度", gap, ("超", "低于"))


def _growth(say: "_Saying", scope: Scope, year: Year) -> Iterator[Figure]:
    change = _six(growth(year.to_date, year.last_year))
    source = f"与 {scope.month.year - 1} 年1月至{scope.month.month}月已复核填报相比"
    yield say("growth", "累计完成投资同比", Kind.CHANGE, change, source)
    yield say.compared("growth_word", "增长或下降", change, ("增长", "下降"))


def _starts(scope: Scope, rows: DailyStatusQuerySet) -> Iterator[Figure]:
    """开工 and 入统 up to the last day. Two queries."""
    days, say = scope.days, _Saying("start", "")
    found = rows.order_by().aggregate(
        **{code: Count("pk", filter=in_part(code, days)) for code, _ in PARTS}
    )
    waiting = rows.filter(in_part("start_due", days)).exclude(in_part("started", days))
    names = list(waiting.order_by("project__code").values_list("project__name", flat=True))

    def link(part: str) -> str:
        return scope.link("/", part=part)

    due, done, enrolled = (found[each] for each in ("start_due", "started", "enrolled"))
    promised = f"计划开工日期在 {scope.last:%Y-%m-%d} 以前，或已经开工"
    yield say("due", "计划开工的项目", Kind.COUNT, due, promised, link("start_due"))
    begun = f"{scope.last:%Y-%m-%d} 以前实际开工"
    yield say("done", "已开工的项目", Kind.COUNT, done, begun, link("started"))
    rate = _six(Share(done, due).percent)
    yield say("rate", "开工率", Kind.PERCENT, rate, "已开工 ÷ 计划开工", link("start_due"))
    yield say("late", "应开工未开工的项目", Kind.COUNT, due - done, promised, link("start_due"))
    yield Figure("start.late_names", "应开工未开工的项目名称", Kind.NAME, words=named(names))
    counted = "已开工的项目中已入统的"
    yield say("enrolled", "已入统的项目", Kind.COUNT, enrolled, counted, link("enrolled"))
    rate = _six(Share(enrolled, done).percent)
    yield say("enrolled_rate", "入统率", Kind.PERCENT, rate, "已入统 ÷ 已开工", link("enrolled"))


MOST_NAMED = 10
"""So many are named in a sentence; 等 says that there are more."""


def named(names: Iterable[str]) -> str:
    """“甲、乙、丙”, and 等 after the tenth where there are more."""
    found = list(names)
    return "、".join(found[:MOST_NAMED]) + ("等" if len(found) > MOST_NAMED else "")


def _curve(year: Year) -> Table:
    """Planned and completed by the end of each month, for the chart and whoever reads figures."""
    rows = tuple(
        (f"{number}月", str(cents(planned)), None if done is None else str(cents(done)))
        for number, (planned, done) in enumerate(
            zip(year.planned, year.completed, strict=True), start=1
        )
    )
    columns = (
        Column("月份", Kind.TEXT),
        Column("计划累计", Kind.YI),
        Column("完成累计", Kind.YI),
    )
    return Table("curve", f"{year.year}年投资完成情况", "单位：亿元", columns, rows)


class _Saying:
    """Makes the figures of one prefix, that link to one page unless they say otherwise."""

    def __init__(self, prefix: str, path: str) -> None:
        self.prefix, self.path = prefix, path

    def __call__(
        self,
        key: str,
        label: str,
        kind: Kind,
        value: Decimal | int | None,
        source: str,
        path: str = "",
    ) -> Figure:
        number = None if value is None else Decimal(value)
        return Figure(
            f"{self.prefix}.{key}", label, kind, number, source=source, path=path or self.path
        )

    def compared(
        self, key: str, label: str, value: Decimal | None, words: tuple[str, str]
    ) -> Figure:
        """The word beside a figure that is printed without its sign, by what is printed."""
        if value is None:
            return Figure(f"{self.prefix}.{key}", label, Kind.WORD)
        shown = round_half_up(value, 1)
        word = LEVEL if not shown else words[0] if shown > 0 else words[1]
        return Figure(f"{self.prefix}.{key}", label, Kind.WORD, words=word)


class _Cut:
    """The whole cut by one property: its figures, its table, and that it makes the whole."""

    def __init__(
        self, by: str, found: Mapping[Any, GroupTotals], whole: Totals, scope: Scope
    ) -> None:
        self.by, self.whole, self.scope = by, whole, scope
        names = _names(by, [key for key in found if key not in (None, "")])
        self.groups = {
            str(key or NONE): (names.get(key, UNREGISTERED), found[key].totals)
            for key in sorted(found, key=lambda key: _rank(key, found[key].totals))
        }

    def figures(self) -> Iterator[Figure]:
        """Those of each group, the largest plan first."""
        for key, (name, totals) in self.groups.items():
            say = _Saying(f"{self.by}.{key}", self._link(key))
            yield Figure(f"{self.by}.{key}.name", f"{name}名称", Kind.NAME, words=name)
            yield say("projects", f"{name}项目个数", Kind.COUNT, totals.projects, "清单内的项目")
            plan = cents(totals.annual_plan) or None
            yield say("plan", f"{name}年度计划", Kind.YI, plan, "年度计划合计")
            done = cents(totals.completed_on_plan)
            source = "有年度计划的项目已复核填报的完成投资合计"
            yield say("completed", f"{name}累计完成投资", Kind.YI, done, source)
            rate = _six(totals.completion_rate)
            yield say("rate", f"{name}完成率", Kind.PERCENT, rate, "累计完成投资 ÷ 年度计划")
            above = self._above(totals)
            source = "该组完成率 − 全部项目完成率"
            yield say("above", f"{name}与平均水平的差", Kind.POINTS, above, source)
            yield say.compared("above_word", f"{name}高于或低于平均", above, ("高于", "低于"))

    def table(self) -> Table:
        """隶属 | 项目个数 | 年投资计划 | 完成投资额 | 完成率."""
        groups = list(self.groups.values())
        columns = (
            Column(FOLLOWS[self.by], Kind.NAME),
            Column("项目个数", Kind.COUNT),
            Column("年投资计划", Kind.YI),
            Column("完成投资额", Kind.YI),
            Column("完成率（%）", Kind.PERCENT),
        )
        return Table(
            self.by,
            f"重点项目分{FOLLOWS[self.by]}进展情况",
            "单位：个、亿元",
            columns,
            tuple(_line(name, totals) for name, totals in groups),
            _line("合计", self.whole),
            ratio=(3, 2, 4),
        )

    def sums(self) -> Iterator[Sum]:
        """That the groups make the whole: numbers, plans, money."""
        label = f"按{FOLLOWS[self.by]}分的"
        pairs = {"projects": "projects", "plan": "plan", "completed": "completed_on_plan"}
        for part, whole in pairs.items():
            parts = tuple(f"{self.by}.{key}.{part}" for key in self.groups)
            yield Sum(label, f"overall.{whole}", parts)

    def ratios(self) -> Iterator[Ratio]:
        """What each group's rate is made of."""
        for key in self.groups:
            prefix = f"{self.by}.{key}"
            yield Ratio(f"{prefix}.completed", f"{prefix}.plan", f"{prefix}.rate")

    def _above(self, totals: Totals) -> Decimal | None:
        rate, average = totals.completion_rate, self.whole.completion_rate
        return None if rate is None or average is None else _six(rate - average)

    def _link(self, key: str) -> str:
        if key == NONE and self.by != "area":
            return self.scope.link("/overview/", on=self.scope.due, by=COLUMNS[self.by])
        return self.scope.link("/", on=self.scope.due, **{COLUMNS[self.by]: key})


def _line(name: str, totals: Totals) -> tuple[str | None, ...]:
    values = (
        cents(totals.annual_plan),
        cents(totals.completed_on_plan),
        _six(totals.completion_rate),
    )
    return (name, str(totals.projects), *(None if each is None else str(each) for each in values))


def _rank(key: Any, totals: Totals) -> tuple[Any, ...]:
    unknown = key in (None, "")
    return unknown, -(totals.annual_plan or 0), -totals.projects, str(key)


def _names(by: str, keys: list[Any]) -> dict[Any, str]:
    """What groups are called; a query where they are agencies."""
    if by == "area":
        return dict(Agency.objects.filter(pk__in=keys).values_list("pk", "name"))
    choices: Any = {"class": YearClass, "industry": Industry}[by]
    # “C 制造业” is called 制造业 in a sentence.
    return {code: str(label).removeprefix(f"{code} ") for code, label in choices.choices}


def _six(value: Decimal | None) -> Decimal | None:
    """A rate as it is kept: six places, as daily rows have."""
    return None if value is None else round_half_up(value, 6)


def projects_of(rows: DailyStatusQuerySet) -> QuerySet[DailyStatus]:
    """The rows with project and agency, by code."""
    return rows.select_related("project", "lead_agency").order_by("project__code")
