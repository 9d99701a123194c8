"""Permits on pages: the list and its Excel file; an extension recorded, corrected, withdrawn."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Days, Parameters, ask, filled
from kuancheng.audit.files import exported
from kuancheng.records.classes import DataClass
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.permits.forms import (
    CorrectionForm,
    ExtensionForm,
    SeenForm,
    WithdrawalForm,
)
from kuancheng.reports.permits.page import (
    EXTEND,
    extension_page,
    narrowed,
    permit_list,
    permit_of,
)
from kuancheng.reports.permits.questions import PermitFilter, in_states, permits_asked
from kuancheng.reports.permits.workbook import permit_workbook
from kuancheng.sheets.marking import marked_name
from projects.models import Milestone, PermitExtension, Project
from projects.services.permits.extensions import correct, extend, withdraw

LARGEST = 2**63 - 1


class AboutPermits(Page):
    """A page that answers what is asked of permits."""

    parameters = PermitFilter

    def asked(self) -> PermitFilter:
        """What the address asks of permits."""
        return ask(PermitFilter, filled(PermitFilter, self.request.GET), Project.objects.all())


class PermitList(AboutPermits):
    """手续有效期: what lapses when, whose it is, and what can still be done."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = permit_list(self.asked(), account(request))
        return render(request, "reports/permits/list.html", context)


class PermitExport(AboutPermits):
    """The same rows as an Excel file."""

    def get(self, request: HttpRequest) -> FileResponse:
        asked = self.asked()
        found = in_states(
            permits_asked(asked.days, narrowed(asked)), asked.form.cleaned_data["state"] or ()
        )
        note = "演示数据，均为虚构" if Project.objects.filter(is_demo=True).exists() else ""
        book = permit_workbook(found, asked.days, note=note)
        name = marked_name(f"手续有效期-{asked.days.as_of:%Y-%m-%d}.xlsx", DataClass.INTERNAL)
        return exported(request, book, name, rows=len(found))


class NowParameters(Parameters):
    no_past = "延期只登记现在的；过去哪天的有效期，请在手续清单或项目页选截至日期。"


class OfPermit(Page):
    """A screen about one permit's extension."""

    permission_required = EXTEND
    parameters = NowParameters
    template = "reports/permits/extend.html"

    def milestone(self, pk: int) -> Milestone:
        """The milestone. Http404 where the reader sees none."""
        visible = Project.objects.visible_to(account(self.request))
        steps = Milestone.objects.filter(project__in=visible).select_related("project", "agency")
        found: Milestone = get_object_or_404(steps, pk=min(pk, LARGEST))
        return found

    def extension(self, pk: int) -> PermitExtension:
        """The extension. Http404 where the reader sees none."""
        visible = Project.objects.visible_to(account(self.request))
        known = PermitExtension.objects.filter(project__in=visible)
        found: PermitExtension = get_object_or_404(
            known.select_related("project", "milestone__project", "milestone__agency"),
            pk=min(pk, LARGEST),
        )
        return found

    def page(
        self, milestone: Milestone, form: SeenForm, extension: PermitExtension | None = None
    ) -> HttpResponse:
        """The screen, with what is known of the permit; back to the project where there is none."""
        permit = permit_of(milestone, Days(clock.today(), None))
        if permit is None:
            messages.warning(
                self.request,
                f"“{milestone.name}”还没有取得，或没有选手续种类，不能登记延期；请先在节点填写“手续种类”和“实际完成”。",
            )
            return redirect("project", milestone.project.code)
        context = extension_page(milestone.project, permit, extension) | {"form": form}
        return render(self.request, self.template, context)

    def done(self, project: Project, said: str) -> HttpResponse:
        """Back to the permits of the project."""
        messages.success(self.request, said)
        return redirect(f"{reverse('project', args=[project.code])}#permits")


class ExtendPermit(OfPermit):
    """延期: the authority granted one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The screen, with the latest day on which it could be asked for."""
        self.asked()
        milestone = self.milestone(pk)
        form = ExtensionForm(milestone.project.version)
        return self.page(milestone, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Recorded, or shown again with all that was typed."""
        milestone = self.milestone(pk)
        form = ExtensionForm(milestone.project.version, request.POST)
        if form.is_valid():
            try:
                row = extend(
                    milestone=milestone, grant=form.grant, seen=form.seen, actor=account(request)
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                return self.done(milestone.project, f"已登记：{row}。")
        return self.page(milestone, form)


class CorrectExtension(OfPermit):
    """更正: what was recorded of an extension was wrong."""

    permission_required = "projects.change_permitextension"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The screen, with what is on record."""
        self.asked()
        extension = self.extension(pk)
        form = CorrectionForm.filled(extension, extension.project.version)
        return self.page(extension.milestone, form, extension)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Corrected, or shown again with all that was typed."""
        extension, actor = self.extension(pk), account(request)
        form = CorrectionForm(extension.project.version, request.POST)
        if form.is_valid():
            try:
                row = self._corrected(extension, form, actor)
            except REFUSALS as error:
                form.object_to(error)
            else:
                return self.done(extension.project, f"已更正：{row}。")
        return self.page(extension.milestone, form, extension)

    def _corrected(
        self, extension: PermitExtension, form: CorrectionForm, actor: User
    ) -> PermitExtension:
        return correct(
            extension=extension,
            grant=form.grant,
            reason=form.cleaned_data["reason"],
            seen=form.seen,
            actor=actor,
        )


class WithdrawExtension(OfPermit):
    """撤销: an extension that never was."""

    permission_required = "projects.delete_permitextension"
    template = "reports/permits/withdraw.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The screen that asks why."""
        self.asked()
        extension = self.extension(pk)
        form = WithdrawalForm(extension.project.version)
        return self.page(extension.milestone, form, extension)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Taken away, or told why not."""
        extension = self.extension(pk)
        form = WithdrawalForm(extension.project.version, request.POST)
        said = f"已撤销：{extension}。"
        if form.is_valid():
            try:
                withdraw(
                    extension=extension,
                    reason=form.cleaned_data["reason"],
                    seen=form.seen,
                    actor=account(request),
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                return self.done(extension.project, said)
        return self.page(extension.milestone, form, extension)
