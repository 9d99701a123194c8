"""Every step of a matter, pressed by whose it is, on a desk and on a phone, to its effect."""

import re
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from projects.choices import Role
from projects.models import Matter
from projects.rules.matters.steps import STEP_NAMES, Step
from tests import factories
from tests.e2e.browser import DESK, PHONE, opened, sign_in
from tests.e2e.paper import A3, A4, sheets, smallest_text
from tests.projects.uploads import picture

CLIPPED = """() => [...document.querySelectorAll(".ledger th, .ledger td")]
  .filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent)"""
"""Cells of the ledger whose words stand out of them."""


class Stage:
    """One matter, and a page of his own for everybody who has to do with it."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url, self.open = browser, url, ExitStack()
        agency = factories.agency(name="示例供电公司")
        self.other = factories.agency(name="示例自来水公司")
        self.clerk = self.of(agency)
        self.office, self.verifier = factories.user(REVIEWER), factories.user(REVIEWER)
        self.leader = factories.user(READER, is_staff=False)
        project = factories.project(name="示例冷链物流园", lead_agency=agency)
        factories.assignment(
            project=project,
            official=factories.official(user=self.leader),
            role=Role.LEAD_OFFICIAL,
        )
        self.project = project
        self.matter = factories.matter(
            project=project,
            lead_agency=agency,
            author=self.office,
            verifier=self.verifier,
            title="临时用电容量不足",
        )
        self.pages: dict[int, Page] = {}

    def of(self, agency: Any) -> User:
        made = factories.user(REPORTER)
        factories.official(user=made, agency=agency)
        return made

    def page(self, user: User) -> Page:
        """The clerk and the leader stand on a site with a phone; the others sit at a desk."""
        if user.pk not in self.pages:
            size: Any = PHONE if user in (self.clerk, self.leader) else DESK
            page = self.open.enter_context(opened(self.browser, self.url, viewport=size))
            sign_in(page, user)
            self.pages[user.pk] = page
        return self.pages[user.pk]

    def press(self, user: User, step: Step, photo: bool = False, **typed: str) -> None:
        page, name = self.page(user), STEP_NAMES[step]
        page.goto(f"/matters/{self.matter.pk}/")
        page.get_by_role("link", name=name, exact=True).click()
        for field, value in typed.items():
            box = page.locator(f"#id_{field}")
            if box.evaluate("box => box.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)
        if photo:
            file: Any = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture()}
            page.locator("#id_evidence").set_input_files(file)
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_text(f"已{name}：")).to_be_visible()
        self.matter.refresh_from_db()

    def close(self) -> None:
        self.open.close()


@pytest.fixture
def stage(browser: Browser, live_server: Any) -> Any:
    made = Stage(browser, live_server.url)
    yield made
    made.close()


def test_from_the_office_to_the_end_and_open_again(stage: Stage) -> None:
    matter, office, clerk = stage.matter, stage.office, stage.clerk
    stage.press(office, Step.ISSUE, due="2024-10-25", level="2")
    assert (matter.number, matter.level) == ("交办〔2024〕1号", 2)
    stage.press(clerk, Step.SIGN)
    stage.press(clerk, Step.NOTE, text="设备已订")
    stage.press(clerk, Step.ASK_EXTENSION, text="设备未到", due="2024-11-08")
    stage.press(office, Step.REFUSE_EXTENSION, text="可以调剂")
    stage.press(clerk, Step.ASK_EXTENSION, text="仍未到", due="2024-11-08")
    stage.press(office, Step.EXTEND)
    stage.press(clerk, Step.ASK_EXTENSION, text="又晚了", due="2024-11-15")
    stage.press(stage.leader, Step.EXTEND)
    assert matter.due_on == date(2024, 11, 15)
    stage.press(clerk, Step.ASK_PAUSE, photo=True, text="等批复", first="2024-10-15")
    stage.press(office, Step.REFUSE_PAUSE, text="可以先做")
    stage.press(clerk, Step.ASK_PAUSE, photo=True, text="必须等", first="2024-10-15")
    stage.press(office, Step.PAUSE)
    assert matter.rests_from == date(2024, 10, 15)
    stage.press(clerk, Step.RESUME, text="已批复")
    stage.press(clerk, Step.ANSWER, photo=True, text="已增容", outcome="solved")
    stage.press(stage.verifier, Step.RETURN, text="现场未通电")
    stage.press(clerk, Step.ANSWER, photo=True, text="已通电", outcome="solved")
    stage.press(stage.verifier, Step.CLOSE, text="属实")
    assert (matter.state, matter.round) == ("closed", 2)
    stage.press(office, Step.REOPEN, text="又断电", due="2024-11-29")
    stage.press(office, Step.SET_LEVEL, level="4", text="区主要领导过问")
    assert (matter.state, matter.level, matter.round) == ("working", 4, 3)
    expect(stage.page(clerk).locator(".timeline img").first).to_be_visible()


def test_objected_upheld_moved_and_given_up(stage: Stage) -> None:
    matter, office = stage.matter, stage.office
    stage.press(office, Step.ISSUE, due="2024-10-25", level="1")
    stage.press(stage.clerk, Step.OBJECT, text="属供水")
    stage.press(office, Step.UPHOLD, text="仍由你单位办理")
    stage.press(
        office, Step.REASSIGN, agency=str(stage.other.pk), due="2024-10-30", text="再议后改派"
    )
    assert matter.lead_agency == stage.other
    stage.press(office, Step.VOID, text="企业已自行解决")
    assert matter.state == "void"


def test_raised_from_the_project_edited_and_merged(stage: Stage) -> None:
    stage.press(stage.office, Step.ISSUE, due="2024-10-25", level="1")
    page = stage.page(stage.clerk)
    page.goto(f"/projects/{stage.project.code}/")
    page.get_by_role("link", name="提出事项").click()
    page.get_by_label("事项", exact=True).fill("缺电")
    page.get_by_label("牵头单位").select_option(label="示例供电公司")
    page.get_by_role("button", name="提出").click()
    expect(page.get_by_role("heading", name="已有相同的事项")).to_be_visible()
    page.get_by_label("确属另一件事的理由").fill("二期另一处")
    page.get_by_role("button", name="提出", exact=True).click()
    page.get_by_role("link", name="修改", exact=True).click()
    page.get_by_label("事项", exact=True).fill("缺电（二期）")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("h1")).to_have_text("缺电（二期）")
    first, stage.matter = stage.matter, Matter.objects.get(title="缺电（二期）")
    stage.press(stage.office, Step.MERGE, survivor=str(first.pk), text="重复")
    assert (stage.matter.state, stage.matter.merged_into) == ("merged", first)


def test_list_is_narrowed_by_its_chips_and_its_form(stage: Stage) -> None:
    stage.press(stage.office, Step.ISSUE, due="2024-10-25", level="1")
    factories.matter(title="别的")
    page = stage.page(stage.clerk)
    page.goto("/matters/")
    page.get_by_role("link", name="等我办").click()
    expect(page.get_by_role("link", name="临时用电容量不足")).to_be_visible()
    expect(page.get_by_role("link", name="别的")).to_have_count(0)
    page.get_by_role("searchbox", name="搜索", exact=True).fill("没有的")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("没有符合条件的事项")).to_be_visible()
    page.get_by_role("link", name="清除条件").click()
    expect(page.get_by_role("link", name="别的")).to_be_visible()


def test_matters_are_ticked_on_a_phone_and_issued_together(stage: Stage) -> None:
    other = factories.matter(title="道路未通", author=stage.office, verifier=stage.verifier)
    page = stage.page(stage.office)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/matters/?state=draft")
    every, one = page.get_by_label("全选本页 2 件"), page.get_by_label("选择 道路未通")
    every.press("Space")
    expect(one).to_be_checked()
    one.press("Space")
    expect(every).not_to_be_checked()
    page.get_by_role("button", name="批量交办").press("Enter")
    expect(page.get_by_text("将交办 1 件")).to_be_visible()
    page.get_by_label("办结时限").fill("2024-10-25")
    page.get_by_role("button", name="确认交办 1 件").click()
    expect(page.get_by_text("交办了 1 件")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stage.matter.refresh_from_db()
    other.refresh_from_db()
    assert (stage.matter.state, other.state) == ("issued", "draft")
    page.get_by_role("link", name="返回事项清单").click()
    expect(page).to_have_url(re.compile(r"state=draft"))


def test_ledger_is_printed_on_both_papers(stage: Stage) -> None:
    factories.matter(title="道路未通", text="路" * 3_000, author=stage.office)
    page = stage.page(stage.office)
    for paper, size in (("a3", A3), ("a4", A4)):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(media="null")
        page.goto(f"/matters/ledger/?paper={paper}")
        assert set(sheets(page)) == {size}
        assert smallest_text(page, *size)[0] >= 8
        assert page.evaluate(CLIPPED) == []
