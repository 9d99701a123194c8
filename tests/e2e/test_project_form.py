"""The project's form in a real browser: tabs, rows with labels, and what is saved."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REVIEWER
from projects.models import Project
from tests import factories
from tests.e2e.browser import DESK, PHONE, overflow, sign_in, violations

LONG_NAME = "浸出车间及精炼车间主体结构封顶并通过分部验收"


@pytest.fixture
def office(live_server: object) -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def project(office: User) -> Project:
    made = factories.project(name="示例冷库", code="T-LK")
    factories.assignment(project=made, official=factories.official(name="示例领导"))
    factories.annual_plan(project=made)
    for order, name in enumerate(("备案", LONG_NAME, "验收"), 1):
        factories.milestone(
            project=made,
            order=order,
            name=name,
            agency=factories.agency(),
            planned_finish=date(2025, 5, order),
        )
    return made


def form_of(project: Project) -> str:
    return f"/admin/projects/project/{project.pk}/change/"


def test_parts_are_tabs_by_keyboard(page: Page, office: User, project: Project) -> None:
    sign_in(page, office)
    page.goto(form_of(project))
    tab = {name: page.get_by_role("tab", name=name) for name in ("基本", "责任", "节点", "投资")}
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    expect(tab["基本"]).to_have_attribute("aria-selected", "true")
    tab["基本"].focus()
    page.keyboard.press("ArrowRight")
    expect(tab["责任"]).to_be_focused()
    expect(page.get_by_role("tabpanel", name="责任")).to_be_visible()
    expect(page.get_by_label("建设地点")).to_be_hidden()
    page.keyboard.press("End")
    expect(tab["投资"]).to_be_focused()
    expect(page.get_by_label("计划总投资")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(tab["基本"]).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    expect(page.locator("#id_name")).to_be_focused()
    tab["节点"].click()
    expect(page.locator("#id_milestones-1-name")).to_have_value(LONG_NAME)
    assert page.url.endswith("#tab-steps")
    page.reload()
    expect(tab["节点"]).to_have_attribute("aria-selected", "true")
    page.goto("/admin/")
    page.goto(f"{form_of(project)}#milestones-group")
    expect(page.locator("#id_milestones-0-name")).to_be_visible()


def test_tab_with_an_error_is_marked_and_opened(page: Page, office: User, project: Project) -> None:
    sign_in(page, office)
    page.goto(form_of(project))
    page.get_by_label("建设地点").fill("北三环 1 号")
    page.get_by_role("tab", name="节点").click()
    page.locator("#id_milestones-0-planned_start").fill("五月")
    page.get_by_role("tab", name="基本").click()
    page.get_by_role("button", name="保存", exact=True).click()
    wrong = page.get_by_role("tab", name="节点 有误 1 处")
    expect(wrong).to_have_attribute("aria-selected", "true")
    expect(page.locator("#id_milestones-0-planned_start")).to_be_focused()
    expect(page).to_have_title("有误：示例冷库 | 修改重点项目 | 重点项目调度系统")
    page.locator("#id_milestones-0-planned_start").fill("2025-04-20")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible()
    project.refresh_from_db()
    assert project.address == "北三环 1 号"
    assert project.milestones.get(order=1).planned_start == date(2025, 4, 20)


def test_rows_are_added_and_deleted(page: Page, office: User, project: Project) -> None:
    sign_in(page, office)
    page.goto(f"{form_of(project)}#tab-steps")
    page.get_by_role("button", name="再加一行节点").click()
    row = page.locator("#milestones-3")
    row.get_by_label("序", exact=True).fill("4")
    row.get_by_label("节点", exact=True).fill("投产")
    row.get_by_label("阶段").select_option(label="竣工验收")
    page.locator("#milestones-0").get_by_label("删除").check()
    page.get_by_role("button", name="保存并继续修改").click()
    expect(page.locator(".messagelist")).to_be_visible()
    names = list(project.milestones.order_by("order").values_list("name", flat=True))
    assert names == [LONG_NAME, "验收", "投产"]


def test_plan_of_a_year_is_opened_from_its_row(page: Page, office: User, project: Project) -> None:
    sign_in(page, office)
    page.goto(f"{form_of(project)}#tab-money")
    page.get_by_role("link", name="打开：").click()
    expect(page).to_have_url(
        f"/admin/investment/annualplan/{project.annual_plans.get().pk}/change/"
    )


def test_without_scripts_all_parts_stand_below_each_other(
    plain: Page, office: User, project: Project
) -> None:
    sign_in(plain, office)
    plain.goto(form_of(project))
    for label in ("建设地点", "计划总投资", "计划开工"):
        expect(plain.get_by_label(label)).to_be_visible()
    expect(plain.locator("#id_milestones-2-name")).to_be_visible()
    expect(plain.get_by_role("heading", name="责任", exact=True)).to_be_visible()
    plain.get_by_role("link", name="投资").click()
    assert plain.url.endswith("#tab-money")
    plain.get_by_label("建设地点").fill("北三环 1 号")
    plain.get_by_role("button", name="保存", exact=True).click()
    expect(plain.locator(".messagelist")).to_be_visible()
    project.refresh_from_db()
    assert project.address == "北三环 1 号"


@pytest.mark.parametrize("role", [REVIEWER, READER])
def test_every_part_is_labelled_and_fits(page: Page, project: Project, role: str) -> None:
    """The whole page with its first part, and of the others what they bring."""
    sign_in(page, factories.user(role))
    page.goto(form_of(project))
    for viewport in (DESK, PHONE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for name in ("基本", "责任", "节点", "投资"):
            page.get_by_role("tab", name=name).click()
            part = "html" if name == "基本" else "[role=tabpanel]:not([hidden])"
            assert violations(page, part) == {}, name
            assert overflow(page) == 0, name
    page.get_by_role("tab", name="节点").click()
    first, second = (page.locator(f"#milestones-{each}").bounding_box() for each in (0, 1))
    assert first
    assert second
    assert first["y"] + first["height"] < second["y"]
