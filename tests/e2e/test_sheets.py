"""Excel both ways, in a real browser: download, edit, upload, preview, import."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.sheets import services
from kuancheng.sheets.admin import XLSX
from kuancheng.sheets.models import sheet_storage
from projects.choices import Role
from projects.models import Project
from tests import factories
from tests.e2e.browser import overflow, sign_in
from tests.jobs.processes import worker

CARD = "#kind-register"


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(sheet_storage()), "location", str(tmp_path))
    monkeypatch.setitem(vars(sheet_storage()), "base_location", str(tmp_path))


@pytest.fixture
def clerk(live_server: object) -> User:
    return factories.user(REPORTER, full_name="填报员")


@pytest.fixture
def project(clerk: User) -> Project:
    made = factories.project(code="T-1", name="示例冷库")
    liaison = factories.official(user=clerk)
    factories.assignment(project=made, official=liaison, role=Role.LIAISON_OFFICER)
    return made


def export(page: Page) -> Any:
    page.goto("/admin/projects/project/")
    page.get_by_role("link", name="Excel 导入导出").click()
    with page.expect_download() as download:
        page.locator(CARD).get_by_role("button", name="导出").click()
    return load_workbook(BytesIO(download.value.path().read_bytes()))


def upload(page: Page, book: Any, name: str) -> None:
    stream = BytesIO()
    book.save(stream)
    file: FilePayload = {"name": name, "mimeType": XLSX, "buffer": stream.getvalue()}
    page.locator(CARD).get_by_label("Excel 文件").set_input_files(file)
    page.locator(CARD).get_by_role("button", name="上传并检查").click()


def cell(book: Any, heading: str) -> Any:
    sheet = book["重点项目"]
    column = next(each.column for each in sheet[1] if each.value == heading)
    return sheet.cell(2, column)


def test_clerk_exports_edits_and_imports(page: Page, clerk: User, project: Project) -> None:
    sign_in(page, clerk)
    book = export(page)
    cell(book, "计划总投资（万元）").value = "很多"
    upload(page, book, "登记.xlsx")
    expect(page.get_by_text("有 1 行有误，没有写入任何一行")).to_be_visible()
    expect(page.get_by_text("“很多”不是数字")).to_be_visible()
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)

    page.get_by_role("link", name="返回 Excel 导入导出").click()
    cell(book, "计划总投资（万元）").value = "１２，０００"
    cell(book, "建设地点").value = "北三环 1 号"
    upload(page, book, "登记.xlsx")
    row = page.get_by_role("row").filter(has_text="示例冷库")
    expect(row).to_contain_text("10,000 → 12,000")
    expect(row).to_contain_text("须第二人审核")
    expect(row).to_contain_text("北三环 1 号")
    page.get_by_role("button", name="确认导入（1 行）").click()
    expect(page.get_by_text("已导入：新增 0 行，变更 1 行")).to_be_visible()
    expect(page.get_by_text("另提出 1 份变更申请，待第二人审核")).to_be_visible()
    project.refresh_from_db()
    assert (project.total_investment, project.address) == (10_000, "北三环 1 号")

    page.get_by_role("link", name="返回 Excel 导入导出").click()
    upload(page, export(page), "再导.xlsx")
    expect(page.get_by_text("全部 1 行与系统里一致")).to_be_visible()


def test_pages_fit_a_phone(phone: Page, clerk: User, project: Project) -> None:
    sign_in(phone, clerk)
    book = export(phone)
    assert overflow(phone) == 0
    cell(book, "建设内容及规模").value = "新建冷库" * 60
    cell(book, "状态").value = "没有这种状态"
    upload(phone, book, "登记.xlsx")
    expect(phone.get_by_text("没有“没有这种状态”")).to_be_visible()
    assert overflow(phone) == 0


def test_long_import_is_followed_without_javascript(
    plain: Page, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 0)
    sign_in(plain, factories.user(REVIEWER))
    book = export(plain)
    cell(book, "项目名称").value = "示例大冷库"
    upload(plain, book, "登记.xlsx")
    expect(plain.get_by_text("请系统管理员启动 manage.py work")).to_be_visible()
    with worker():
        plain.get_by_role("button", name="确认导入（1 行）").click(timeout=20_000)
        expect(plain.get_by_text("已导入：新增 0 行，变更 1 行")).to_be_visible(timeout=20_000)
