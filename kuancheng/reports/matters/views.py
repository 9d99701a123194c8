"""Matters on pages of their own: a lead official or an agency head is no staff, yet decides."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng.access.rights import NotAllowed, account
from kuancheng.asking.fields import DIGITS
from kuancheng.asking.parameters import Parameters, ask, filled
from kuancheng.audit.files import Counted, exported
from kuancheng.records.versions import StaleRecord
from kuancheng.reports.choices import ListPage
from kuancheng.reports.listing.saved import default_view
from kuancheng.reports.matters.forms import MatterForm, StepForm
from kuancheng.reports.matters.ledger import LedgerFilter, ledger
from kuancheng.reports.matters.page import about, matter_list, matter_page, may_edit
from kuancheng.reports.matters.questions import MatterFilter, MatterQuestion, matter_question
from kuancheng.reports.pages import Page
from kuancheng.reports.raising.origins import Source, passed, source_of
from kuancheng.sheets.marking import class_of_columns, columns_for, marked_name
from kuancheng.sheets.writing import workbook
from projects.choices import MatterKind
from projects.models import Matter, Project
from projects.planning import site_calendars
from projects.rules.matters.dues import kept_due
from projects.rules.matters.steps import STEP_NAMES, Step
from projects.services.matters.drafts import save_matter
from projects.services.matters.raising import raise_matter, raised_from
from projects.services.matters.taking import steps_open_to, take_step, why_not
from projects.services.matters.turn import MatterRefused
from projects.sheets.matters import MatterSheet, in_batches

REFUSALS = (ValidationError, IntegrityError, StaleRecord, MatterRefused, NotAllowed)


class AskedMatters(Page):
    """A page that answers what its address asks of matters."""

    permission_required = "projects.view_matter"
    parameters = MatterFilter

    def question(self) -> MatterQuestion:
        """What the reader asks. BadParameters when it cannot be understood."""
        params = filled(self.parameters, self.request.GET)
        asked = ask(self.parameters, params, Matter.objects.all())
        return matter_question(asked, account(self.request))


class MatterList(AskedMatters):
    """事项: what is open, late, and waiting for whom."""

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = account(request)
        if not request.GET and (view := default_view(ListPage.MATTERS, reader)):
            return redirect(view)
        context = matter_list(self.question(), request.GET)
        return render(request, "reports/matters/list.html", context)


class MatterExport(AskedMatters):
    """The same matters as an Excel file, which can be imported again."""

    def get(self, request: HttpRequest) -> FileResponse:
        question, kind = self.question(), MatterSheet()
        columns = columns_for(question.reader, kind.columns())
        rows = Counted(in_batches(question.rows))
        stream = workbook(kind, columns, rows)
        filename = marked_name(f"事项-{question.today:%Y-%m-%d}.xlsx", class_of_columns(columns))
        return exported(request, stream, filename, rows=rows.count)


class MatterLedger(AskedMatters):
    """问题清单台账: the same matters as a table for paper."""

    parameters = LedgerFilter

    def get(self, request: HttpRequest) -> HttpResponse:
        context = ledger(self.question(), request.GET)
        return render(request, "reports/matters/ledger.html", context)


class OneMatter(Page):
    """A page about one matter, which its reader may see."""

    permission_required = "projects.view_matter"
    parameters = Parameters

    def matter(self, pk: int) -> Matter:
        """The matter. Http404 when it is not there for the reader."""
        found: Matter = get_object_or_404(
            Matter.objects.visible_to(account(self.request)), pk=min(pk, 2**63 - 1)
        )
        return found


class MatterPage(OneMatter):
    """One matter: where it stands, every step that was taken, and what may be done now."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.asked()
        context = matter_page(self.matter(pk), account(request))
        return render(request, "reports/matters/matter.html", context)


