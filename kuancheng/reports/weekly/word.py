"""纪要 of a weekly review as an official document: the frozen copy, or the draft that says so."""

from collections.abc import Iterator, Mapping
from typing import Any

from kuancheng.documents.blocks import (
    Align,
    Block,
    Cell,
    Column,
    Face,
    Heading,
    Paragraph,
    Run,
    Table,
    words,
)
from kuancheng.documents.document import Attendance, Document, chinese_day, heading_number, minutes
from kuancheng.documents.kinds import DocumentKind
from kuancheng.reports.rules.lights import LABELS, Light
from projects.models import WeeklyReview

KIND = DocumentKind("minutes", "周调度纪要")
MARK = "重点项目周调度会议纪要"
COLUMNS = (Column(1, Align.CENTRE), Column(6), Column(4), Column(2.5, Align.CENTRE), Column(4))
HEADINGS = ("序号", "议定事项", "责任单位", "时限", "办理情况")
Copy = Mapping[str, Any]


def minutes_document(review: WeeklyReview, copy: Copy, address: str) -> Document:
    """The minutes as they were frozen, or as they would read now; `address` is where the code leads.

    `copy` is as `services.reviews.minuting` makes it. No queries. ValueError beyond 99 items.
    """
    return minutes(
        mark=MARK,
        number=review.title,
        title=f"{review.title}纪要",
        held_on=review.day,
        opening=words(
            f"{chinese_day(review.day)} {copy['start']}，在{copy['place']}召开重点项目周调度会议。"
            f"{copy['chair']}主持，{copy['clerk']}记录。现将议定事项纪要如下。"
        ),
        attendance=_attendance(copy),
        blocks=(*_warnings(review), *_blocks(copy)),
        leads_to=address,
    )


def _warnings(review: WeeklyReview) -> Iterator[Block]:
    said = [] if review.minutes is not None else ["未定稿，内容还会变动"]
    said += ["演示数据，均为虚构"] if review.is_demo else []
    if said:
        yield Paragraph((Run(f"（{'；'.join(said)}）", face=Face.SUBHEADING),))


def _attendance(copy: Copy) -> Iterator[Attendance]:
    for code, label in (("present", "出席"), ("excused", "请假"), ("sitting_in", "列席")):
        people = "、".join(_who(each) for each in copy["attendance"].get(code, ()))
        if people:
            yield Attendance(label, people)


def _who(seat: Mapping[str, str]) -> str:
    absent = [each for each in (seat["reason"], f"{seat['substitute']}代会") if each != "代会"]
    return f"{seat['who']}（{'，'.join(absent)}）" if any(absent) else seat["who"]


def _blocks(copy: Copy) -> Iterator[Block]:
    number = 1
    if copy["previous_title"]:
        yield Heading(
            f"{heading_number(1, number)}上次议定事项办理情况（{copy['previous_title']}）"
        )
        yield from _previous(copy)
        number += 1
    yield Heading(f"{heading_number(1, number)}本次议题和议定事项")
    if not copy["items"]:
        yield Paragraph(words("没有议题。"))
    for item in copy["items"]:
        yield from _item(item)


def _previous(copy: Copy) -> Iterator[Block]:
    if not copy["previous"]:
        yield Paragraph(words("上次没有议定事项。"))
        return
    rows = tuple(
        tuple(
            Cell(words(str(said)))
            for said in (each["number"], each["text"], each["agency"], each["due"], _became(each))
        )
        for each in copy["previous"]
    )
    head = tuple(Cell((Run(name, face=Face.HEADING),), align=Align.CENTRE) for name in HEADINGS)
    yield Table(COLUMNS, rows, header=(head,))


def _became(decision: Mapping[str, Any]) -> str:
    return "：".join(each for each in (decision["state"], decision["answer"]) if each)


def _item(item: Mapping[str, Any]) -> Iterator[Block]:
    code = f"（{item['code']}）" if item["code"] else ""
    light = LABELS[Light(item["light"])] if item["light"] else ""
    beside = "　".join(each for each in (light, item["outcome"]) if each)
    yield Heading(f"{heading_number(2, item['order'])}{item['name']}{code}　{beside}".rstrip(), 2)
    if item["reasons"]:
        yield Paragraph(words(f"上会原因：{'；'.join(item['reasons'])}。"))
    if item["note"]:
        yield Paragraph(words(item["note"]))
    for each in item["decisions"]:
        owner = " ".join(filter(None, (each["agency"], each["person"])))
        known = "，".join(
            filter(None, (f"责任单位：{owner}", f"时限：{each['due']}", each["matter_number"]))
        )
        yield Paragraph((Run("议定：", bold=True), Run(f"{each['text']}（{known}）")))
