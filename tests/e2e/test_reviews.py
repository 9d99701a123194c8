"""A weekly review from its draft to its minutes: every button pressed once, to its effect."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from projects.models import (
    AgendaItem,
    Attendance,
    Decision,
    Matter,
    ReviewCadence,
    WeeklyReview,
)
from tests import factories
from tests.e2e.browser import DESK, PHONE, opened, overflow, sign_in, violations
from tests.e2e.paper import A4_UPRIGHT, sheets
from tests.projects.reviews.making import decided, ended, running
from tests.second import let_through


class Scene:
    """Two of the office, a chair, and two projects that are late."""

    def __init__(self) -> None:
        self.clerk = factories.user(REVIEWER, full_name="记录员")
        self.second = factories.user(REVIEWER, full_name="定稿员")
        self.chair = factories.official(name="周主持", post="副区长")
        self.deputy = factories.official(name="吴副主持", post="副区长")
        self.agency = factories.agency(name="示例住建局")
        self.road = factories.project(name="示例路网", code="E-1", lead_agency=self.agency)
        self.plant = factories.project(name="示例厂房", code="E-2", lead_agency=self.agency)
        for project, day in ((self.road, 1), (self.plant, 11)):
            factories.milestone(project=project, name="主体", planned_finish=date(2024, 9, day))


@pytest.fixture
def desk(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A page at a desk."""
    with opened(browser, live_server.url, viewport=DESK) as page:
        yield page


def item(name: str) -> AgendaItem:
    return AgendaItem.objects.get(project__name=name)


def beside(page: Page, name: str) -> Any:
    """What stands with an item of the agenda."""
    return page.locator(f"#item-{item(name).pk}")


def said(page: Page, text: str) -> None:
    expect(page.locator("p.message", has_text=text).first).to_be_visible()


def fill(page: Page, **fields: str) -> None:
    for label, text in fields.items():
        box = page.get_by_label(label, exact=True)
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(label=text)
        else:
            box.fill(text)


def test_a_review_is_prepared_by_buttons(desk: Page) -> None:
    scene, page = Scene(), desk
    sign_in(page, scene.clerk)
    page.goto("/reviews/cadence/")
    page.get_by_role("link", name="新增一版").click()
    fill(page, 生效日期="2024-10-15", 每周="周二", 说明="改为每周二")
    page.get_by_role("button", name="保存").click()
    said(page, "由另一位同事审核后生效")
    let_through()
    assert ReviewCadence.objects.get(version=2).weekday == 1
    page.goto("/reviews/")
    page.get_by_role("link", name="新建周调度").click()
    expect(page.get_by_label("日期")).to_have_value("2024-10-15")
    page.get_by_role("button", name="新建并生成议程").click()
    expect(page.get_by_text("请选择主持人")).to_be_visible()
    fill(page, 主持人="周主持（副区长）")
    page.get_by_role("button", name="新建并生成议程").click()
    said(page, "已新建2024年第1次周调度。议程共 2 项。")
    _agenda(page)
    _people(page, scene)
    page.get_by_role("button", name="发送议程").click()
    said(page, "已发送议程")
    page.get_by_role("link", name="改时间地点").click()
    fill(page, 地点="二楼会议室")
    page.get_by_role("button", name="保存").click()
    said(page, "已修改2024年第1次周调度")
    page.get_by_role("link", name="取消周调度").click()
    fill(page, 取消原因="与区委会议冲突")
    page.get_by_role("button", name="取消这次周调度").click()
    expect(page.get_by_text("已取消：与区委会议冲突")).to_be_visible()
    review = WeeklyReview.objects.get()
    assert (review.place, review.state, review.chair.name) == (
        "二楼会议室",
        "cancelled",
        "吴副主持",
    )
    assert review.sent_at is not None


def _agenda(page: Page) -> None:
    """Order, time, an item more and one less, and drawing again leaves that alone."""
    beside(page, "示例厂房").get_by_role("button", name="上移 示例厂房").click()
    expect(page.locator(".agenda > li h3 a").first).to_have_text("示例厂房")
    beside(page, "示例厂房").get_by_role("button", name="下移 示例厂房").click()
    expect(page.locator(".agenda > li h3 a").first).to_have_text("示例路网")
    beside(page, "示例路网").get_by_label("时间（分钟）").fill("12")
    beside(page, "示例路网").get_by_role("button", name="改时间", exact=True).last.click()
    said(page, "“示例路网”的时间已改")
    beside(page, "示例厂房").get_by_role("button", name="不上会").click()
    said(page, "“示例厂房”已不上会")
    page.get_by_role("link", name="加入议题").click()
    fill(page, 或其他议题="通报上月投资", 列入原因="区长要求")
    page.get_by_role("button", name="加入", exact=True).click()
    said(page, "已加入议题：通报上月投资")
    page.get_by_role("button", name="重新生成议程").click()
    said(page, "已按现在的情况重新生成议程")
    expect(page.get_by_text("2 项，共 17 分钟")).to_be_visible()
    page.get_by_text("不上会的 1 项").click()
    page.get_by_role("button", name="恢复 示例厂房").click()
    said(page, "“示例厂房”已恢复上会")
    assert [each.name for each in AgendaItem.objects.order_by("order")] == [
        "示例路网",
        "示例厂房",
        "通报上月投资",
    ]


