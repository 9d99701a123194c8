"""数据质量: what the records leave out, and what they say against each other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from investment.models import Funding
from investment.querysets import latest_funding
from investment.rules.contradictions import LABELS as MONEY_LABELS
from investment.rules.contradictions import MoneyFacts, Weight, contradictions
from investment.rules.totals import total
from kuancheng import clock
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.known import records, sort_records
from kuancheng.reports.judging.plans import plans_on
from kuancheng.reports.judging.terms import rows_on
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.querysets import DailyStatusQuerySet
from projects.choices import FINISHED_STAGES, Role, Stage, Standing
from projects.models import Assignment, Milestone, Project, Stop
from projects.rules.standing import is_judged
from projects.rules.stops import Standstill, stop_on

LABELS: dict[str, str] = {
    "no_total": "没有总投资",
    "no_agency": "没有责任单位",
    "no_subdistrict": "没有属地",
    "no_lead_official": "没有包保领导",
    "no_liaison": "没有项目秘书",
    "no_dates": "没有计划开工或竣工日期",
    "no_milestones": "没有节点",
    "undated_milestones": "节点没有计划完成日期",
    "stage_against_dates": "阶段与日期不符",
    "dates_out_of_order": "日期先后不对",
    "same_name": "项目重名",
    "months_missing": "本年有月份缺报",
    "stop_unreported": "停工一个月未报告发证机关",
    "stop_unchecked": "停工满一年未复验",
    **MONEY_LABELS,
}
"""Every rule by its code, in the order of the page."""

BUILDING = (Stage.STARTED, Stage.CONSTRUCTION)


@dataclass(frozen=True)
class Flaw:
    """One finding on one project."""

    project: Project
    rule: str
    weight: str
    text: str

    @property
    def label(self) -> str:
        """The rule's name."""
        return LABELS[self.rule]


@dataclass
class Around:
    """What hangs on a project, as far as the rules look at it."""

    roles: set[str] = field(default_factory=set)
    milestones: int = 0
    undated: int = 0
    plans: dict[int, Decimal] = field(default_factory=dict)
    fundings: list[Funding] = field(default_factory=list)
    stops: list[Standstill] = field(default_factory=list)


def flaws(rows: DailyStatusQuerySet, days: Days) -> Iterator[Flaw]:
    """What is wrong with the projects of these daily rows, by code. Nine queries for each 500.

    What is registered is taken as it stands, or as it stood at the end of `known_at`; who is in
    office, what is finished and which plan holds is a matter of the day.
    """
    names = Counter(rows_on(Project, days.known_at).order_by().values_list("name", flat=True))
    now = "现在" if days.latest == clock.today() else "当时"
    ids = list(rows.order_by("project__code").values_list("project", flat=True))
    for start in range(0, len(ids), daily.BATCH):
        batch = ids[start : start + daily.BATCH]
        found = records(Project, Q(id__in=batch), days.known_at, related=("lead_agency",))
        by_project = {row.project_id: row for row in rows.filter(project__in=batch)}
        around = _gathered(batch, days)
        for project in sort_records(found, "code"):
            row = by_project[project.pk]
            yield from _of_register(project, around[project.pk], names, now)
            for rule, text in _of_stops(around[project.pk].stops, days.as_of):
                yield Flaw(project, rule, Weight.DOUBT, text)
            if row.completed_ytd is not None and row.months_missing:
                text = f"本年缺 {row.months_missing} 个月的已复核填报，合计不全"
                yield Flaw(project, "months_missing", Weight.DOUBT, text)
            for each in contradictions(_money(project, around[project.pk], row)):
                yield Flaw(project, each.rule, each.weight, each.text)


def _gathered(ids: Sequence[int], days: Days) -> dict[int, Around]:
    found: dict[int, Around] = defaultdict(Around)
    ours, as_of, known_at = Q(project__in=ids), days.as_of, days.known_at
    for tenure in records(Assignment, ours, known_at):
        if tenure.holds_on(as_of):
            found[tenure.project_id].roles.add(tenure.role)
    steps = rows_on(Milestone, known_at).filter(ours).order_by().values_list("project")
    unfinished = Q(actual_finish=None) | Q(actual_finish__gt=as_of)
    undated = Count("pk", filter=unfinished & Q(planned_finish=None))
    for project, number, open_ended in steps.annotate(number=Count("pk"), undated=undated):
        found[project].milestones, found[project].undated = number, open_ended
    # Next year's plans, which may be there in December, are next year's affair.
    for plan, held in plans_on(ours & Q(year__lte=as_of.year), as_of, known_at):
        found[plan.project_id].plans[plan.year] = held.amount
    for stop in records(Stop, ours & Q(stopped_on__lte=as_of), known_at):
        found[stop.project_id].stops.append(stop.as_fact)
    for funding in latest_funding(records(Funding, ours & Q(dated__lte=as_of), known_at)):
        found[funding.project_id].fundings.append(funding)
    return found


