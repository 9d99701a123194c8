"""The office's template: begun with, sent, refused, seen filled, withdrawn; the standard page printed."""

from pathlib import Path

from playwright.sync_api import Page, expect

from kuancheng.access.roles import REVIEWER
from kuancheng.documents.models import OfficeTemplate
from tests import factories
from tests.documents.templates import LINES, template
from tests.e2e.browser import sign_in
from tests.e2e.paper import A4_UPRIGHT, sheets, smallest_text


def test_a_template_is_begun_sent_seen_and_withdrawn(page: Page, tmp_path: Path) -> None:
    sign_in(page, factories.user(REVIEWER))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/documents/templates/")
    assert _named(page, "下载起始模板") == "公文模板.docx"
    wrong = tmp_path / "督办单.docx"
    wrong.write_bytes(template([*LINES, "{{经办人}}"]))
    page.get_by_label("文种").select_option("order")
    page.get_by_label("Word 文件").set_input_files(wrong)
    page.get_by_role("button", name="检查并启用").click()
    expect(page.get_by_text("没有“经办人”这个字段")).to_be_visible()
    assert not OfficeTemplate.objects.exists()
    wrong.write_bytes(template())
    page.get_by_label("Word 文件").set_input_files(wrong)
    page.get_by_role("button", name="检查并启用").click()
    expect(page.get_by_text("已启用：交办单、催办单、督办单模板第 1 版")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    assert _named(page, "样张 ：交办单") == "交办单、催办单、督办单模板第 1 版-样张.docx"
    assert _named(page, "第 1 版（督办单.docx）") == "督办单.docx"
    page.get_by_role("link", name="停用").click()
    page.get_by_label("停用原因").fill("红头换了")
    page.get_by_role("button", name="停用").click()
    expect(page.get_by_text("停用：红头换了")).to_be_visible()
    assert OfficeTemplate.objects.get().withdrawal_reason == "红头换了"


def test_standard_page_is_printed_on_a4_with_its_numbers(page: Page) -> None:
    sign_in(page, factories.user(REVIEWER))
    page.goto("/documents/templates/")
    page.get_by_role("link", name="看标准版式样张").click()
    assert _named(page, "下载 Word") == "公文样张.docx"
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="打印").click()
    assert page.evaluate("window.printed") is True
    assert sheets(page) == [A4_UPRIGHT] * 3
    size, text = smallest_text(page, 156, 225)
    assert size >= 8, text


def _named(page: Page, link: str) -> str:
    """The name of the file behind a link."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).first.click()
    return download.value.suggested_filename