def _people(page: Page, scene: Scene) -> None:
    page.get_by_role("link", name="另定主持人").click()
    fill(page, 主持人="吴副主持（副区长）")
    page.get_by_role("button", name="保存").click()
    said(page, "主持人改为吴副主持")
    page.get_by_role("link", name="周主持（副区长）").click()
    fill(page, 出席情况="请假", 请假原因="出差")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("（出差）")).to_be_visible()
    page.get_by_role("link", name="加入参会人员").click()
    fill(page, 姓名="张记者")
    page.get_by_role("button", name="加入", exact=True).click()
    said(page, "已加入：张记者")
    page.get_by_role("link", name="张记者").click()
    page.get_by_role("button", name="移出名单").click()
    said(page, "已移出名单：张记者")
    assert Attendance.objects.get(official=scene.chair).reason == "出差"
    assert not Attendance.objects.filter(name="张记者").exists()


def test_it_is_held_and_its_minutes_made_final_by_another(
    desk: Page, browser: Browser, live_server: Any
) -> None:
    scene, page = Scene(), desk
    sign_in(page, scene.clerk)
    page.goto("/reviews/new/")
    fill(page, 日期="2024-10-15", 主持人="周主持（副区长）")
    page.get_by_role("button", name="新建并生成议程").click()
    page.get_by_role("button", name="开始会议").click()
    said(page, "2024年第1次周调度开始。")
    _decide(page)
    beside(page, "示例厂房").get_by_role("button", name="顺延").click()
    said(page, "“示例厂房”顺延到下次")
    beside(page, "示例厂房").get_by_role("button", name="清除结果").click()
    beside(page, "示例厂房").get_by_role("button", name="已议").click()
    beside(page, "示例厂房").get_by_label("示例厂房 的记录").fill("下周现场办公")
    beside(page, "示例厂房").get_by_role("button", name="存记录").click()
    said(page, "“示例厂房”的记录已保存")
    page.get_by_role("button", name="结束会议").click()
    said(page, "会议结束")
    beside(page, "示例厂房").get_by_role("button", name="顺延").click()
    said(page, "“示例厂房”顺延到下次")
    page.get_by_role("link", name="核对纪要、定稿").click()
    expect(page.get_by_text("请由项目中心的另一位同事定稿").first).to_be_visible()
    expect(page.get_by_role("button", name="定稿并交办")).to_have_count(0)
    with opened(browser, live_server.url, viewport=PHONE) as phone:
        sign_in(phone, scene.second)
        phone.goto("/reviews/2024-1/minutes/")
        phone.get_by_role("button", name="定稿并交办").click()
        said(phone, "纪要已定稿，1 条议定事项已交办。")
        expect(phone.get_by_text("现况：已交办")).to_be_visible()
        assert violations(phone) == {}
        assert overflow(phone) <= 0
    assert item("示例厂房").note == "下周现场办公"
    matter = Matter.objects.get(state="issued")
    assert (matter.title, matter.due_on) == ("月底前完成迁改", date(2024, 10, 31))
    assert Decision.objects.exclude(withdrawn="").get().matter.state == "void"
    page.goto("/reviews/2024-1/minutes/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    assert download.value.suggested_filename == "2024年第1次周调度纪要.docx"
    assert sheets(page) == [A4_UPRIGHT]


def _decide(page: Page) -> None:
    """One decision refused, noted and corrected; another withdrawn."""
    beside(page, "示例路网").get_by_role("link", name="记议定事项").click()
    fill(page, 议定事项="本周完成迁改")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请填写办结时限：议定事项须有一个日子。")).to_be_visible()
    expect(page.get_by_label("议定事项", exact=True)).to_have_value("本周完成迁改")
    fill(page, 办结时限="2024-10-18")
    page.get_by_role("button", name="保存").click()
    said(page, "已记第 1 条：示例住建局，2024-10-18 前办结")
    beside(page, "示例路网").get_by_role("link", name="更正").click()
    fill(page, 议定事项="月底前完成迁改", 办结时限="2024-10-31")
    page.get_by_role("button", name="保存").click()
    said(page, "已更正第 1 条")
    beside(page, "示例路网").get_by_role("link", name="记议定事项").click()
    fill(page, 议定事项="落实资金", 办结时限="2024-10-31", 要素="资金")
    page.get_by_role("button", name="保存").click()
    said(page, "已记第 2 条")
    beside(page, "示例路网").get_by_role("link", name="撤回").last.click()
    fill(page, 撤回原因="与第 1 条重复")
    page.get_by_role("button", name="撤回").click()
    said(page, "已撤回第 2 条")


@pytest.fixture
def held(live_server: Any) -> User:
    """Whoever reads a review of today that has decisions, each way of marking an item used."""
    scene = Scene()
    review = running(scene.clerk, date(2024, 10, 15), scene.road, scene.plant, chair=scene.chair)
    decided(review.items.get(project=scene.road), scene.clerk, date(2024, 10, 31))
    ended(review, scene.clerk)
    return scene.second


@pytest.mark.parametrize("width", [DESK, PHONE], ids=["desk", "phone"])
def test_its_pages_fit_and_have_no_grave_fault(
    browser: Browser, live_server: Any, held: User, width: Any
) -> None:
    with opened(browser, live_server.url, viewport=width) as page:
        sign_in(page, held)
        for address in ("/reviews/", "/reviews/2024-1/", "/reviews/2024-1/minutes/"):
            page.goto(address)
            assert violations(page) == {}, address
            assert overflow(page) <= 0, address
