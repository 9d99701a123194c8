"""What the register may hold, by the form's sentences and by the database itself."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from projects.choices import Role
from projects.models import Target
from projects.models.people import check_uscc
from projects.models.project import check_aliases, check_national_code
from tests import factories


@pytest.mark.parametrize("code", ["2312-220103-04-01-123456", "2023-220103-47-03-12345"])
def test_both_forms_of_the_national_code_are_taken(code: str) -> None:
    check_national_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "2312-220103-04-01-1234",
        "2312-220103-04-01-1234567",
        "2312220103040112345",
        "2312-220103-04-01-12345６",  # a full-width digit
        "2312-220103-04-01-123456\n",
        "",
    ],
)
def test_other_shapes_of_the_national_code_are_refused(code: str) -> None:
    with pytest.raises(ValidationError, match="国家项目代码应形如"):
        check_national_code(code)


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91110000600037341L", True),
        ("91110000600037341l", False),
        ("91110000600037342L", False),
        ("9111000060003734", False),
        ("", False),
    ],
)
def test_unified_social_credit_code_is_checked_to_its_last_digit(code: str, valid: bool) -> None:
    if valid:
        check_uscc(code)
        return
    with pytest.raises(ValidationError, match="统一社会信用代码不正确"):
        check_uscc(code)


@pytest.mark.parametrize("aliases", [["旧名"], [], ["a" * 120]])
def test_aliases_are_names(aliases: list[str]) -> None:
    check_aliases(aliases)


@pytest.mark.parametrize("aliases", ["旧名", [""], ["a" * 121], [1], {"a": 1}, None])
def test_aliases_of_other_shapes_are_refused(aliases: object) -> None:
    with pytest.raises(ValidationError):
        check_aliases(aliases)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"planned_start": date(2024, 5, 2), "planned_completion": date(2024, 5, 1)},
            "不能早于计划开工（2024-05-02）",
        ),
        (
            {"planned_completion": date(2024, 5, 2), "planned_commissioning": date(2024, 5, 1)},
            "不能早于计划竣工（2024-05-02）",
        ),
        (
            {"actual_start": date(2024, 5, 2), "actual_completion": date(2024, 5, 1)},
            "不能早于实际开工（2024-05-02）",
        ),
        ({"total_investment": Decimal(-1)}, "金额不能为负数"),
        ({"code": "编号"}, "编号只能用字母、数字和连字符"),
        ({"code": "a/b"}, "编号只能用字母、数字和连字符"),
    ],
)
def test_project_says_kindly_what_is_wrong(fields: dict[str, Any], sentence: str) -> None:
    project = factories.project()
    for name, value in fields.items():
        setattr(project, name, value)
    with pytest.raises(ValidationError) as error:
        project.full_clean()
    assert sentence in str(error.value)


FORBIDDEN: list[tuple[Any, dict[str, Any]]] = [
    (factories.project, {"total_investment": Decimal("-0.01")}),
    (
        factories.project,
        {"planned_start": date(2024, 5, 2), "planned_completion": date(2024, 5, 1)},
    ),
    (
        factories.project,
        {"actual_start": date(2024, 5, 2), "actual_completion": date(2024, 5, 1)},
    ),
    (factories.programme, {"year": 1999}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "fields"), FORBIDDEN)
def test_database_refuses_impossible_rows(make: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


@pytest.mark.django_db
def test_database_refuses_milestones_and_assignments_in_the_wrong_order() -> None:
    project, official = factories.project(), factories.official()
    span = {"since": date(2024, 5, 2), "until": date(2024, 5, 1)}
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.assignment(project=project, official=official, **span)
    for kind in ("planned", "actual"):
        days = {f"{kind}_start": date(2024, 5, 2), f"{kind}_finish": date(2024, 5, 1)}
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.milestone(project=project, **days)


@pytest.mark.django_db
def test_database_refuses_two_current_lead_officials() -> None:
    project = factories.project()
    factories.assignment(project=project, official=factories.official())
    factories.assignment(project=project, official=factories.official(), role=Role.LIAISON_OFFICER)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.assignment(project=project, official=factories.official())


@pytest.mark.parametrize(
    ("measure", "unit", "valid"),
    [
        ("total_investment", "亿元", True),
        ("total_investment", "万元", True),
        ("total_investment", "个", False),
        ("project_count", "个", True),
        ("reading", "公里", True),
    ],
)
def test_summed_investment_is_told_in_a_unit_of_money(measure: str, unit: str, valid: bool) -> None:
    target = Target(name="总投资", measure=measure, unit=unit)
    if valid:
        target.clean()
        return
    with pytest.raises(ValidationError, match="单位只能是亿元或万元"):
        target.clean()


@pytest.mark.django_db
def test_assignments_are_in_force_from_their_first_to_their_last_day() -> None:
    project = factories.project()
    past = factories.assignment(
        project=project, official=factories.official(), until=date(2024, 5, 31)
    )
    for day, holders in [
        (date(2023, 12, 31), []),
        (date(2024, 1, 1), [past]),
        (date(2024, 5, 31), [past]),
        (date(2024, 6, 1), []),
    ]:
        assert list(project.assignments.on(day)) == holders


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("finished", "overdue", "due"),
    [
        (None, {"late"}, {"today", "soon"}),
        (date(2024, 10, 15), set(), set()),
        (date(2024, 10, 16), {"late"}, {"today", "soon"}),
    ],
)
def test_milestones_are_sorted_out_by_what_was_finished_that_day(
    finished: date | None, overdue: set[str], due: set[str], today: date
) -> None:
    project = factories.project()
    for name, planned in [
        ("late", date(2024, 10, 14)),
        ("today", today),
        ("soon", date(2024, 10, 29)),
        ("later", date(2024, 10, 30)),
    ]:
        factories.milestone(
            project=project, name=name, planned_finish=planned, actual_finish=finished
        )
    found = project.milestones
    assert {each.name for each in found.overdue(today)} == overdue
    assert {each.name for each in found.due_between(today, date(2024, 10, 29))} == due
