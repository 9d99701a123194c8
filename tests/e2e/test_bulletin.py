"""A month's bulletin as the office makes it: drafted, edited with its figures, checked, issued, corrected."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from kuancheng.reports.models import Bulletin, Erratum
from tests.clock import on_date
from tests.e2e.browser import sign_in
from tests.reports.bulletin.drafting import ADDRESS, HEADS, TODAY, cast


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with on_date(TODAY):
        yield


def _press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _paragraph(page: Page, key: str) -> Locator:
    held = Bulletin.objects.get().paragraphs.get(key=key)
    return page.locator(f"#paragraph-{held.pk}")


def _text(key: str) -> str:
    return str(Bulletin.objects.get().paragraphs.get(key=key).text)


def _fill_heads(page: Page) -> None:
    for label, name in (
        ("机关代字", "code"),
        ("主送", "addressees"),
        ("落款单位", "signer"),
        ("抄送", "copied_to"),
    ):
        page.get_by_label(label, exact=True).fill(HEADS[name])
    _press(page, "保存抬头")
    expect(page.get_by_text("已保存抬头")).to_be_visible()


def test_a_month_is_drafted_edited_checked_issued_and_corrected(page: Page) -> None:
    made = cast()
    sign_in(page, made.writer)
    page.goto("/bulletins/")
    page.get_by_label("月份").fill("2024-09")
    _press(page, "起草")
    expect(page.get_by_text("已起草，请逐段核对")).to_be_visible()
    _fill_heads(page)

    # Typed among the figures; a figure is moved, removed and put in again, never typed over.
    listed = _paragraph(page, "overall.listed")
    editor = listed.get_by_role("textbox")
    chip = editor.get_by_text("3", exact=True)
    chip.click()
    page.keyboard.type("99")
    note = page.get_by_role("note").filter(has_text="项目个数")
    expect(note.get_by_role("link", name="看出处")).to_be_visible()
    _press(page, "后移")
    moved = re.compile("^清单内项目个⟦overall.projects⟧，")
    expect(listed.locator("textarea")).to_have_value(moved)
    _press(page, "前移")
    editor.get_by_text("3.60", exact=True).click()
    _press(page, "移除")
    editor.press("End")
    page.get_by_label("插入数字").select_option("overall.completed")
    page.keyboard.press("Tab")
    _press(page, "插入")
    page.keyboard.type("亿元。")
    _press(listed, "保存本段")
    expect(listed.get_by_text("已保存本段")).to_be_visible()
    assert _text("overall.listed") == (
        "清单内项目⟦overall.projects⟧个，计划总投资⟦overall.total⟧亿元，年度计划投资亿元。"
        "⟦overall.completed⟧亿元。"
    )

    # Two paragraphs at once: saving one leaves what is typed in the other.
    other = _paragraph(page, "next.late")
    other.get_by_role("textbox").press("End")
    page.keyboard.type("本月内调度2次。")
    editor = _paragraph(page, "overall.listed").get_by_role("textbox")
    editor.press("End")
    page.keyboard.type("其中招商项目1个等。")
    _press(_paragraph(page, "overall.listed"), "恢复原文")
    _press(other, "保存本段")
    other = _paragraph(page, "next.late")
    expect(other.get_by_text("手工写的数字")).to_be_visible()
    other.get_by_label("2", exact=True).check()
    _press(other, "确认数字")
    expect(_paragraph(page, "next.late").get_by_text("已确认手工写的数字")).to_be_visible()
    assert Bulletin.objects.get().paragraphs.get(key="next.late").typed == ["2"]
    _press(_paragraph(page, "overall.listed"), "按模板重写")
    expect(_paragraph(page, "overall.listed").get_by_text("已按模板重写")).to_be_visible()

    page.get_by_text("写明理由后确认").first.click()
    page.get_by_label("理由").first.fill("丙项目停工，无数可报")
    page.locator("#checks").get_by_role("button", name="确认").first.click()
    expect(page.get_by_text("已确认，理由随通报留存")).to_be_visible()
    _press(page, "重新起草")
    expect(page.get_by_text("已按现在的登记重新取数")).to_be_visible()
    page.get_by_role("link", name="预览公文").click()
    expect(page.get_by_text("本月内调度2次。")).to_be_visible()
    page.go_back()
    _press(page, "提交审核")
    expect(page.get_by_text("已提交审核")).to_be_visible()
    _press(page, "撤回")
    expect(page.get_by_text("已撤回，可以继续修改")).to_be_visible()
    _press(page, "提交审核")
    expect(page.get_by_text("已提交审核")).to_be_visible()

    sign_in(page, made.second)
    page.goto("/admin/")
    page.get_by_role("link", name="2024-09 月通报等待您批准").click()
    page.get_by_label("退回意见").fill("请写明调度方式")
    _press(page, "退回")
    expect(page.get_by_text("退回意见：请写明调度方式")).to_be_visible()
    sign_in(page, made.writer)
    page.goto(ADDRESS)
    _press(page, "提交审核")
    expect(page.get_by_text("已提交审核")).to_be_visible()
    sign_in(page, made.second)
    page.goto(ADDRESS)
    _press(page, "批准并发布")
    expect(page.get_by_role("heading", name="〔2024〕1号")).to_be_visible()
    issued = Bulletin.objects.get()
    assert (issued.approver, issued.document_number) == (made.second, "示例重点办通报〔2024〕1号")
    with page.expect_download() as download:
        page.get_by_role("link", name="月清单").click()
    assert download.value.suggested_filename.endswith(".xlsx")

    page.get_by_text("提出更正").first.click()
    page.get_by_label("哪个数").select_option("overall.completed")
    page.get_by_label("更正为").fill("1.45亿元")
    page.get_by_label("原因").fill("乙项目九月报数有误")
    _press(page, "提出更正")
    expect(page.get_by_text("已提出更正")).to_be_visible()
    sign_in(page, made.writer)
    page.goto(ADDRESS)
    _press(page, "同意更正")
    expect(page.get_by_text("已批准，随下一期刊出")).to_be_visible()
    assert Erratum.objects.get().approver == made.writer
    for figure, who, fold, button in (
        ("overall.plan", made.writer, "撤销更正", "撤销更正"),
        ("overall.total", made.second, "不同意", "不同意更正"),
    ):
        sign_in(page, made.writer)
        page.goto(ADDRESS)
        page.get_by_text("提出更正").first.click()
        page.get_by_label("哪个数").select_option(figure)
        page.get_by_label("更正为").fill("9.99亿元")
        page.get_by_label("原因").fill("登记有误，待核")
        _press(page, "提出更正")
        sign_in(page, who)
        page.goto(ADDRESS)
        page.locator("#errata summary").filter(has_text=fold).click()
        page.get_by_label("理由").fill("核对后原数无误")
        _press(page, button)
        expect(page.get_by_text("已记为不同意")).to_be_visible()
    assert sorted(Erratum.objects.values_list("state", flat=True)) == [
        "approved",
        "refused",
        "refused",
    ]


def test_what_moved_under_an_edited_paragraph_is_kept(page: Page) -> None:
    made = cast()
    bulletin = made.draft()
    held = bulletin.paragraphs.get(key="overall.completed")
    held.figures = {"overall.completed": "1.25"}
    held.edited_by, held.edited_at = made.writer, bulletin.updated_at
    held.save()
    sign_in(page, made.writer)
    page.goto(ADDRESS)
    paragraph = _paragraph(page, "overall.completed")
    expect(paragraph.get_by_text("原为 1.25，现为 1.35")).to_be_visible()
    _press(paragraph, "保留（文字不动）")
    expect(_paragraph(page, "overall.completed").get_by_text("已保留文字")).to_be_visible()
    held.refresh_from_db()
    assert held.figures["overall.completed"] == "1.35"
    held.figures = {"overall.completed": "1.25"}
    held.save()
    page.reload()
    _press(_paragraph(page, "overall.completed"), "更新（按模板重写）")
    expect(_paragraph(page, "overall.completed").get_by_text("已按模板重写")).to_be_visible()
    held.refresh_from_db()
    assert not held.is_edited


def test_who_was_overtaken_keeps_what_he_typed(page: Page) -> None:
    made = cast()
    bulletin = made.draft()
    sign_in(page, made.writer)
    page.goto(ADDRESS)
    held = bulletin.paragraphs.get(key="matter")
    held.version += 1
    held.save()
    paragraph = _paragraph(page, "matter")
    paragraph.get_by_role("textbox").press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("都办完了。")
    _press(paragraph, "保存本段")
    expect(_paragraph(page, "matter").get_by_text("再按一次即按现在的内容保存")).to_be_visible()
    expect(_paragraph(page, "matter").get_by_role("textbox")).to_contain_text("都办完了。")
    _press(_paragraph(page, "matter"), "保存本段")
    expect(_paragraph(page, "matter").get_by_text("已保存本段")).to_be_visible()
    assert _text("matter").endswith("。\n都办完了。")


def test_without_scripts_the_text_is_edited_with_its_keys(plain: Page) -> None:
    made = cast()
    made.draft()
    sign_in(plain, made.writer)
    plain.goto(ADDRESS)
    paragraph = _paragraph(plain, "next.late")
    paragraph.get_by_text("修改文字").click()
    paragraph.get_by_role("textbox").fill("红灯项目⟦light.red⟧个，每周调度2次。")
    _press(paragraph, "保存本段")
    paragraph = _paragraph(plain, "next.late")
    paragraph.get_by_label("2", exact=True).check()
    _press(paragraph, "确认数字")
    expect(plain.get_by_text("已确认手工写的数字")).to_be_visible()
    plain.get_by_text("末尾加一段").last.click()
    plain.get_by_label("内容").last.fill("请各单位抓紧。")
    plain.get_by_role("button", name="加一段").last.click()
    expect(plain.get_by_text("已加一段")).to_be_visible()
    _press(plain, "删去本段")
    expect(plain.get_by_text("已删去本段")).to_be_visible()
    plain.get_by_text("删除草稿").first.click()
    _press(plain, "删除草稿")
    expect(plain.get_by_text("已删除草稿")).to_be_visible()
    assert not Bulletin.objects.exists()
