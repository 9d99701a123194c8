"""An invented document that has every block, every figure of it by hand."""

from datetime import date

from kuancheng.documents.blocks import (
    Align,
    Cell,
    Column,
    Face,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
    words,
)
from kuancheng.documents.document import (
    Annex,
    Attendance,
    Document,
    Imprint,
    Signature,
    minutes,
    serial_number,
)
from kuancheng.documents.drawing.shapes import Box, Drawing, Label, Line, Path

DAY = date(2024, 10, 9)
ADDRESS = "https://example.gov.cn/bulletins/2024-09/"
SENTENCE = "今年以来全区上下抢抓施工黄金期按照早开工快建设促投产的要求推进重点项目建设"
"""36 characters, none of them a sign that may not begin or end a line."""


def cell(text: str, span: int = 1, down: int = 1, align: Align | None = None) -> Cell:
    """A cell of plain words."""
    return Cell(words(text), span, down, align)


def text(said: str) -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph(words(said))


def chart() -> Drawing:
    """A chart of four months: lines, boxes, a curve, a filled area, words."""
    heights = (12, 19, 27, 36)
    bars = tuple(Box(18 + 30 * n, 50 - h, 14, h, "#4472c4") for n, h in enumerate(heights))
    names = tuple(Label(25 + 30 * n, 55, f"{n + 6}月", 3.6, "middle") for n in range(4))
    curve = Path(tuple((25 + 30 * n, 46 - h) for n, h in enumerate(heights)), "#c00000", 0.6)
    area = Path(((120, 8), (128, 8), (124, 2)), "", 0, "#70ad47")
    axis = (Line(10, 50, 138, 50), Line(10, 5, 10, 50), Line(10, 14, 138, 14, "#888888", 0.2, 2))
    title = Label(70, 5, "累计完成投资（亿元）", 4.2, "middle", bold=True)
    return Drawing(140, 58, (*axis, *bars, curve, area, *names, title), "6至9月累计完成投资")


def table(rows: int = 4) -> Table:
    """The bulletin's table, a line for each of so many invented places."""
    return Table(
        columns=(Column(3), *(Column(2, Align.RIGHT) for _ in range(4))),
        header=(
            (cell("隶属", down=2), cell("项目个数", down=2), cell("投资（亿元）", span=2), cell("完成率", down=2)),
            (cell("年投资计划"), cell("完成投资额")),
        ),
        rows=tuple(
            (cell(f"第{n}街道"), cell("3"), cell("12.50"), cell("8.75"), cell("70.0%"))
            for n in range(1, rows + 1)
        ),
        caption="各街道年度投资完成情况",
        unit="单位：个、亿元",
    )  # fmt: skip


def bulletin() -> Document:
    """A bulletin of several pages with two annexes."""
    return Document(
        title="关于2024年9月全区重点项目\n建设进展情况的通报",
        dated=DAY,
        mark="示范区重点项目建设指挥部",
        number=serial_number("示重项通", 2024, 9),
        addressees="各街道办事处，区政府各部门、各直属单位",
        blocks=(
            text(SENTENCE * 8),
            Heading("一、总体情况", 1),
            text("截至9月底，45个项目累计完成投资391.72亿元，占年度计划的70.0%，低于序时进度5.0个百分点。"),
            Heading("（一）分类进展", 2),
            Paragraph((Run("按类型。", face=Face.SUBHEADING), Run("产业类22个，"), Run("滞后3个", bold=True), Run("。"))),
            Heading("1.新建项目", 3),
            Heading("（1）计划开工", 4),
            table(4),
            Picture(chart(), "图1 累计完成投资"),
            PageBreak(),
            Heading("二、下步要求", 1),
            text(SENTENCE * 14),
        ),
        annexes=(
            Annex("各街道重点项目完成情况表", (table(60),)),
            Annex("亮灯项目清单", (text("本附件所列项目均为虚构。"),)),
        ),
        signature=Signature("示范区重点项目建设指挥部办公室", DAY),
        imprint=Imprint(("区委办公室", "区人大常委会办公室", "区政协办公室", "区纪委监委机关"), "示范区重点项目建设指挥部办公室", DAY),
        leads_to=ADDRESS,
        author="示范区重点项目建设指挥部办公室",
    )  # fmt: skip


def one_meeting() -> Document:
    """纪要 of an invented meeting."""
    return minutes(
        mark="示范区重点项目调度会议纪要",
        number="〔2024〕3号",
        title="重点项目周调度会议纪要",
        held_on=DAY,
        opening=words("10月8日，区政府召开重点项目周调度会议。会议议定如下："),
        blocks=(Heading("一、关于征地拆迁", 1), text("由征收办牵头，10月底前完成。")),
        attendance=(
            Attendance("出席", "王建国（区政府）、" + "李明（区发展改革局）、" * 5 + "赵丽"),
            Attendance("请假", "孙强"),
            Attendance("列席", "周敏"),
        ),
        copies=("各参会单位",),
        office="区政府办公室",
        leads_to=ADDRESS,
    )


def lines_only(lines: int) -> Document:
    """Nothing but full lines of 28 characters, so many; the title and the line below it are two."""
    return Document(
        title="满页", dated=DAY, blocks=(Paragraph(words("国" * 28 * lines), indented=False),)
    )
