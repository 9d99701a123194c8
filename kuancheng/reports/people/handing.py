"""交接 on pages: choosing, a preview of every row, the record, undoing and doing again."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Parameters
from kuancheng.records.changes import record_changes
from kuancheng.records.forms import UndoForm
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.people.forms import OFFERED, HandoverForm, in_office
from projects.models import Handover, Official, PendingUpload
from projects.services.handovers.doing import HAND_OVER, UNDO, check_terms, do_again, hand_over
from projects.services.handovers.duties import Line, duties_of, preview
from projects.services.handovers.undoing import undo_handover
from projects.services.pending import as_clean, delete_pending, pending_uploads, save_pending

CHANGES_SHOWN = 60


class NowParameters(Parameters):
    no_past = "交接只办现在的；过去哪天由谁负责，请在人员页或项目页选截至日期。"


def official_of(pk: int) -> Official:
    """Whose page it is. Http404 when there is nobody."""
    found: Official = get_object_or_404(
        Official.objects.select_related("agency", "user"), pk=min(pk, 2**63 - 1)
    )
    return found


class HandOver(Page):
    """Choose duties and terms, see what becomes of every row, confirm."""

    permission_required = HAND_OVER
    parameters = NowParameters

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The empty form, with all that he holds."""
        self.asked()
        return self._choose(request, official_of(pk), None)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A preview, or the handover itself; what is refused keeps all that was typed."""
        giver, actor = official_of(pk), account(request)
        offered = [each.token for each in duties_of(giver)] if "all" in request.POST else []
        form = HandoverForm(offered, request.POST, request.FILES)
        if "back" in request.POST or not form.is_valid():
            return self._choose(request, giver, form)
        said = form.cleaned_data
        try:
            check_terms(giver, said["to"], said["day"], said["reason"])
            if "confirm" in request.POST:
                return self._confirmed(giver, form, actor)
            lines = preview(giver=giver, receiver=said["to"], day=said["day"], picks=form.picks)
        except REFUSALS as error:
            form.object_to(error)
            self._keep_files(giver, form, actor)
            return self._choose(request, giver, form)
        return self._preview(request, giver, form, lines)

    def _confirmed(self, giver: Official, form: HandoverForm, actor: User) -> HttpResponse:
        said, waiting = form.cleaned_data, list(pending_uploads(actor, place_of(giver)))
        with transaction.atomic():
            made = hand_over(
                giver=giver,
                receiver=said["to"],
                day=said["day"],
                reason=said["reason"],
                picks=form.picks,
                files=[*(as_clean(each) for each in waiting), *said["evidence"]],
                caption=said["caption"],
                actor=actor,
            )
            delete_pending(waiting)
        messages.success(self.request, f"已办理：{made}。")
        return redirect("handover", made.pk)

    def _keep_files(self, giver: Official, form: HandoverForm, actor: User) -> None:
        """The files that were chosen wait for the next attempt."""
        files = form.cleaned_data.get("evidence")
        if files:
            place = place_of(giver)
            for said in save_pending(place=place, files=files, permission=HAND_OVER, actor=actor):
                form.add_error(None, said)

    def _choose(
        self, request: HttpRequest, giver: Official, form: HandoverForm | None
    ) -> HttpResponse:
        chosen = {token.partition("-")[0] for token in form.tokens} if form else set()
        context = self._context(giver, form or HandoverForm([])) | {
            "duties": [(each, each.key in chosen) for each in duties_of(giver)],
            "offered": in_office().exclude(pk=giver.pk).order_by("order", "name")[:OFFERED],
        }
        return render(request, "reports/people/handover_form.html", context)

    def _preview(
        self, request: HttpRequest, giver: Official, form: HandoverForm, lines: list[Line]
    ) -> HttpResponse:
        context = self._context(giver, form) | {
            "lines": [each for each in lines if not each.obstacle],
            "left_out": [each for each in lines if each.obstacle],
            "receiver": form.cleaned_data["to"],
            "day": form.cleaned_data["day"],
            "last": form.cleaned_data["day"] - timedelta(days=1),
        }
        return render(request, "reports/people/handover_preview.html", context)

    def _context(self, giver: Official, form: HandoverForm) -> dict[str, Any]:
        waiting: list[PendingUpload] = list(pending_uploads(account(self.request), place_of(giver)))
        return {"person": giver, "form": form, "waiting": waiting}


def place_of(giver: Official) -> str:
    """Where files wait that were chosen for handing over somebody's duties."""
    return f"handover:{giver.pk}"


class OneHandover(Page):
    """The record of a handover: its rows, its documents, its history, and what may be done."""

    permission_required = "projects.view_handover"
    parameters = NowParameters

    def handover(self, pk: int) -> Handover:
        """The handover. Http404 when it is not there."""
        found: Handover = get_object_or_404(
            Handover.objects.select_related("giver", "receiver", "author"), pk=min(pk, 2**63 - 1)
        )
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        self.asked()
        made = self.handover(pk)
        return self._page(request, made, UndoForm(made.version))

    def _page(self, request: HttpRequest, made: Handover, form: UndoForm) -> HttpResponse:
        changes = record_changes(made)
        context = {
            "handover": made,
            "items": made.items.select_related("project", "matter", "ended", "begun"),
            "files": made.evidence.all(),
            "form": form,
            "changes": changes[:CHANGES_SHOWN],
            "may_undo": made.stands and account(request).has_perm(UNDO),
            "may_redo": not made.stands and account(request).has_perm(HAND_OVER),
        }
        return render(request, "reports/people/handover.html", context)

    def _take(self, request: HttpRequest, pk: int, *, undo: bool) -> HttpResponse:
        made, actor = self.handover(pk), account(request)
        form = UndoForm(made.version, request.POST)
        if form.is_valid():
            try:
                if undo:
                    reason = form.cleaned_data["reason"]
                    undo_handover(handover=made, reason=reason, seen=form.seen, actor=actor)
                else:
                    do_again(handover=made, seen=form.seen, actor=actor)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, "已撤销，各项职责恢复原状。" if undo else "已恢复交接。")
                return redirect("handover", pk)
        return self._page(request, self.handover(pk), form)


class UndoHandover(OneHandover):
    """撤销: all of it, or nothing."""

    permission_required = UNDO
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Undone, or told why not."""
        return self._take(request, pk, undo=True)


class RedoHandover(OneHandover):
    """恢复交接: an undone handover done once more."""

    permission_required = HAND_OVER
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Done again, or told why not."""
        return self._take(request, pk, undo=False)
