"""A project's plan in a real browser: every button of its pages, and what the database says after."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.roles import REVIEWER
from projects.choices import Phase, ReplanReason
from projects.models import (
    Baseline,
    CalendarDay,
    Milestone,
    Project,
    ScheduleTemplate,
    TemplateStep,
)
from projects.services.planning import propose_plan, save_template
from tests import factories
from tests.e2e.browser import overflow, sign_in
from tests.second import let_through

PROMISE = date(2025, 6, 30)


@pytest.fixture
def project(live_server: object) -> Project:
    """Ten calendar days from 15 October 2024, then five, and its permit."""
    made = factories.project(code="T-1", name="示例粮仓", planned_completion=PROMISE)
    plain = {"project": made, "unit": "calendar"}
    factories.milestone(
        **plain, order=1, name="施工许可证", duration=10, planned_finish=date(2024, 10, 24)
    )
    factories.milestone(
        **plain, order=2, name="主体", duration=5, after="1", planned_finish=date(2024, 10, 29)
    )
    return made


@pytest.fixture
def template(live_server: object) -> ScheduleTemplate:
    """备案 → 施工许可证 → 验收."""
    made = ScheduleTemplate(code="record-filing", name="备案制工业项目")
    steps = [
        TemplateStep(order=1, name="备案", duration=3),
        TemplateStep(order=2, name="施工许可证", duration=10, after="1"),
        TemplateStep(order=3, name="验收", duration=7, after="2"),
    ]
    for step in steps:
        step.phase, step.unit = Phase.PERMIT, "calendar"
    save_template(template=made, saved=steps, actor=factories.system())
    return made


def milestones(project: Project) -> list[tuple[int, str, str, date | None]]:
    found = project.milestones.order_by("order")
    return list(found.values_list("order", "name", "after", "planned_finish"))


def put_forward(project: Project) -> Baseline:
    """The second step to 8 November, by a colleague."""
    step = project.milestones.get(order=2)
    return propose_plan(
        project=project,
        days={step.pk: (date(2024, 11, 4), date(2024, 11, 8))},
        promised_completion=PROMISE,
        reason=ReplanReason.INITIAL,
        note="会议同意",
        seen=factories.seen(project),
        actor=factories.user(REVIEWER),
    )


def test_template_is_previewed_and_saved_without_what_is_there(
    page: Page, project: Project, template: ScheduleTemplate
) -> None:
    sign_in(page, factories.user(REVIEWER))
    page.goto(f"/admin/projects/project/{project.pk}/change/")
    page.get_by_role("link", name="套用流程模板").click()
    expect(page.get_by_role("button", name="保存到项目")).to_have_count(0)
    page.get_by_label("流程模板").select_option(label="备案制工业项目")
    page.get_by_label("按最早（顺排）").check()
    page.get_by_role("button", name="预览").click()
    permit = page.get_by_label("加入“施工许可证”")
    expect(permit).not_to_be_checked()
    expect(page.get_by_role("row").filter(has=permit)).to_contain_text("已有同名节点")
    expect(page.get_by_label("加入“备案”")).to_be_checked()
    page.get_by_label("加入“备案”").uncheck()
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_label("加入“备案”")).not_to_be_checked()
    expect(page.get_by_label("按最早（顺排）")).to_be_checked()
    assert len(milestones(project)) == 2
    page.get_by_role("button", name="保存到项目").click()
    expect(page.locator(".messagelist")).to_contain_text("新增 1 个节点")
    # Seven days from 25 October, when the permit is there.
    assert milestones(project) == [
        (1, "施工许可证", "", date(2024, 10, 24)),
        (2, "主体", "1", date(2024, 10, 29)),
        (3, "验收", "1", date(2024, 10, 31)),
    ]


def test_second_step_of_a_name_is_added_knowingly(
    page: Page, project: Project, template: ScheduleTemplate
) -> None:
    sign_in(page, factories.user(REVIEWER))
    page.goto(f"/admin/projects/project/{project.pk}/template/")
    page.get_by_label("流程模板").select_option(label="备案制工业项目")
    page.get_by_role("button", name="预览").click()
    page.get_by_label("加入“施工许可证”").check()
    page.get_by_role("button", name="保存到项目").click()
    expect(page.locator(".messagelist")).to_contain_text("新增 3 个节点")
    assert [name for _, name, _, _ in milestones(project)] == [
        "施工许可证",
        "主体",
        "备案",
        "施工许可证",
        "验收",
    ]


def test_new_plan_is_computed_put_forward_and_approved_by_another(
    page: Page, project: Project
) -> None:
    author = factories.user(REVIEWER)
    sign_in(page, author)
    page.goto(f"/admin/projects/project/{project.pk}/change/")
    page.get_by_role("link", name="提出首份计划").click()
    page.get_by_label("按最早（顺排）").check()
    page.get_by_label("说明").fill("会议同意")
    page.get_by_role("button", name="按此重新计算").click()
    second = project.milestones.get(order=2)
    expect(page.locator(f"#id_finish_{second.pk}")).to_have_value("2024-10-29")
    expect(page.get_by_label("说明")).to_have_value("会议同意")
    assert not Baseline.objects.exists()
    page.locator(f"#id_finish_{second.pk}").fill("2024-11-08")
    page.get_by_role("button", name="提出，待另一人批准").click()
    expect(page.get_by_text("您是提出人，需要另一人批准。")).to_be_visible()
    expect(page.get_by_role("button", name="批准")).to_have_count(0)
    proposal = Baseline.objects.get()
    assert (proposal.author, proposal.number, proposal.note) == (author, None, "会议同意")
    second.refresh_from_db()
    assert second.planned_finish == date(2024, 10, 29)

    page.context.clear_cookies()
    approver = factories.user(REVIEWER)
    sign_in(page, approver)
    page.goto(f"/admin/projects/project/{project.pk}/change/")
    page.get_by_role("button", name="批准").click()
    expect(page.locator(".messagelist")).to_contain_text("已批准，成为基线 1")
    proposal.refresh_from_db()
    second.refresh_from_db()
    assert (proposal.number, proposal.approver) == (1, approver)
    assert second.planned_finish == date(2024, 11, 8)


def test_proposal_is_withdrawn_and_nothing_moves(page: Page, project: Project) -> None:
    put_forward(project)
    sign_in(page, factories.user(REVIEWER))
    page.goto(f"/admin/projects/project/{project.pk}/change/")
    page.get_by_role("button", name="撤回").click()
    expect(page.locator(".messagelist")).to_contain_text("已撤回计划调整")
    assert not Baseline.objects.exists()
    assert project.milestones.get(order=2).planned_finish == date(2024, 10, 29)


def test_calendar_is_read_by_year_and_changed_knowingly(page: Page, project: Project) -> None:
    sign_in(page, factories.user(REVIEWER))
    Milestone.objects.filter(project=project).update(unit="working")
    page.goto("/admin/projects/calendarday/")
    page.get_by_role("link", name="看全年日历").click()
    expect(page.get_by_text("全年工作日")).to_contain_text("251")
    page.get_by_role("link", name=re.compile("2025 年")).click()
    expect(page.get_by_text("全年工作日")).to_contain_text("248")
    page.get_by_role("link", name="日历调整").click()
    page.get_by_role("link", name="新增日历调整").click()
    page.get_by_label("日期").fill("2024-10-16")
    page.get_by_label("说明").fill("停电检修")
    page.get_by_label("变更理由").fill("供电公司停电通知")
    page.locator("[name=_save]").click()
    expect(page.get_by_text("会改变")).to_contain_text("1 个项目")
    page.get_by_role("button", name="返回修改").click()
    expect(page.get_by_label("说明")).to_have_value("停电检修")
    assert not CalendarDay.objects.exists()
    page.locator("[name=_save]").click()
    page.get_by_role("button", name="确认提出").click()
    expect(page.get_by_role("heading", name="2024-10-16 休息")).to_be_visible()
    assert not CalendarDay.objects.exists()
    let_through()
    day = CalendarDay.objects.get()
    assert (day.date, day.works, day.name) == (date(2024, 10, 16), False, "停电检修")
    page.goto("/admin/projects/calendarday/year/2024/")
    expect(page.get_by_title("2024-10-16 休息：停电检修")).to_have_text("16调")
    page.goto(f"/admin/projects/calendarday/{day.pk}/delete/")
    page.locator("[type=submit]").last.click()
    expect(page.get_by_text("删除，恢复法定日历")).to_be_visible()
    let_through()
    assert not CalendarDay.objects.exists()


def test_pages_of_the_plan_fit_a_phone(
    phone: Page, project: Project, template: ScheduleTemplate
) -> None:
    sign_in(phone, factories.user(REVIEWER))
    phone.goto(f"/admin/projects/project/{project.pk}/template/")
    phone.get_by_label("流程模板").select_option(label="备案制工业项目")
    phone.get_by_role("button", name="预览").click()
    expect(phone.get_by_role("button", name="保存到项目")).to_be_visible()
    assert overflow(phone) == 0
    phone.goto(f"/admin/projects/project/{project.pk}/replan/")
    assert overflow(phone) == 0
    phone.goto("/admin/projects/calendarday/year/2024/")
    assert overflow(phone) == 0
