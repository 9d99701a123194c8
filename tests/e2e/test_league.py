"""A month's league as the roles make it: recorded, confirmed, drawn up, published, objected, answered."""

from playwright.sync_api import Page, expect

from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.reports.models import LeagueEntry, LeagueObjection, LeaguePublication
from tests import factories
from tests.e2e.browser import sign_in
from tests.reports.league.racing import group, racers


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_month_is_recorded_drawn_up_published_and_objected_to(page: Page) -> None:
    office, second = factories.user(REVIEWER), factories.user(REVIEWER)
    made = group(office)
    agencies = racers({"甲局": "130", "乙局": "80", "丙局": None, "丁局": "80"})
    clerk = factories.user(REPORTER)
    factories.official(agency=agencies["丙局"], user=clerk)

    sign_in(page, office)
    page.goto("/league/")
    page.get_by_role("link", name="加减分和免列").click()
    for item, reason in (("通报批评", "两次例会无故缺席"), ("现场观摩", "登记错了的观摩")):
        page.get_by_label("月份").fill("2024-09")
        page.get_by_label("对象").select_option(label="乙局")
        page.get_by_label("加减分项").select_option(label=item)
        page.get_by_label("事由").fill(reason)
        page.get_by_label("依据").fill("示例通报〔2024〕3号")
        _press(page, "登记")
        expect(page.get_by_text(reason)).to_be_visible()
    wrong = page.get_by_role("row", name="登记错了的观摩")
    wrong.get_by_text("撤销", exact=True).first.click()
    wrong.get_by_label("撤销原因").fill("重复登记")
    wrong.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销，不再计入")).to_be_visible()

    sign_in(page, second)
    page.goto(f"/league/entries/?group={made.pk}")
    _press(page, "确认")
    expect(page.get_by_text("已确认，计入当月排名")).to_be_visible()
    states = dict(LeagueEntry.objects.values_list("item", "state"))
    assert states == {"通报批评": "confirmed", "现场观摩": "void"}

    sign_in(page, office)
    page.goto("/league/")
    _press(page, "拟定发布")
    expect(page.get_by_text("请另一位同事核对后发布")).to_be_visible()
    _press(page, "重新拟定")
    expect(page.get_by_text("待另一位同事核对后发布")).to_be_visible()
    sign_in(page, second)
    page.goto("/league/")
    _press(page, "发布 2024-09 排名")
    expect(page.get_by_text("内容不再改动")).to_be_visible()
    assert LeaguePublication.objects.get().published_by == second
    page.get_by_role("link", name="按现在的登记重算").click()
    expect(page.get_by_text("与发布的完全一致")).to_be_visible()
    page.get_by_role("link", name="列出全部算式").click()
    expect(page.get_by_text("40.00 + 50.00 = 90.00 − 3.00 = 87.00")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename == "赛马-责任单位组-2024-09（内部）.xlsx"

    sign_in(page, clerk)
    page.goto("/league/")
    page.get_by_role("link", name="丙局", exact=True).click()
    for text in ("9 月已经报送，系统没有收到", "再提一次，随后撤回"):
        page.get_by_label("对哪项").select_option(label="填报及时率")
        page.get_by_label("异议内容").fill(text)
        _press(page, "提出异议")
        if "撤回" not in text:
            page.get_by_role("link", name="查看").click()
            _press(page, "撤回异议")
            expect(page.get_by_text("已撤回异议")).to_be_visible()
            page.go_back()
            page.go_back()
    expect(page.get_by_text("由没有经手这个数的同事答复")).to_be_visible()

    sign_in(page, second)
    page.goto(f"/league/objections/{LeagueObjection.objects.get(state='open').pk}/")
    page.get_by_label("答复").fill("查无报送记录，数字无误")
    _press(page, "异议不成立")
    expect(page.get_by_text("已答复异议")).to_be_visible()
    assert sorted(LeagueObjection.objects.values_list("state", flat=True)) == [
        "rejected",
        "withdrawn",
    ]
