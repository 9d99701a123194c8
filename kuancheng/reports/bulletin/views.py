"""月通报 on pages: the list, a draft and its paragraphs, the steps to its issue, the issued copy, errata."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from investment.rules.reporting import parse_month
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Days
from kuancheng.records.forms import ActionForm, ServiceForm
from kuancheng.reports.bulletin.files import kept_file
from kuancheng.reports.bulletin.forms import (
    DecideForm,
    DraftForm,
    ErratumForm,
    HeadsForm,
    LackForm,
    NumbersForm,
    OwnForm,
    StepForm,
    TextForm,
)
from kuancheng.reports.bulletin.issued import NONE, Refused, issued_page, preview_page
from kuancheng.reports.bulletin.page import NOTHING, Given, bulletin_list, draft_page
from kuancheng.reports.bulletin.questions import BulletinListParameters, BulletinParameters
from kuancheng.reports.bulletin.steps import APPROVE, CHANGE, STEPS, blank
from kuancheng.reports.choices import BulletinSection
from kuancheng.reports.judging.league.months import latest_month
from kuancheng.reports.models import Bulletin, BulletinFile, BulletinParagraph, Erratum
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.services.bulletin.drafting import draft_bulletin, save_heads
from kuancheng.reports.services.bulletin.errata import (
    approve_erratum,
    propose_erratum,
    refuse_erratum,
)
from kuancheng.reports.services.bulletin.issuing import confirm_lack
from kuancheng.reports.services.bulletin.paragraphs import (
    accept_figures,
    add_paragraph,
    confirm_typed,
    edit_paragraph,
    redraft_paragraph,
    remove_paragraph,
)

VIEW, ADD = "reports.view_bulletin", "reports.add_bulletin"
LARGEST = 2**63 - 1


def taken(form: ServiceForm, take: Callable[[], object]) -> bool:
    """Whether a step was taken with a form; where it was refused, the form says why."""
    if not form.is_valid():
        return False
    try:
        take()
    except REFUSALS as error:
        form.object_to(error)
        return False
    return True


class Bulletins(Page):
    """月通报: what was issued; for the office what is drafted, and the form that begins one."""

    permission_required = VIEW
    parameters = BulletinListParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list; the form begins with the latest month whose reports are due."""
        month = latest_month(Days(clock.today(), None))
        return self.page(DraftForm(initial={"month": f"{month:%Y-%m}"}))

    def page(self, form: DraftForm) -> HttpResponse:
        """The list, with the form."""
        number = self.asked().form.cleaned_data["page"]
        context = bulletin_list(number, account(self.request)) | {"draft_form": form}
        return render(self.request, "reports/bulletins/list.html", context)


class Draft(Bulletins):
    """起草 a month's."""

    permission_required = ADD
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Drafted, or told why not."""
        form, today, actor = DraftForm(request.POST), clock.today(), account(request)
        made: list[Bulletin] = []

        def take() -> None:
            month = form.cleaned_data["month"]
            made.append(draft_bulletin(month=month, today=today, actor=actor))

        if taken(form, take):
            messages.success(request, "已起草，请逐段核对。")
            return redirect(made[0].get_absolute_url())
        return self.page(form)


class OneBulletin(Page):
    """A page about one bulletin."""

    permission_required = VIEW
    parameters = BulletinParameters

    def bulletin(self, month: str) -> Bulletin:
        """The month's bulletin. Http404 when it is not there for the reader."""
        try:
            first = parse_month(month)
        except ValueError:
            raise Http404 from None
        visible = Bulletin.objects.visible_to(account(self.request))
        known = visible.select_related("author", "submitter", "approver", "gathered", "issued")
        found: Bulletin = get_object_or_404(known, month=first)
        return found

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        """The draft, or the issued copy."""
        self.asked()
        return self.page(self.bulletin(month))

    def page(
        self, bulletin: Bulletin, given: Given = NOTHING, refused: Refused = NONE
    ) -> HttpResponse:
        """The page, with the forms that were refused."""
        reader = account(self.request)
        if bulletin.is_issued:
            context = issued_page(bulletin, reader, refused)
            return render(self.request, "reports/bulletins/issued.html", context)
        context = draft_page(bulletin, clock.today(), reader, given)
        return render(self.request, "reports/bulletins/draft.html", context)

    def told(self, form: ActionForm) -> None:
        """Shows on top what was refused of the whole: the form's place may be gone from the page."""
        for said in form.non_field_errors():
            messages.error(self.request, str(said))

    def done(self, bulletin: Bulletin, said: str, place: str = "") -> HttpResponse:
        """Back to the page, and what was done."""
        messages.success(self.request, f"{said}。")
        return redirect(f"{bulletin.get_absolute_url()}{place}")


