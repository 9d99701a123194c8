"""What the list of bulletins shows, and a draft: its parts, what is found in them, what it lacks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Q

from kuancheng.access.models import User
from kuancheng.asking.paging import Capped, capped, page_of
from kuancheng.records.forms import ActionForm, ServiceForm
from kuancheng.reports.bulletin.charts import Chart, chart_of
from kuancheng.reports.bulletin.forms import HeadsForm, LackForm, OwnForm, TextForm
from kuancheng.reports.bulletin.pieces import Piece, pieces
from kuancheng.reports.bulletin.steps import CHANGE, may_edit, offered, why_waits
from kuancheng.reports.bulletin.tables import Shown, shown
from kuancheng.reports.choices import BulletinSection, ErratumState, ParagraphKind
from kuancheng.reports.judging.bulletin.lacks import lacks_of
from kuancheng.reports.judging.bulletin.reading import Read, ReadParagraph, read
from kuancheng.reports.models import Bulletin, BulletinParagraph, Erratum
from kuancheng.reports.rules.bulletin.checking import Change, Finding
from kuancheng.reports.rules.bulletin.figures import Figure
from kuancheng.reports.rules.bulletin.lacks import Lack
from kuancheng.reports.rules.bulletin.sections import HEADED, Section

PAGE_SIZE = 24
SHOWN = 10
"""So many errata that wait are named on the list."""

COUNTED = "一二三四五六七八九"
TYPED = "typed"
"""The code of the finding that a tick beside the number answers."""

LEGEND = {
    "year": "时间",
    "month": "时间",
    "overall": "总体情况",
    "start": "开工和入统",
    "class": "按年度类别",
    "industry": "按行业",
    "area": "按属地",
    "league": "赛马",
    "light": "亮灯",
    "red": "红灯项目",
    "yellow": "黄灯项目",
    "matter": "事项",
    "factor": "要素保障",
    "next": "下步",
    "erratum": "更正",
}
"""How figures are grouped in the list of them, by how their keys begin."""


@dataclass(frozen=True)
class Number:
    """A number typed by hand, and whether somebody stands for it."""

    number: str
    confirmed: bool


@dataclass(frozen=True)
class Row:
    """A paragraph, table or chart of a draft, with what is to be said beside it.

    `form` is that of its text, as it was typed where it was refused; `errors` are of whichever step.
    """

    paragraph: BulletinParagraph
    name: str
    pieces: tuple[Piece, ...]
    table: Shown | None
    chart: Chart | None
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    numbers: tuple[Number, ...]
    form: ActionForm
    errors: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its text with tokens, as it was typed."""
        return str(self.form["text"].value() or "")

    @property
    def version(self) -> int:
        """The version that is changed by saving it."""
        return int(self.form["seen_version"].value() or 0)

    @property
    def may_redraft(self) -> bool:
        """Whether there is a template that would write it otherwise."""
        return bool(self.paragraph.key) and self.paragraph.is_edited


@dataclass(frozen=True)
class Part:
    """A section: its heading as printed, its rows, and the form that adds one."""

    section: Section
    heading: str
    rows: tuple[Row, ...]
    form: ServiceForm

    @property
    def code(self) -> str:
        """For addresses and forms."""
        return self.section.value

    @property
    def may_add(self) -> bool:
        """Whether a paragraph of one's own may stand here."""
        return self.section not in (Section.ERRATA, Section.ANNEX)


@dataclass(frozen=True)
class Checked:
    """A line of the check list; `passed` is who let it pass and why, None where nobody did."""

    lack: Lack
    passed: Mapping[str, str] | None
    form: ActionForm


@dataclass(frozen=True)
class Group:
    """Figures that stand together in the list of them."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Given:
    """What was refused, to be shown again: forms by their step, a paragraph's by its id, a lack's by its
    code, an added paragraph's by its section.
    """

    steps: Mapping[str, ActionForm]
    paragraphs: Mapping[int, ActionForm]
    lacks: Mapping[str, ActionForm]
    added: Mapping[str, ServiceForm]
    heads: ActionForm | None


NOTHING = Given({}, {}, {}, {}, None)


def bulletin_list(number: int | None, reader: User) -> dict[str, Any]:
    """The template's context. Two queries, one more for the office. NoSuchPage past the end."""
    approved = Q(errata__state=ErratumState.APPROVED)
    visible = Bulletin.objects.visible_to(reader).annotate(
        corrections=Count("errata", filter=approved)
    )
    return {
        "page": page_of(visible.order_by("-month"), number, PAGE_SIZE),
        "may_draft": reader.has_perm("reports.add_bulletin"),
        "errata": _waiting_errata(reader),
    }