class TakeStep(OneMatter):
    """One step on a screen of its own."""

    def get(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """What the step asks for; back to the matter when it is not the reader's to take."""
        self.asked()
        matter, wanted = self.matter(pk), _step(step)
        if wanted not in {each for each, _ in steps_open_to(matter, account(request))}:
            messages.warning(request, why_not(matter, wanted, account(request)))
            return redirect("matter", matter.pk)
        return self._page(request, matter, StepForm(matter, wanted))

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Takes it; what is refused is shown with all that was typed."""
        matter, wanted = self.matter(pk), _step(step)
        form = StepForm(matter, wanted, request.POST, request.FILES)
        if form.is_valid():
            try:
                taken = take_step(
                    matter=matter,
                    step=wanted,
                    actor=account(request),
                    seen=form.seen,
                    given=form.given(),
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                moved = kept_due(taken.due, site_calendars())[1] if taken.due else ""
                messages.success(request, f"已{STEP_NAMES[wanted]}：{matter.title}。{moved}")
                return redirect("matter", matter.pk)
        return self._page(request, matter, form)

    def _page(self, request: HttpRequest, matter: Matter, form: StepForm) -> HttpResponse:
        context = {"matter": matter, "form": form, "about": about(matter, form.step)}
        return render(request, "reports/matters/step.html", context)


def _step(name: str) -> Step:
    try:
        return Step(name)
    except ValueError:
        raise Http404 from None


class RaiseMatter(Page):
    """提出事项, from nothing or from a project, a milestone or a reason that is named."""

    permission_required = "projects.add_matter"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form, with what the address names filled in."""
        asked = request.GET
        initial: dict[str, object] = {
            name: asked[name] for name in ("title", "factor", "kind") if name in asked
        }
        initial.setdefault("kind", MatterKind.DIFFICULTY)
        own = Project.objects.editable_by(account(request))
        project = own.filter(code=asked.get("project", "")).first()
        if project:
            initial |= {"project": project.code, "milestone": asked.get("milestone", "")}
        source = self._source(project, asked)
        if source:
            initial |= source.fill
        elif asked.get("origin"):
            messages.warning(
                request, "要由它提出事项的那一条已经没有了，或不由您负责，请自行填写。"
            )
        form = MatterForm(account(request), initial=initial)
        found = raised_from(source.origin, source.project.pk) if source else []
        if found:
            form.offer(found)
        return self._page(request, form, source)

    def _source(self, project: Project | None, asked: QueryDict) -> Source | None:
        """What the matter is raised from."""
        if project is None:
            return None
        return source_of(project, asked.get("origin", ""), asked.get("key", ""))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Kept as a draft, for the office to issue; what it came from is kept with it."""
        form, source = MatterForm(account(request), request.POST), self._posted(request)
        if "into" in request.POST:
            return self._into(request, request.POST["into"], form, source)
        if form.is_valid():
            try:
                matter = self._save(request, form, source)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已提出：{matter.title}，等待督查办公室交办。")
                return redirect("matter", matter.pk)
        return self._page(request, form, source)

    def _into(
        self, request: HttpRequest, chosen: str, form: MatterForm, source: Source | None
    ) -> HttpResponse:
        """What was typed, as a note to the open matter that was chosen instead."""
        reader = account(request)
        number = int(chosen) if DIGITS.fullmatch(chosen) else 0
        twin = Matter.objects.visible_to(reader).filter(pk=min(number, 2**63 - 1)).first()
        said = why_not(twin, Step.NOTE, reader) if twin else "没有这件事项，请重新选择。"
        if said or twin is None:
            form.is_valid()
            form.add_error(None, f"没有并入：{said}")
            return self._page(request, form, source)
        note = StepForm(twin, Step.NOTE)
        lines = (request.POST.get("title", ""), request.POST.get("text", ""))
        note.initial["text"] = "\n".join(each.strip() for each in lines if each.strip())
        context = {"matter": twin, "form": note, "about": None}
        return render(request, "reports/matters/step.html", context)

    def _posted(self, request: HttpRequest) -> Source | None:
        """What the shown form was raised from: it may have passed meanwhile, its key stays."""
        own = Project.objects.editable_by(account(request))
        project = own.filter(code=request.POST.get("origin_project", "")).first()
        kind, key = request.POST.get("origin", ""), request.POST.get("key", "")
        if project is None or not kind:
            return None
        return source_of(project, kind, key) or passed(project, kind, key)

    def _save(self, request: HttpRequest, form: MatterForm, source: Source | None) -> Matter:
        matter, supporters = form.save(commit=False), form.cleaned_data["supporters"]
        actor, separate = account(request), form.cleaned_data.get("separate_reason", "")
        if source is None:
            return save_matter(
                matter=matter, actor=actor, supporters=supporters, separate_reason=separate
            )
        return raise_matter(
            matter=matter,
            origin=source.origin,
            of_project=source.project.pk,
            actor=actor,
            supporters=supporters,
            separate_reason=separate,
        )

    def _page(self, request: HttpRequest, form: MatterForm, source: Source | None) -> HttpResponse:
        context = {"form": form, "matter": None, "source": source}
        return render(request, "reports/matters/raise.html", context)


class EditMatter(OneMatter):
    """修改 a draft."""

    permission_required = "projects.change_matter"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form, for whoever may change the draft."""
        matter = self.matter(pk)
        if not may_edit(matter, account(request)):
            messages.warning(request, "事项已经交办，或不是您提出的，内容不能再改。")
            return redirect("matter", pk)
        return self._page(request, matter, MatterForm(account(request), instance=matter))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Saved, or shown again with all that was typed."""
        matter = self.matter(pk)
        form = MatterForm(account(request), request.POST, instance=matter)
        if form.is_valid():
            try:
                save_matter(
                    matter=form.save(commit=False),
                    actor=account(request),
                    seen=form.cleaned_data["seen_version"],
                    supporters=form.cleaned_data["supporters"],
                    separate_reason=form.cleaned_data.get("separate_reason", ""),
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, "已保存。")
                return redirect("matter", pk)
        return self._page(request, self.matter(pk), form)

    def _page(self, request: HttpRequest, matter: Matter, form: MatterForm) -> HttpResponse:
        context = {"form": form, "matter": matter, "source": None}
        return render(request, "reports/matters/raise.html", context)
