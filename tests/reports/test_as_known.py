"""What every page showed on an evening, it shows again for that day as known then."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from investment.models import (
    MONTH_FIELDS,
    AnnualPlan,
    FormerPlan,
    Funding,
    OpeningFigure,
    ReportingWindow,
    SeasonalCurve,
    StatusReport,
)
from kuancheng import clock
from kuancheng.access.roles import READER
from kuancheng.reports.models import DailyStatus, LightOverride, RuleSet
from projects.choices import AgencyKind, Measure, Role, Stage
from projects.models import (
    Assignment,
    Baseline,
    BaselineEntry,
    CalendarDay,
    Pause,
    Programme,
    Project,
    Target,
    TargetReading,
    WinterWindow,
)
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

EVENING = date(2024, 10, 11)
AUGUST, SEPTEMBER = date(2024, 8, 1), date(2024, 9, 1)

PAGES = [
    "/",
    "/?programme=p-known&ordering=-light",
    "/?industry=C",
    "/?part=started",
    "/?part=start_due&part=enrolled",
    "/overview/",
    "/overview/?programme=p-known",
    "/overview/?by=industry",
    "/overview/?by=lead_official",
    "/wall-chart/",
    "/wall-chart/?by=lead_agency&from=2024-01&months=36",
    "/map/",
    "/map/?place=none",
    "/reporting/",
    "/reporting/?month=2024-08&by=liaison_officer",
    "/data-quality/",
    "/data-quality/?rule=no_milestones",
    "/rules/",
    "/projects/T-ONE/",
    "/projects/T-TWO/",
    "/projects/T-ONE/brief/",
    "/projects/T-TWO/brief/",
    "/projects/T-ONE/roster/",
    "/officials/",
    "/officials/?role=lead_official",
    "/agencies/",
    "/agencies/?kind=department",
]


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


@pytest.fixture
def portfolio() -> None:
    """Two projects with some of everything on record by the evening of 11 October."""
    with on(1, 3):
        agency = factories.agency(name="区住建局")
        factories.agency(name="区水务局")
        street = factories.agency(name="示例街道", kind=AgencyKind.SUBDISTRICT)
        one = factories.project(
            code="T-ONE",
            name="示例冷库",
            lead_agency=agency,
            subdistrict=street,
            industry="C",
            year_class="new_start",
            planned_start=date(2024, 3, 1),
            planned_completion=date(2024, 12, 31),
            actual_start=date(2024, 3, 4),
        )
        two = factories.project(
            code="T-TWO",
            name="示例道路",
            stage=Stage.PREPARATION,
            planned_start=date(2024, 9, 1),
            planned_completion=date(2025, 3, 31),
        )
        lead, liaison = factories.official(name="包保甲"), factories.official(name="秘书乙")
        factories.official(name="包保丙")
        factories.assignment(project=one, official=lead)
        factories.assignment(project=one, official=liaison, role=Role.LIAISON_OFFICER)
        _milestones(one)
        for project in (one, two):
            factories.annual_plan(project=project)
        OpeningFigure.objects.create(project=one, month=date(2023, 12, 1), completed=5, note="核定")
        Funding.objects.create(project=one, source="bonds", dated=EVENING, planned=100, in_place=5)
        _targets(factories.programme(one, code="p-known", name="示例清单"))
    with on(5):
        _baseline(one, 1, days=0)
        for month, state in ((AUGUST, "approved"), (SEPTEMBER, "submitted")):
            factories.status_report(
                project=one, month=month, completed=50, state=state, submitted_at=clock.now()
            )
        factories.status_report(project=two, month=AUGUST, completed=7, state="draft")
    with on(11):
        SeasonalCurve.objects.create(year=2024, note="示例", **_shares())


def _milestones(project: Project) -> None:
    begun = factories.milestone(
        project=project,
        order=1,
        name="基础",
        planned_start=date(2024, 3, 10),
        planned_finish=date(2024, 6, 30),
        actual_start=date(2024, 3, 12),
        actual_finish=date(2024, 7, 5),
    )
    for order, (name, finish) in enumerate(
        (("主体", date(2024, 10, 5)), ("装修", date(2024, 11, 30)), ("竣工", date(2024, 12, 31))),
        2,
    ):
        factories.milestone(
            project=project,
            order=order,
            name=name,
            after=str(order - 1),
            duration=20,
            planned_start=finish - timedelta(days=20),
            planned_finish=finish,
        )
    Pause.objects.create(
        project=project, milestone=begun, reason="suspension", first=date(2024, 5, 1)
    )


def _targets(programme: Any) -> None:
    for order, (name, measure, unit, value) in enumerate(
        (
            ("项目数", Measure.PROJECT_COUNT, "个", 2),
            ("总投资", Measure.TOTAL_INVESTMENT, "亿元", 1),
            ("道路", Measure.READING, "条", 3),
        )
    ):
        Target.objects.create(
            programme=programme, order=order, name=name, measure=measure, unit=unit, value=value
        )
    roads = Target.objects.get(name="道路")
    TargetReading.objects.create(target=roads, date=date(2024, 9, 30), value=2, quote="已通 2 条")


def _baseline(project: Project, number: int, *, days: int) -> None:
    made = Baseline.objects.create(
        project=project,
        number=number,
        reason="initial" if number == 1 else "scope",
        note="示例",
        promised_completion=date(2024, 12, 31),
        approved_at=clock.now(),
    )
    for step in project.milestones.all():
        assert step.planned_finish is not None
        BaselineEntry.objects.create(
            baseline=made,
            milestone=step,
            order=step.order,
            name=step.name,
            planned_start=step.planned_start,
            planned_finish=step.planned_finish + timedelta(days=days),
        )


def _shares(first: int = 1) -> dict[str, Decimal]:
    """Eleven months alike, January and December making up the hundred."""
    shares = dict.fromkeys(MONTH_FIELDS, Decimal(9))
    return shares | {MONTH_FIELDS[0]: Decimal(first), MONTH_FIELDS[-1]: Decimal(10 - first)}


def _everything_changes() -> None:
    """On the 12th and after: no record stays as it was."""
    one, two = Project.objects.get(code="T-ONE"), Project.objects.get(code="T-TWO")
    with on(12):
        one.lead_agency = two.lead_agency = factories.agency(name="区新设局")
        one.industry, one.year_class, one.stage = "E", "continuing", Stage.COMPLETED
        one.total_investment, one.address = Decimal(777), "新址"
        one.planned_completion = date(2025, 6, 30)
        one.actual_start, one.enrolled_on = date(2024, 2, 1), date(2024, 3, 1)
        two.standing, two.planned_completion = "deferred", date(2025, 8, 31)
        for project in (one, two):
            project.save_by(factories.system())
        factories.listing(programme=one.programmes.get(), project=two, number=2)
        _people_and_steps(one, two)
        _money(one, two)
        for target in Target.objects.all():
            target.value = Decimal(99)
            target.save_by(factories.system())
        reading = TargetReading.objects.get()
        reading.value = Decimal(3)
        reading.save_by(factories.system())
    with on(13):
        third = factories.project(code="T-THREE", name="示例道路", lead_agency=one.lead_agency)
        factories.milestone(project=third, planned_finish=date(2024, 8, 1))
        _baseline(one, 2, days=40)
        LightOverride.objects.create(
            project=one,
            light="green",
            since=date(2024, 10, 1),
            until=date(2024, 12, 1),
            reason="示例",
            author=factories.user(),
        )
        CalendarDay.objects.create(date=date(2024, 11, 4), works=False, name="示例")
        WinterWindow.objects.create(year=2024, first=date(2024, 10, 20), last=date(2025, 4, 30))
        ReportingWindow.objects.create(
            month=SEPTEMBER, opens_on=date(2024, 9, 20), due_on=date(2024, 10, 9), note="提前"
        )
        RuleSet.objects.create(
            version=2, effective_from=date(2024, 10, 1), note="收紧", milestone_red_days=2
        )


def _people_and_steps(one: Project, two: Project) -> None:
    for tenure in one.assignments.all():
        tenure.until = date(2024, 10, 2)
        tenure.save_by(factories.system())
    Assignment.objects.create(
        project=one,
        official=factories.official(name="接任丁"),
        role=Role.LEAD_OFFICIAL,
        since=date(2024, 10, 3),
    )
    first, second, third, _ = one.milestones.order_by("order")
    first.actual_finish = None
    second.planned_finish = date(2024, 12, 1)
    second.name, second.agency = "主体结构", two.lead_agency
    third.duration = 90
    for step in (first, second, third):
        step.save_by(factories.system())
    one.milestones.get(name="竣工").delete_by(factories.system())
    factories.milestone(project=two, name="选址", planned_finish=date(2024, 9, 1))
    pause = Pause.objects.get()
    pause.last = date(2024, 6, 1)
    pause.save_by(factories.system())


def _money(one: Project, two: Project) -> None:
    plan = AnnualPlan.objects.get(project=one)
    FormerPlan.objects.create(plan=plan, amount=plan.amount, version=1, replaced_at=clock.now())
    plan.amount, plan.version, plan.effective_from = Decimal(400), 2, date(2024, 10, 1)
    plan.save_by(factories.system())
    factories.annual_plan(project=one, year=2025, amount=Decimal(50_000))
    AnnualPlan.objects.get(project=two).delete_by(factories.system())
    for report in StatusReport.objects.all():
        report.state, report.completed = "approved", Decimal(333)
        report.submitted_at = clock.now()
        report.save_by(factories.system())
    factories.status_report(
        project=two, month=SEPTEMBER, completed=9, state="submitted", submitted_at=clock.now()
    )
    opening = OpeningFigure.objects.get()
    opening.completed = Decimal(900)
    opening.save_by(factories.system())
    funding = Funding.objects.get()
    funding.in_place = Decimal(90)
    funding.save_by(factories.system())
    Funding.objects.create(project=two, source="bonds", dated=date(2024, 10, 1), planned=8)
    curve = SeasonalCurve.objects.get()
    for name, share in _shares(9).items():
        setattr(curve, name, share)
    curve.save_by(factories.system())


PRESENT_ONLY = (
    re.compile(r"<form.*?</form>", re.DOTALL),
    re.compile(r'<details class="noprint">.*?</details>', re.DOTALL),
    re.compile(r'<div class="mine">.*?\n</div>', re.DOTALL),
    re.compile(r'<ul class="active".*?</ul>', re.DOTALL),
    re.compile(r'<p class="message" role="note">以下内容按.*?</p>'),
    re.compile(r"（按 2024年10月11日的记录）"),
    re.compile(r"当时|当日|现在|今天 (?=20)|截至 (?=20)"),
)


def shown(response: Any) -> str:
    """What a page says, apart from what asks for another day."""
    assert response.status_code == 200, response.text
    main = re.search(r"<main.*</main>", response.text, re.DOTALL)
    assert main
    text = re.sub(r"(?:as_of|known_at)=[0-9-]{10}(?:&amp;|&)?", "", main[0])
    text = re.sub(r"(?:\?|&amp;|&)+(?=[\"#])", "", text)
    for each in PRESENT_ONLY:
        text = each.sub("", text)
    return text


def asked_then(address: str, as_of: str, known_at: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}as_of={as_of}&known_at={known_at}"


@pytest.mark.usefixtures("portfolio")
def test_page_of_an_evening_is_the_page_of_that_day_as_known_then(reader: Client) -> None:
    with on(11):
        then = {address: shown(reader.get(address)) for address in PAGES}
    _everything_changes()
    for address in PAGES:
        later = reader.get(asked_then(address, "2024-10-11", "2024-10-11"))
        assert shown(later).splitlines() == then[address].splitlines(), address
        assert "以下内容按 2024年10月11日结束时已登记的内容回答" in later.text, address
        assert shown(reader.get(address)) != then[address], address


def _grow(times: int) -> None:
    """On the 12th, more projects with some of everything, and more of everything on the first."""
    one, programme = Project.objects.get(code="T-ONE"), Programme.objects.get()
    with on(12):
        for _ in range(times):
            made = factories.project(lead_agency=factories.agency(), industry="C")
            _milestones(made)
            _baseline(made, 1, days=0)
            factories.annual_plan(project=made)
            factories.assignment(project=made, official=factories.official())
            factories.status_report(project=made, completed=1, state="submitted")
            factories.listing(programme=programme, project=made)
            Funding.objects.create(project=made, source="bonds", dated=EVENING, planned=1)
            factories.milestone(project=one, agency=factories.agency())
            member = {"official": factories.official(), "role": Role.TASK_FORCE_MEMBER}
            factories.assignment(project=one, **member)


@pytest.mark.usefixtures("portfolio")
def test_page_as_known_costs_the_same_however_many_there_are(reader: Client) -> None:
    costs: dict[str, list[int]] = {address: [] for address in PAGES}
    for times in (1, 12):
        _grow(times)
        DailyStatus.objects.all().delete()
        for address in PAGES:
            asked = asked_then(address, "2024-10-13", "2024-10-12")
            reader.get(asked)
            with CaptureQueriesContext(connection) as queries:
                assert reader.get(asked).status_code == 200
            costs[address].append(len(queries))
    assert {address: few for address, (few, _) in costs.items()} == {
        address: many for address, (_, many) in costs.items()
    }
