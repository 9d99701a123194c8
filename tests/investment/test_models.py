"""What plans and reports may hold, by the form's sentences and by the database itself."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from investment.models import MONTH_FIELDS, AnnualPlan, StatusReport, month_text
from investment.rules.rates import DEFAULT_CURVE
from tests import factories

pytestmark = pytest.mark.django_db


def plan(amount: str, months: list[str | None]) -> AnnualPlan:
    given = {
        field: None if text is None else Decimal(text)
        for field, text in zip(MONTH_FIELDS, months, strict=True)
    }
    return AnnualPlan(project=factories.project(), year=2024, amount=Decimal(amount), **given)


def test_empty_months_follow_the_seasonal_curve() -> None:
    made = plan("1000", [None] * 12)
    made.full_clean()
    assert made.monthly() == tuple(share * 10 for share in DEFAULT_CURVE)


def test_typed_months_are_taken_as_they_are() -> None:
    made = plan("120", ["10"] * 12)
    made.full_clean()
    assert made.monthly() == (Decimal(10),) * 12


@pytest.mark.parametrize(
    ("amount", "months", "sentence"),
    [
        ("120", ["10"] * 10 + [None, "10"], "缺：11月；没有安排的月份请填 0"),
        ("120", ["10"] + [None] * 11, "缺：2月、3月"),
        ("121", ["10"] * 12, "分月合计 120.00 万元，与年度计划 121.00 万元不等，差 -1.00 万元"),
        ("1119.99", ["100"] + ["92.73"] * 11, "差 +0.04 万元"),
    ],
)
def test_months_are_all_or_none_and_add_up(
    amount: str, months: list[str | None], sentence: str
) -> None:
    with pytest.raises(ValidationError) as error:
        plan(amount, months).full_clean()
    assert sentence in str(error.value)


FORBIDDEN: list[tuple[Any, dict[str, Any]]] = [
    (factories.annual_plan, {"amount": Decimal(-1)}),
    (factories.annual_plan, {"year": 1999}),
    (factories.annual_plan, {"year": 2101}),
    (factories.status_report, {"month": date(2024, 9, 2)}),
    (factories.status_report, {"completed": Decimal("-0.01")}),
    (factories.status_report, {"physical_percent": Decimal("100.01")}),
    (factories.status_report, {"state": "submitted"}),
    (factories.status_report, {"state": "approved"}),
]


@pytest.mark.parametrize(("make", "fields"), FORBIDDEN)
def test_database_refuses_impossible_rows(make: Any, fields: dict[str, Any]) -> None:
    project = factories.project()
    with pytest.raises(IntegrityError), transaction.atomic():
        make(project=project, **fields)


@pytest.mark.parametrize("make", [factories.annual_plan, factories.status_report])
def test_database_refuses_a_second_row_for_the_same_time(make: Any) -> None:
    project = factories.project()
    make(project=project)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(project=project)


@pytest.mark.parametrize(
    ("state", "is_open"),
    [("draft", True), ("returned", True), ("submitted", False), ("approved", False)],
)
def test_report_is_open_to_the_clerk_in_draft_and_when_returned(state: str, is_open: bool) -> None:
    assert StatusReport(state=state).is_open is is_open


def test_month_reads_as_people_say_it() -> None:
    assert month_text(date(2024, 9, 1)) == "2024年9月"
