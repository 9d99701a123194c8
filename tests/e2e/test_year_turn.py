"""The year is previewed, turned, undone and turned again, in a browser."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from investment.models import AnnualPlan, YearTurn
from kuancheng.access.roles import REVIEWER
from projects.models import Listing, Project
from tests import factories
from tests.e2e.browser import let_through, sign_in
from tests.investment.turning import last_year


@pytest.fixture
def january(settings: Any) -> None:
    office = factories.user(REVIEWER)
    last_year(office)
    Project.objects.filter(name="续建园").update(lead_agency=factories.agency(name="示例住建局"))
    settings.KUANCHENG_TODAY = "2025-01-06"


def on_new_list() -> set[str]:
    rows = Listing.objects.on(date(2025, 1, 1)).filter(programme__code="kc-2025")
    return set(rows.values_list("project__name", flat=True))


@pytest.mark.usefixtures("january")
def test_year_is_previewed_turned_undone_and_turned_again(page: Page) -> None:
    author, second = factories.user(REVIEWER), factories.user(REVIEWER)

    sign_in(page, author)
    page.goto("/overview/")
    page.get_by_role("link", name="2025 年度结转：还有 3 个项目").click()
    page.get_by_label("年度计划：续建园").fill("500")
    page.get_by_label("核定数：续建园").fill("300")
    page.get_by_label("新年度类别：竣工园").select_option("continuing")
    page.get_by_label("转入：新建园").uncheck()
    page.get_by_role("button", name="重新合计").click()
    expect(
        page.get_by_text("勾选 2 个，总投资 2,000 万元；2025 年计划合计 500 万元")
    ).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出预览").click()
    assert download.value.suggested_filename.startswith("2025年度结转预览")
    page.get_by_role("button", name="提出申请：转入").click()
    let_through(page, author, second)
    assert on_new_list() == {"续建园", "竣工园"}
    assert AnnualPlan.objects.get(year=2025).amount == 500
    page.goto(f"/year-turns/{YearTurn.objects.get().pk}/")
    page.get_by_label("撤销原因").fill("名单有误")
    page.get_by_role("button", name="提出申请：撤销结转").click()
    let_through(page, author, second)
    assert on_new_list() == set()
    page.goto(f"/year-turns/{YearTurn.objects.get().pk}/")
    page.get_by_role("button", name="提出申请：恢复结转").click()
    let_through(page, author, second)
    assert on_new_list() == {"续建园", "竣工园"}
    page.goto(f"/year-turns/{YearTurn.objects.get().pk}/")
    page.get_by_role("link", name="2025 年度结转", exact=True).click()
    page.get_by_label("责任单位").select_option(label="示例住建局")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("没有可以转入的项目，1 个已经转入")).to_be_visible()
    assert YearTurn.objects.get().version == 3
