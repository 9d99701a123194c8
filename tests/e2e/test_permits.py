"""A permit extended from the project's page, refused, corrected, withdrawn; the list and its file."""

from datetime import date

from playwright.sync_api import Page, expect

from kuancheng.access.roles import REVIEWER
from projects.choices import PermitKind, Phase
from projects.models import PermitExtension
from tests import factories
from tests.e2e.browser import sign_in


def test_a_permit_is_extended_corrected_withdrawn_and_listed(page: Page) -> None:
    project = factories.project(name="示例延期园", actual_start=None)
    factories.milestone(
        project=project,
        name="施工许可证",
        phase=Phase.PERMIT,
        permit=PermitKind.CONSTRUCTION,
        actual_finish=date(2024, 7, 25),
    )
    sign_in(page, factories.user(REVIEWER))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/projects/{project.code}/")
    page.get_by_role("link", name="登记延期").click()
    page.get_by_label("延期文号").fill("示例延〔2024〕1号")
    page.get_by_label("申请日期").fill("2024-10-08")
    page.get_by_label("批准日期").fill("2024-10-11")
    page.get_by_label("延期至").fill("2025-02-25")
    page.get_by_role("button", name="登记延期").click()
    expect(page.get_by_text("最晚到 2025-01-25")).to_be_visible()
    assert not PermitExtension.objects.exists()
    page.get_by_label("延期至").fill("2025-01-25")
    page.get_by_role("button", name="登记延期").click()
    expect(page.get_by_text("已登记：施工许可证延期至 2025-01-25")).to_be_visible()
    page.get_by_role("link", name="更正", exact=True).click()
    page.get_by_label("延期至").fill("2025-01-20")
    page.get_by_label("更正原因").fill("看错")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("已更正：施工许可证延期至 2025-01-20")).to_be_visible()
    assert PermitExtension.objects.get().until == date(2025, 1, 20)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/permits/")
    page.get_by_label("状态").select_option("valid")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text("延至 2025-01-20")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename == "手续有效期-2024-10-15（内部）.xlsx"
    page.get_by_role("link", name="撤销", exact=True).click()
    page.get_by_label("撤销原因").fill("登记错了")
    page.get_by_role("button", name="撤销延期").click()
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert not PermitExtension.objects.exists()
