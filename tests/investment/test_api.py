"""The money through the API."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from investment.choices import ReportState
from investment.models import MONTH_FIELDS
from tests import factories

pytestmark = pytest.mark.django_db


def results(api: Client, name: str, **params: Any) -> list[dict[str, Any]]:
    response = api.get(f"/api/v1/{name}/", params)
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_a_status_report_says_what_the_month_brought(api: Client) -> None:
    project = factories.project(code="A", name="示例")
    report = factories.status_report(
        project=project,
        completed=Decimal("120.5"),
        physical_percent=Decimal("37.25"),
        physical_progress="主体完成 5 层",
        problems="缺土方",
        next_step="封顶",
        state=ReportState.SUBMITTED,
    )
    row = api.get(f"/api/v1/status-reports/{report.pk}/").json()
    assert row.pop("updated_at")
    assert row == {
        "id": report.pk,
        "project": {"code": "A", "name": "示例"},
        "month": "2024-09",
        "completed": "120.50",
        "physical_percent": "37.25",
        "physical_progress": "主体完成 5 层",
        "problems": "缺土方",
        "next_step": "封顶",
        "explanation": "",
        "state": "submitted",
        "state_label": "待复核",
        "submitted_at": None,
        "approved_at": None,
        "return_note": "",
        "corrections": [],
        "evidence": [],
        "version": 1,
    }


def test_what_is_not_reported_is_not_zero(api: Client) -> None:
    factories.status_report(project=factories.project())
    [row] = results(api, "status-reports")
    assert (row["completed"], row["state"]) == (None, "draft")


def test_status_reports_are_found(api: Client) -> None:
    agency = factories.agency()
    first, other = factories.project(code="A", lead_agency=agency), factories.project(code="B")
    factories.programme(first, code="kc-2024")
    for month in (7, 8, 9):
        factories.status_report(project=first, month=date(2024, month, 1))
    factories.status_report(
        project=other, month=date(2024, 9, 1), state=ReportState.APPROVED, completed=5
    )

    def found(**params: Any) -> list[tuple[str, str]]:
        rows = results(api, "status-reports", **params)
        return [(row["project"]["code"], row["month"][-2:]) for row in rows]

    assert found() == [("A", "09"), ("B", "09"), ("A", "08"), ("A", "07")]
    assert found(month="2024-08") == [("A", "08")]
    assert found(month=["2024-08", "2024-07"]) == [("A", "08"), ("A", "07")]
    assert found(month_after="2024-08", month_before="2024-08") == [("A", "08")]
    assert found(project="B") == [("B", "09")]
    assert found(project=["A", "B"], month="2024-09") == [("A", "09"), ("B", "09")]
    assert found(state="approved") == [("B", "09")]
    assert found(lead_agency=agency.pk, month="2024-07") == [("A", "07")]
    assert found(programme="kc-2024", ordering="month,project")[0] == ("A", "07")
    assert found(ordering="-completed")[0] == ("B", "09")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("month", "2024-13", "不是存在的月份"),
        ("month", "２０２４-09", "不是存在的月份"),
        ("month_after", "2024-09-01", "不是存在的月份"),
        ("project", "KC-9999", "没有编号为“KC-9999”的重点项目"),
        ("state", "done", "可用：draft、submitted、returned、approved"),
        ("lead_agency", "99999999999999999999", "不是单位的id"),
    ],
)
def test_a_bad_value_is_named(api: Client, name: str, value: str, words: str) -> None:
    response = api.get("/api/v1/status-reports/", {name: value})
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["field"] == name
    assert words in error["detail"]
    assert f"参数 {name}：" in response.json()["detail"]


def test_an_annual_plan_is_spread_by_the_season_unless_typed(api: Client) -> None:
    spread = factories.annual_plan(project=factories.project(code="A"), amount=Decimal(1000))
    typed: dict[str, Any] = dict.fromkeys(MONTH_FIELDS, Decimal(0)) | {"month_05": Decimal(40)}
    factories.annual_plan(project=factories.project(code="B"), amount=Decimal(40), **typed)

    first, second = results(api, "annual-plans")
    assert first["id"] == spread.pk
    assert (first["year"], first["amount"], first["months_typed"]) == (2024, "1000.00", False)
    # 1, 1, 4, 8, 13, 14, 14, 14, 13, 10, 5 and 3 percent of 1,000 万元
    shares = (10, 10, 40, 80, 130, 140, 140, 140, 130, 100, 50, 30)
    assert first["months"] == [f"{share}.00" for share in shares]
    assert second["months_typed"] is True
    assert second["months"] == ["0.00"] * 4 + ["40.00"] + ["0.00"] * 7


def test_annual_plans_are_found_by_year(api: Client) -> None:
    project = factories.project(code="A")
    for year in (2023, 2024):
        factories.annual_plan(project=project, year=year)
    assert [row["year"] for row in results(api, "annual-plans")] == [2024, 2023]
    assert [row["year"] for row in results(api, "annual-plans", year=2023, project="A")] == [2023]
    assert api.get("/api/v1/annual-plans/?year=24").status_code == 400


@pytest.mark.parametrize(("name", "most"), [("status-reports", 8), ("annual-plans", 9)])
def test_a_list_costs_the_same_at_1_and_at_30_rows(api: Client, name: str, most: int) -> None:
    for more in (1, 29):
        for _ in range(more):
            project = factories.project()
            factories.status_report(project=project)
            factories.annual_plan(project=project)
        api.get(f"/api/v1/{name}/")  # notes the use of the key, once a minute
        with CaptureQueriesContext(connection) as queries:
            assert results(api, name)
        # Key, two for rights, count, ids, rows, and what hangs on them.
        assert len(queries) == most, [query["sql"] for query in queries]
