"""What the page of the audit log shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from kuancheng.asking.paging import page_of
from kuancheng.audit.chain.standing import standing
from kuancheng.audit.choices import Act, ActGroup, Door, Outcome
from kuancheng.audit.models import AuditEntry, AuditSeal
from kuancheng.reports.auditing.questions import RECENT_DAYS, AuditFilter
from projects.models import Project

PAGE_SIZE = 50

DAYS_SHOWN = 14
"""So many days are summed up beside the kinds, the latest first."""

PAGES = {
    "projects.matter": "matter",
    "projects.order": "order",
    "projects.handover": "handover",
    "projects.official": "official",
    "projects.agency": "agency",
    "investment.yearturn": "year-turn-record",
    "investment.statusreport": "admin:investment_statusreport_change",
    "access.user": "admin:access_user_change",
    "access.apikey": "admin:access_apikey_change",
    "access.displaytoken": "admin:access_displaytoken_change",
    "sheets.sheetimport": "admin:sheets_sheetimport_change",
}
"""Where one sees what an entry is about, by its kind."""

WORDS = {
    "service": "服务",
    "refusal": "为何被拒绝",
    "reason": "原因",
    "why": "原因",
    "note": "意见",
    "document": "文号",
    "words": "意见",
    "text": "内容",
    "answer": "答复",
    "step": "步骤",
    "upheld": "异议成立",
    "year": "年度",
    "month": "月份",
    "until": "到",
    "resumed_on": "复工日期",
    "reported_on": "报告日期",
    "number": "编号",
    "projects": "项目数",
    "edits": "行数",
    "rolls": "项目数",
    "saved": "保存条数",
    "deleted": "删除",
    "files": "文件数",
    "path": "网址",
    "query": "条件",
    "rows": "行数",
    "before": "原来",
    "after": "现在",
    "kind": "类别",
    "sha256": "文件摘要",
    "method": "方式",
    "numbers": "数字个数",
    "caption": "说明",
    "by": "移动",
    "faults": "问题",
    "cut": "已截短",
    "beginning": "开头",
}
"""What the parts of a detail are called; one that has no name here stands by its own."""


FOR_MACHINES = frozenset(
    {"service", "path", "query", "kind", "sha256", "method", "step", "beginning"}
)
"""Parts of a detail that are no words."""

COMMAND, VERIFY = "请运行 manage.py verify_audit", "请系统管理员核对整条链"
"""What is said at the machine, and here: the auditor has no command line."""


@dataclass(frozen=True)
class Line:
    """An entry as it is read: in words, with where it leads, and with its place in the chain."""

    entry: AuditEntry
    group: str
    outcome: str
    door: str
    words: str
    subject: str
    address: str
    project: Project | None
    detail: Sequence[tuple[str, str, bool]]
    seal: AuditSeal | None


def audit_page(asked: AuditFilter) -> dict[str, Any]:
    """The template's context. Fifteen queries at most, whatever the number of entries.

    NoSuchPage past the end.
    """
    said, found = asked.form.cleaned_data, asked.found()
    page = page_of(found.select_related("actor", "seal"), said["page"], PAGE_SIZE)
    page.object_list = _lines(list(page.object_list))
    return {
        "form": asked.form,
        "asked": {name: said[name] for name in ("group", "act", "outcome", "door")},
        "groups": ActGroup.choices,
        "acts": [
            (each.label, [(act, act.label) for act in Act.of_group(each)]) for each in ActGroup
        ],
        "outcomes": Outcome.choices,
        "doors": Door.choices,
        "page": page,
        "kinds": kinds_of(found),
        "days": days_of(found),
        "days_shown": DAYS_SHOWN,
        "narrowed": asked.narrowed,
        "recent_days_shown": RECENT_DAYS,
        "project": said["project"],
    } | _chain()


def kinds_of(found: QuerySet[AuditEntry]) -> list[tuple[str, int, int]]:
    """Each act in words, how often it was done, and how often refused or failed; the commonest first."""
    counts: dict[str, list[int]] = {}
    rows = found.order_by().values("act", "outcome").annotate(entries=Count("pk"))
    for row in rows:
        pair = counts.setdefault(act_words(row["act"]), [0, 0])
        pair[0] += row["entries"]
        pair[1] += row["entries"] if row["outcome"] != Outcome.DONE else 0
    return sorted(
        ((words, pair[0], pair[1]) for words, pair in counts.items()),
        key=lambda each: (-each[1], each[0]),
    )


def days_of(found: QuerySet[AuditEntry]) -> list[tuple[date, int]]:
    """The latest days and how many entries each has."""
    by_day = found.order_by().annotate(day=TruncDate("at")).values("day")
    rows = by_day.annotate(entries=Count("pk")).order_by("-day")[:DAYS_SHOWN]
    return [(row["day"], row["entries"]) for row in rows]


def _chain() -> dict[str, Any]:
    """How far the log is sealed, what the last check found, and what somebody should look at."""
    now = standing()
    return {
        "standing": now,
        "concerns": [each.replace(COMMAND, VERIFY) for each in now.concerns(timezone.now())],
        "checked": AuditEntry.objects.filter(act=Act.VERIFIED).order_by("-pk").first(),
    }


def act_words(act: str) -> str:
    """An act in words; one that the program has forgotten, by its code."""
    return str(Act(act).label) if act in Act.values else act


def detail_words(detail: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """The parts of a detail: what each is called, what it says, and whether that is no words.

    The project has a place of its own.
    """
    return [
        (WORDS.get(name, name), _shown(value), name in FOR_MACHINES)
        for name, value in detail.items()
        if name != "project"
    ]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return " → ".join(str(each) if each != "" else "空" for each in value) or "无"
    return str(value)


def _lines(entries: Sequence[AuditEntry]) -> list[Line]:
    """The entries of a page. One query for the projects that they are about."""
    named = {entry.detail.get("project") for entry in entries} - {None}
    own = Project._meta.label_lower
    named |= {int(each.subject_id) for each in entries if each.subject_type == own}
    projects = Project.objects.in_bulk([each for each in named if isinstance(each, int)])
    return [_line(entry, projects) for entry in entries]


def _line(entry: AuditEntry, projects: Mapping[int, Project]) -> Line:
    own = entry.subject_type == Project._meta.label_lower
    number = int(entry.subject_id) if own else entry.detail.get("project")
    group = entry.act.partition(".")[0]
    return Line(
        entry=entry,
        group=str(dict(ActGroup.choices).get(group, group)),
        outcome=str(dict(Outcome.choices).get(entry.outcome, entry.outcome)),
        door=str(dict(Door.choices).get(entry.door, entry.door)),
        words=entry.words or act_words(entry.act),
        subject=entry.subject_label,
        address=_address_of(entry),
        project=projects.get(number) if number else None,
        detail=detail_words(entry.detail),
        seal=getattr(entry, "seal", None),
    )


def _address_of(entry: AuditEntry) -> str:
    """Where one sees what the entry is about; empty where that has no page, or is gone."""
    name = PAGES.get(entry.subject_type)
    if name is None or not entry.subject_id or "deleted" in entry.detail:
        return ""
    try:
        return reverse(name, args=[entry.subject_id])
    except NoReverseMatch:
        return ""