def _waiting_errata(reader: User) -> Capped[Erratum] | None:
    if not reader.has_perm(CHANGE):
        return None
    waiting = Erratum.objects.filter(state=ErratumState.PROPOSED).select_related("bulletin")
    found = capped(waiting.order_by("proposed_on", "pk"), SHOWN)
    return found if found.total else None


def draft_page(
    bulletin: Bulletin, today: date, reader: User, given: Given = NOTHING
) -> dict[str, Any]:
    """The template's context of a bulletin that is not issued. About fifteen queries, most of the check list."""
    found = read(bulletin)
    edits = may_edit(bulletin, reader)
    figures = found.snapshot.figures
    return {
        "bulletin": bulletin,
        "slug": f"{bulletin.month:%Y-%m}",
        "gathered_at": bulletin.gathered.gathered_at,
        "parts": list(_parts(found, edits, given)),
        "checks": list(_checks(bulletin, today, given)),
        "steps": offered(bulletin, reader, given.steps),
        "waits": why_waits(bulletin, reader),
        "may_edit": edits,
        "heads_form": given.heads or HeadsForm(bulletin),
        "heads_wanting": not all((bulletin.code, bulletin.addressees, bulletin.signer)),
        "legend": legend(figures.values()),
        "figures_total": len(figures),
    }


def legend(figures: Sequence[Figure] | Any) -> list[Group]:
    """Figures in their order, those that belong together under one name."""

    def name(figure: Figure) -> str:
        return LEGEND.get(figure.key.partition(".")[0], "其他")

    return [Group(each, tuple(found)) for each, found in groupby(figures, key=name)]


def headings(sections: Sequence[Section]) -> dict[Section, str]:
    """How the parts that are there are headed: 一、总体情况; errata and annexes without a number."""
    counted = [each for each in sections if each in HEADED]
    names = {each: str(BulletinSection(each).label) for each in sections}
    return {
        each: f"{COUNTED[counted.index(each)]}、{name}" if each in counted else name
        for each, name in names.items()
    }


def _parts(found: Read, edits: bool, given: Given) -> Iterator[Part]:
    held = {
        Section(section): tuple(inside)
        for section, inside in groupby(found.paragraphs, key=lambda each: each.paragraph.section)
    }
    heads = headings(list(held))
    for section, inside in held.items():
        rows = tuple(
            _row(each, f"{BulletinSection(section).label}第 {place} 段", found, edits, given)
            for place, each in enumerate(inside, 1)
        )
        yield Part(section, heads[section], rows, given.added.get(section.value) or OwnForm())


def _row(one: ReadParagraph, name: str, found: Read, edits: bool, given: Given) -> Row:
    paragraph, figures = one.paragraph, found.snapshot.figures
    form = given.paragraphs.get(paragraph.pk)
    errors = tuple(str(each) for said in (form.errors if form else {}).values() for each in said)
    if not isinstance(form, TextForm):
        form = TextForm(paragraph.version)
        form.initial["text"] = paragraph.text
    is_chart = paragraph.kind == ParagraphKind.CHART
    table = shown(one.table) if one.table and not is_chart else None
    chart = chart_of(one.table, found.snapshot.month) if one.table and is_chart else None
    return Row(
        paragraph=paragraph,
        name=one.table.title if one.table else name,
        pieces=tuple(pieces(str(form["text"].value() or ""), figures)),
        table=table,
        chart=chart,
        changes=one.changed,
        findings=tuple(each for each in one.findings if each.code != TYPED or not edits),
        numbers=tuple(Number(each, each in paragraph.typed) for each in dict.fromkeys(one.typed)),
        form=form,
        errors=errors,
    )


def _checks(bulletin: Bulletin, today: date, given: Given) -> Iterator[Checked]:
    passed = {(each["code"], each["text"]): each for each in bulletin.confirmed}
    for lack in lacks_of(bulletin, today):
        form = given.lacks.get(lack.code) or LackForm(bulletin.version)
        yield Checked(lack, passed.get((lack.code, lack.text)), form)
