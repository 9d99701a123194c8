"""填报情况: who has filed, who is missing, by agency and by official."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kuancheng.access.roles import READER
from projects.choices import Role, Stage, Standing
from projects.models import Project
from tests import factories

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
        ({"month": "gestern"}, "不是月份"),
        ({"by": "colour"}, "不可用，可用：lead_agency"),
        ({"page": "1"}, "不认识的参数“page”"),
    ],
)
def test_bad_parameters_are_told(reader: Client, query: dict[str, str], said: str) -> None:
    answer = reader.get(PAGE, query)
    assert answer.status_code == 400
    assert said in answer.content.decode()


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
    with django_assert_max_num_queries(13):
        assert reader.get(PAGE).context["total"] == count
