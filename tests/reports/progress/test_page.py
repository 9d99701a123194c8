"""The managers' pages: who gets in, what is shown, what bad input gets, what it costs."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from investment.choices import ReportState
from kuancheng.access.roles import READER
from projects.choices import Measure, Role, Standing, YearClass
from projects.models import Project, Target
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def late_project(**fields: Any) -> Project:
    """37 days late with its frame, and behind with its money: 300 of 1,000 when 82% is due."""
    made = factories.project(**fields)
    factories.milestone(project=made, name="主体封顶", planned_finish=date(2024, 9, 8))
    factories.annual_plan(project=made)
    factories.status_report(
        project=made, completed=Decimal(300), state=ReportState.APPROVED, month=date(2024, 9, 1)
    )
    return made


def test_pages_ask_for_a_login(client: Client) -> None:
    for address in ("/", "/progress.xlsx", "/projects/KC-0001/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/login/?next=")


def test_an_account_without_a_role_is_told_so(client: Client) -> None:
    client.force_login(factories.user())
    response = client.get("/")
    assert response.status_code == 403
    assert "没有查看这一页的权限" in response.text


def test_the_empty_list_says_what_to_do(reader: Client) -> None:
    assert "还没有登记项目" in reader.get("/").text


def test_a_row_says_what_is_late_and_whose_it_is(reader: Client) -> None:
    project = late_project(name="示例冷链", lead_agency=factories.agency(name="示例商务局"))
    leader = factories.official(name="示例领导01")
    factories.assignment(project=project, official=leader, role=Role.LEAD_OFFICIAL)
    text = reader.get("/").text
    for shown in (
        "示例冷链",
        "示例领导01",
        "示例商务局",
        "严重滞后",
        "节点“主体封顶”超期 37 天",
        "投资完成落后序时 52.0 个百分点（缺 8 个月填报，未计入）",
        "30.0%",
        "82.0%",
        "−52.0",
        "37 天",
        "缺 8 个月",
    ):
        assert shown in text, shown


def test_what_is_not_reported_is_a_dash_and_counted_openly(reader: Client) -> None:
    project = factories.project(total_investment=None)
    programme = factories.programme(project, name="2024年5000万元以上重点项目")
    Target.objects.create(
        programme=programme,
        name="计划总投资",
        measure=Measure.TOTAL_INVESTMENT,
        value=Decimal("559.6"),
        unit="亿元",
    )
    text = reader.get("/").text
    assert "1 个项目未报总投资，未计入" in text
    assert '<td data-label="总投资" class="num">—</td>' in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("light=red", ["甲"]),
        ("light=grey", ["乙"]),
        ("light=red&light=grey", ["甲", "乙"]),
        ("year_class=new_start", ["乙"]),
        ("standing=deferred", ["乙"]),
        ("search=jia", ["甲"]),
        ("search=%E4%B9%99", ["乙"]),
        ("ordering=-light", ["甲", "乙"]),
        ("ordering=light", ["乙", "甲"]),
        ("ordering=gap", ["甲", "乙"]),
        ("ordering=-gap", ["甲", "乙"]),
        ("report_state=missing", []),
        ("report_state=not_owed", ["乙"]),
        ("search=nobody", []),
    ],
)
def test_filters_and_orders(reader: Client, query: str, names: list[str]) -> None:
    late_project(name="甲", code="A-1")
    factories.project(
        name="乙", code="A-2", standing=Standing.DEFERRED, year_class=YearClass.NEW_START
    )
    response = reader.get(f"/?{query}")
    assert [row.project.name for row in response.context["rows"]] == names


def test_filter_by_programme_person_agency_and_place(reader: Client) -> None:
    agency, place = factories.agency(), factories.agency(kind="subdistrict")
    mine = factories.project(lead_agency=agency, subdistrict=place)
    factories.project()
    leader = factories.official()
    factories.assignment(project=mine, official=leader)
    programme = factories.programme(mine)
    for query in (
        f"programme={programme.code}",
        f"lead_official={leader.pk}",
        f"lead_agency={agency.pk}",
        f"subdistrict={place.pk}",
    ):
        rows = reader.get(f"/?{query}").context["rows"]
        assert [row.project for row in rows] == [mine], query


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "colour"),
        ("light=purple", "light"),
        ("stage=nowhere", "stage"),
        ("lead_agency=99999999999999999999999", "lead_agency"),
        ("lead_official=x", "lead_official"),
        ("programme=no-such", "programme"),
        ("as_of=2024-02-30", "as_of"),
        ("as_of=2024-10-16", "as_of"),
        ("as_of=1999-12-31", "as_of"),
        ("as_of=%00", "as_of"),
        ("as_of=２０２４-01-01", "as_of"),
        ("ordering=password", "ordering"),
        ("search=" + "a" * 10_000, "search"),
        ("search=%00", "search"),
        ("page=x", "page"),
        ("page=-1", "page"),
        ("page=0", "page"),
    ],
)
def test_a_bad_parameter_is_named(reader: Client, query: str, named: str) -> None:
    factories.project()
    for address in ("/", "/progress.xlsx"):
        if named == "page" and address != "/":
            continue
        response = reader.get(f"{address}?{query}")
        assert response.status_code == 400, query
        assert named in response.text


def test_a_page_past_the_end_says_how_many_there_are(reader: Client) -> None:
    factories.project()
    past = reader.get("/?page=2&search=T")
    assert past.status_code == 404
    assert "没有第 2 页，一共 1 页。" in past.text
    assert 'href="/?search=T"' in past.text
    assert "没有这个编号的项目" not in past.text


def test_as_of_answers_from_what_was_true_on_that_day(reader: Client) -> None:
    late_project()
    row = reader.get("/?as_of=2024-09-07").context["rows"][0]
    assert (row.light, row.max_overdue_days, row.money_month) == ("yellow", 0, date(2024, 8, 1))
    assert row.reasons[0]["text"] == "8月进展未报送"


def test_the_list_costs_the_same_for_one_row_and_for_thirty(reader: Client) -> None:
    late_project()
    reader.get("/")
    with CaptureQueriesContext(connection) as one:
        reader.get("/")
    for _ in range(29):
        late_project()
    reader.get("/")
    with CaptureQueriesContext(connection) as thirty:
        assert len(reader.get("/").context["rows"]) == 30
    assert len(thirty) == len(one)


def test_export_holds_the_filtered_rows_in_their_order(reader: Client) -> None:
    late_project(name="甲", code="A-1")
    factories.project(name="=1+1", code="A-2", total_investment=None)
    response = reader.get("/progress.xlsx?ordering=-code")
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]  # type: ignore[attr-defined]
    lines = list(sheet.iter_rows(min_row=3, values_only=True))
    headings = lines[0]
    second, first = (dict(zip(headings, line, strict=True)) for line in lines[1:3])
    assert (second["编号"], second["项目"], second["计划总投资（万元）"]) == ("A-2", "=1+1", "—")
    assert (first["亮灯"], first["完成率（%）"], first["差距（百分点）"]) == (
        "红灯 严重滞后",
        30,
        -52,
    )
    assert len(lines) == 3


def test_project_page_shows_the_whole_story(reader: Client) -> None:
    project = late_project(aliases=["老名字"])
    factories.assignment(
        project=project, official=factories.official(name="前任"), until=date(2024, 5, 31)
    )
    factories.assignment(
        project=project, official=factories.official(name="现任"), since=date(2024, 6, 1)
    )
    text = reader.get(reverse("project", args=[project.code])).text
    for shown in ("老名字", "前任", "现任", "主体封顶", "⚑ 超期 37 天", "2024-09", "300", "<svg"):
        assert shown in text, shown


def test_project_page_of_a_past_day_knows_no_later_day(reader: Client) -> None:
    project = factories.project(actual_start=date(2024, 3, 4))
    factories.milestone(project=project, name="封顶", actual_finish=date(2024, 9, 2))
    address = reverse("project", args=[project.code])
    today, past = reader.get(address).text, reader.get(f"{address}?as_of=2024-08-31").text
    day = '<td data-label="实际完成">2024-09-02</td>'
    assert day in today
    assert day not in past
    assert "2024-03-04" in past


def test_project_page_of_a_bare_project_says_what_is_missing(reader: Client) -> None:
    project = factories.project(total_investment=None)
    text = reader.get(reverse("project", args=[project.code])).text
    for shown in ("还没有登记节点", "还没有进展填报", "没有年度计划"):
        assert shown in text, shown


def test_project_page_costs_the_same_with_more_of_everything(reader: Client) -> None:
    project = late_project()
    factories.milestone(project=project, agency=factories.agency())
    address = reverse("project", args=[project.code])
    reader.get(address)
    with CaptureQueriesContext(connection) as few:
        reader.get(address)
    for month in range(1, 9):
        factories.status_report(project=project, month=date(2024, month, 1), completed=Decimal(1))
        factories.milestone(project=project, agency=factories.agency())
    reader.get(address)
    with CaptureQueriesContext(connection) as many:
        reader.get(address)
    assert len(many) == len(few)


def test_unknown_project_is_not_found(reader: Client) -> None:
    response = reader.get("/projects/NO-SUCH/")
    assert response.status_code == 404
    assert "没有这个编号的项目" in response.text


def test_names_are_escaped(reader: Client) -> None:
    project = late_project(name="<script>alert(1)</script>")
    for address in ("/", reverse("project", args=[project.code])):
        assert "<script>alert" not in reader.get(address).text
