"""总览: targets, the four rates, the curve, and breakdowns whose numbers lead to their rows."""

from datetime import date
from decimal import Decimal
from html import unescape
from random import Random
from typing import Any

import openpyxl
import pytest
from django.test import Client

from investment.models import FormerPlan
from kuancheng import clock
from kuancheng.access.roles import READER
from kuancheng.reports.drawing.s_curve import s_curve
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.year import year_of
from kuancheng.reports.models import RuleSet
from projects.choices import AgencyKind, Industry, Role, YearClass
from projects.models import Project
from projects.reference import load_programmes
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
SEPTEMBER = date(2024, 9, 1)
PAGE = "/overview/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def report(
    project: Project, month: int, completed: str, state: str = "approved", **how: Any
) -> Any:
    return factories.status_report(
        project=project,
        month=date(2024, month, 1),
        completed=Decimal(completed),
        state=state,
        **how,
    )


@pytest.fixture
def portfolio() -> None:
    """Twelve projects with random figures, agencies, officials and classes."""
    random = Random(2024)
    agencies = [factories.agency(name=f"局{number}") for number in range(3)]
    streets = [
        factories.agency(name=f"街{number}", kind=AgencyKind.SUBDISTRICT) for number in (1, 2)
    ]
    leads = [factories.official(name=f"领导{number}") for number in range(3)]
    for number in range(12):
        project = factories.project(
            name=f"项目{number}",
            lead_agency=random.choice([None, *agencies]),
            subdistrict=random.choice([None, *streets]),
            industry=random.choice(Industry.values[:3]),
            year_class=random.choice(YearClass.values),
            total_investment=random.choice([None, Decimal(random.randrange(1, 10**7)) / 100]),
        )
        if number % 4:
            factories.assignment(
                project=project, official=random.choice(leads), role=Role.LEAD_OFFICIAL
            )
            factories.annual_plan(project=project, amount=Decimal(random.randrange(10**6)) / 100)
        for month in range(1, 10):
            state = random.choice(["approved", "approved", "submitted", "draft"])
            report(project, month, str(Decimal(random.randrange(10**5)) / 100), state)


@pytest.mark.usefixtures("portfolio")
def test_totals_are_those_of_the_workbook(reader: Client, tmp_path: Any) -> None:
    totals = reader.get(PAGE).context["totals"]
    book = tmp_path / "progress.xlsx"
    book.write_bytes(b"".join(reader.get("/progress.xlsx").streaming_content))  # type: ignore[attr-defined]
    head, *rows = list(openpyxl.load_workbook(book).active.values)[2:]  # type: ignore[union-attr]
    place = {name: head.index(name) for name in head}

    def summed(name: str) -> Decimal:
        found = [row[place[name]] for row in rows]
        return sum((Decimal(str(each)) for each in found if each != "—"), Decimal(0))

    assert totals.total_investment == summed("计划总投资（万元）")
    assert totals.annual_plan == summed("年度计划投资（万元）")
    assert totals.completed_ytd == summed("本年累计完成（万元）")
    assert totals.pending_ytd == summed("本年待复核（万元）")
    assert totals.projects == len(rows) == 12


WAYS = ("year_class", "industry", "lead_agency", "subdistrict", "lead_official")


@pytest.mark.usefixtures("portfolio")
@pytest.mark.parametrize("by", WAYS)
def test_every_breakdown_adds_up_and_every_number_leads_to_its_rows(
    reader: Client, by: str
) -> None:
    page = reader.get(PAGE, {"by": by})
    totals, breakdown = page.context["totals"], page.context["breakdown"]
    lines = list(breakdown.page)
    assert breakdown.by == by
    assert breakdown.total.totals == totals
    assert sum(line.totals.projects for line in lines) == 12
    for name in ("annual_plan", "completed_ytd", "total_investment"):
        parts = [getattr(line.totals, name) for line in lines]
        assert sum(each for each in parts if each is not None) == getattr(totals, name)
    for line in (*lines, breakdown.total):
        assert line.link, line.name
        assert reader.get(line.link).context["totals"] == line.totals, line.name
        assert sum(light.number for light in line.lights) == line.totals.projects
        for light in line.lights:
            assert reader.get(light.link).context["totals"].projects == light.number


