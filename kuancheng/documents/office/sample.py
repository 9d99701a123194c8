"""样张: an invented document with every part, to see a template filled and to start one from."""

from datetime import date

from kuancheng.documents.blocks import (
    Align,
    Cell,
    Column,
    Heading,
    Paragraph,
    Picture,
    Table,
    words,
)
from kuancheng.documents.document import (
    Annex,
    Attendance,
    Document,
    Imprint,
    Signature,
    serial_number,
)
from kuancheng.documents.drawing.shapes import Box, Drawing, Label, Line

OFFICE = "××区重点项目建设指挥部办公室"
SHARES = (("产业类", 40), ("基础设施类", 60), ("民生类", 75))
LESSON = "这是一份样张，文字和数字均为虚构，用来看版式。正文用3号仿宋，每面二十二行，每行二十八字，首行空两字，回行顶格。"


def sample(today: date, leads_to: str = "") -> Document:
    """A sample of a day."""
    blocks = (
        Paragraph(words(LESSON)),
        Heading("一、一级标题用黑体"),
        Paragraph(words("表格跨页时，表头在每一面重复。")),
        Heading("（一）二级标题用楷体", 2),
        Paragraph(words("图按矢量保存，放大不失真。")),
        _table(),
        Picture(_chart(), "图1 完成率"),
    )
    return Document(
        title="关于公文版式的样张",
        dated=today,
        blocks=blocks,
        mark="××区重点项目建设指挥部",
        number=serial_number("×重指办", today.year, 1),
        addressees="各街道办事处，区政府各部门",
        annexes=(Annex("样张附件", (Paragraph(words("附件另起一面，标题在第三行。")),)),),
        signature=Signature(OFFICE, today),
        imprint=Imprint(("区委办公室", "区政府办公室"), OFFICE, today),
        attendance=(Attendance("出席", "张三、李四"), Attendance("列席", "王五")),
        leads_to=leads_to,
        author=OFFICE,
    )


def starter(today: date) -> Document:
    """Our own page with fields where words would stand: a template to begin with."""
    lines = (
        Paragraph(words("{{正文}}")),
        Paragraph(words("{{附件说明}}")),
        Paragraph(words("{{署名}}"), align=Align.RIGHT),
        Paragraph(words("{{成文日期}}"), align=Align.RIGHT),
        Paragraph(words("{{出席人员}}")),
        Paragraph(words("{{附件}}")),
    )
    return Document(
        title="{{标题}}",
        dated=today,
        blocks=lines,
        mark="{{发文机关标志}}",
        number="{{发文字号}}",
        note="{{题注}}",
        addressees="{{主送机关}}",
        imprint=Imprint(("{{抄送}}",), "{{印发机关}} {{印发日期}}印发"),
    )


def _table() -> Table:
    head = tuple(Cell(words(each)) for each in ("类别", "项目个数", "完成率"))
    rows = tuple(
        (Cell(words(name)), Cell(words("3")), Cell(words(f"{share}.0%"))) for name, share in SHARES
    )
    columns = (Column(2), Column(1, Align.RIGHT), Column(1, Align.RIGHT))
    return Table(columns, rows, (head,), "分类完成情况", "单位：个")


def _chart() -> Drawing:
    bars = tuple(
        shape
        for place, (name, share) in enumerate(SHARES)
        for shape in (
            Label(28, 8 + 9 * place, name, 3.6, "end"),
            Box(30, 4.5 + 9 * place, share, 5, "#4472c4"),
            Label(32 + share, 8 + 9 * place, f"{share}.0%", 3.6),
        )
    )
    return Drawing(130, 30, (Line(30, 2, 30, 28), *bars), "各类项目完成率")
