"""Eight projects handed over, taken back and handed over again, in a browser."""

from typing import Any

from playwright.sync_api import Page, expect

from kuancheng.access.roles import REVIEWER
from projects.models import Assignment, Handover
from tests import factories
from tests.e2e.browser import sign_in


def test_eight_projects_are_handed_over_undone_and_done_again(page: Page) -> None:
    giver, receiver = factories.official(name="示例甲"), factories.official(name="示例乙")
    for number in range(8):
        made = factories.project(name=f"示例园{number}")
        factories.assignment(project=made, official=giver)

    def held(person: Any) -> int:
        return Assignment.objects.filter(official=person, until=None).count()

    sign_in(page, factories.user(REVIEWER))
    page.goto(f"/officials/{giver.pk}/")
    page.get_by_role("link", name="交接职责").click()
    page.get_by_label("接任人").fill("示例乙")
    page.get_by_label("生效日期").fill("2024-11-01")
    page.get_by_label("原因").fill("分工调整")
    page.get_by_role("button", name="预览全部 8 项").click()
    page.get_by_role("button", name="确认交接 8 项").click()
    expect(page.get_by_text("已办理：")).to_be_visible()
    assert (held(giver), held(receiver)) == (0, 8)
    page.get_by_label("撤销原因").fill("名单有误")
    page.get_by_role("button", name="撤销交接").click()
    expect(page.get_by_text("各项职责恢复原状")).to_be_visible()
    assert (held(giver), held(receiver)) == (8, 0)
    page.get_by_role("button", name="恢复交接").click()
    expect(page.get_by_text("已恢复交接")).to_be_visible()
    assert (held(giver), held(receiver)) == (0, 8)
    assert Handover.objects.get().version == 3
