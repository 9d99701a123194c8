"""年度结转 on pages: a preview that is filled in, the record of a turn, undoing and doing again."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from investment.models import YearTurn
from investment.rules.turn import why_not_now
from investment.services.year_turn.proposing import propose_again, propose_turn, propose_undoing
from investment.services.year_turn.turning import TURN, UNDO
from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.audit.files import exported
from kuancheng.records.changes import record_changes
from kuancheng.records.classes import DataClass
from kuancheng.records.forms import UndoForm, as_refusal
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.judging.turn_due import year_to_turn
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.year_turn.forms import TurnForm
from kuancheng.reports.year_turn.preview import Preview, TurnParameters, preview
from kuancheng.reports.year_turn.workbook import turn_workbook
from kuancheng.sheets.marking import marked_name
from projects.models import Programme, Project

CHANGES_SHOWN = 60
PUT_FORWARD = "已提出{}，由第二人审核，通过后生效。"


class Turn(Page):
    """年度结转: the preview with its form, and the turn put to a second person."""

    permission_required = TURN
    parameters = TurnParameters

    def get(self, request: HttpRequest, year: int) -> HttpResponse:
        """The preview, filled in with what is proposed."""
        shown = preview(self.asked(), year)
        return self._page(request, shown, TurnForm(shown))

    def post(self, request: HttpRequest, year: int) -> HttpResponse:
        """Added up anew, or turned; what is refused keeps all that was typed."""
        asked = self.asked()
        shown = preview(asked, year)
        form = TurnForm(shown, request.POST)
        if "turn" not in request.POST or not form.is_valid() or shown.source is None:
            return self._page(request, shown, form)
        try:
            made = propose_turn(
                year=year,
                source=shown.source,
                new_list=form.terms.new_list,
                rolls=form.rolls(),
                document=form.terms.cleaned_data["document"],
                actor=account(request),
            )
        except REFUSALS as error:
            self._refuse(form, error)
            return self._page(request, shown, form)
        messages.success(request, PUT_FORWARD.format(made))
        return redirect(made)

    def _refuse(self, form: TurnForm, error: Exception) -> None:
        refusal = ValidationError(str(error)) if isinstance(error, StaleRecord) else None
        if said := refusal or as_refusal(error):
            form.refuse(said)

    def _page(self, request: HttpRequest, shown: Preview, form: TurnForm) -> HttpResponse:
        asked: Any = self.asked().form
        asked.fields["programme"].queryset = Programme.objects.filter(
            pk__in=[each.pk for each in shown.sources]
        )
        context = {
            "shown": shown,
            "form": form,
            "asked": asked,
            "refused": why_not_now(shown.year, clock.today()),
            "before": shown.year - 1,
            "turns": YearTurn.objects.filter(year=shown.year).select_related(
                "from_programme", "author"
            ),
            "plans": f"{reverse('admin:sheets_sheetimport_changelist')}?{urlencode({'kind': 'plans'})}",
            "query": request.GET.urlencode(),
        }
        return render(request, "reports/year_turn/preview.html", context)


class TurnNow(Turn):
    """The year that is due: in December the year to come."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, year: int | None = None) -> HttpResponse:
        """Its preview."""
        return super().get(request, year or year_to_turn(clock.today()))


class TurnExport(Page):
    """The preview as an Excel file: every project, however many."""

    permission_required = TURN
    parameters = TurnParameters

    def get(self, request: HttpRequest, year: int) -> FileResponse:
        shown = preview(self.asked(), year, limit=None)
        note = "演示数据，均为虚构" if Project.objects.filter(is_demo=True).exists() else ""
        name = marked_name(f"{year}年度结转预览-{clock.today():%Y-%m-%d}.xlsx", DataClass.INTERNAL)
        return exported(request, turn_workbook(shown, note=note), name, rows=len(shown.lines))


class OneTurn(Page):
    """The record of a turn: its projects, its history, and what may be done."""

    permission_required = "investment.view_yearturn"

    def turn(self, pk: int) -> YearTurn:
        """The turn. Http404 when it is not there."""
        turns = YearTurn.objects.select_related("from_programme", "to_programme", "author")
        found: YearTurn = get_object_or_404(turns, pk=min(pk, 2**63 - 1))
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        self.asked()
        made = self.turn(pk)
        return self._page(request, made, UndoForm(made.version))

    def _page(self, request: HttpRequest, made: YearTurn, form: UndoForm) -> HttpResponse:
        reader = account(request)
        lines = list(made.lines.select_related("project__lead_agency").order_by("project__code"))
        context: dict[str, Any] = {
            "turn": made,
            "lines": lines,
            "without_plan": sum(each.plan_amount is None for each in lines),
            "form": form,
            "changes": record_changes(made)[:CHANGES_SHOWN],
            "may_undo": made.stands and reader.has_perm(UNDO),
            "may_redo": not made.stands and reader.has_perm(TURN),
            "may_turn": reader.has_perm(TURN),
        }
        return render(request, "reports/year_turn/record.html", context)

    def _take(self, request: HttpRequest, pk: int, *, undo: bool) -> HttpResponse:
        made, actor = self.turn(pk), account(request)
        form = UndoForm(made.version, request.POST)
        if form.is_valid():
            try:
                if undo:
                    reason = form.cleaned_data["reason"]
                    asked = propose_undoing(turn=made, reason=reason, seen=form.seen, actor=actor)
                else:
                    asked = propose_again(turn=made, seen=form.seen, actor=actor)
            except REFUSALS as error:
                form.object_to(error)
                if not isinstance(error, StaleRecord):
                    form.add_error(None, "一个项目也没有改动；请先处理上面各项，再办一次。")
            else:
                messages.success(request, PUT_FORWARD.format(asked))
                return redirect(asked)
        return self._page(request, self.turn(pk), form)


class UndoTurn(OneTurn):
    """撤销: all of it, or nothing, put to a second person."""

    permission_required = UNDO
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put forward, or told why not."""
        return self._take(request, pk, undo=True)


class RedoTurn(OneTurn):
    """恢复结转: an undone turn to be done once more, put to a second person."""

    permission_required = TURN
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put forward, or told why not."""
        return self._take(request, pk, undo=False)
