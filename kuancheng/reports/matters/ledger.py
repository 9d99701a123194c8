"""问题清单台账: the matters of a question as a table for paper, in parts of so many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from kuancheng.asking.filters import OneOfFilter
from kuancheng.asking.paging import page_of
from kuancheng.reports.listing.chips import chips
from kuancheng.reports.matters.page import rows_of
from kuancheng.reports.matters.questions import MatterFilter, MatterQuestion
from projects.models import Matter, MatterStep
from projects.rules.matters.clock import Reading
from projects.rules.matters.steps import Step

PART = 500
"""Rows of one part: more would neither print in one go nor be read."""

PAPERS = [("a3", "A3 横向"), ("a4", "A4 横向")]


class LedgerFilter(MatterFilter):
    """What the ledger is asked: as the list, and the paper that it is printed on."""

    paper = OneOfFilter(choices=PAPERS, label="纸张")


@dataclass(frozen=True)
class Line:
    """A row: `number` counts through all parts; `signer` is who signed for the agency, and
    `by_office` that the office did so in its stead."""

    number: int
    matter: Matter
    reading: Reading
    signer: str
    by_office: bool
    last: MatterStep | None


def ledger(question: MatterQuestion, params: QueryDict) -> dict[str, Any]:
    """The template's context. A fixed number of queries. NoSuchPage past the last part."""
    said = question.asked.form.cleaned_data
    part = page_of(_for_ledger(question.rows), said["page"], PART)
    rows = rows_of(part, question)
    lines = [
        _line(number, row.matter, row.reading)
        for number, row in enumerate(rows, part.start_index())
    ]
    words = [f"{each.label}：{each.value}" for each in chips(question.asked, params)]
    return {
        "today": question.today,
        "page": part,
        "lines": lines,
        "words": [each for each in words if not each.startswith("纸张")],
        "paper": said["paper"] or PAPERS[0][0],
        "papers": PAPERS,
        "back": _list_address(params),
    }


def _list_address(params: QueryDict) -> str:
    address = params.copy()
    for name in ("paper", "page"):
        address.pop(name, None)
    return address.urlencode()


def _for_ledger(found: QuerySet[Matter]) -> QuerySet[Matter]:
    whole = found.select_related("project", "enterprise", "lead_agency")
    return whole.prefetch_related("steps__actor")


def _line(number: int, matter: Matter, reading: Reading) -> Line:
    signed = _signed(sorted(matter.steps.all(), key=lambda step: step.number))
    name = signed.actor.full_name if signed else ""
    by_office = signed is not None and signed.on_behalf
    return Line(number, matter, reading, name, by_office, matter.last_word())


def _signed(steps: Sequence[MatterStep]) -> MatterStep | None:
    """Who signed for the agency that leads now: a matter that is moved is signed anew."""
    found = None
    for step in steps:
        if step.step == Step.SIGN:
            found = step
        elif step.step == Step.REASSIGN:
            found = None
    return found