class Preview(OneBulletin):
    """A draft as it would be printed."""

    permission_required = CHANGE

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        """The sheet; the issued copy has its own page."""
        self.asked()
        bulletin = self.bulletin(month)
        if bulletin.is_issued:
            return redirect(bulletin.get_absolute_url())
        context = preview_page(bulletin, clock.today())
        return render(request, "reports/bulletins/preview.html", context)


class Acting(OneBulletin):
    """Something done with a draft; where it is refused, its page says why with all that was typed."""

    permission_required = CHANGE
    http_method_names = ["post"]


class Heads(Acting):
    """保存抬头."""

    def post(self, request: HttpRequest, month: str) -> HttpResponse:
        """Saved, or shown again."""
        bulletin, actor = self.bulletin(month), account(request)
        form = HeadsForm(bulletin, request.POST)
        filled = self.bulletin(month)
        if taken(
            form,
            lambda: save_heads(bulletin=form.filled(filled), seen=form.seen, actor=actor),
        ):
            return self.done(bulletin, "已保存抬头", "#heads")
        return self.page(bulletin, replace(NOTHING, heads=form))


class TakeStep(OneBulletin):
    """提交审核, 重新起草, 批准并发布, 退回, 撤回, 删除草稿. The services ask who may."""

    permission_required = VIEW
    http_method_names = ["post"]

    def post(self, request: HttpRequest, month: str, step: str) -> HttpResponse:
        """Taken, or told why not."""
        if step not in STEPS:
            raise Http404
        bulletin = self.bulletin(month)
        form = blank(step, bulletin, request.POST)
        today, actor = clock.today(), account(request)
        if not taken(form, lambda: STEPS[step].take(bulletin, form, today, actor)):
            self.told(form)
            return self.page(bulletin, replace(NOTHING, steps={step: form}))
        if step == "discard":
            messages.success(request, f"{STEPS[step].done}。")
            return redirect("bulletins")
        return self.done(bulletin, STEPS[step].done)


class PassLack(Acting):
    """确认 a soft lack with a reason."""

    def post(self, request: HttpRequest, month: str, code: str) -> HttpResponse:
        """Passed, or shown again."""
        bulletin, today, actor = self.bulletin(month), clock.today(), account(request)
        form = LackForm(bulletin.version, request.POST)
        if taken(
            form,
            lambda: confirm_lack(
                bulletin=bulletin,
                code=code,
                reason=form.cleaned_data["reason"],
                seen=form.seen,
                today=today,
                actor=actor,
            ),
        ):
            return self.done(bulletin, "已确认，理由随通报留存", "#checks")
        self.told(form)
        return self.page(bulletin, replace(NOTHING, lacks={code: form}))


class AddParagraph(Acting):
    """加一段 of one's own."""

    def post(self, request: HttpRequest, month: str, section: str) -> HttpResponse:
        """Added, or shown again."""
        if section not in BulletinSection.values:
            raise Http404
        bulletin, actor = self.bulletin(month), account(request)
        form = OwnForm(request.POST)
        if taken(
            form,
            lambda: add_paragraph(
                bulletin=bulletin, section=section, text=form.cleaned_data["text"], actor=actor
            ),
        ):
            return self.done(bulletin, "已加一段", f"#part-{section}")
        return self.page(bulletin, replace(NOTHING, added={section: form}))


def _save(paragraph: BulletinParagraph, form: Any, actor: User) -> object:
    text = form.cleaned_data["text"]
    return edit_paragraph(paragraph=paragraph, text=text, seen=form.seen, actor=actor)


