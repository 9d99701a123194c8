"""The clerk's form in a real browser: where the cursor goes, and what a refusal leaves."""

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.choices import Role
from projects.models import PendingUpload, Project
from tests import factories
from tests.e2e.browser import overflow, sign_in, violations
from tests.projects import uploads

ADD = "/admin/investment/statusreport/add/"


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


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "东侧.jpg", tmp_path / "西侧.jpg"]
    for shade, path in enumerate(made):
        path.write_bytes(uploads.picture(colour=(90 * shade, 0, 0)))
    return made


def covered(page: Page) -> list[str]:
    """Walks over the page with Tab; what had the focus under the bar of buttons."""
    found, seen = [], 0
    page.locator("#content").evaluate("content => { content.tabIndex = -1; content.focus(); }")
    while seen < 400:
        page.keyboard.press("Tab")
        seen += 1
        name = page.evaluate(
            """() => {
              const element = document.activeElement, bar = document.querySelector(".submit-row");
              if (!element || element === document.body) return "end";
              if (bar.contains(element)) return "bar";
              const box = element.getBoundingClientRect(), edge = bar.getBoundingClientRect();
              const under = box.bottom > edge.top + 1 && box.top < edge.bottom && box.width > 1;
              return under ? `under: ${element.id || element.outerHTML.slice(0, 80)}` : "";
            }"""
        )
        if name in ("end", "bar"):
            break
        if name:
            found.append(name)
    assert seen > 5
    return found


def test_cursor_goes_to_the_figure_in_question_and_never_to_its_tick(
    page: Page, clerk: User, project: Project
) -> None:
    sign_in(page, clerk)
    page.goto(f"{ADD}?project={project.pk}&month=2024-09")
    figure, percent = page.get_by_label("本月完成投资"), page.get_by_label("形象进度（%）")
    expect(figure).to_be_focused()
    percent.fill("101")
    figure.fill("600")
    page.get_by_role("button", name="保存并提交").click()
    expect(percent).to_be_focused()
    percent.fill("40")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.get_by_label("确认无误")).to_be_visible()
    expect(figure).to_be_focused()
    page.get_by_label("确认无误").check()
    page.get_by_role("button", name="保存并提交").click()
    # What is confirmed is no question any more: the reason is missing.
    expect(page.get_by_label("异常说明")).to_be_focused()
    expect(page.get_by_label("确认无误")).to_be_checked()
    page.get_by_label("异常说明").fill("设备款集中支付。")
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator(".messagelist")).to_contain_text("已提交，等待复核")
    assert StatusReport.objects.get().state == "submitted"


def test_form_without_a_project_begins_with_the_project(
    page: Page, clerk: User, project: Project
) -> None:
    sign_in(page, clerk)
    page.goto(ADD)
    assert "id_project" in page.evaluate(
        "document.activeElement.id || document.activeElement.innerHTML"
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_chosen_photos_survive_a_refusal(
    request: pytest.FixtureRequest,
    clerk: User,
    project: Project,
    photos: list[Path],
    scripts: bool,
) -> None:
    page: Page = request.getfixturevalue("page" if scripts else "plain")
    sign_in(page, clerk)
    page.goto(f"{ADD}?project={project.pk}&month=2024-09")
    page.get_by_label("本月完成投资").fill("6000")
    page.get_by_label("添加照片或文件").set_input_files(photos)
    page.get_by_role("button", name="保存并提交").click()
    waiting = page.locator(".evidence-pending")
    expect(waiting).to_contain_text("暂存的文件 2 个")
    expect(waiting.get_by_label("东侧.jpg")).to_be_checked()
    if scripts:
        assert waiting.locator("img").first.evaluate("image => image.naturalWidth") > 0
        assert violations(page) == {}
    waiting.get_by_label("西侧.jpg").uncheck()
    page.get_by_label("本月完成投资").fill("60")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".messagelist")).to_contain_text("已存为草稿")
    assert [each.name for each in StatusReport.objects.get().evidence.all()] == ["东侧.jpg"]
    assert not PendingUpload.objects.exists()


@pytest.mark.parametrize("height", [500, 640, 900])
def test_nothing_focused_lies_under_the_bar(
    page: Page, clerk: User, project: Project, height: int
) -> None:
    report = factories.status_report(project=project, completed=Decimal(1))
    sign_in(page, clerk)
    page.set_viewport_size({"width": 1440, "height": height})
    page.goto(f"/admin/investment/statusreport/{report.pk}/change/")
    assert covered(page) == []
    sign_in(page, factories.user(REVIEWER))
    page.goto(f"/admin/projects/project/{project.pk}/change/")
    assert covered(page) == []


def test_form_fits_a_phone(phone: Page, clerk: User, project: Project) -> None:
    sign_in(phone, clerk)
    phone.goto(f"{ADD}?project={project.pk}&month=2024-09")
    assert overflow(phone) == 0
