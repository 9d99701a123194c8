"""A project joins a list, leaves it, comes back, is corrected and struck, in a browser."""

from datetime import date

from playwright.sync_api import Page, expect

from kuancheng.access.roles import REVIEWER
from projects.models import Listing
from tests import factories
from tests.e2e.browser import let_through, sign_in


def test_projects_are_added_taken_off_corrected_and_taken_back(page: Page) -> None:
    factories.project(code="T-1", name="示例园一")
    factories.programme(factories.project(code="T-2", name="示例园二"), code="kc-2024")

    def stays(code: str) -> list[tuple[date, date | None]]:
        return list(Listing.objects.filter(project__code=code).values_list("since", "until"))

    author, second = factories.user(REVIEWER), factories.user(REVIEWER)
    sign_in(page, author)
    page.goto("/programmes/")
    page.get_by_role("link", name="示例清单").click()
    page.get_by_role("link", name="增补项目").click()
    page.get_by_label("T-1 示例园一").check()
    page.get_by_label("列入日期").fill("2024-08-01")
    page.get_by_label("列入文号").fill("宽重点办〔2024〕9号")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("1 个，1.00 亿元").first).to_be_visible()
    page.get_by_role("button", name="返回修改").click()
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="提出申请：列入 1 个").click()
    let_through(page, author, second)
    page.goto("/programmes/kc-2024/")
    assert stays("T-1") == [(date(2024, 8, 1), None)]

    page.get_by_role("link", name="调出 示例园二").click()
    page.get_by_label("最后一天").fill("2024-09-30")
    page.get_by_label("调出原因").select_option("withdrawn")
    page.get_by_label("调出文号").fill("宽重点办〔2024〕12号")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="提出申请：调出").click()
    let_through(page, author, second)
    page.goto("/programmes/kc-2024/")
    assert stays("T-2") == [(date(2024, 1, 1), date(2024, 9, 30))]

    page.get_by_role("link", name="更正 示例园二").click()
    page.get_by_label("最后一天").fill("2024-09-20")
    page.get_by_label("更正原因").fill("日期抄错")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="提出申请：更正").click()
    let_through(page, author, second)
    page.goto("/programmes/kc-2024/")
    assert stays("T-2") == [(date(2024, 1, 1), date(2024, 9, 20))]

    page.get_by_role("link", name="撤销调出 示例园二").click()
    page.get_by_label("原因").fill("文件撤回")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="提出申请：撤销调出").click()
    let_through(page, author, second)
    page.goto("/programmes/kc-2024/")
    assert stays("T-2") == [(date(2024, 1, 1), None)]

    page.get_by_role("link", name="更正 示例园一").click()
    page.get_by_role("link", name="撤销列入").click()
    page.get_by_label("原因").fill("登错项目")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="提出申请：撤销列入").click()
    let_through(page, author, second)
    page.goto("/programmes/kc-2024/")
    assert stays("T-1") == []
