"""复核: the reports that wait, the odd ones first, approved or returned in one form."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from investment.admin.report.review_rows import (
    APPROVE,
    EVIDENCE,
    LATER,
    RETURN,
    ReviewRow,
    rows_of,
    sums_of,
)
from investment.admin.report.steps import STEPS, Undoable, shown_version, take_step, undoable
from investment.choices import ReportState
from investment.models import StatusReport, month_text
from investment.services import approve_report
from investment.services.reports import APPROVE as APPROVE_RIGHT
from investment.services.reports import HINDRANCES, return_report
from kuancheng.access.models import User
from kuancheng.access.rights import account, require
from kuancheng.access.views import refusal
from kuancheng.asking.filters import MonthSetting, NumberFilter, OneOfFilter
from kuancheng.asking.paging import NoSuchPage, page_of
from kuancheng.asking.parameters import BadParameters, Parameters, ask, filled
from kuancheng.records.announcing import together
from kuancheng.records.pages import AdminPage
from kuancheng.records.versions import StaleRecord, seen_version

CLEAN = "clean"
PER_PAGE = 60
"""Reports on a page, those that have waited longest; a month of the portfolio has room on one."""

MOST_POSTED = 200
"""So many reports one form may decide on."""


class ReviewParameters(Parameters):
    """One month, a page of it, and conclusions to be preset."""

    month = MonthSetting(label="月份，不填为全部")
    page = NumberFilter(minimum=1, label="页码，从 1 起")
    preset = OneOfFilter(
        choices=[(CLEAN, "没有提示的选为通过"), (APPROVE, "全部选为通过")], label="预选"
    )


@dataclass
class Outcome:
    """What was done, and what each refused report was told."""

    approved: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def decide(rows: Sequence[ReviewRow], actor: User) -> Outcome:
    """Approves and returns as chosen; what cannot be done is told, and hinders nothing else."""
    outcome = Outcome()
    with transaction.atomic(), together():
        for row in rows:
            if row.choice == LATER:
                continue
            try:
                if row.choice == APPROVE:
                    approve_report(report=row.report, seen=row.seen, actor=actor)
                    outcome.approved.append(str(row.report))
                else:
                    return_report(report=row.report, seen=row.seen, note=row.note, actor=actor)
                    outcome.returned.append(str(row.report))
            except HINDRANCES as error:
                outcome.refused[row.report.pk] = _why(error)
                if isinstance(error, StaleRecord):
                    row.choice = LATER
    return outcome


def _why(error: Exception) -> str:
    if isinstance(error, StatusReport.DoesNotExist):
        return "已被删除。"
    return "；".join(error.messages) if isinstance(error, ValidationError) else str(error)


class ReviewPage(AdminPage):
    """The screen that clears what waits for this reviewer."""

    name = "review"
    template_name = "admin/investment/statusreport/review.html"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        reviewer = account(request)
        require(reviewer, APPROVE_RIGHT)
        self.waiting = StatusReport.objects.reviewable_by(reviewer)
        try:
            params = filled(ReviewParameters, request.GET)
            self.asked = ask(ReviewParameters, params, self.waiting).form.cleaned_data
            return super().dispatch(request, *args, **kwargs)
        except BadParameters as error:
            return _refused(request, 400, "网址中的条件有误", error.sentences)
        except NoSuchPage as error:
            return _refused(request, 404, "没有这一页", [str(error)])

    def get(self, request: HttpRequest) -> HttpResponse:
        """The reports that wait, with the conclusions preset where that was asked."""
        found = self._found()
        found = found.filter(month=self.asked["month"]) if self.asked["month"] else found
        page = page_of(found, self.asked["page"], PER_PAGE)
        rows = rows_of(page)
        _preset(rows, self.asked["preset"])
        return self._shown(rows, page)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Takes the decisions; what could not be done is shown again with the reason."""
        if "undo" in request.POST:
            return self._undo(request)
        rows = rows_of(self._found().filter(pk__in=_keys_shown(request.POST)))
        _take_choices(rows, request.POST)
        outcome = decide(rows, account(request))
        _tell(request, outcome, _vanished(rows, request.POST))
        if not outcome.refused:
            return self._again()
        rows = [row for row in rows if row.report.pk in outcome.refused or row.choice == LATER]
        for row in rows:
            row.refusal = outcome.refused.get(row.report.pk, "")
        return self._shown(rows, Paginator(rows, MOST_POSTED).page(1))

    def _undo(self, request: HttpRequest) -> HttpResponse:
        """Takes back one decision of a moment ago, or all of them."""
        chosen = request.POST["undo"]
        keys = _keys_shown(request.POST) if chosen == "all" else _numbers([chosen])
        reports = StatusReport.objects.select_related("project").filter(pk__in=keys)
        posted = [(each, seen_version(request.POST, shown_version(each))) for each in reports]
        take_step(request, STEPS["undo"], posted)
        return self._again()

    def _again(self) -> HttpResponse:
        """The first page of what is left: another one may be gone."""
        month = self.asked["month"]
        return redirect(f"{self.request.path}?month={month:%Y-%m}" if month else self.request.path)

    def _found(self) -> QuerySet[StatusReport]:
        found = self.waiting.select_related("project__lead_agency", "submitted_by")
        return found.prefetch_related(EVIDENCE).order_by("month", "submitted_at", "pk")

    def _shown(
        self, rows: Sequence[ReviewRow], page: "Page[ReviewRow] | Page[StatusReport]"
    ) -> HttpResponse:
        reviewer = account(self.request)
        months = self.waiting.order_by("month").values_list("month", flat=True).distinct()
        recent: list[Undoable] = undoable(reviewer)
        return self.page(
            "复核进展填报",
            rows=rows,
            page=page,
            sums=sums_of(rows),
            month=self.asked["month"],
            months=[(each, month_text(each)) for each in months],
            own=_own_waiting(reviewer),
            undoable=recent,
            undo_seconds=min((each.seconds for each in recent), default=0),
        )