def _confirm(paragraph: BulletinParagraph, form: Any, actor: User) -> object:
    numbers = form.numbers
    return confirm_typed(paragraph=paragraph, numbers=numbers, seen=form.seen, actor=actor)


def _keep(paragraph: BulletinParagraph, form: Any, actor: User) -> object:
    return accept_figures(paragraph=paragraph, seen=form.seen, actor=actor)


def _redraft(paragraph: BulletinParagraph, form: Any, actor: User) -> object:
    return redraft_paragraph(paragraph=paragraph, seen=form.seen, actor=actor)


def _remove(paragraph: BulletinParagraph, form: Any, actor: User) -> object:
    return remove_paragraph(paragraph=paragraph, seen=form.seen, actor=actor)


WAYS: dict[str, tuple[type[ActionForm], Callable[..., object], str]] = {
    "save": (TextForm, _save, "已保存本段"),
    "confirm": (NumbersForm, _confirm, "已确认手工写的数字"),
    "keep": (StepForm, _keep, "已保留文字，数字用现在的"),
    "redraft": (StepForm, _redraft, "已按模板重写"),
    "remove": (StepForm, _remove, "已删去本段"),
}


class ChangeParagraph(Acting):
    """保存, 确认数字, 保留, 按模板重写, 删去 of one paragraph."""

    def post(self, request: HttpRequest, month: str, pk: int, way: str) -> HttpResponse:
        """Done, or the page again with what was typed in this paragraph."""
        if way not in WAYS:
            raise Http404
        bulletin, actor = self.bulletin(month), account(request)
        paragraph = get_object_or_404(bulletin.paragraphs, pk=min(pk, LARGEST))
        kind, take, said = WAYS[way]
        form = kind(paragraph.version, request.POST)
        if taken(form, lambda: take(paragraph, form, actor)):
            return self.done(bulletin, said, f"#paragraph-{pk}")
        return self.page(bulletin, replace(NOTHING, paragraphs={paragraph.pk: form}))


class KeptFile(OneBulletin):
    """A file as it was issued, byte by byte."""

    def get(self, request: HttpRequest, month: str, kind: str) -> FileResponse:  # type: ignore[override]
        """The file."""
        self.asked()
        found = get_object_or_404(BulletinFile, issued__bulletin=self.bulletin(month), kind=kind)
        return kept_file(request, found)


class ProposeErratum(OneBulletin):
    """提出更正 of an issued figure."""

    permission_required = "reports.add_erratum"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, month: str) -> HttpResponse:
        """Proposed, or shown again."""
        bulletin, today, actor = self.bulletin(month), clock.today(), account(request)
        if not bulletin.is_issued:
            raise Http404
        form = ErratumForm(bulletin.issued.snapshot, request.POST)
        if taken(
            form,
            lambda: propose_erratum(erratum=form.erratum(bulletin), today=today, actor=actor),
        ):
            return self.done(bulletin, "已提出更正，由另一位同事批准", "#errata")
        return self.page(bulletin, refused=Refused(proposed=form))


class DecideErratum(OneBulletin):
    """同意 or 不同意 a correction."""

    permission_required = APPROVE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, month: str, pk: int, step: str) -> HttpResponse:
        """Decided, or told why not."""
        if step not in ("approve", "refuse"):
            raise Http404
        bulletin = self.bulletin(month)
        found = get_object_or_404(bulletin.errata, pk=min(pk, LARGEST))
        form = DecideForm(found.version, request.POST)
        if taken(form, lambda: self._decide(found, form, step)):
            said = "已批准，随下一期刊出" if step == "approve" else "已记为不同意"
            return self.done(bulletin, said, "#errata")
        return self.page(bulletin, refused=Refused(decided={found.pk: form}))

    def _decide(self, erratum: Erratum, form: DecideForm, step: str) -> None:
        today, actor = clock.today(), account(self.request)
        if step == "approve":
            approve_erratum(erratum=erratum, seen=form.seen, today=today, actor=actor)
            return
        reason = form.cleaned_data["reason"]
        refuse_erratum(erratum=erratum, reason=reason, seen=form.seen, today=today, actor=actor)
