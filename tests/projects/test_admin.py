"""The project's form in the admin: what it saves, what it refuses, and what two authors get."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from investment.models import OpeningFigure
from kuancheng.access.roles import REVIEWER
from projects.choices import Role, Standing
from projects.models import Assignment, Milestone, Project
from projects.services import save_parts, save_project
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

ADD = "/admin/projects/project/add/"


@pytest.fixture
def reviewer(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER, full_name="复核员"))
    return client


def change_url(project: Project) -> str:
    return reverse("admin:projects_project_change", args=[project.pk])


def row(prefix: str, index: int, **values: Any) -> dict[str, Any]:
    """One more row of an inline."""
    return {f"{prefix}-TOTAL_FORMS": str(index + 1)} | {
        f"{prefix}-{index}-{name}": value for name, value in values.items()
    }


def test_saving_an_untouched_form_changes_nothing(reviewer: Client) -> None:
    project = factories.project(aliases=["老粮库", "二号仓"])
    factories.milestone(project=project)
    posted = form_values(reviewer.get(change_url(project)))
    assert reviewer.post(change_url(project), posted).status_code == 302
    project.refresh_from_db()
    assert project.version == 1
    assert project.aliases == ["老粮库", "二号仓"]


def test_new_project_without_a_code_is_numbered(reviewer: Client) -> None:
    posted = form_values(reviewer.get(ADD)) | {
        "name": "新粮仓",
        "stage": "preparation",
        "aliases": " 老粮库 \n\n二号仓",
    }
    assert reviewer.post(ADD, posted).status_code == 302
    project = Project.objects.get(name="新粮仓")
    assert project.code == "KC-0001"
    assert project.aliases == ["老粮库", "二号仓"]
    assert project.history.get().history_user.full_name == "复核员"


def test_code_is_not_changed_afterwards(reviewer: Client) -> None:
    project = factories.project(code="T-1")
    posted = form_values(reviewer.get(change_url(project)))
    assert "code" not in posted
    reviewer.post(change_url(project), posted | {"code": "T-2", "name": "改名"})
    project.refresh_from_db()
    assert (project.code, project.name) == ("T-1", "改名")


def test_projects_are_not_deleted(reviewer: Client) -> None:
    project = factories.project()
    page = reviewer.get(change_url(project))
    assert "项目不删除" in page.content.decode()
    assert "deletelink" not in page.content.decode()
    delete = reverse("admin:projects_project_delete", args=[project.pk])
    assert reviewer.post(delete, {"post": "yes"}).status_code == 403
    actions = reviewer.post(
        "/admin/projects/project/",
        {"action": "delete_selected", "_selected_action": [project.pk], "post": "yes"},
    )
    assert actions.status_code in {200, 302}
    assert Project.objects.filter(pk=project.pk).exists()


def test_rows_of_all_inlines_are_saved_as_one_change(reviewer: Client) -> None:
    project = save_project(
        project=Project(name="粮仓", stage="construction"), actor=factories.system()
    )
    lead = factories.official(name="张三")
    posted = form_values(reviewer.get(change_url(project)))
    posted |= row(
        "milestones", 0, order="1", phase="permit", name="立项", unit="working", weight="1"
    )
    posted |= row(
        "assignments", 0, role=Role.LEAD_OFFICIAL, official=str(lead.pk), since="2024-01-01"
    )
    posted |= row("opening_figures", 0, month="2023-12", completed="1200", note="统计核定")
    assert reviewer.post(change_url(project), posted).status_code == 302
    project.refresh_from_db()
    assert project.version == 2
    assert project.milestones.get().name == "立项"
    assert project.assignments.get().official == lead
    assert OpeningFigure.objects.get(project=project).completed == Decimal(1200)


def test_lead_is_replaced_in_one_save(reviewer: Client) -> None:
    project = factories.project()
    old = factories.assignment(project=project, official=factories.official(name="前任"))
    new = factories.official(name="新任")
    posted = form_values(reviewer.get(change_url(project)))
    posted["assignments-0-until"] = "2024-06-30"
    posted |= row(
        "assignments", 1, role=Role.LEAD_OFFICIAL, official=str(new.pk), since="2024-07-01"
    )
    refused = reviewer.post(change_url(project), posted)
    assert "请同时填写“止任原因”" in refused.text
    posted["assignments-0-end_reason"] = "分工调整"
    assert reviewer.post(change_url(project), posted).status_code == 302
    old.refresh_from_db()
    assert old.until == date(2024, 6, 30)
    assert Assignment.objects.get(until=None).official == new


def test_second_current_lead_is_refused_by_the_whole_formset(reviewer: Client) -> None:
    project = factories.project()
    factories.assignment(project=project, official=factories.official())
    posted = form_values(reviewer.get(change_url(project)))
    posted |= row(
        "assignments",
        1,
        role=Role.LEAD_OFFICIAL,
        official=str(factories.official().pk),
        since="2024-07-01",
    )
    page = reviewer.post(change_url(project), posted)
    assert page.status_code == 200
    assert "包保领导同时只能有一位" in page.content.decode()
    assert Assignment.objects.count() == 1


def test_lists_are_read_in_the_projects_form_and_kept_on_their_own_page(reviewer: Client) -> None:
    project, other = factories.project(), str(factories.programme().pk)
    programme = factories.programme(project)
    page = reviewer.get(change_url(project)).content.decode()
    assert f"/programmes/{programme.code}/" in page
    posted = form_values(reviewer.get(change_url(project)))
    posted |= row("listings", 0, programme=other, number="9", since="2024-05-01")
    posted |= row("listings", 1, programme=other, number="2", since="2024-05-01")
    assert reviewer.post(change_url(project), posted).status_code == 302
    stay = project.listings.get()
    assert (stay.programme, stay.number, stay.since) == (programme, 1, date(2024, 1, 1))


def test_plans_are_read_in_the_projects_form_and_changed_on_their_own_page(
    reviewer: Client,
) -> None:
    project = factories.project()
    plan = factories.annual_plan(project=project)
    page = reviewer.get(change_url(project)).content.decode()
    assert f"/admin/investment/annualplan/{plan.pk}/change/" in page
    posted = form_values(reviewer.get(change_url(project)))
    posted |= row("annual_plans", 0, id=str(plan.pk), year="2024", amount="1")
    posted |= row("annual_plans", 1, year="2025", amount="2")
    assert reviewer.post(change_url(project), posted).status_code == 302
    assert [each.amount for each in project.annual_plans.all()] == [1000]


def test_impossible_values_are_told_in_chinese(reviewer: Client) -> None:
    project = factories.project()
    posted = form_values(reviewer.get(change_url(project))) | {
        "total_investment": "-1",
        "planned_start": "2024-02-31",
        "national_code": "12345",
        "name": "粮\x00仓",
    }
    page = reviewer.post(change_url(project), posted).content.decode()
    assert "金额不能为负数" in page
    assert "2024-02-31" in page
    assert "国家项目代码应形如" in page
    project.refresh_from_db()
    assert project.version == 1


class TestTwoAuthors:
    """The second is told who changed what, and keeps what he typed."""

    @pytest.fixture
    def project(self) -> Project:
        made = Project(name="粮仓", stage="construction", total_investment=Decimal(5000))
        return save_project(project=made, actor=factories.system())

    @pytest.fixture
    def other(self) -> Any:
        return factories.user(REVIEWER, full_name="李四")

    def test_second_author_is_told_and_keeps_his_text(
        self, reviewer: Client, project: Project, other: Any
    ) -> None:
        posted = form_values(reviewer.get(change_url(project)))
        first = Project.objects.get(pk=project.pk)
        first.standing = Standing.DEFERRED
        save_project(project=first, actor=other, approved=True)

        posted |= {"scope": "我写的内容"}
        posted |= row("milestones", 0, order="1", phase="permit", name="我的节点", weight="1")
        page = reviewer.post(change_url(project), posted)
        text = page.content.decode()
        assert page.status_code == 200
        assert "没有保存" in text
        assert "李四：状态由“正常”改为“暂缓”" in text
        again = form_values(page)
        assert again["scope"] == "我写的内容"
        assert again["milestones-0-name"] == "我的节点"
        assert not Milestone.objects.exists()

    def test_second_press_saves_knowingly(
        self, reviewer: Client, project: Project, other: Any
    ) -> None:
        posted = form_values(reviewer.get(change_url(project)))
        first = Project.objects.get(pk=project.pk)
        first.scope = "别人的内容"
        save_project(project=first, actor=other)

        again = form_values(reviewer.post(change_url(project), posted | {"scope": "我的内容"}))
        assert reviewer.post(change_url(project), again).status_code == 302
        project.refresh_from_db()
        assert project.scope == "我的内容"
        assert project.version == 3

    def test_change_of_a_row_makes_the_form_stale_too(
        self, reviewer: Client, project: Project, other: Any
    ) -> None:
        posted = form_values(reviewer.get(change_url(project)))
        step = Milestone(project=project, phase="permit", name="环评")
        save_parts(project=project, saved=[step], actor=other)
        page = reviewer.post(change_url(project), posted)
        assert "李四：新增节点“环评”" in page.content.decode()

    def test_row_deleted_by_the_other_comes_back_as_a_new_one(
        self, reviewer: Client, project: Project, other: Any
    ) -> None:
        steps = [Milestone(project=project, phase="permit", name=name) for name in ("甲", "乙")]
        save_parts(project=project, saved=steps, actor=factories.system())
        posted = form_values(reviewer.get(change_url(project)))
        save_parts(project=project, deleted=[steps[0]], actor=other)

        page = reviewer.post(change_url(project), posted | {"milestones-0-note": "我的说明"})
        assert "李四：删除节点“甲”" in page.content.decode()
        assert reviewer.post(change_url(project), form_values(page)).status_code == 302
        kept = project.milestones.order_by("name").values_list("name", "note")
        assert sorted(kept) == [("乙", ""), ("甲", "我的说明")]

    def test_form_without_a_version_is_refused(self, reviewer: Client, project: Project) -> None:
        posted = form_values(reviewer.get(change_url(project)))
        for version in ("", "abc"):
            page = reviewer.post(
                change_url(project), posted | {"name": "改名", "seen_version": version}
            )
            assert page.status_code == 200
        project.refresh_from_db()
        assert project.name == "粮仓"

    @pytest.mark.parametrize(
        "error", [ValidationError("不行"), IntegrityError("duplicate")], ids=["rule", "race"]
    )
    def test_refusal_after_the_check_gives_the_form_back(
        self,
        reviewer: Client,
        project: Project,
        error: Exception,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(**arguments: Any) -> None:
            raise error

        monkeypatch.setattr("projects.admin.project.page.save_parts", refuse)
        posted = form_values(reviewer.get(change_url(project)))
        page = reviewer.post(change_url(project), posted | {"scope": "我的内容"})
        assert page.status_code == 200
        assert form_values(page)["scope"] == "我的内容"
        project.refresh_from_db()
        assert project.scope == ""


def test_history_tells_who_changed_what(reviewer: Client) -> None:
    project = save_project(project=Project(name="粮仓", stage="started"), actor=factories.system())
    project.name = "新粮仓"
    save_project(project=project, actor=factories.user(REVIEWER, full_name="王五"))
    page = reviewer.get(reverse("admin:projects_project_history", args=[project.pk]))
    text = page.content.decode()
    assert page.status_code == 200
    for told in ("王五", "名称", "粮仓", "新粮仓"):
        assert told in text


def test_reports_filed_meanwhile_do_not_make_the_form_stale(reviewer: Client) -> None:
    project = save_project(project=Project(name="粮仓", stage="started"), actor=factories.system())
    posted = form_values(reviewer.get(change_url(project)))
    factories.status_report(project=project)
    project.name = "改名"
    save_project(project=project, actor=factories.system())
    told = reviewer.post(change_url(project), posted).content.decode()
    assert "名称由" in told
    assert "进展填报“" not in told
