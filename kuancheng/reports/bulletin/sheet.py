"""A bulletin as it is printed: the draft's, or that of the issued copy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from kuancheng.reports.bulletin.charts import Chart, chart_of
from kuancheng.reports.bulletin.page import headings
from kuancheng.reports.bulletin.tables import Shown, shown
from kuancheng.reports.models import Bulletin
from kuancheng.reports.rules.bulletin.checking import printed_text
from kuancheng.reports.rules.bulletin.figures import Snapshot
from kuancheng.reports.rules.bulletin.sections import HEADED, Section


@dataclass(frozen=True)
class Line:
    """A paragraph as printed, a table or a chart: one of the three."""

    text: str = ""
    table: Shown | None = None
    chart: Chart | None = None


@dataclass(frozen=True)
class Block:
    """A part with its heading; empty where it has none, as the first."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """What is printed; `annexes` begin pages of their own. `number` is empty before it is issued."""

    number: str
    title: str
    addressees: str
    blocks: tuple[Block, ...]
    annexes: tuple[Shown, ...]
    signer: str
    day: date | None
    copied_to: str


@dataclass(frozen=True)
class Part:
    """A paragraph, table or chart as it is kept: of which part, its kind, its key, its text with tokens."""

    section: str
    kind: str
    key: str
    text: str


HEADS = ("title", "addressees", "signer", "copied_to")


def drafted_sheet(bulletin: Bulletin) -> Sheet:
    """A draft's. One query, and one for its figures."""
    snapshot: Snapshot = bulletin.gathered.snapshot
    paragraphs = bulletin.paragraphs.order_by("order", "pk")
    parts = [Part(each.section, each.kind, each.key, each.text) for each in paragraphs]
    heads = {name: getattr(bulletin, name) for name in HEADS}
    return sheet_of(parts, snapshot, heads, "", None)


def issued_sheet(content: Mapping[str, Any]) -> Sheet:
    """The issued copy's. No query."""
    kept = content["paragraphs"]
    parts = [Part(each["section"], each["kind"], each["key"], each["text"]) for each in kept]
    heads = {name: content[name] for name in HEADS}
    day = date.fromisoformat(content["issued_on"])
    snapshot = Snapshot.from_json(content["figures"])
    return sheet_of(parts, snapshot, heads, content["number"], day)


def sheet_of(
    parts: Iterable[Part], snapshot: Snapshot, heads: dict[str, Any], number: str, day: date | None
) -> Sheet:
    """The parts as printed."""
    held = {
        Section(section): tuple(found)
        for section, found in groupby(parts, key=lambda each: each.section)
    }
    names = headings(list(held))
    blocks = tuple(
        Block(
            names[section] if section in HEADED or section == Section.ERRATA else "",
            tuple(_line(each, snapshot) for each in found),
        )
        for section, found in held.items()
        if section != Section.ANNEX
    )
    return Sheet(
        number=number,
        title=heads["title"],
        addressees=heads["addressees"],
        blocks=blocks,
        annexes=_annexes(held.get(Section.ANNEX, ()), snapshot),
        signer=heads["signer"],
        day=day,
        copied_to=heads["copied_to"],
    )


def _annexes(parts: Sequence[Part], snapshot: Snapshot) -> tuple[Shown, ...]:
    found = (snapshot.table(each.key.partition(":")[2]) for each in parts)
    return tuple(shown(each) for each in found if each)


def _line(part: Part, snapshot: Snapshot) -> Line:
    if part.kind == "text":
        return Line(text=printed_text(part.text, snapshot.figures))
    table = snapshot.table(part.key.partition(":")[2])
    if table is None:
        return Line(text="")
    return (
        Line(table=shown(table))
        if part.kind == "table"
        else Line(chart=chart_of(table, snapshot.month))
    )
