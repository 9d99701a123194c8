"""The register through the API: what a row says, what can be asked, what it costs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.choices import (
    AgencyKind,
    Comparator,
    Industry,
    ManagementType,
    Measure,
    Nature,
    Phase,
    Role,
    Stage,
    Standing,
    YearClass,
)
from projects.models import Listing, Project, Target, TargetReading
from tests import factories

pytestmark = pytest.mark.django_db


def results(api: Client, name: str, **params: Any) -> list[dict[str, Any]]:
    response = api.get(f"/api/v1/{name}/", params)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def codes(api: Client, **params: Any) -> list[str]:
    return [row["code"] for row in results(api, "projects", **params)]


def error_of(api: Client, name: str, **params: Any) -> dict[str, str]:
    response = api.get(f"/api/v1/{name}/", params)
    assert response.status_code == 400, response.content
    [error] = response.json()["errors"]
    return dict(error)


def test_a_project_says_who_when_and_how_much(api: Client) -> None:
    subdistrict = factories.agency(name="示例街道", kind=AgencyKind.SUBDISTRICT)
    owner = factories.agency(name="示例公司", kind=AgencyKind.ENTERPRISE)
    agency = factories.agency(name="示例局")
    project = factories.project(
        code="KC-0001",
        name="中粮油脂",
        aliases=["油脂二期"],
        year_class=YearClass.CONTINUING,
        industry=Industry.C,
        subdistrict=subdistrict,
        owner=owner,
        lead_agency=agency,
        total_investment=Decimal("12345.60"),
        planned_start=date(2024, 4, 1),
        longitude=Decimal("125.342"),
    )
    lead = factories.official(name="示例领导01")
    tenure = factories.assignment(project=project, official=lead, duty="每月调度", reason="首任")
    programme = factories.programme(project, code="kc-2024", name="重点项目")

    row = api.get("/api/v1/projects/KC-0001/").json()

    updated_at = datetime.fromisoformat(row.pop("updated_at"))
    assert updated_at == Project.objects.get().updated_at
    assert row.pop("stops") == []
    assert row.pop("assignments") == [
        {
            "id": tenure.pk,
            "official": {"id": lead.pk, "name": "示例领导01"},
            "role": "lead_official",
            "role_label": "包保领导",
            "duty": "每月调度",
            "since": "2024-01-01",
            "until": None,
            "reason": "首任",
            "end_reason": "",
            "current": True,
        }
    ]
    [stay] = row.pop("listings")
    assert (stay["programme"]["code"], stay["since"], stay["until"], stay["reason_label"]) == (
        "kc-2024",
        "2024-01-01",
        None,
        "首批",
    )
    assert row == {
        "id": project.pk,
        "code": "KC-0001",
        "name": "中粮油脂",
        "aliases": ["油脂二期"],
        "national_code": None,
        "management_type": None,
        "management_type_label": None,
        "nature": None,
        "nature_label": None,
        "industry": "C",
        "industry_label": "C 制造业",
        "year_class": "continuing",
        "year_class_label": "续建",
        "stage": "construction",
        "stage_label": "在建",
        "standing": "normal",
        "standing_label": "正常",
        "scope": "",
        "address": "",
        "longitude": "125.342000",
        "latitude": None,
        "subdistrict": {"id": subdistrict.pk, "name": "示例街道"},
        "owner": {"id": owner.pk, "name": "示例公司"},
        "lead_agency": {"id": agency.pk, "name": "示例局"},
        "lead_official": {"id": lead.pk, "name": "示例领导01"},
        "liaison_officer": None,
        "programmes": [{"code": "kc-2024", "name": programme.name}],
        "total_investment": "12345.60",
        "planned_start": "2024-04-01",
        "planned_completion": None,
        "planned_commissioning": None,
        "actual_start": None,
        "actual_completion": None,
        "actual_commissioning": None,
        "enrolled_on": None,
        "enrolment_code": "",
        "source_quote": "",
        "is_demo": False,
        "version": 1,
    }
    [listed] = results(api, "projects")
    assert listed == row | {"updated_at": listed["updated_at"]}


def test_an_unknown_code_is_not_found(api: Client) -> None:
    response = api.get("/api/v1/projects/KC-9999/")
    assert response.status_code == 404
    assert response.json()["detail"] == "没有编号为“KC-9999”的重点项目。"


def test_stops_of_a_project_are_told_as_of_a_day(api: Client) -> None:
    stop = factories.stop(project=factories.project(code="KC-0003"), resumed_on=date(2024, 9, 11))
    told = {
        "id": stop.pk,
        "reason": "funds",
        "reason_label": "资金",
        "stopped_on": "2024-09-01",
        "resumed_on": "2024-09-11",
        "days": 10,
    }
    for day, expected in {
        "2024-10-15": [told],
        "2024-09-05": [told | {"resumed_on": None, "days": 5}],
        "2024-08-31": [],
    }.items():
        found = api.get("/api/v1/projects/KC-0003/", {"as_of": day}).json()
        assert found["stops"] == expected


def test_assignments_of_a_project_are_told_with_their_history(api: Client) -> None:
    project, person = factories.project(), factories.official()
    for since, until in ((1, date(2024, 6, 30)), (7, date(2024, 12, 31))):
        factories.assignment(
            project=project, official=person, since=date(2024, since, 1), until=until
        )
    asked = f"/api/v1/projects/{project.code}/"
    for day, current in (("2024-06-30", [True, False]), ("2024-07-01", [False, True])):
        row = api.get(asked, {"as_of": day}).json()
        assert [each["current"] for each in row["assignments"]] == current


def test_people_are_those_in_office_on_the_day(api: Client) -> None:
    project = factories.project(code="A")
    before, after = factories.official(name="前任"), factories.official(name="现任")
    factories.assignment(
        project=project, official=before, since=date(2024, 1, 1), until=date(2024, 6, 30)
    )
    factories.assignment(project=project, official=after, since=date(2024, 7, 1))

    def lead(**params: str) -> str:
        name: str = api.get("/api/v1/projects/A/", params).json()["lead_official"]["name"]
        return name

    assert lead() == "现任"
    assert lead(as_of="2024-06-30") == "前任"
    assert lead(as_of="2024-07-01") == "现任"
    assert api.get("/api/v1/projects/A/?as_of=2023-12-31").json()["lead_official"] is None
    assert codes(api, lead_official=before.pk) == []
    assert codes(api, lead_official=before.pk, as_of="2024-06-30") == ["A"]


def test_what_came_after_the_day_had_not_happened(api: Client) -> None:
    factories.project(code="A", actual_start=date(2024, 5, 2), enrolled_on=date(2024, 6, 1))

    row = api.get("/api/v1/projects/A/?as_of=2024-05-02").json()
    assert (row["actual_start"], row["enrolled_on"]) == ("2024-05-02", None)
    assert codes(api, actual_start_after="2024-05-01", as_of="2024-05-02") == ["A"]
    assert codes(api, actual_start_after="2024-05-01", as_of="2024-05-01") == []
    assert codes(api, enrolled="true", as_of="2024-06-01") == ["A"]
    assert codes(api, enrolled="false", as_of="2024-05-31") == ["A"]
    assert codes(api, enrolled="false") == []


def test_a_project_never_enrolled_is_found_as_such(api: Client) -> None:
    factories.project(code="A")
    assert codes(api, enrolled="false") == ["A"]


def two_projects() -> tuple[Project, Project]:
    """B differs from A in everything that can be asked."""
    plain = factories.project(
        code="A", stage=Stage.STARTED, total_investment=None, year_class=YearClass.NEW_START
    )
    agency = factories.agency()
    other = factories.project(
        code="B",
        name="中粮油脂",
        stage=Stage.PREPARATION,
        standing=Standing.SUSPENDED,
        year_class=YearClass.PREPARATORY,
        industry=Industry.C,
        nature=Nature.EXPANSION,
        management_type=ManagementType.APPROVAL,
        lead_agency=agency,
        subdistrict=agency,
        owner=agency,
        is_demo=True,
        total_investment=Decimal("5000.00"),
        planned_start=date(2024, 3, 1),
        planned_completion=date(2025, 9, 30),
        actual_start=date(2024, 3, 5),
        actual_completion=date(2024, 9, 1),
    )
    for role in (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER):
        factories.assignment(project=other, official=factories.official(), role=role)
    factories.programme(other, code="kc-2024")
    return plain, other


QUESTIONS = [
    {"programme": "kc-2024"},
    {"stage": "preparation"},
    {"standing": "suspended"},
    {"year_class": "preparatory"},
    {"industry": "C"},
    {"nature": "expansion"},
    {"management_type": "approval"},
    {"is_demo": "true"},
    {"total_investment_min": "5000"},
    {"total_investment_max": "5000.00"},
    {"planned_start_after": "2024-03-01"},
    {"planned_start_before": "2024-03-01"},
    {"planned_completion_after": "2025-09-30"},
    {"planned_completion_before": "2025-09-30"},
    {"actual_start_after": "2024-03-05"},
    {"actual_start_before": "2024-03-05"},
    {"actual_completion_after": "2024-09-01"},
    {"actual_completion_before": "2024-09-01"},
    {"search": "zlyz"},
    {"search": "ZhongLiang"},
    {"search": "粮油"},
    {"search": "b"},
]


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_projects_are_found_by(api: Client, question: dict[str, str]) -> None:
    two_projects()
    assert codes(api, **question) == ["B"]


@pytest.mark.parametrize("name", ["lead_agency", "subdistrict", "owner"])
def test_projects_are_found_by_agency(api: Client, name: str) -> None:
    _, other = two_projects()
    assert codes(api, **{name: other.owner_id}) == ["B"]


@pytest.mark.parametrize("role", [Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER])
def test_projects_are_found_by_person(api: Client, role: Role) -> None:
    _, other = two_projects()
    official = other.assignments.get(role=role).official_id
    assert codes(api, **{role.value: official}) == ["B"]


def test_several_values_of_one_question_widen_it(api: Client) -> None:
    two_projects()
    factories.project(code="C", stage=Stage.CONCEPT)
    assert codes(api, stage=["started", "preparation"]) == ["A", "B"]


def test_several_questions_narrow_each_other(api: Client) -> None:
    two_projects()
    assert codes(api, stage="preparation", year_class="new_start") == []


def test_projects_changed_since_a_moment(api: Client) -> None:
    for code, day in (("A", 1), ("B", 2)):
        made = factories.project(code=code)
        moment = datetime(2024, 10, day, 16, tzinfo=UTC)  # midnight in Changchun
        Project.objects.filter(pk=made.pk).update(updated_at=moment)
    assert codes(api, updated_since="2024-10-02") == ["A", "B"]
    assert codes(api, updated_since="2024-10-03") == ["B"]
    assert codes(api, updated_since="2024-10-03T00:00:00+08:00") == ["B"]
    assert codes(api, updated_since="2024-10-02T16:00:00.000001Z") == []
    [row] = results(api, "projects", search="b")
    assert row["updated_at"] == "2024-10-03T00:00:00+08:00"
    assert codes(api, updated_since=row["updated_at"]) == ["B"]


BAD = [
    ("programme", "kc-1999", "没有编号为“kc-1999”的清单/专项"),
    ("programme", "清单", "不是清单/专项的编号"),
    ("lead_agency", "999999", "没有id为“999999”的单位"),
    ("lead_agency", "９", "不是单位的id"),
    ("lead_agency", "1" * 19, "不是单位的id"),
    ("lead_agency", "1\x00", "NUL"),
    ("lead_official", "-1", "不是干部的id"),
    ("stage", "done", "可用：concept"),
    ("light", "green", ""),
    ("is_demo", "yes", "true 或 false"),
    ("as_of", "2024-02-30", "不是存在的日期"),
    ("as_of", "2024-10-16", "2024-10-15 之间"),
    ("updated_since", "2024-13-01", "不是存在的时间"),
    ("total_investment_min", "-5", "不是金额"),
    ("planned_start_after", "1e9", "不是存在的日期"),
    ("search", "x" * 101, "太长"),
]


@pytest.mark.parametrize(("name", "value", "words"), BAD)
def test_a_bad_value_is_named(api: Client, name: str, value: str, words: str) -> None:
    if not words:
        assert codes(api, **{name: value}) == []
        return
    error = error_of(api, "projects", **{name: value})
    assert error["field"] == name
    assert words in error["detail"]


def test_what_is_not_reported_comes_last_either_way(api: Client) -> None:
    for code, total in (("A", None), ("B", 1), ("C", 2), ("D", 2)):
        factories.project(code=code, total_investment=total)
    assert codes(api, ordering="total_investment") == ["B", "C", "D", "A"]
    assert codes(api, ordering="-total_investment") == ["C", "D", "B", "A"]
    assert codes(api, ordering="-total_investment,-code") == ["D", "C", "B", "A"]


def test_stages_sort_as_projects_pass_them(api: Client) -> None:
    for code, stage in (("A", Stage.CONSTRUCTION), ("B", Stage.CONCEPT), ("C", Stage.SIGNED)):
        factories.project(code=code, stage=stage)
    assert codes(api, ordering="stage") == ["B", "C", "A"]


def test_a_milestone_says_whether_it_is_late(api: Client) -> None:
    project = factories.project(code="A", name="示例")
    agency = factories.agency(name="示例局")
    factories.milestone(
        project=project,
        name="施工许可证",
        phase=Phase.PERMIT,
        order=3,
        agency=agency,
        planned_finish=date(2024, 10, 1),
        actual_finish=date(2024, 10, 12),
    )
    [row] = results(api, "milestones")
    assert row["project"] == {"code": "A", "name": "示例"}
    assert row["agency"] == {"id": agency.pk, "name": "示例局"}
    assert (row["phase"], row["phase_label"]) == ("permit", "前期手续")
    assert row["weight"] == "1.00"
    assert row["planned_start"] is None
    assert (row["finished"], row["overdue_days"]) == (True, 0)

    [row] = results(api, "milestones", as_of="2024-10-11")
    assert row["actual_finish"] is None
    assert (row["finished"], row["overdue_days"]) == (False, 10)


def test_milestones_are_found_by_where_they_stand(api: Client) -> None:
    project = factories.project(code="A")
    for name, planned, actual in (
        ("done", date(2024, 9, 1), date(2024, 9, 5)),
        ("late", date(2024, 10, 14), None),
        ("today", date(2024, 10, 15), None),
        ("undated", None, None),
    ):
        factories.milestone(
            project=project, name=name, planned_finish=planned, actual_finish=actual
        )

    def names(**params: str) -> list[str]:
        return [row["name"] for row in results(api, "milestones", **params)]

    assert names(finished="true") == ["done"]
    assert names(finished="false") == ["late", "today", "undated"]
    assert names(overdue="true") == ["late"]
    assert names(overdue="false") == ["done", "today", "undated"]
    assert names(overdue="true", as_of="2024-09-04") == ["done"]
    assert names(planned_finish_after="2024-10-14", planned_finish_before="2024-10-14") == ["late"]
    assert names(phase="permit") == []
    assert names(project="A", ordering="-planned_finish") == ["today", "late", "done", "undated"]


@pytest.mark.parametrize(
    ("standing", "days"), [("suspended", 10), ("deferred", 0), ("withdrawn", 0)]
)
def test_a_milestone_is_overdue_only_where_deadlines_count(
    api: Client, standing: str, days: int
) -> None:
    project = factories.project(standing=standing)
    factories.milestone(project=project, planned_finish=date(2024, 10, 5))
    [row] = api.get("/api/v1/milestones/").json()["results"]
    assert row["overdue_days"] == days
    for asked, found in (("true", days > 0), ("false", days == 0)):
        assert api.get("/api/v1/milestones/", {"overdue": asked}).json()["count"] == int(found)


def test_officials_and_agencies(api: Client) -> None:
    agency = factories.agency(name="发改局", order=1)
    other = factories.agency(name="兴业街道", kind=AgencyKind.SUBDISTRICT, order=2)
    official = factories.official(name="张三", post="局长", agency=agency)
    factories.official(name="李四", agency=other)
    factories.assignment(project=factories.project(), official=official, until=date(2024, 6, 30))

    [row] = results(api, "officials", search="zs")
    assert row["agency"] == {"id": agency.pk, "name": "发改局"}
    assert (row["name"], row["post"]) == ("张三", "局长")
    assert "user" not in row
    assert [row["name"] for row in results(api, "officials", agency=other.pk)] == ["李四"]
    assert results(api, "officials", role="lead_official") == []
    held = results(api, "officials", role="lead_official", as_of="2024-06-30")
    assert [row["name"] for row in held] == ["张三"]

    [row] = results(api, "agencies", kind="subdistrict")
    assert (row["name"], row["kind_label"]) == ("兴业街道", "属地（街道/镇）")
    assert [row["name"] for row in results(api, "agencies", search="fgj")] == ["发改局"]
    assert api.get(f"/api/v1/officials/{official.pk}/").json()["name"] == "张三"


def programme_with_targets() -> None:
    listed = [
        factories.project(total_investment=total)
        for total in (Decimal("5595999.99"), Decimal("0.01"), None)
    ]
    programme = factories.programme(*listed, code="kc-2024", name="2024年重点项目")
    Target.objects.create(
        programme=programme,
        name="项目数",
        measure=Measure.PROJECT_COUNT,
        value=45,
        unit="个",
        order=1,
    )
    Target.objects.create(
        programme=programme,
        name="总投资",
        measure=Measure.TOTAL_INVESTMENT,
        value=Decimal("559.6"),
        unit="亿元",
        order=2,
        quote="计划总投资559.6亿元。",
    )
    roads = Target.objects.create(
        programme=programme,
        name="道路",
        comparator=Comparator.AT_LEAST,
        value=27,
        unit="条",
        order=3,
    )
    for day, value in ((date(2024, 6, 30), 12), (date(2024, 9, 30), 28)):
        TargetReading.objects.create(
            target=roads, date=day, value=value, comparator=Comparator.SOMEWHAT_MORE, quote="28条余"
        )


def test_a_programme_says_where_its_targets_stand(api: Client) -> None:
    programme_with_targets()
    row = api.get("/api/v1/programmes/kc-2024/").json()
    assert (row["code"], row["year"], row["projects_listed"]) == ("kc-2024", 2024, 3)
    assert row["begins"] == "2024-01-01"
    number, total, roads = row["targets"]
    assert number["name"] == "项目数"
    assert (number["comparator"], number["comparator_label"]) == ("=", "等于")
    assert (number["value"], number["actual"], number["unit"]) == ("45.00", "3.00", "个")
    assert number["reached"] is False
    assert (total["actual"], total["not_reported"], total["reached"]) == ("559.60", 1, True)
    assert total["quote"] == "计划总投资559.6亿元。"
    assert (roads["actual"], roads["reached"]) == ("28.00", True)
    assert (roads["reading_date"], roads["reading_comparator"]) == ("2024-09-30", "≈>")


def test_a_target_reads_the_latest_reading_up_to_the_day(api: Client) -> None:
    programme_with_targets()
    for day, actual, reached in (
        ("2024-09-29", "12.00", False),
        ("2024-06-29", None, None),
    ):
        [row] = results(api, "programmes", as_of=day)
        roads = row["targets"][2]
        assert (roads["actual"], roads["reached"]) == (actual, reached)


def test_programmes_are_found_by_year_and_project(api: Client) -> None:
    programme_with_targets()
    factories.programme(code="kc-2023", year=2023)
    assert [row["code"] for row in results(api, "programmes")] == ["kc-2024", "kc-2023"]
    assert [row["code"] for row in results(api, "programmes", year=2023)] == ["kc-2023"]
    code = Listing.objects.all()[0].project.code
    assert [row["code"] for row in results(api, "programmes", project=code)] == ["kc-2024"]


def fill(count: int) -> None:
    """That many of everything, each with all that a row can show."""
    for _ in range(count):
        project = factories.project(
            subdistrict=factories.agency(), owner=factories.agency(), lead_agency=factories.agency()
        )
        for role in (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER):
            official = factories.official(agency=factories.agency())
            factories.assignment(project=project, official=official, role=role)
        factories.milestone(project=project, agency=project.lead_agency)
        programme = factories.programme(project)
        Target.objects.create(programme=programme, name="道路", unit="条")


def test_stays_on_lists_are_told_with_their_days_and_found_by_them(api: Client) -> None:
    project = factories.project(code="T-1", name="甲")
    programme = factories.programme(code="kc-2024", name="重点项目")
    left = {"until": date(2024, 5, 31), "leave_reason": "merged", "leave_note": "并入乙"}
    factories.listing(programme=programme, project=project, number=3, **left)
    since = date(2024, 8, 16)
    factories.listing(
        programme=programme, project=project, since=since, reason="added", document="14号"
    )

    def told(**asked: Any) -> list[tuple[str, bool]]:
        return [(row["since"], row["current"]) for row in results(api, "listings", **asked)]

    rows = results(api, "listings", ordering="since")
    first = rows[0]
    assert first["programme"] == {"code": "kc-2024", "name": "重点项目"}
    assert first["project"] == {"code": "T-1", "name": "甲"}
    assert (first["number"], first["until"], first["leave_reason_label"]) == (
        3,
        "2024-05-31",
        "并入其他项目",
    )
    assert (rows[1]["reason"], rows[1]["document"], rows[1]["leave_reason"]) == (
        "added",
        "14号",
        None,
    )
    assert told(ordering="since") == [("2024-01-01", False), ("2024-08-16", True)]
    assert told(as_of="2024-05-31") == [("2024-01-01", True)]
    assert told(as_of="2024-06-01") == []
    assert told(programme="kc-2024", project="T-1", since_after="2024-06-01") == [
        ("2024-08-16", True)
    ]
    assert told(leave_reason="withdrawn") == []
    assert error_of(api, "listings", programme="kc-1999")["field"] == "programme"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Key, two for rights, count, ids, rows; then what belongs to the rows.
        ("projects", 9),
        ("milestones", 14),
        ("officials", 6),
        ("agencies", 6),
        ("programmes", 11),
        ("listings", 6),
    ],
)
def test_a_list_costs_the_same_at_1_and_at_30_rows(api: Client, name: str, expected: int) -> None:
    fill(1)
    api.get(f"/api/v1/{name}/")  # notes the use of the key, once a minute
    for more in (0, 29):
        fill(more)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert results(api, name)
        assert len(queries) == expected, [query["sql"] for query in queries]