def test_every_way_is_one_link_away_and_keeps_what_was_asked(reader: Client) -> None:
    programme = factories.programme(factories.project())
    page = reader.get(PAGE, {"programme": programme.code, "as_of": "2024-09-30", "by": "industry"})
    text = unescape(page.text)
    for by in WAYS:
        kept = f"?programme={programme.code}&as_of=2024-09-30&by={by}#breakdown"
        assert f'href="{kept}"' in text, by
    assert text.count('aria-current="true"') == 1
    assert '<input type="hidden" name="by" value="industry">' in text


def test_many_groups_stand_on_pages_and_the_sum_is_of_all(reader: Client) -> None:
    for _ in range(31):
        factories.project(lead_agency=factories.agency())
    first = reader.get(PAGE, {"by": "lead_agency"}).context["breakdown"]
    second = reader.get(PAGE, {"by": "lead_agency", "page": "2"}).context["breakdown"]
    assert (len(first.page), len(second.page)) == (30, 1)
    assert first.total == second.total
    assert first.total.totals.projects == 31
    assert reader.get(PAGE, {"by": "lead_agency", "page": "3"}).status_code == 404


def test_groups_alike_stand_in_one_order_and_the_unregistered_last(reader: Client) -> None:
    first, second = factories.agency(name="甲局"), factories.agency(name="乙局")
    for agency in (None, second, first):
        factories.project(lead_agency=agency)
    page = reader.get(PAGE, {"by": "lead_agency"})
    names = [line.name for line in page.context["breakdown"].page]
    assert names == ["甲局", "乙局", "（未登记）"]


def test_rate_is_measured_against_the_pro_rata_that_drives_the_lights(reader: Client) -> None:
    project = factories.project()
    factories.annual_plan(project=project)
    report(project, 9, "300")
    (line,) = reader.get(PAGE).context["breakdown"].page
    assert line.due == 82
    assert 'aria-label="完成率 30.0%，序时 82.0%"' in reader.get(PAGE).text
    RuleSet.objects.update(basis="linear")
    daily.refresh_all()
    (line,) = reader.get(PAGE).context["breakdown"].page
    assert line.due == 75


@pytest.mark.usefixtures("portfolio")
def test_year_is_the_sum_of_its_months(reader: Client) -> None:
    page = reader.get(PAGE)
    year, totals = page.context["year"], page.context["totals"]
    assert year.to_date == totals.completed_ytd
    assert year.pending == totals.pending_ytd
    assert year.plan == totals.annual_plan
    assert year.completed[8] == totals.completed_ytd
    assert year.completed[9:] == [None] * 3
    assert year.planned[11] == year.linear[11] == year.plan


def test_four_rates_say_what_they_are_made_of(reader: Client) -> None:
    start, end = date(2024, 4, 1), date(2024, 10, 1)
    factories.project(planned_start=start)
    factories.project(planned_start=start, actual_start=start, enrolled_on=start)
    factories.project(actual_start=start, planned_completion=end)
    factories.project(actual_start=start, planned_completion=end, actual_completion=end)
    factories.project(planned_start=start, standing="deferred")
    factories.project(planned_start=date(2025, 1, 1), actual_start=date(2024, 10, 16))
    rates = {each.name: each for each in reader.get(PAGE).context["rates"]}
    made_of = {name: (each.share.part, each.share.whole) for name, each in rates.items()}
    assert made_of == {"开工率": (3, 4), "入统率": (1, 3), "竣工率": (1, 2)}
    for rate in rates.values():
        for link, number in (
            (rate.part_link, rate.share.part),
            (rate.whole_link, rate.share.whole),
        ):
            assert reader.get(link).context["totals"].projects == number, rate.name


