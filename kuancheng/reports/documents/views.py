"""The office's templates of documents: the list, a new version, its file and sample, its end."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.rights import account, require
from kuancheng.audit.files import exported
from kuancheng.documents.html import document_page
from kuancheng.documents.models import OfficeTemplate
from kuancheng.documents.office.sample import sample, starter
from kuancheng.documents.services import ADD, CHANGE, add_template, sample_in, withdraw_template
from kuancheng.documents.word.writing import CONTENT_TYPE, word_file
from kuancheng.reports.documents.forms import TemplateForm, WithdrawForm
from kuancheng.reports.documents.page import TemplateParameters, template_list
from kuancheng.reports.pages import REFUSALS, Page

LARGEST = 2**63 - 1


class AboutTemplates(Page):
    """A page about templates."""

    permission_required = "documents.view_officetemplate"
    parameters = TemplateParameters

    def template(self, pk: int) -> OfficeTemplate:
        """The version. Http404 when there is none."""
        found: OfficeTemplate = get_object_or_404(OfficeTemplate, pk=min(pk, LARGEST))
        return found


class Templates(AboutTemplates):
    """公文模板: which is in force for each kind, all versions, and sending another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, TemplateForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Kept, or told what is wrong with the file, a sentence a fault."""
        require(account(request), ADD)  # who may not send one sees no form to be answered on
        form = TemplateForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                kept = add_template(**form.sent, actor=account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已启用：{kept}。")
                return redirect("office-templates")
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: TemplateForm) -> HttpResponse:
        context = template_list(self.asked(), form, account(request))
        return render(request, "reports/documents/templates.html", context)


class TemplateDownload(AboutTemplates):
    """A version's file as it came."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        self.asked()
        template = self.template(pk)
        return _word(request, bytes(template.file.content), template.name, template)


class TemplateSample(AboutTemplates):
    """A version filled with invented words."""

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        self.asked()
        template = self.template(pk)
        return _word(request, sample_in(template), f"{template}-样张.docx", template)


class WithdrawTemplate(AboutTemplates):
    """停用 of a version."""

    permission_required = CHANGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form."""
        self.asked()
        template = self.template(pk)
        return self._page(request, template, WithdrawForm(template.version))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Withdrawn, or shown again with all that was typed."""
        template = self.template(pk)
        form = WithdrawForm(template.version, request.POST)
        if form.is_valid():
            reason, actor = form.cleaned_data["reason"], account(request)
            try:
                done = withdraw_template(
                    template=template, reason=reason, seen=form.seen, actor=actor
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已停用：{done}。")
                return redirect("office-templates")
        return self._page(request, template, form)

    def _page(
        self, request: HttpRequest, template: OfficeTemplate, form: WithdrawForm
    ) -> HttpResponse:
        context = {"template": template, "form": form}
        return render(request, "reports/documents/withdraw.html", context)


class Sample(AboutTemplates):
    """样张: our own page, as Word gives it, to read and to print."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.asked()
        address = request.build_absolute_uri(reverse("document-sample"))
        context = document_page(sample(clock.today(), address))
        return render(request, "reports/documents/sample.html", context)


class SampleWord(AboutTemplates):
    """The same as a Word file."""

    def get(self, request: HttpRequest) -> FileResponse:
        self.asked()
        address = request.build_absolute_uri(reverse("document-sample"))
        return _word(request, word_file(sample(clock.today(), address)), "公文样张.docx")


class Starter(AboutTemplates):
    """A template to begin with: our own page with fields in the place of words."""

    def get(self, request: HttpRequest) -> FileResponse:
        self.asked()
        return _word(request, word_file(starter(clock.today())), "公文模板.docx")


def _word(
    request: HttpRequest, content: bytes, name: str, subject: OfficeTemplate | None = None
) -> FileResponse:
    stream = BytesIO(content)
    return exported(request, stream, name, subject=subject, content_type=CONTENT_TYPE)
