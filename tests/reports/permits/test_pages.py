"""Permits on pages, in Excel and through the API: what lapses when, and how it is extended."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.reports.models import RuleSet
from kuancheng.reports.monitoring.permits import tell_permits
from projects.choices import PermitKind, Phase, Role
from projects.models import Milestone, PermitExtension
from projects.services.permits.extensions import Grant, extend
from tests import factories
from tests.clock import on_date

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


@pytest.fixture(autouse=True)
def _today() -> Any:
    with on_date(TODAY):
        yield


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def desk(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


def permit(name: str = "施工许可证", **fields: Any) -> Milestone:
    """A construction permit of 2024-07-25, which holds until 2024-10-25: 8 working days more."""
    defaults: dict[str, Any] = {
        "phase": Phase.PERMIT,
        "permit": PermitKind.CONSTRUCTION,
        "actual_finish": date(2024, 7, 25),
        "document_number": "住建〔2024〕9号",
    }
    project = fields.pop("project", None) or factories.project(actual_start=None)
    return factories.milestone(project=project, name=name, **defaults | fields)


GRANT = Grant("延1号", date(2024, 10, 8), date(2024, 10, 11), date(2025, 1, 25))


def extended(step: Milestone, actor: User) -> PermitExtension:
    return extend(milestone=step, grant=GRANT, seen=factories.seen(step.project), actor=actor)


def posted(step: Milestone, **fields: Any) -> dict[str, Any]:
    return {**vars(GRANT), "seen_version": factories.seen(step.project), **fields}


# The list


def names(page: Any) -> list[str]:
    return [each.milestone.name for each in page.context["page"].object_list]


def test_what_lapses_first_stands_first_and_what_lapses_no_more_last(desk: Client) -> None:
    permit("已开工的", project=factories.project(actual_start=date(2024, 8, 1)))
    permit("没有日子", permit=PermitKind.OTHER)
    permit("环评批复", permit=PermitKind.EIA)
    permit("将到期的")
    permit("失效的", actual_finish=date(2024, 7, 1))
    page = desk.get("/permits/")
    assert names(page) == ["失效的", "将到期的", "环评批复", "没有日子", "已开工的"]
    assert "已失效 14 天" in page.text
    assert "还有 8 个工作日" in page.text
    assert "已开工，不再失效" in page.text
    assert "按周一至周五估算" in page.text
    assert "最晚 2024-10-25 申请（《建筑法》第九条）" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "eia"}, ["环评批复"]),
        ({"state": "lapsed"}, ["失效的"]),
        ({"state": ["lapsed", "valid"]}, ["失效的", "环评批复"]),
        ({"search": "住建〔2024〕77"}, ["失效的"]),
        ({"search": "hppf"}, ["环评批复"]),
        ({"search": "没有的"}, []),
        ({"as_of": "2024-07-20"}, ["失效的"]),
        ({"as_of": "2024-07-20", "state": "lapsed"}, []),
    ],
)
def test_filters(desk: Client, query: dict[str, Any], found: list[str]) -> None:
    permit("环评批复", permit=PermitKind.EIA)
    permit("失效的", actual_finish=date(2024, 7, 1), document_number="住建〔2024〕77号")
    assert names(desk.get("/permits/", query)) == found


def test_agency_is_the_milestones_own_or_the_projects(desk: Client) -> None:
    own, leading = factories.agency(), factories.agency()
    permit("甲", agency=own, project=factories.project(lead_agency=leading, actual_start=None))
    permit("乙", project=factories.project(lead_agency=leading, actual_start=None))
    assert names(desk.get("/permits/", {"agency": own.pk})) == ["甲"]
    assert names(desk.get("/permits/", {"agency": leading.pk})) == ["乙"]


def test_bad_question_is_refused(desk: Client) -> None:
    assert desk.get("/permits/", {"nonsense": "1"}).status_code == 400
    assert desk.get("/permits/", {"state": "x"}).status_code == 400
    assert desk.get("/permits/", {"page": "9"}).status_code == 404


def test_empty_list_says_what_to_do(desk: Client) -> None:
    assert "选“手续种类”" in desk.get("/permits/").text


def test_an_extension_is_known_from_its_day_on(desk: Client, office: User) -> None:
    step = permit()
    row = extended(step, office)
    row.history.update(history_date="2024-10-15T04:00:00Z")
    assert "延至 2025-01-25" in desk.get("/permits/").text
    assert "延至" not in desk.get("/permits/", {"as_of": "2024-10-10"}).text


def test_queries_do_not_grow(desk: Client, office: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get("/permits/").status_code == 200
        return len(caught)

    extended(permit(), office)
    count()
    one = count()
    for _ in range(12):
        extended(permit(agency=factories.agency()), office)
    assert count() == one


def test_excel_has_the_rows_of_the_question(desk: Client, office: User) -> None:
    extended(permit(), office)
    permit("失效的", actual_finish=date(2024, 7, 1))
    answer = desk.get("/permits.xlsx", {"state": "lapsed"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content)))["手续有效期"]  # type: ignore[attr-defined]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert rows[0][2] == "手续"
    assert [(row[2], row[8], row[10]) for row in rows[1:]] == [("失效的", "已失效", 14)]


# Extending


def test_the_screen_says_the_last_day_and_the_law(desk: Client) -> None:
    text = desk.get(f"/permits/{permit().pk}/extend/").text
    assert "<b>2024-10-25</b>" in text
    assert "2025-01-25" in text
    assert "《建筑法》第九条" in text


def test_an_extension_is_recorded_and_shown(desk: Client) -> None:
    step = permit()
    page = desk.post(f"/permits/{step.pk}/extend/", posted(step), follow=True)
    assert "已登记：施工许可证延期至 2025-01-25" in page.text
    assert PermitExtension.objects.get().document == "延1号"
    assert "延至 2025-01-25" in page.text


def test_a_refused_extension_keeps_what_was_typed(desk: Client) -> None:
    step = permit()
    page = desk.post(f"/permits/{step.pk}/extend/", posted(step, until="2025-02-25"))
    assert "最晚到 2025-01-25" in page.text
    assert page.context["form"].errors["until"]
    assert 'value="延1号"' in page.text
    assert not PermitExtension.objects.exists()


def test_a_moved_project_is_told_and_the_next_press_counts(desk: Client, office: User) -> None:
    step = permit()
    data = posted(step)
    extended(step, office)
    PermitExtension.objects.all().delete()
    page = desk.post(f"/permits/{step.pk}/extend/", data)
    assert "您打开之后有人改过" in page.text
    assert not PermitExtension.objects.exists()
    again = data | {"seen_version": page.context["form"]["seen_version"].value()}
    assert desk.post(f"/permits/{step.pk}/extend/", again).status_code == 302


def test_what_is_no_permit_leads_back(desk: Client) -> None:
    step = permit(actual_finish=None)
    page = desk.get(f"/permits/{step.pk}/extend/", follow=True)
    assert "不能登记延期" in page.text
    assert desk.get("/permits/999999/extend/").status_code == 404


def test_correcting_and_withdrawing(desk: Client, office: User) -> None:
    step = permit()
    row = extended(step, office)
    path = f"/permits/extensions/{row.pk}"
    assert 'value="延1号"' in desk.get(f"{path}/correct/").text
    refused = desk.post(f"{path}/correct/", posted(step, until="2025-01-20"))
    assert "请写明为什么更正" in refused.text
    desk.post(f"{path}/correct/", posted(step, until="2025-01-20", reason="看错"))
    assert PermitExtension.objects.get().until == date(2025, 1, 20)
    assert "延1号" in desk.get(f"{path}/withdraw/").text
    seen = factories.seen(step.project)
    assert "请写明为什么撤销" in desk.post(f"{path}/withdraw/", {"seen_version": seen}).text
    page = desk.post(f"{path}/withdraw/", {"seen_version": seen, "reason": "登记错"}, follow=True)
    assert "已撤销" in page.text
    assert not PermitExtension.objects.exists()


def test_only_whoever_keeps_the_project_is_offered_it(client: Client, office: User) -> None:
    step = permit()
    row = extended(step, office)
    mine, other, reader = (factories.user(each) for each in (REPORTER, REPORTER, READER))
    factories.assignment(
        project=step.project, official=factories.official(user=mine), role=Role.LIAISON_OFFICER
    )
    page = f"/projects/{step.project.code}/"
    for user, offered in ((mine, True), (other, False), (reader, False)):
        client.force_login(user)
        text = client.get(page).text
        assert ("登记延期" in text) is offered
        assert (f"/permits/extensions/{row.pk}/correct/" in text) is offered
        assert "登记延期" not in client.get(page, {"as_of": "2024-10-14"}).text
    assert client.get(f"/permits/{step.pk}/extend/").status_code == 403
    client.force_login(other)
    refused = client.post(f"/permits/{step.pk}/extend/", posted(step, document="延2号"))
    assert "不由您或您的单位负责" in refused.text
    assert PermitExtension.objects.count() == 1


# Elsewhere


def test_project_page_brief_and_work_tell_of_it(desk: Client) -> None:
    step = permit()
    code = step.project.code
    assert "还有 8 个工作日" in desk.get(f"/projects/{code}/").text
    assert "有效期至 2024-10-25，还有 8 个工作日" in desk.get(f"/projects/{code}/brief/").text
    work = desk.get("/admin/").text
    assert "将到期的手续：1 项" in work


def test_api_rows_as_of_and_narrowed(desk: Client, office: User) -> None:
    step = permit()
    row = extended(step, office)
    permit("环评批复", permit=PermitKind.EIA)
    found = desk.get("/api/v1/permits/", {"kind": "construction"}).json()
    assert found["count"] == 1
    [one] = found["results"]
    assert one["project"] == {"code": step.project.code, "name": step.project.name}
    assert (one["valid_until"], one["state"]) == ("2025-01-25", "valid")
    assert [each["id"] for each in one["extensions"]] == [row.pk]
    then = desk.get("/api/v1/permits/", {"as_of": "2024-10-10", "project": step.project.code})
    [before] = then.json()["results"]
    assert (before["valid_until"], before["workdays_left"]) == ("2024-10-25", 12)
    assert desk.get("/api/v1/permits/", {"state": "x"}).status_code == 400
    [milestone] = desk.get("/api/v1/milestones/", {"project": step.project.code}).json()["results"]
    assert (milestone["permit"], milestone["permit_label"]) == ("construction", "施工许可")
    assert milestone["valid_until"] is None


def test_rulebook_words_the_rule_only_where_it_is_in_force(desk: Client) -> None:
    assert "手续失效" not in desk.get("/rules/").text
    RuleSet.objects.create(
        version=2, effective_from=date(2024, 10, 1), note="判", permit_yellow_workdays=20
    )
    text = desk.get("/rules/").text
    assert "20 个工作日内到期" in text
    assert "手续将到期黄灯（工作日）：未启用 → 20" in text
    assert "手续失效" not in desk.get("/rules/", {"as_of": "2024-09-30"}).text


def test_a_new_version_is_offered_with_30_and_tried(desk: Client) -> None:
    permit("失效的", actual_finish=date(2024, 7, 1), planned_finish=date(2024, 7, 1))
    page = desk.get("/admin/reports/ruleset/add/")
    assert page.context["adminform"].form.initial["permit_yellow_workdays"] == 30
    fields = page.context["adminform"].form.initial
    data = {name: value for name, value in fields.items() if value is not None}
    tried = desk.post("/admin/reports/ruleset/add/", data | {"note": "判手续", "_try": "1"})
    assert "已失效 14 天" in tried.text


def test_notices_come_once_a_turn_and_only_under_the_rule(office: User) -> None:
    step = permit()
    assert tell_permits(TODAY) == 0
    RuleSet.objects.create(
        version=2, effective_from=date(2024, 9, 1), note="判", permit_yellow_workdays=30
    )
    lead, liaison = (factories.user(READER) for _ in range(2))
    for user, role in ((lead, Role.LEAD_OFFICIAL), (liaison, Role.LIAISON_OFFICER)):
        factories.assignment(
            project=step.project, official=factories.official(user=user), role=role
        )

    def told(day: date) -> set[str]:
        with on_date(day):
            tell_permits(day)
            tell_permits(day)
        found = Notice.objects.filter(kind="permit_lapse")
        people = {each.recipient.username for each in found.select_related("recipient")}
        found.delete() if day < date(2024, 10, 1) else None
        return people

    both = {office.username, liaison.username}
    assert told(date(2024, 9, 2)) == set()
    assert told(date(2024, 9, 12)) == both
    assert told(date(2024, 10, 14)) == both
    assert Notice.objects.filter(kind="permit_lapse").count() == 2
    assert "最晚 2024-10-25 申请" in Notice.objects.filter(kind="permit_lapse")[0].text
    assert told(date(2024, 10, 26)) == {*both, lead.username}
    assert Notice.objects.filter(kind="permit_lapse").count() == 5