def _refused(
    request: HttpRequest, status: int, title: str, sentences: Sequence[str]
) -> HttpResponse:
    back = (request.path, "查看全部待复核的填报")
    return refusal(request, status, title, "没有按这些条件查询：", sentences, back)


def _own_waiting(user: User) -> int:
    """Reports that he submitted or wrote himself: somebody else reviews them."""
    waiting = StatusReport.objects.filter(state=ReportState.SUBMITTED)
    return waiting.authored_by(user).count()


def _numbers(texts: Sequence[str]) -> list[str]:
    """Those that may be keys of a report."""
    return [each for each in texts if each.isascii() and each.isdecimal() and len(each) < 19]


def _keys_shown(posted: QueryDict) -> list[str]:
    """The reports whose versions the form says that it showed."""
    prefix = "version-"
    names = [name.removeprefix(prefix) for name in posted if name.startswith(prefix)]
    return _numbers(names)[:MOST_POSTED]


def _take_choices(rows: Sequence[ReviewRow], posted: QueryDict) -> None:
    """What was chosen on the page, of which version of each report."""
    for row in rows:
        key = row.report.pk
        choice = posted.get(f"choice-{key}", LATER)
        row.choice = choice if choice in (APPROVE, RETURN) else LATER
        row.note = posted.get(f"note-{key}", "")
        row.seen = seen_version(posted, shown_version(row.report))


def _vanished(rows: Sequence[ReviewRow], posted: QueryDict) -> list[str]:
    """Names of reports decided on that somebody else has dealt with."""
    shown = {str(row.report.pk) for row in rows}
    decided = [
        name.removeprefix("choice-")
        for name, value in posted.items()
        if name.startswith("choice-") and value in (APPROVE, RETURN)
    ]
    gone = StatusReport.objects.filter(
        pk__in=_numbers([key for key in decided if key not in shown])
    )
    return [str(report) for report in gone.select_related("project")[:MOST_POSTED]]


def _preset(rows: Sequence[ReviewRow], preset: str) -> None:
    for row in rows:
        if preset == APPROVE or (preset == CLEAN and not row.findings):
            row.choice = APPROVE


def _tell(request: HttpRequest, outcome: Outcome, missing: Sequence[str]) -> None:
    if outcome.approved:
        messages.success(request, f"已通过 {len(outcome.approved)} 份，数字已计入统计。")
    if outcome.returned:
        messages.success(
            request, f"已退回 {len(outcome.returned)} 份：{'；'.join(outcome.returned)}。"
        )
    if outcome.refused:
        messages.error(request, f"有 {len(outcome.refused)} 份没有办成，原因写在各行，内容都还在。")
    if missing:
        messages.warning(request, f"以下填报已被别人处理或被撤回，没有再办：{'；'.join(missing)}。")
    if not (outcome.approved or outcome.returned or outcome.refused or missing):
        messages.info(request, "没有选择通过或退回，什么也没有改动。")
