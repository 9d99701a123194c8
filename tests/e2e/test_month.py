"""One month of one project, through every door: clerk, reviewer, manager."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from projects.choices import Role
from projects.models import Project
from projects.services import save_project
from tests import factories
from tests.e2e.browser import sign_in


@pytest.fixture
def clerk(live_server: object) -> User:
    return factories.user(REPORTER, full_name="填报员")


@pytest.fixture
def project(clerk: User) -> Project:
    made = factories.project(name="示例冷库", code="T-LK", total_investment=Decimal(5_000))
    factories.annual_plan(project=made, amount=Decimal(1_000))
    liaison = factories.official(user=clerk)
    factories.assignment(project=made, official=liaison, role=Role.LIAISON_OFFICER)
    return made


def test_a_month_from_the_clerk_to_the_manager(page: Page, clerk: User, project: Project) -> None:
    sign_in(page, clerk)
    page.goto("/admin/")
    page.get_by_role("link", name="示例冷库").first.click()
    expect(page.get_by_label("月份")).to_have_value("2024-09")
    page.get_by_label("本月完成投资").fill("6000")
    page.get_by_label("形象进度描述").fill("冷库主体封顶。")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.get_by_text("超过计划总投资 5,000.00 万元")).to_be_visible()
    expect(page.get_by_label("本月完成投资")).to_be_focused()
    expect(page.get_by_label("形象进度描述")).to_have_value("冷库主体封顶。")
    page.get_by_label("本月完成投资").fill("600")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.get_by_text("本月计划 130 万元，超过计划的 3 倍")).to_be_visible()
    page.get_by_label("确认无误").check()
    page.get_by_label("异常说明").fill("设备款集中支付。")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator(".messagelist")).to_contain_text("提交")

    page.context.clear_cookies()
    sign_in(page, factories.user(REVIEWER))
    page.goto("/admin/investment/statusreport/?state__exact=submitted")
    page.get_by_role("row").filter(has_text="示例冷库").get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(label="复核通过所选填报")
    page.get_by_role("button", name="执行").click()
    expect(page.locator(".messagelist")).to_contain_text("1")

    page.context.clear_cookies()
    sign_in(page, factories.user(READER, is_staff=False))
    page.goto("/")
    row = page.get_by_role("row").filter(has_text="示例冷库")
    expect(row).to_contain_text("60.0%")
    expect(row).to_contain_text("−22.0")


def test_the_second_of_two_authors_is_told_and_loses_nothing(
    page: Page, clerk: User, project: Project
) -> None:
    sign_in(page, clerk)
    page.goto(f"/admin/projects/project/{project.pk}/change/")
    page.get_by_label("建设地点").fill("北三环 1 号")
    project.stage = "completed"
    save_project(project=project, actor=factories.user(REVIEWER, full_name="李四"))
    page.get_by_role("button", name="保存", exact=True).click()
    error = page.locator(".errornote, .errorlist").first
    expect(page.get_by_text("李四").first).to_be_visible()
    expect(error).to_be_visible()
    expect(page.get_by_label("建设地点")).to_have_value("北三环 1 号")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page).to_have_url("/admin/projects/project/")
    project.refresh_from_db()
    assert project.address == "北三环 1 号"


def test_the_list_and_its_filters_work_without_javascript(plain: Page, project: Project) -> None:
    factories.status_report(
        project=project, completed=Decimal(10), state="approved", month=date(2024, 9, 1)
    )
    factories.project(name="别的项目")
    sign_in(plain, factories.user(READER, is_staff=False))
    plain.goto("/")
    expect(plain.get_by_role("link", name="别的项目")).to_be_visible()
    plain.get_by_role("searchbox", name="搜索", exact=True).fill("sllk")
    plain.get_by_role("button", name="查找").click()
    expect(plain.get_by_role("link", name="示例冷库")).to_be_visible()
    expect(plain.get_by_role("link", name="别的项目")).to_have_count(0)
    plain.get_by_role("link", name="差距").click()
    expect(plain.get_by_role("link", name="示例冷库")).to_be_visible()
    assert "ordering=gap" in plain.url
    assert "search=sllk" in plain.url
