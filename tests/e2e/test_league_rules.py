"""The office sets a group and its rule up in a browser: every button is pressed to its effect."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from kuancheng.access.roles import READER, REVIEWER
from kuancheng.reports.models import LeagueGroup, LeagueRules
from tests import factories
from tests.e2e.browser import overflow, sign_in
from tests.e2e.paper import A4, sheets, smallest_text
from tests.reports.league_rules.setting_up import group_of, rules_of


@pytest.fixture
def streets(transactional_db: None) -> None:
    """Two streets, of which one starts its project and the other not."""
    for name, started in (("东街", date(2024, 9, 2)), ("西街", None)):
        street = factories.agency(kind="subdistrict", name=name)
        project = factories.project(
            subdistrict=street, planned_start=date(2024, 9, 2), actual_start=started
        )
        factories.programme(project)


def measure(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name=name, exact=True)


@pytest.mark.usefixtures("streets")
def test_group_and_rule_are_set_up_tried_saved_and_changed(page: Page) -> None:
    sign_in(page, factories.user(REVIEWER))
    page.goto("/league/rules/")
    page.get_by_role("link", name="新设一组").click()
    page.get_by_label("名称").fill("属地组")
    page.get_by_label("比什么").select_option(label="属地（街道/镇）")
    page.get_by_role("button", name="保存").click()
    group = LeagueGroup.objects.get()
    page.get_by_label("说明").fill("试行办法")
    _first_rule(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("各项分值合计 150，与满分 100 不等")).to_be_visible()
    measure(page, "开工率").get_by_label("分值").fill("50")
    _try_and_save(page)
    rules = LeagueRules.objects.get(group=group)
    assert [(each.measure, each.kind) for each in rules.indicators.all()] == [
        ("starts", "ladder"),
        ("late_starts", "each"),
    ]
    assert [(each.name, each.veto) for each in rules.items.all()] == [("安全事故", True)]
    _change(page, group)


def _first_rule(page: Page) -> None:
    """Empties the usual weights, and writes a ladder and a deduction; sums follow what is typed."""
    for box in page.locator("input[data-weight]").all():
        box.fill("")
    expect(page.locator("#weights-sum")).to_have_text("0")
    starts = measure(page, "开工率")
    starts.get_by_label("分值").fill("100")
    starts.get_by_label("算法").select_option(label="基准分加减")
    expect(starts.get_by_label("扣几分")).to_be_visible()
    starts.get_by_label("扣几分").fill("0.1")
    late = measure(page, "逾期开工")
    late.get_by_label("分值").fill("50")
    late.get_by_label("每件加减").fill("-10")
    expect(page.locator("#weights-sum")).to_have_text("150")
    page.get_by_label("第 1 项：加减分项").fill("安全事故")
    page.get_by_label("第 1 项：每次几分").fill("-30")
    page.get_by_label("第 1 项：一票否决").check()


def _try_and_save(page: Page) -> None:
    page.get_by_role("button", name="试算").click()
    trial = page.locator("#trial")
    expect(trial.get_by_text("试算结果：最近 3 个月")).to_be_visible()
    # 东街 50 + 50; 西街 50 − 100 × 0.1 = 40, and 50 − 10 = 40.
    expect(trial.get_by_role("row").filter(has_text="东街").first).to_contain_text("100.00")
    expect(trial.get_by_role("row").filter(has_text="西街").first).to_contain_text("80.00")
    assert not LeagueRules.objects.exists()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存属地组第 1 版")).to_be_visible()
    expect(page.get_by_text("率为 100% 得 50 分")).to_be_visible()


@pytest.mark.usefixtures("streets")
def test_rules_are_printed_on_a4_and_can_be_read(page: Page) -> None:
    rules_of(group_of(factories.user(REVIEWER)), factories.user(REVIEWER))
    sign_in(page, factories.user(READER))
    page.goto("/league/rules/")
    assert set(sheets(page)) == {A4}
    assert smallest_text(page, *A4)[0] >= 8


def _change(page: Page, group: LeagueGroup) -> None:
    page.get_by_role("link", name="修改", exact=True).click()
    page.locator("summary", has_text="谁参加").click()
    page.get_by_label("东街").check()
    page.get_by_label("西街").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("东街、西街")).to_be_visible()
    page.get_by_role("link", name="修改分组").click()
    page.get_by_label("名称").fill("街道组")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="街道组")).to_be_visible()
    group.refresh_from_db()
    assert group.name == "街道组"
    page.get_by_role("link", name="新增一版规则").click()
    expect(page.get_by_label("生效月份")).to_have_value("2024-11")
    expect(measure(page, "开工率").get_by_label("分值")).to_have_value("50")
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="新设一组").click()
    page.get_by_label("名称").fill("行业组")
    page.get_by_label("比什么").select_option(label="行业门类")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="街道组").click()
    expect(measure(page, "逾期开工").get_by_label("每件加减")).to_have_value("-10")
    page.get_by_label("说明").fill("照街道组")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存行业组第 1 版")).to_be_visible()
    assert LeagueRules.objects.get(group__name="行业组").entrants == []


@pytest.mark.usefixtures("streets")
def test_form_and_trial_fit_a_phone(phone: Page) -> None:
    sign_in(phone, factories.user(REVIEWER))
    group = LeagueGroup.objects.create(name="属地组", subject="subdistrict")
    phone.goto(f"/league/groups/{group.pk}/rules/new/")
    phone.get_by_label("说明").fill("试行办法")
    phone.get_by_role("button", name="试算").click()
    expect(phone.locator("#trial")).to_be_visible()
    assert overflow(phone) == 0
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("已保存属地组第 1 版")).to_be_visible()
    assert overflow(phone) == 0


@pytest.mark.usefixtures("streets")
def test_sum_of_weights_is_shown_without_scripts(plain: Page) -> None:
    sign_in(plain, factories.user(REVIEWER))
    group: Any = LeagueGroup.objects.create(name="属地组", subject="subdistrict")
    plain.goto(f"/league/groups/{group.pk}/rules/new/")
    plain.get_by_label("说明").fill("试行办法")
    measure(plain, "开工率").get_by_label("分值").fill("25.5")
    plain.get_by_role("button", name="试算").click()
    expect(plain.locator("#weights-sum")).to_have_text("110.5")
    expect(measure(plain, "开工率").get_by_label("分值")).to_have_value("25.5")
