"""A clerk changes a total in the admin, and an import many; a second person lets them through."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.models import Project
from projects.services.many import Edit
from projects.services.proposing.projects import put_projects
from tests import factories
from tests.e2e.browser import sign_in


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER, full_name="张三")


@pytest.fixture
def project(clerk: User) -> Project:
    agency = factories.agency()
    factories.official(user=clerk, agency=agency)
    return factories.project(
        code="T-1", name="示例冷库", lead_agency=agency, total_investment=Decimal(5000)
    )


def test_clerk_changes_the_total_and_another_lets_it_through(
    page: Page, clerk: User, project: Project
) -> None:
    sign_in(page, clerk)
    address = f"/admin/projects/project/{project.pk}/change/"
    page.goto(f"{address}#tab-money")
    page.get_by_label("计划总投资").fill("6000")
    page.get_by_role("button", name="保存并继续修改").click()
    expect(page.get_by_text("请写明变更理由和依据")).to_be_visible()
    project.refresh_from_db()
    assert project.total_investment == 5000

    page.get_by_label("变更理由").fill("概算批复调整")
    page.get_by_label("依据").fill("宽发改审〔2024〕8号")
    page.get_by_role("button", name="保存并继续修改").click()
    expect(page.get_by_text("的改动须由第二人审核，已提出")).to_be_visible()
    page.get_by_role("tab", name="投资").click()
    expect(page.get_by_text("待审核：计划总投资（万元）：5,000.00 → 6,000.00")).to_be_visible()
    expect(page.get_by_label("计划总投资")).to_have_value("5000.00")
    project.refresh_from_db()
    assert project.total_investment == 5000

    sign_in(page, factories.user(REVIEWER))
    page.goto("/projects/T-1/")
    page.locator("#waiting").get_by_role("link", name="变更申请").click()
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已通过，变更已经写入")).to_be_visible()
    project.refresh_from_db()
    assert project.total_investment == 6000
    page.goto("/projects/T-1/")
    expect(page.locator("#waiting")).to_have_count(0)


def test_what_one_import_asks_is_decided_on_one_page(page: Page, project: Project) -> None:
    others = [project, *(factories.project(name=f"示例园{number}") for number in range(3))]
    edits = []
    for each in others:
        wanted = Project.objects.get(pk=each.pk)
        wanted.total_investment = Decimal(7000)
        edits.append(Edit(wanted, Project.objects.get(pk=each.pk)))
    author = factories.user(REVIEWER)
    put_projects(edits=edits, actor=author, reason="导入 十月.xlsx", batch="import-7")

    def totals() -> list[Decimal | None]:
        return [Project.objects.get(pk=each.pk).total_investment for each in others]

    sign_in(page, factories.user(REVIEWER))
    page.goto("/proposals/?batch=import-7&scope=waiting")
    page.get_by_role("link", name="成批审核这一批").click()
    page.get_by_role("checkbox", name="示例园1").uncheck()
    page.get_by_role("checkbox", name="示例园2").uncheck()
    page.get_by_role("button", name="通过所选").click()
    expect(page.get_by_text("通过了 2 件。")).to_be_visible()
    assert totals() == [7000, 7000, 10_000, 10_000]
    page.get_by_role("checkbox", name="示例园2").uncheck()
    page.get_by_role("button", name="退回所选").click()
    expect(page.get_by_text("请写明退回的原因")).to_be_visible()
    page.get_by_role("checkbox", name="示例园2").uncheck()
    page.get_by_label("审核意见").fill("与批复不一致")
    page.get_by_role("button", name="退回所选").click()
    expect(page.get_by_text("退回了 1 件。")).to_be_visible()
    assert totals() == [7000, 7000, 10_000, 10_000]