def test_rate_without_a_denominator_is_no_rate(reader: Client) -> None:
    factories.project()
    rates = reader.get(PAGE).context["rates"]
    assert [each.share.percent for each in rates] == [None, None, None]


def test_plans_hold_in_the_version_of_the_day() -> None:
    plan = factories.annual_plan(project=factories.project(), amount=Decimal(800))
    FormerPlan.objects.create(plan=plan, amount=Decimal(1000), replaced_at=clock.now())
    plan.version, plan.effective_from = 2, date(2024, 7, 8)
    plan.save()
    typed = {f"month_{number:02}": Decimal(10) for number in range(1, 13)}
    factories.annual_plan(project=factories.project(), amount=Decimal(120), **typed)
    ids = Project.objects.values("pk")
    assert year_of(ids, SEPTEMBER, TODAY).plan == 920
    then = year_of(ids, date(2024, 5, 1), date(2024, 6, 10))
    assert then.plan == 1120
    assert then.months[5].planned == 150  # 14% of 1,000, and 10


def test_last_year_is_compared_only_where_it_is_on_record(reader: Client) -> None:
    project = factories.project()
    report(project, 9, "120")
    assert "无上年数据" in reader.get(PAGE).content.decode()
    factories.status_report(
        project=project, month=date(2023, 9, 1), completed=Decimal(100), state="approved"
    )
    factories.status_report(
        project=project, month=date(2023, 10, 1), completed=Decimal(100), state="approved"
    )
    assert reader.get(PAGE).context["year_on_year"] == 20


def test_curve_ends_at_the_plan_and_the_completed_line_at_the_money_month() -> None:
    project = factories.project()
    factories.annual_plan(project=project, amount=Decimal(1000))
    for month in range(1, 10):
        report(project, month, "100")
    curve = s_curve(year_of(Project.objects.values("pk"), SEPTEMBER, TODAY))
    assert curve.seasonal.last.amount == curve.linear.last.amount == 1000
    assert curve.completed is not None
    assert (curve.completed.last.number, curve.completed.last.amount) == (9, 900)
    ys = [point.y for point in curve.completed.points]
    assert ys == sorted(ys, reverse=True)
    assert curve.figures is not None
    assert curve.low is not None
    assert curve.figures.low <= curve.figures.middle <= curve.figures.high


def test_every_figure_of_the_report_stands_with_its_sentence(reader: Client) -> None:
    load_programmes(factories.system())
    page = reader.get(PAGE)
    text = unescape(page.content.decode())
    current, past = page.context["standings"], page.context["past_standings"]
    assert {each.programme.year for each in current} == {2024}
    assert max(each.programme.year for each in past) == 2023
    targets = [target for each in (*current, *past) for target in each.targets]
    assert len(targets) == 37
    assert all(target.quote in text or target.reading_quote in text for target in targets)


def test_programme_narrows_the_page_and_an_unknown_one_is_told(reader: Client) -> None:
    inside, outside = factories.project(), factories.project()
    programme = factories.programme(inside)
    page = reader.get(PAGE, {"programme": programme.code})
    assert page.context["totals"].projects == 1
    assert f"programme={programme.code}" in page.content.decode()
    assert outside.name not in page.content.decode()
    assert reader.get(PAGE, {"programme": "nowhere"}).status_code == 400
    assert reader.get(PAGE, {"as_of": "2030-01-01"}).status_code == 400
    for bad in ({"colour": "red"}, {"by": "colour"}, {"page": "0"}, {"page": "x"}):
        assert reader.get(PAGE, bad).status_code == 400, bad


