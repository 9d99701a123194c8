"""Two people change a threshold, a role and a key, each button pressed in a browser."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER, SYSTEM_ADMIN
from kuancheng.proposals.choices import ProposalState
from kuancheng.proposals.models import AmountRules, Proposal
from kuancheng.reports.models import RuleSet
from tests import factories
from tests.e2e.browser import sign_in


@pytest.fixture
def two(page: Page) -> tuple[User, User]:
    return (
        factories.user(REVIEWER, full_name="示例甲"),
        factories.user(REVIEWER, full_name="示例乙"),
    )


def test_a_threshold_is_proposed_sent_back_and_approved(page: Page, two: tuple[User, User]) -> None:
    first, second = two
    sign_in(page, first)
    for note in ("按会议纪要放宽", "按会议纪要再议放宽"):
        page.goto("/admin/reports/ruleset/add/")
        page.locator("#id_milestone_red_days").fill("60")
        page.locator("#id_note").fill(note)
        page.locator("[name=_save]").click()
        expect(page.get_by_role("heading", name="等待审核")).to_be_visible()
        if note == "按会议纪要放宽":
            page.get_by_role("button", name="撤回").click()
            expect(page.get_by_text("已撤回，原内容不变")).to_be_visible()
    assert RuleSet.objects.count() == 1
    sign_in(page, second)
    page.goto("/admin/")
    page.get_by_role("link", name="1 件变更申请等待您审核").click()
    page.get_by_role("link", name="亮灯规则新增一版").click()
    expect(page.get_by_text("没有项目的灯会变")).to_be_visible()
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("请写明退回的原因")).to_be_visible()
    page.get_by_label("审核意见").fill("同意放宽")
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("已通过，变更已经写入")).to_be_visible()
    newest = RuleSet.objects.get(version=2)
    assert newest.milestone_red_days == 60
    assert Proposal.objects.get(state=ProposalState.APPROVED).decided_by == second


def test_the_rule_of_two_people_is_sent_back(page: Page, two: tuple[User, User]) -> None:
    first, second = two
    sign_in(page, first)
    page.goto("/admin/proposals/amountrules/add/")
    page.locator("#id_amount").fill("500")
    page.locator("#id_note").fill("小额变动由一人办理")
    page.locator("[name=_save]").click()
    expect(page.get_by_text("由另一位有权限的同事审核").first).to_be_visible()
    sign_in(page, second)
    page.goto(Proposal.objects.get().get_absolute_url())
    page.get_by_label("审核意见").fill("先按每次都审核")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("已退回，原内容不变")).to_be_visible()
    assert AmountRules.objects.count() == 1


def test_a_role_is_given_by_two_administrators(page: Page) -> None:
    first = factories.user(SYSTEM_ADMIN, full_name="管理甲")
    second = factories.user(SYSTEM_ADMIN, full_name="管理乙")
    user = factories.user(REPORTER, full_name="示例秘书")
    sign_in(page, first)
    page.goto(f"/admin/access/user/{user.pk}/change/")
    page.get_by_label(READER).check()
    page.locator("#id_reason").fill("兼任领导联络员")
    page.locator("[name=_save]").click()
    expect(page.get_by_text("已提出（变更申请1号）")).to_be_visible()
    reader = Group.objects.get(name=READER)
    assert not user.groups.contains(reader)
    sign_in(page, second)
    page.goto("/proposals/?scope=waiting")
    page.get_by_role("link", name="示例秘书").click()
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("已通过，变更已经写入")).to_be_visible()
    assert user.groups.contains(reader)
