"""检查清单: what a bulletin lacks before it can be issued."""

from collections.abc import Iterator
from datetime import date, datetime

from investment.choices import CorrectionState
from investment.models import Correction
from investment.rules.contradictions import LABELS as MONEY_LABELS
from kuancheng.asking.parameters import Days
from kuancheng.reports.choices import ObjectionState
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.bulletin.racing import racing
from kuancheng.reports.judging.bulletin.reading import Read, read
from kuancheng.reports.judging.bulletin.scope import Scope
from kuancheng.reports.judging.findings import flaws
from kuancheng.reports.judging.known import end_of
from kuancheng.reports.judging.league.months import why_not_yet
from kuancheng.reports.models import Bulletin, DailyStatus, LeagueObjection
from kuancheng.reports.rules.bulletin.checking import Finding
from kuancheng.reports.rules.bulletin.lacks import Lack

HEADS = {
    "title": "标题",
    "code": "机关代字",
    "addressees": "主送",
    "signer": "落款单位",
}
"""What has to be filled in."""
SHOWN = 3
AGAINST = {"dates_out_of_order", *MONEY_LABELS} - {"plan_missing"}
"""Flaws by which a figure may be wrong; what is merely missing is told in the text."""


def lacks_of(bulletin: Bulletin, today: date, known_at: datetime | None = None) -> list[Lack]:
    """The whole check list, hard lacks first. Twelve queries, and nine for each 500 projects."""
    scope, found = Scope(bulletin.month, today, known_at), read(bulletin)
    lacks = [
        *_month(scope),
        *_heads(bulletin),
        *_text(found),
        *_reports(found),
        *_corrections(scope),
        *_against_each_other(scope),
        *_league(scope),
    ]
    return sorted(lacks, key=lambda each: not each.hard)


def _month(scope: Scope) -> Iterator[Lack]:
    if why := why_not_yet(scope.month, Days(scope.day, None)):
        yield Lack("month", why, hard=True)


def _heads(bulletin: Bulletin) -> Iterator[Lack]:
    empty = [label for name, label in HEADS.items() if not getattr(bulletin, name).strip()]
    if empty:
        yield Lack("heads", f"没有填写{'、'.join(empty)}。", hard=True)


def _text(found: Read) -> Iterator[Lack]:
    hard = [each for each in found.all_findings if each.hard]
    soft = [each for each in found.all_findings if not each.hard]
    if hard:
        yield Lack("text", f"正文有 {len(hard)} 处要改：{_some(hard)}", hard=True)
    if found.changed:
        moved = "、".join(each.label for each in found.changed[:SHOWN])
        text = (
            f"改写过的段落里有 {len(found.changed)} 个数字后来变了（{moved}），请逐段更新或保留。"
        )
        yield Lack("changed", text, hard=True)
    if soft:
        yield Lack("contradictions", f"有 {len(soft)} 处数字对不上：{_some(soft)}")


def _some(findings: list[Finding]) -> str:
    shown = "；".join(each.text.rstrip("。") for each in findings[:SHOWN])
    return f"{shown}{'等' if len(findings) > SHOWN else ''}。"


def _reports(found: Read) -> Iterator[Lack]:
    figures = found.snapshot.figures
    missing, pending = (figures.get(f"overall.{name}") for name in ("missing", "pending_projects"))
    if missing and missing.value:
        yield Lack("missing", f"{missing.printed}个项目没有报送当月进展。", path="/reporting/")
    if pending and pending.value:
        text = f"{pending.printed}个项目的填报待复核，没有计入。"
        yield Lack("pending", text, path="/admin/investment/statusreport/")


def _corrections(scope: Scope) -> Iterator[Lack]:
    """Corrections of the year's reports that nobody has decided on. One query."""
    waiting = scope.rows(Correction).filter(
        state=CorrectionState.PROPOSED,
        report__project__in=scope.projects,
        report__month__range=(scope.month.replace(month=1), scope.month),
    )
    if number := waiting.count():
        text = f"有 {number} 条填报更正待批准，没有计入。"
        yield Lack("corrections", text, path="/admin/investment/correction/")


def _against_each_other(scope: Scope) -> Iterator[Lack]:
    """What the records of the listed projects' money and days say against each other, today.

    Asked of the present alone: what was so when a past month was issued was confirmed then.
    """
    if scope.known_at is not None:
        return
    daily.ensure(scope.day, today=scope.day)
    rows = DailyStatus.objects.on(scope.day, today=scope.day).filter(project__in=scope.projects)
    found = [each for each in flaws(rows, Days(scope.day, None)) if each.rule in AGAINST]
    if found:
        named = "、".join(dict.fromkeys(each.project.name for each in found[:SHOWN]))
        more = "等" if len(found) > SHOWN else ""
        text = f"登记有 {len(found)} 处前后矛盾（{named}{more}），数字可能因此不准。"
        yield Lack("quality", text, path="/data-quality/")


def _league(scope: Scope) -> Iterator[Lack]:
    found = racing(scope)
    if found.awaited:
        names = "、".join(str(each) for each in found.awaited)
        yield Lack("league", f"当月赛马还没有发布：{names}。", path="/league/")
    if number := _objections(scope, [each.pk for each in found.publications]):
        text = f"对当月赛马有 {number} 条异议还没有答复。"
        yield Lack("objections", text, path="/league/")


def _objections(scope: Scope, publications: list[int]) -> int:
    """The objections that were open on the day. One query."""
    raised = LeagueObjection.objects.filter(publication__in=publications)
    raised = raised.filter(raised_on__lte=scope.day)
    if scope.known_at is None:
        return raised.filter(state=ObjectionState.OPEN).count()
    history = LeagueObjection.history.filter(
        id__in=raised.values("pk"), history_date__lte=end_of(scope.known_at)
    )
    last = dict(history.order_by("history_id").values_list("id", "state"))
    return sum(state == ObjectionState.OPEN for state in last.values())
