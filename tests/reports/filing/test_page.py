"""填报情况: who has filed, who is missing, by agency and by official."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from investment.models import ReportingWindow
from kuancheng import clock
from kuancheng.access.roles import READER
from projects.choices import Role, Stage, Standing
from projects.models import Project
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

PAGE = "/reporting/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def project(name: str, **fields: Any) -> Project:
    return factories.project(name=name, **fields)


@pytest.fixture
def portfolio() -> None:
    """Four owe September: one missing, one returned, one late, one on time; three do not owe it."""
    first, second = factories.agency(name="区住建局"), factories.agency(name="区工信局")
    lead, liaison = factories.official(name="包保甲"), factories.official(name="秘书乙")
    missing = project("缺报的", lead_agency=first)
    factories.assignment(project=missing, official=lead)
    factories.assignment(project=missing, official=liaison, role=Role.LIAISON_OFFICER)
    returned = project("退回的", lead_agency=first)
    factories.status_report(project=returned, state="returned", return_note="与监理月报不符")
    for name, day in (("迟报的", 15), ("按时的", 12)):
        filed = datetime(2024, 10, day, 23, 30, tzinfo=timezone.get_default_timezone())
        factories.status_report(
            project=project(name, lead_agency=second),
            completed=Decimal(10),
            state="submitted",
            submitted_at=filed,
        )
    project("谋划的", stage=Stage.CONCEPT)
    project("暂缓的", standing=Standing.DEFERRED)
    project("竣工的", actual_completion=date(2024, 9, 30))


@pytest.mark.usefixtures("portfolio")
def test_page_counts_who_has_filed_and_names_who_has_not(reader: Client) -> None:
    page = reader.get(PAGE)
    found = {state: number for state, _, number in page.context["counts"]}
    assert found == {"missing": 1, "returned": 1, "draft": 0, "submitted": 2, "approved": 0}
    assert (page.context["total"], page.context["outstanding"]) == (4, 2)
    names = {party.name: [each.project.name for each in party.filings]
             for party in page.context["parties"]}  # fmt: skip
    assert names == {"区住建局": ["缺报的", "退回的"], "区工信局": ["迟报的", "按时的"]}
    text = page.content.decode()
    assert "未报送</b>，已过期 3 天" in text
    assert "退回意见：与监理月报不符" in text
    assert "迟报 3 天" in text
    assert [each.project.name for each in page.context["late"]] == ["迟报的"]


@pytest.mark.usefixtures("portfolio")
def test_reminder_names_what_is_missing_and_by_when(reader: Client) -> None:
    (party, _) = reader.get(PAGE).context["parties"]
    assert party.reminder == (
        "【催报】区住建局：2024年9月进展填报截止 10 月 12 日，还有 2 个项目没有报送："
        "缺报的（未报送，项目秘书 秘书乙）；退回的（已退回）。"
        "请尽快在“填报后台—我的工作”中填报并提交。"
    )


@pytest.mark.usefixtures("portfolio")
def test_groups_by_lead_official_and_who_has_none(reader: Client) -> None:
    parties = reader.get(PAGE, {"by": "lead_official"}).context["parties"]
    assert [(party.name, len(party.outstanding)) for party in parties] == [
        ("包保甲", 1),
        ("（未登记）", 1),
    ]


@pytest.mark.usefixtures("portfolio")
def test_a_draft_of_whoever_owes_nothing_is_nobodys_lapse(reader: Client) -> None:
    late = datetime(2024, 10, 14, 12, tzinfo=timezone.get_default_timezone())
    for name, fields in (
        ("停工的草稿", {"state": "draft"}),
        ("暂缓的退回", {"state": "returned"}),
        ("停工仍报的", {"state": "submitted", "completed": 1, "submitted_at": late}),
    ):
        standing = Standing.DEFERRED if "暂缓" in name else Standing.SUSPENDED
        factories.status_report(project=project(name, standing=standing), **fields)
    page = reader.get(PAGE)
    assert (page.context["total"], page.context["outstanding"]) == (5, 2)
    assert [each.project.name for each in page.context["late"]] == ["迟报的"]
    shown = page.content.decode()
    assert "停工仍报的" in shown
    assert "停工的草稿" not in shown
    assert "暂缓的退回" not in shown


def test_all_filed_and_none_to_file(reader: Client) -> None:
    assert "没有应报的项目" in reader.get(PAGE).content.decode()
    factories.status_report(project=project("已报的"), completed=1, state="approved")
    assert "全部已报" in reader.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"month": "2024-10"}, "还没有开放填报，最近可看 2024-09"),
        ({"month": "gestern"}, "不是存在的月份，应为 YYYY-MM"),
        ({"by": "colour"}, "不可用，可用：lead_agency"),
        ({"moth": "2024-09"}, "没有参数“moth”。是否要用 month？"),
    ],
)
def test_bad_parameters_are_told(reader: Client, query: dict[str, str], said: str) -> None:
    answer = reader.get(PAGE, query)
    assert answer.status_code == 400
    assert said in answer.content.decode()


@pytest.fixture
def filed_step_by_step() -> Project:
    """A report for September: drafted on the 8th, filed on the 9th, returned on the 14th."""
    with on(1):
        made = project("示例冷库")
    with on(8):
        report = factories.status_report(project=made, completed=Decimal(10))
    with on(9):
        report.state, report.submitted_at = "submitted", clock.now()
        report.save_by(factories.system())
    with on(14):
        report.state, report.return_note = "returned", "与监理月报不符"
        report.save_by(factories.system())
    return made


@pytest.mark.usefixtures("filed_step_by_step")
@pytest.mark.parametrize(
    ("query", "state", "late"),
    [
        ({}, "returned", 3),  # due on 12 October
        ({"as_of": "2024-10-14"}, "returned", 2),
        ({"as_of": "2024-10-13"}, "submitted", 0),
        ({"as_of": "2024-10-09"}, "submitted", 0),
        ({"as_of": "2024-10-08"}, "draft", 0),
        ({"as_of": "2024-10-07"}, "missing", 0),
        ({"known_at": "2024-10-13"}, "submitted", 0),
        ({"known_at": "2024-10-08"}, "draft", 3),
        ({"as_of": "2024-10-13", "known_at": "2024-10-14"}, "submitted", 0),
    ],
)
def test_report_stands_where_it_stood_by_that_day(
    reader: Client, query: dict[str, str], state: str, late: int
) -> None:
    page = reader.get(PAGE, {"month": "2024-09"} | query)
    (party,) = page.context["parties"]
    (filing,) = party.filings
    assert (filing.state, filing.late) == (state, late)


def test_months_and_due_days_are_those_of_the_day(reader: Client) -> None:
    with on(1):
        project("示例冷库")
    page = reader.get(PAGE, {"as_of": "2024-09-24"})
    assert page.context["month"] == date(2024, 8, 1)
    assert "截至 2024-09-24" in page.text
    refused = reader.get(PAGE, {"as_of": "2024-09-24", "month": "2024-09"})
    assert "还没有开放填报，最近可看 2024-08" in refused.text
    with on(14):
        ReportingWindow.objects.create(
            month=date(2024, 9, 1),
            opens_on=date(2024, 9, 25),
            due_on=date(2024, 10, 20),
            note="延期",
        )
    for known_at, due in (("2024-10-14", 20), ("2024-10-13", 12)):
        window = reader.get(PAGE, {"month": "2024-09", "known_at": known_at}).context["window"]
        assert window.due == date(2024, 10, due)


def test_nobody_is_reminded_of_a_day_that_has_passed(reader: Client) -> None:
    project("缺报的")
    assert "催报文字" in reader.get(PAGE).text
    assert "催报文字" not in reader.get(PAGE, {"as_of": "2024-10-14"}).text


def test_page_needs_a_login(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_page_costs_the_same_for_one_and_for_thirty(
    reader: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        made = project(f"项目{number}", lead_agency=factories.agency())
        factories.assignment(project=made, official=factories.official())
    reader.get(PAGE)
    with django_assert_max_num_queries(16):
        assert reader.get(PAGE).context["total"] == count
