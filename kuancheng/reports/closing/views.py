"""收官总结 on pages: one project's, its three questions, the office's word, and the list."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Parameters, ask, filled
from kuancheng.audit.files import exported
from kuancheng.records.classes import DataClass
from kuancheng.reports.closing.forms import AnswersForm, DecisionForm
from kuancheng.reports.closing.page import close_out_list, close_out_page
from kuancheng.reports.closing.questions import CloseOutFilter
from kuancheng.reports.closing.workbook import close_out_workbook
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.services import confirm_close_out
from kuancheng.sheets.marking import marked_name
from projects.models import CloseOut, Project
from projects.services.close_outs import CHANGE, return_close_out, write_close_out


class CloseOutParameters(Parameters):
    no_past = "收官总结只有现在的：确认后数据定稿，不随日期变。"


class OneCloseOut(Page):
    """A page about one project's close-out."""

    parameters = CloseOutParameters

    def project(self, code: str) -> Project:
        """The project. Http404 when it is not there for the reader."""
        visible = Project.objects.visible_to(account(self.request))
        found: Project = get_object_or_404(visible.select_related("lead_agency"), code=code)
        return found


class CloseOutPage(OneCloseOut):
    """收官总结 of one project: A4 on paper."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The page."""
        self.asked()
        return self.page(request, self.project(code), None)

    def page(
        self, request: HttpRequest, project: Project, form: DecisionForm | None
    ) -> HttpResponse:
        """The page, with the decision's form where the reader may decide."""
        context = close_out_page(project, clock.today(), account(request))
        kept = context["close_out"]
        context["form"] = form or DecisionForm(kept.version if kept else 0)
        return render(request, "reports/close_outs/page.html", context)


class WriteCloseOut(OneCloseOut):
    """The three questions."""

    permission_required = CHANGE

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The form with what is written already."""
        self.asked()
        project = self.project(code)
        context = close_out_page(project, clock.today(), account(request))
        if not context["may_write"]:
            messages.info(request, _why_not(context))
            return redirect("close-out", code)
        return self._page(request, project, AnswersForm(_kept(project)))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Submitted, or shown again with all that was typed."""
        project = self.project(code)
        kept = _kept(project)
        form = AnswersForm(kept, request.POST)
        if form.is_valid():
            try:
                write_close_out(close_out=form.filled(kept), seen=form.seen, actor=account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已提交，等项目中心确认：{project.name}。")
                return redirect("close-out", code)
        return self._page(request, project, form)

    def _page(self, request: HttpRequest, project: Project, form: AnswersForm) -> HttpResponse:
        return render(request, "reports/close_outs/write.html", {"project": project, "form": form})


class DecideCloseOut(CloseOutPage):
    """确认 or 退回, pressed on the page."""

    permission_required = CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Decided, or told why not."""
        project = self.project(code)
        kept = get_object_or_404(CloseOut, project=project)
        form = DecisionForm(kept.version, request.POST)
        back = "return" in request.POST
        if form.is_valid():
            try:
                if back:
                    note = form.cleaned_data["return_note"]
                    return_close_out(
                        close_out=kept, note=note, seen=form.seen, actor=account(request)
                    )
                else:
                    confirm_close_out(close_out=kept, seen=form.seen, actor=account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                said = "已退回" if back else "已确认，数据定稿"
                messages.success(request, f"{said}：{project.name}收官总结。")
                return redirect("close-out", code)
        return self.page(request, project, form)


class CloseOutList(Page):
    """收官总结 of finished projects, for the next of their kind."""

    permission_required = "projects.view_closeout"
    parameters = CloseOutFilter

    def asked(self) -> CloseOutFilter:
        """What the address asks of close-outs."""
        everything = CloseOut.objects.visible_to(account(self.request)).select_related("project")
        return ask(CloseOutFilter, filled(CloseOutFilter, self.request.GET), everything)

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        context = close_out_list(self.asked(), account(request))
        return render(request, "reports/close_outs/list.html", context)


class CloseOutExport(CloseOutList):
    """The same rows as an Excel file."""

    def get(self, request: HttpRequest) -> FileResponse:  # type: ignore[override]
        """The file."""
        name = marked_name(f"收官总结-{clock.today():%Y-%m-%d}.xlsx", DataClass.INTERNAL)
        found = self.asked().found()
        return exported(request, close_out_workbook(found), name, rows=found.count())


def _kept(project: Project) -> CloseOut:
    found: CloseOut | None = CloseOut.objects.filter(project=project).first()
    return found or CloseOut(project=project)


def _why_not(context: dict[str, object]) -> str:
    if not context["finished"]:
        return "项目还没有竣工，竣工后再写收官总结。"
    kept = context["close_out"]
    if isinstance(kept, CloseOut) and kept.is_confirmed:
        return "收官总结已经确认，内容和数据不再改动。"
    return "收官总结由责任单位填写，您不能填写这个项目的。"
