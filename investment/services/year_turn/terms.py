"""What stands in the way of a turn of the year: said of the list, and of each project by name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from investment.models import AnnualPlan, OpeningFigure, YearTurn, YearTurnLine
from investment.rules.turn import Candidate, first_day, last_day_before, why_it_stays
from kuancheng import clock
from projects.choices import YearClass
from projects.models import Listing, Programme, Project
from projects.planning import happened
from projects.querysets import in_force
from projects.rules.listings import Stay, obstacle
from projects.services.lists.listings import stays_on


class LinesRefused(ValidationError):  # noqa: N818 - carries what is wrong with which project
    """Some projects cannot roll, so none did; `lines` has the sentences of each, by its id."""

    def __init__(self, lines: Mapping[int, Sequence[str]], names: Mapping[int, str]) -> None:
        self.lines = lines
        said = [
            f"{names.get(pk, '（已删除）')}：{one}" for pk, some in lines.items() for one in some
        ]
        super().__init__(said)


def check_list(made: YearTurn, found: Programme | None) -> None:
    """ValidationError by field for a list that cannot take next year's projects."""
    if made.from_programme.year != made.year - 1:
        raise ValidationError(
            {"year": f"“{made.from_programme}”是 {made.from_programme.year} 年的清单，"
             f"只能转入 {made.from_programme.year + 1} 年。"}
        )  # fmt: skip
    if found is not None:
        if found.year != made.year:
            raise ValidationError(
                {"to_code": f"{found.code} 是 {found.year} 年的“{found}”，请换一个编号。"}
            )
    elif Programme.objects.filter(name=made.to_name).exists():
        raise ValidationError({"to_name": "已有同名的清单，请换一个名称，或填它的编号并入。"})


def check_lines(
    made: YearTurn,
    lines: Sequence[YearTurnLine],
    projects: Mapping[int, Project],
    seen: Mapping[int, int | None],
    target: Programme | None,
) -> None:
    """LinesRefused unless every project may roll. Five queries, whatever their number."""
    ids = list(projects)
    terms = Terms.of(made, ids, target)
    twice = {pk for pk, times in Counter(each.project_id for each in lines).items() if times > 1}
    wrong = {}
    for line in lines:
        project = projects.get(line.project_id)
        if project is None:
            wrong[line.project_id] = ["没有这个项目，请重新打开预览。"]
            continue
        said = list(terms.objections(line, project, seen.get(project.pk)))
        if project.pk in twice:
            said.append("选了两次，请去掉一次。")
        if said:
            wrong[project.pk] = said
    if wrong:
        raise LinesRefused(wrong, {each.pk: f"{each.code} {each}" for each in projects.values()})


@dataclass(frozen=True)
class Terms:
    """What stands in the way of a turn, gathered for all its projects."""

    made: YearTurn
    today: date
    listed: frozenset[int]
    plans: Mapping[int, Decimal]
    opened: frozenset[int]
    stays: Mapping[int, Sequence[Stay]]
    begins: date

    @classmethod
    def of(cls, made: YearTurn, ids: Sequence[int], target: Programme | None) -> "Terms":
        """Four queries at most."""
        last = last_day_before(made.year)
        there = Listing.objects.filter(
            in_force(last), programme=made.from_programme_id, project__in=ids
        )
        plans = AnnualPlan.objects.for_year(made.year).filter(project__in=ids)
        opened = OpeningFigure.objects.filter(project__in=ids, month=last.replace(day=1))
        return cls(
            made,
            clock.today(),
            frozenset(there.values_list("project", flat=True)),
            dict(plans.values_list("project", "amount")),
            frozenset(opened.values_list("project", flat=True)),
            stays_on(target, ids) if target else {},
            target.begins if target else first_day(made.year),
        )

    def objections(self, line: YearTurnLine, project: Project, seen: int | None) -> Iterable[str]:
        """What speaks against a line, each a sentence with its remedy."""
        year, pk = self.made.year, project.pk
        if seen is not None and seen != project.version:
            yield "您打开之后有人改过这个项目，没有办理；请看过现在的内容，再按一次。"
        if pk not in self.listed:
            yield f"{last_day_before(year)} 不在“{self.made.from_programme}”上，请去掉勾选。"
        if said := why_it_stays(candidate_of(project, self.today), year):
            yield f"{said}，留在上年清单，请去掉勾选。"
        stay = Stay(first_day(year))
        if said := obstacle(stay, self.begins, self.stays.get(pk, ()), self.today)[1]:
            yield f"转入新清单：{said}"
        if line.year_class not in YearClass.values:
            yield "请选择年度类别。"
        yield from self._amounts(line)

    def _amounts(self, line: YearTurnLine) -> Iterable[str]:
        year, pk = self.made.year, line.project_id
        for name, amount in (("年度计划", line.plan_amount), ("累计完成", line.opening_amount)):
            if amount is not None and amount < 0:
                yield f"{name}不能为负数。"
        if line.plan_amount is not None and pk in self.plans:
            yield (
                f"已有 {year} 年计划 {self.plans[pk]:,.2f} 万元，这里请留空；要调整请在年度计划里办理。"
            )
        if line.opening_amount is not None:
            if self.today < first_day(year):
                yield f"截至 {year - 1} 年底的核定数要等年底以后才有，现在请留空。"
            elif pk in self.opened:
                yield f"已有截至 {year - 1} 年 12 月的核定数，这里请留空；要更正请在项目表单里修改。"


def candidate_of(project: Project, day: date) -> Candidate:
    """What the rules of the turn are told of a project, as of a day."""
    return Candidate(
        stage=project.stage,
        standing=project.standing,
        planned_start=project.planned_start,
        planned_completion=project.planned_completion,
        actual_start=happened(project.actual_start, day),
        actual_completion=happened(project.actual_completion, day),
    )
