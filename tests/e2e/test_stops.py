"""A stop from its first day to the resumption, and a close-out, in a browser."""

from datetime import date
from decimal import Decimal

from playwright.sync_api import Page, expect

from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.models import CloseOut, Project, Stop
from tests import factories
from tests.e2e.browser import sign_in


def owned(**fields: object) -> tuple[Project, User]:
    """A project and its agency's clerk."""
    agency, clerk = factories.agency(), factories.user(REPORTER)
    factories.official(user=clerk, agency=agency)
    return factories.project(name="示例冷链园", lead_agency=agency, **fields), clerk


def test_a_stop_is_registered_reported_asked_for_returned_granted_and_corrected(page: Page) -> None:
    project, clerk = owned()
    factories.milestone(project=project, name="主体", planned_finish=date(2024, 10, 1))
    address = f"/projects/{project.code}/"

    def press(button: str, **fields: str) -> None:
        page.goto(address)
        page.locator("#stops").get_by_role("link", name=button, exact=True).click()
        for label, text in fields.items():
            page.get_by_label(label, exact=True).fill(text)

    def done(button: str) -> None:
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("p.message").first).to_contain_text("示例冷链园")

    sign_in(page, clerk)
    press("登记停工", 停工日期="2024-10-20", 情况说明="资金未到位")
    page.get_by_label("停工原因").select_option("funds")
    page.get_by_role("button", name="登记停工").click()
    expect(page.get_by_role("alert")).to_have_text("不能晚于今天（2024-10-15）。")
    page.get_by_label("停工日期").fill("2024-10-02")
    done("登记停工")
    expect(page.get_by_text("节点“主体”超期 14 天（停工第 14 天）").first).to_be_visible()
    assert Project.objects.get().standing == "suspended"
    press("登记报告", 报告日期="2024-10-08", 报告文号="函〔2024〕3号")
    done("登记报告")
    press("申请复工", 复工条件="资金到位")
    done("申请复工")
    sign_in(page, factories.user(REVIEWER))
    press("退回", 退回原因="材料不齐")
    done("退回")
    sign_in(page, clerk)
    press("申请复工", 复工条件="资金到位，班组进场")
    done("申请复工")
    sign_in(page, factories.user(REVIEWER))
    press("同意复工", 复工日期="2024-10-15", 复工文号="复工1号")
    done("同意复工")
    assert Project.objects.get().standing == "normal"
    expect(page.get_by_text("节点“主体”超期 14 天").first).to_be_visible()
    expect(page.get_by_text("（停工第 14 天）")).to_have_count(0)
    press("更正", 停工日期="2024-10-03", 更正或撤销的原因="日期录错")
    done("更正")
    assert Stop.objects.get().stopped_on == date(2024, 10, 3)
    other = factories.stop(project=factories.project(), stopped_on=date(2024, 10, 8))
    page.goto(f"/projects/{other.project.code}/")
    page.locator("#stops").get_by_role("link", name="撤销登记").click()
    page.get_by_label("更正或撤销的原因").fill("登记到了别的项目")
    page.get_by_role("button", name="撤销登记").click()
    expect(page.get_by_text("已撤销这次停工的登记")).to_be_visible()
    assert not Stop.objects.filter(pk=other.pk).exists()
    page.goto("/stops/")
    page.get_by_label("状态").select_option("ended")
    page.get_by_role("button", name="查看").last.click()
    expect(page.get_by_role("link", name="示例冷链园")).to_be_visible()


def test_a_close_out_is_written_returned_written_again_and_confirmed(page: Page) -> None:
    project, clerk = owned(
        stage="completed",
        actual_start=date(2024, 3, 1),
        actual_completion=date(2024, 9, 1),
        total_investment=Decimal(1000),
    )
    address = f"/projects/{project.code}/close-out/"

    def write(text: str) -> None:
        page.get_by_label("哪些做法值得推广？").fill("手续并联办理")
        page.get_by_label("遇到的主要问题及原因？").fill("管线改移滞后")
        page.get_by_label("对同类项目有什么建议？").fill(text)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("已提交")).to_be_visible()

    sign_in(page, clerk)
    page.goto(f"/projects/{project.code}/")
    page.get_by_role("link", name="收官总结").last.click()
    page.get_by_role("link", name="填写总结").click()
    write("前期做物探")
    office = factories.user(REVIEWER)
    sign_in(page, office)
    page.goto(address)
    page.get_by_label("退回原因").fill("不具体")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("退回原因：不具体")).to_be_visible()
    sign_in(page, clerk)
    page.goto(address)
    page.get_by_role("link", name="修改").click()
    write("立项阶段就做全范围物探")
    sign_in(page, office)
    page.goto(address)
    page.get_by_role("button", name="确认定稿").click()
    expect(page.get_by_text("确认定稿").first).to_be_visible()
    assert CloseOut.objects.get().is_confirmed
    page.goto("/close-outs/")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename.startswith("收官总结")
