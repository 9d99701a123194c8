"""The office's own pages, each button pressed once: rounds, rules, deputies, orders, a red light."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from investment.models import ReportingWindow
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.models import LightAnswer
from projects.models import Deputy, Matter, MatterRules, Order
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.e2e.browser import sign_in
from tests.second import let_through


@pytest.fixture
def office(page: Page) -> User:
    """Signed in at the desk."""
    made = factories.user(REVIEWER, full_name="示例督查员")
    sign_in(page, made)
    return made


def _issued() -> tuple[Matter, User]:
    """A matter that is due tomorrow, and the clerk of the agency that leads it."""
    agency = factories.agency(name="示例供电公司")
    clerk = factories.user(REPORTER, full_name="示例经办")
    factories.official(user=clerk, agency=agency)
    matter = factories.matter(lead_agency=agency)
    given = Given(due=date(2024, 10, 16), level=1)
    take_step(matter=matter, step=Step.ISSUE, actor=matter.author, given=given, seen=matter.version)
    return matter, clerk


def test_a_month_is_set_and_given_back_to_its_usual_days(page: Page, office: User) -> None:
    page.goto("/reporting/rounds/2024-11/")
    page.locator("#id_due_on").fill("2024-12-12")
    page.locator("#id_note").fill("年末顺延")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert ReportingWindow.objects.get().due_on == date(2024, 12, 12)
    page.get_by_role("button", name="改回平常的日期").click()
    expect(page.get_by_text("已改回平常的日期")).to_be_visible()
    assert not ReportingWindow.objects.exists()


def test_rules_of_matters_are_tried_and_saved(page: Page, office: User) -> None:
    before = MatterRules.objects.count()
    page.goto("/matters/rules/new/")
    page.locator("#id_effective_from").fill("2024-11-01")
    page.locator("#id_note").fill("按区政府通知调整")
    page.get_by_role("button", name="试算").click()
    expect(page.locator("#trial")).to_contain_text("0 件在办事项")
    assert MatterRules.objects.count() == before
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="办理规则新增一版（2024-11-01 起）")).to_be_visible()
    assert MatterRules.objects.count() == before
    let_through()
    newest = MatterRules.objects.get(effective_from=date(2024, 11, 1))
    assert newest.note == "按区政府通知调整"


def test_a_deputy_is_appointed_and_ended(page: Page, office: User) -> None:
    factories.user(REPORTER, full_name="示例代办")
    page.goto("/matters/deputies/")
    page.locator("#id_person").fill(office.username)
    page.locator("#id_deputy").fill("示例代办")
    page.locator("#id_since").fill("2024-10-15")
    page.locator("#id_until").fill("2024-10-25")
    page.locator("#id_reason").fill("外出培训")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("cell", name="代理中")).to_be_visible()
    page.get_by_role("button", name="提前结束").click()
    expect(page.get_by_text("已提前结束：")).to_be_visible()
    assert Deputy.objects.get().ended_on == clock.today()


def test_an_order_is_written_by_the_office_and_received_by_the_agency(
    page: Page, phone: Page, office: User
) -> None:
    matter, clerk = _issued()
    page.goto(f"/matters/{matter.pk}/order/")
    page.get_by_role("button", name="签发").click()
    expect(page.get_by_text("待签收")).to_be_visible()
    order = Order.objects.latest("pk")
    sign_in(phone, clerk)
    phone.goto(f"/orders/{order.pk}/")
    phone.get_by_role("button", name="签收回执").click()
    expect(phone.get_by_text("待签收")).to_be_hidden()
    order.refresh_from_db()
    assert order.acknowledged_by == clerk


def test_a_red_light_is_answered_on_a_phone(phone: Page) -> None:
    agency = factories.agency(name="示例发改局")
    project = factories.project(lead_agency=agency)
    factories.milestone(project=project, name="封顶", planned_finish=date(2024, 9, 2))
    daily.keep(date(2024, 10, 14), today=clock.today())
    clerk = factories.user(REPORTER, is_staff=False)
    factories.official(user=clerk, agency=agency)
    typed: dict[str, Any] = {
        "cause": "雨季停工",
        "measure": "增加一个班组",
        "promised": "2024-10-31",
    }
    sign_in(phone, clerk)
    phone.goto(f"/projects/{project.code}/answer/")
    for name, text in typed.items():
        phone.locator(f"#id_{name}").fill(text)
    phone.get_by_role("button", name="提交说明").click()
    expect(phone.get_by_text("增加一个班组")).to_be_visible()
    assert LightAnswer.objects.get().promised == date(2024, 10, 31)
