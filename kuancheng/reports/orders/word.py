"""交办单, 催办单, 督办单 as an official document: the frozen sheet, with its receipt."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from kuancheng.documents.blocks import (
    Align,
    Cell,
    Column,
    Face,
    Paragraph,
    Run,
    Runs,
    Table,
    words,
)
from kuancheng.documents.document import Document
from kuancheng.documents.kinds import DocumentKind
from projects.models import Order
from projects.rules.matters.orders import COLOUR_NAMES, Colour

KIND = DocumentKind("order", "交办单、催办单、督办单")
COLUMNS = (Column(2, Align.CENTRE), Column(5), Column(2, Align.CENTRE), Column(5))
TOUCHED = (
    "内容与签发时留存的摘要不符：这份单签发后在数据库里被改动过，不能作为凭据，请报告系统管理员。"
)
BY_DEFAULT = "按时限办结，附佐证反馈。"
Row = tuple[Cell, ...]


def order_document(order: Order, address: str) -> Document:
    """The sheet as it was signed; `address` is where its code leads. No queries.

    Call with `matter`, `agency` and `acknowledged_by` selected. A sheet that was touched since
    says so above everything else.
    """
    sheet = order.content
    warning = () if order.is_whole else (Paragraph((Run(TOUCHED, bold=True),)),)
    closing = f"本单签发后内容不变；校验码 {order.digest[:16]}"
    return Document(
        title=_title(sheet),
        dated=date.fromisoformat(sheet["issued_on"]),
        number=sheet["number"],
        note=_note(order),
        blocks=(
            *warning,
            Table(COLUMNS, tuple(_rows(order))),
            Paragraph(words(closing), indented=False, align=Align.RIGHT),
        ),
        leads_to=address,
        author=sheet["issuer"],
    )


def _title(sheet: Mapping[str, Any]) -> str:
    colour = f"（{COLOUR_NAMES[Colour(sheet['colour'])]}）" if sheet["colour"] else ""
    return f"{sheet['name']}{colour}"


def _note(order: Order) -> str:
    sheet = order.content
    said = [f"第 {sheet['round']} 轮"] if sheet["round"] > 1 else []
    return " · ".join([*said, "演示数据，均为虚构"] if sheet["is_demo"] else said)


def _rows(order: Order) -> Iterator[Row]:
    sheet = order.content
    about = f"\n{sheet['text']}" if sheet["text"] else ""
    yield _wide("工作事项", (Run(sheet["title"], bold=True), Run(about)))
    yield _pair("事项编号", sheet["matter_number"], "类别", f"{sheet['kind']} · {sheet['factor']}")
    yield from _where_told(
        ("项目", sheet["project"]), ("企业", sheet["enterprise"]), ("来源", sheet["source"])
    )
    asked = "\n".join(each for each in (sheet["expected"] or BY_DEFAULT, sheet["words"]) if each)
    yield _wide("工作要求", words(asked))
    yield from _where_told(("签发原因", "；".join(sheet["reasons"])))
    yield _pair("责任单位", sheet["agency"], "责任人", sheet["people"] or "未登记")
    yield from _where_told(("配合单位", sheet["supporters"]), ("督办领导", sheet["leaders"]))
    yield _pair("办结时限", sheet["due"], "级别", sheet["level"])
    yield _pair(
        "签发", f"{sheet['issuer']}\n{sheet['issued_on']}", "核查人", sheet["verifier"] or "—"
    )
    yield _wide("签收", words(_receipt(order)))


def _receipt(order: Order) -> str:
    if order.acknowledged_by is None or order.acknowledged_at is None:
        return "待签收"
    behalf = "（督查办公室代签）" if order.on_behalf else ""
    when = timezone.localtime(order.acknowledged_at)
    return f"{order.acknowledged_by}{behalf}，{when:%Y-%m-%d %H:%M}"


def _where_told(*rows: tuple[str, str]) -> Iterator[Row]:
    return (_wide(name, words(said)) for name, said in rows if said)


def _wide(name: str, said: Runs) -> Row:
    return _name(name), Cell(said, span=3)


def _pair(name: str, said: str, other: str, besides: str) -> Row:
    return _name(name), Cell(words(said)), _name(other), Cell(words(besides))


def _name(text: str) -> Cell:
    return Cell((Run(text, face=Face.HEADING),))