@pytest.fixture
def moved() -> Project:
    """A project that on the 12th leaves its list, industry, agency and days for others."""
    with on(8):
        project = factories.project(
            name="示例冷库",
            lead_agency=factories.agency(name="区住建局"),
            industry="C",
            planned_start=date(2024, 4, 1),
            actual_start=date(2024, 4, 2),
        )
        factories.programme(project, code="kc-then", name="示例清单")
        factories.assignment(project=project, official=factories.official(name="包保甲"))
        factories.annual_plan(project=project)
        report(project, 9, "10")
    with on(12):
        project.assignments.get().delete_by(factories.system())
        project.listings.get().delete_by(factories.system())
        project.lead_agency, project.industry = factories.agency(name="区水务局"), "E"
        project.actual_start = None
        project.save_by(factories.system())
        late = project.status_reports.get()
        late.completed = Decimal(99)
        late.save_by(factories.system())
    return project


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize("programme", ["", "&programme=kc-then"])
def test_numbers_of_an_evening_lead_to_the_rows_of_that_evening(
    reader: Client, programme: str
) -> None:
    page = reader.get(f"{PAGE}?known_at=2024-10-11{programme}")
    totals = page.context["totals"]
    assert (totals.projects, totals.completed_ytd) == (1, 10)
    assert page.context["year"].to_date == 10
    lines = [
        line
        for by in WAYS
        for line in reader.get(f"{PAGE}?known_at=2024-10-11{programme}&by={by}")
        .context["breakdown"]
        .page
    ]
    assert {"区住建局", "C 制造业", "包保甲"} <= {line.name for line in lines}
    rates = {each.name: (each.share.part, each.share.whole) for each in page.context["rates"]}
    assert rates["开工率"] == (1, 1)
    links = [line.link for line in lines if line.link]
    links += [each.part_link for each in page.context["rates"] if each.share.part]
    for link in links:
        assert "known_at=2024-10-11" in link
        found = reader.get(link)
        assert found.status_code == 200, link
        assert found.context["totals"] == totals, link


def test_list_and_industry_are_those_of_the_evening_for_the_api_too(
    api: Client, moved: Project
) -> None:
    def count(**asked: str) -> int:
        found: int = api.get("/api/v1/progress/", asked).json()["count"]
        return found

    assert count(programme="kc-then", known_at="2024-10-11") == 1
    assert count(programme="kc-then", known_at="2024-10-12") == 0
    assert count(programme="kc-then") == 0
    assert count(industry="C", known_at="2024-10-11") == 1
    assert count(industry="C") == 0
    summed = api.get(
        "/api/v1/progress/summary/", {"group_by": "industry", "known_at": "2024-10-11"}
    )
    assert [each["key"]["id"] for each in summed.json()["groups"]] == ["C"]


def test_a_gap_of_projects_that_promise_nothing_is_not_red(reader: Client) -> None:
    for name, standing in (("暂缓的", "deferred"), ("在建的", "normal")):
        agency = factories.agency(name=name)
        project = factories.project(lead_agency=agency, standing=standing)
        factories.annual_plan(project=project, amount=Decimal(100))
        report(project, 9, "10")
    page = reader.get(PAGE, {"by": "lead_agency"})
    lines = {line.name: line.totals for line in page.context["breakdown"].page}
    assert lines["暂缓的"].gap == lines["在建的"].gap < 0
    assert {name: found.behind for name, found in lines.items()} == {
        "暂缓的": False,
        "在建的": True,
    }
    # The group's and the sum's.
    assert page.text.count('data-label="差距" class="num behind"') == 2


def test_nothing_registered(reader: Client) -> None:
    assert "还没有登记项目" in reader.get(PAGE).content.decode()


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("count", [1, 30])
def test_page_costs_the_same_for_one_and_for_thirty(
    reader: Client, count: int, by: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        project = factories.project(lead_agency=factories.agency(), industry="C")
        factories.annual_plan(project=project)
        report(project, 9, "10")
    reader.get(PAGE)
    with django_assert_max_num_queries(30):
        reader.get(PAGE, {"by": by})