def _of_stops(stops: Iterable[Standstill], day: date) -> Iterator[tuple[str, str]]:
    """What the law asks of a stop that lasts, and is not on record."""
    stop = stop_on(stops, day)
    if stop is None:
        return
    if stop.is_unreported(day) and stop.report_late_by(day):
        late = stop.report_late_by(day)
        text = f"{stop.stopped_on} 起停工，报告发证机关逾期 {late} 天，没有登记报告"
        yield "stop_unreported", text
    if stop.lacks_recheck(day):
        yield "stop_unchecked", f"{stop.stopped_on} 起停工已满一年，施工许可证没有核验"


def _money(project: Project, around: Around, row: DailyStatus) -> MoneyFacts:
    year = row.money_month.year
    done = row.completed_total
    return MoneyFacts(
        year=year,
        total=project.total_investment,
        before=(done or Decimal(0)) - (row.completed_ytd or Decimal(0)),
        completed_total=done,
        plan=around.plans.get(year),
        total_plans=total(around.plans.values()),
        building=project.stage in BUILDING and row.standing == Standing.NORMAL and not row.done,
        finished_on=project.actual_completion,
        planned_funds=total(each.planned for each in around.fundings),
        in_place=total(each.in_place for each in around.fundings),
    )


def _of_register(project: Project, around: Around, names: Counter[str], now: str) -> Iterator[Flaw]:
    for rule, text in (
        *_missing(project, around, now),
        *_against_dates(project),
        *_same_name(project, names),
    ):
        weight = Weight.ERROR if rule in {"dates_out_of_order"} else Weight.DOUBT
        yield Flaw(project, rule, weight, text)


def _missing(project: Project, around: Around, now: str) -> Iterator[tuple[str, str]]:
    if project.total_investment is None:
        yield "no_total", "没有登记计划总投资，合计里没有它"
    if project.lead_agency_id is None:
        yield "no_agency", "没有登记责任单位，滞后时不知道找谁"
    if project.subdistrict_id is None:
        yield "no_subdistrict", "没有登记属地"
    if Role.LEAD_OFFICIAL not in around.roles:
        yield "no_lead_official", f"{now}没有在任的包保领导"
    if Role.LIAISON_OFFICER not in around.roles:
        yield "no_liaison", f"{now}没有在任的项目秘书"
    if is_judged(project.standing):
        yield from _missing_days(project, around)


def _missing_days(project: Project, around: Around) -> Iterator[tuple[str, str]]:
    """What a plan needs; of a project that is not judged none is asked."""
    if not (project.planned_start and project.planned_completion):
        yield "no_dates", "计划开工、计划竣工没有填全"
    if not around.milestones:
        yield "no_milestones", "没有登记节点，工期无法研判"
    elif around.undated:
        yield "undated_milestones", f"有 {around.undated} 个未完成节点没有计划完成日期"


def _against_dates(project: Project) -> Iterator[tuple[str, str]]:
    stage = project.get_stage_display()
    if project.stage in (*BUILDING, *FINISHED_STAGES) and project.actual_start is None:
        yield "stage_against_dates", f"阶段为{stage}，但没有实际开工日期"
    if project.stage in FINISHED_STAGES and project.actual_completion is None:
        yield "stage_against_dates", f"阶段为{stage}，但没有实际竣工日期"
    if project.stage not in FINISHED_STAGES and project.actual_completion is not None:
        yield "stage_against_dates", f"已填实际竣工日期，但阶段还是{stage}"
    for early, late, words in (
        ("actual_start", "enrolled_on", "入统早于开工"),
        ("actual_start", "actual_completion", "竣工早于开工"),
        ("actual_completion", "actual_commissioning", "投产早于竣工"),
    ):
        first, last = getattr(project, early), getattr(project, late)
        if first and last and last < first:
            yield "dates_out_of_order", f"{words}（{last} 早于 {first}）"


def _same_name(project: Project, names: Counter[str]) -> Iterable[tuple[str, str]]:
    if names[project.name] > 1:
        return [("same_name", f"有 {names[project.name]} 个项目都叫“{project.name}”")]
    return []
