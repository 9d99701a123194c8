"""Progress through the API: the row, the sums, the day, the questions, the cost."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from investment.choices import ReportState
from projects.choices import AgencyKind, Role, Standing, YearClass
from projects.models import Project
from tests import factories

pytestmark = pytest.mark.django_db


def get(api: Client, name: str, **params: Any) -> dict[str, Any]:
    response = api.get(f"/api/v1/{name}/", params)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def codes(api: Client, **params: Any) -> list[str]:
    return [row["project"]["code"] for row in get(api, "progress", **params)["results"]]


def approved(project: Project, month: int, completed: str) -> None:
    factories.status_report(
        project=project,
        month=date(2024, month, 1),
        completed=Decimal(completed),
        state=ReportState.APPROVED,
    )


def late_project(**fields: Any) -> Project:
    """37 days late with its frame on 2024-10-15, and behind with its money."""
    made = factories.project(name="示例", **fields)
    factories.milestone(project=made, name="主体封顶", planned_finish=date(2024, 9, 8))
    factories.milestone(project=made, name="竣工验收", planned_finish=date(2024, 12, 1))
    factories.milestone(project=made, name="开工", actual_finish=date(2024, 3, 1))
    factories.annual_plan(project=made, amount=Decimal(300))
    approved(made, 8, "100")
    approved(made, 9, "100")
    return made


def test_a_row_says_what_is_late_why_and_whose_it_is(api: Client) -> None:
    agency = factories.agency(name="示例局")
    project = late_project(code="KC-0001", lead_agency=agency, year_class=YearClass.CONTINUING)
    liaison = factories.official(name="秘书")
    factories.assignment(project=project, official=liaison, role=Role.LIAISON_OFFICER)

    row = api.get("/api/v1/progress/KC-0001/").json()

    reasons = row.pop("reasons")
    assert row == {
        "project": {"code": "KC-0001", "name": "示例"},
        "as_of": "2024-10-15",
        "lead_official": None,
        "liaison_officer": {"id": liaison.pk, "name": "秘书"},
        "lead_agency": {"id": agency.pk, "name": "示例局"},
        "subdistrict": None,
        "stage": "construction",
        "stage_label": "在建",
        "standing": "normal",
        "standing_label": "正常",
        "year_class": "continuing",
        "year_class_label": "续建",
        "light": "red",
        "light_label": "红灯",
        "computed_light": "red",
        "computed_light_label": "红灯",
        "overridden": False,
        "done": False,
        "total_investment": "10000.00",
        "annual_plan": "300.00",
        "completed_month": "100.00",
        "completed_ytd": "200.00",
        "completed_total": "200.00",
        "pending_ytd": None,
        "pending_reports": 0,
        "months_missing": 7,
        "completion_rate": "66.67",
        "pro_rata_linear": "75.00",
        "pro_rata_seasonal": "82.00",
        # 66.666… − 82, rounded once: not 66.67 − 82
        "gap": "-15.33",
        "milestones_done": 1,
        "milestones_total": 3,
        "overdue_milestones": 1,
        "max_overdue_days": 37,
        "next_milestone": {"name": "竣工验收", "planned_finish": "2024-12-01"},
        "report_state": "approved",
        "report_state_label": "已复核",
        "last_report": "2024-09",
        "report_owed": True,
        "money_month": "2024-09",
    }
    assert reasons[0] == {
        "rule": "milestone_overdue",
        "light": "red",
        "text": "节点“主体封顶”超期 37 天",
        "days": 37,
        "points": None,
        "agency": "示例局",
    }
    assert reasons[1]["rule"] == "gap"
    assert (reasons[1]["light"], reasons[1]["points"]) == ("yellow", "-15.33")
    assert get(api, "progress")["results"] == [row | {"reasons": reasons}]


def test_what_is_not_known_is_null(api: Client) -> None:
    factories.project(code="A", total_investment=None)
    [row] = get(api, "progress")["results"]
    unknown = (
        "lead_official lead_agency year_class year_class_label total_investment annual_plan "
        "completed_month completed_ytd completed_total completion_rate gap next_milestone "
        "report_state report_state_label last_report"
    )
    assert {name: row[name] for name in unknown.split()} == dict.fromkeys(unknown.split())
    assert row["light"] == "grey"


def test_an_unknown_project_is_not_found(api: Client) -> None:
    response = api.get("/api/v1/progress/KC-9999/")
    assert response.status_code == 404
    assert "“KC-9999”" in response.json()["detail"]


def test_a_past_day_is_answered_as_of_that_day(api: Client) -> None:
    late_project(code="A")
    row = get(api, "progress/A", as_of="2024-09-10")
    assert row["as_of"] == "2024-09-10"
    # August's report is due on 2024-09-06.
    assert (row["money_month"], row["completed_ytd"]) == ("2024-08", "100.00")
    assert (row["max_overdue_days"], row["milestones_done"]) == (2, 1)
    assert get(api, "progress/summary", as_of="2024-09-10")["money_month"] == "2024-08"


def two_projects() -> Project:
    """A wears grey; B is late and differs in everything that can be asked."""
    factories.project(code="A")
    agency = factories.agency(kind=AgencyKind.SUBDISTRICT)
    made = late_project(
        code="B",
        lead_agency=agency,
        subdistrict=agency,
        year_class=YearClass.CONTINUING,
        industry="C",
        standing=Standing.SUSPENDED,
        stage="started",
    )
    for role in (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER):
        factories.assignment(project=made, official=factories.official(), role=role)
    factories.programme(made, code="kc-2024")
    return made


QUESTIONS = [
    {"project": "B"},
    {"programme": "kc-2024"},
    {"light": "red"},
    {"light": ["red", "yellow"]},
    {"stage": "started"},
    {"standing": "suspended"},
    {"year_class": "continuing"},
    {"industry": "C"},
    {"report_state": "approved"},
    {"search": "b"},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_rows_and_sums_are_narrowed_by(api: Client, question: dict[str, Any]) -> None:
    two_projects()
    assert codes(api, **question) == ["B"]
    assert get(api, "progress/summary", **question)["projects"] == 1


def test_rows_are_found_by_people_and_agencies(api: Client) -> None:
    made = two_projects()
    for name in ("lead_agency", "subdistrict"):
        assert codes(api, **{name: getattr(made, f"{name}_id")}) == ["B"]
    for each in made.assignments.all():
        assert codes(api, **{each.role: each.official_id}) == ["B"]


def test_a_missing_report_can_be_asked_for(api: Client) -> None:
    two_projects()
    assert codes(api, report_state="missing") == ["A"]


def test_projects_are_found_by_their_light(api: Client) -> None:
    two_projects()
    found = get(api, "projects", light="red")["results"]
    assert [row["code"] for row in found] == ["B"]
    # In March nothing was due yet, and no money reported.
    assert get(api, "projects", light="red", as_of="2024-03-31")["count"] == 0
    assert get(api, "projects", light=["green", "blue"], as_of="2024-03-31")["count"] == 1


def test_rows_sort_in_sql_with_unknown_ones_last(api: Client) -> None:
    two_projects()
    factories.annual_plan(project=factories.project(code="C"), amount=Decimal(900))
    assert codes(api) == ["A", "B", "C"]
    assert codes(api, ordering="annual_plan") == ["B", "C", "A"]
    assert codes(api, ordering="-annual_plan") == ["C", "B", "A"]
    assert codes(api, ordering="-light")[0] == "B"


BAD = [
    ("as_of", "2024-10-16", "2024-10-15 之间"),
    ("as_of", "2024-02-30", "不是存在的日期"),
    ("light", "purple", "可用：red、yellow、blue、green、grey"),
    ("report_state", "done", "可用：missing、not_owed、draft"),
    ("stage", "在建", "可用：concept"),
    ("programme", "kc-1999", "没有编号为“kc-1999”的清单/专项"),
    ("lead_official", "１", "不是干部的id"),
    ("subdistrict", "9" * 30, "不是单位的id"),
    ("industry", "\x00", "NUL"),
    ("search", "长" * 10_000, "值太长"),
]


@pytest.mark.parametrize("name", ["progress", "progress/summary"])
@pytest.mark.parametrize(("parameter", "value", "words"), BAD)
def test_a_bad_value_is_named(
    api: Client, name: str, parameter: str, value: str, words: str
) -> None:
    response = api.get(f"/api/v1/{name}/", {parameter: value})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["field"] == parameter
    assert words in error["detail"]


def test_the_summary_counts_what_is_missing(api: Client) -> None:
    late_project(code="A")
    other = factories.project(code="B", total_investment=None)
    factories.annual_plan(project=other, amount=Decimal(100))
    approved(other, 9, "100")
    # Without a plan: counted in the sums, not in the rate.
    unplanned = factories.project(code="C", total_investment=Decimal("0.5"))
    approved(unplanned, 8, "7.25")

    assert get(api, "progress/summary") == {
        "as_of": "2024-10-15",
        "money_month": "2024-09",
        "projects": 3,
        "lights": {"red": 1, "yellow": 0, "blue": 0, "green": 1, "grey": 1},
        "total_investment": "10000.50",
        "total_investment_missing": 1,
        "annual_plan": "400.00",
        "annual_plan_missing": 1,
        "completed_month": "200.00",
        "completed_month_missing": 1,
        "completed_ytd": "307.25",
        "completed_ytd_missing": 0,
        "completed_total": "307.25",
        "pending_ytd": None,
        "pending_projects": 0,
        "groups": None,
        "completed_total_missing": 0,
        # 300 of 400
        "completion_rate": "75.00",
        "pro_rata_linear": "75.00",
        "pro_rata_seasonal": "82.00",
        "basis": "seasonal",
        "basis_label": "季节序时",
        "gap": "-7.00",
    }


def test_the_summary_is_added_up_by_group_too(api: Client) -> None:
    first, second = factories.agency(name="甲局"), factories.agency(name="乙局")
    for agency, plan in ((first, 100), (first, 200), (second, 1000), (None, 5)):
        project = factories.project(lead_agency=agency)
        factories.annual_plan(project=project, amount=plan)
        factories.status_report(project=project, completed=plan, state="approved")
    found = get(api, "progress/summary", group_by="lead_agency")
    assert [(each["key"], each["projects"], each["annual_plan"]) for each in found["groups"]] == [
        ({"id": str(second.pk), "name": "乙局"}, 1, "1000.00"),
        ({"id": str(first.pk), "name": "甲局"}, 2, "300.00"),
        (None, 1, "5.00"),
    ]
    assert sum(Decimal(each["completed_ytd"]) for each in found["groups"]) == 1305
    assert sum(sum(each["lights"].values()) for each in found["groups"]) == found["projects"] == 4
    narrowed = get(api, "progress/summary", lead_agency=first.pk)
    assert narrowed["annual_plan"] == found["groups"][1]["annual_plan"]


@pytest.mark.parametrize(
    "by", ["lead_official", "liaison_officer", "subdistrict", "year_class", "industry", "stage",
           "light", "programme"]
)  # fmt: skip
def test_every_grouping_adds_up_to_all_projects(api: Client, by: str) -> None:
    project = factories.project(industry="C", year_class="new_start")
    factories.programme(project)
    factories.project()
    groups = get(api, "progress/summary", group_by=by)["groups"]
    assert sum(each["projects"] for each in groups) == 2


def test_unknown_grouping_is_refused_with_those_there_are(api: Client) -> None:
    answer = api.get("/api/v1/progress/summary/", {"group_by": "colour"})
    assert answer.status_code == 400
    assert "lead_agency" in answer.json()["errors"][0]["detail"]


def test_the_summary_of_nothing_has_no_rate(api: Client) -> None:
    summary = get(api, "progress/summary")
    assert summary["projects"] == 0
    assert summary["lights"] == {"red": 0, "yellow": 0, "blue": 0, "green": 0, "grey": 0}
    assert summary["annual_plan"] is summary["completion_rate"] is summary["gap"] is None


def test_a_sum_has_no_pages_and_no_order(api: Client) -> None:
    for name in ("page", "page_size", "ordering"):
        response = api.get("/api/v1/progress/summary/", {name: "1"})
        assert response.json()["errors"][0]["code"] == "unknown_parameter"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Key, two for rights, what is missing of the day, count, ids, rows.
        ("progress", 7),
        # … rules, lights, sums
        ("progress/summary", 8),
    ],
)
def test_the_cost_is_the_same_at_1_and_at_30_rows(api: Client, name: str, expected: int) -> None:
    for more in (1, 29):
        for _ in range(more):
            late_project(lead_agency=factories.agency(), subdistrict=factories.agency())
        get(api, name)  # writes the day's rows, and notes the use of the key
        with CaptureQueriesContext(connection) as queries:
            get(api, name)
        assert len(queries) == expected, [query["sql"] for query in queries]
