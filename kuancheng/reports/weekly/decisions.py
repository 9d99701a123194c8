"""议定事项 on screens of their own: noted, corrected and withdrawn until the minutes are final."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng.access.rights import account
from kuancheng.reports.pages import REFUSALS as SAID
from kuancheng.reports.pages import Page
from kuancheng.reports.weekly.forms import DecisionForm, WithdrawForm
from kuancheng.reports.weekly.views import NowParameters
from projects.models import AgendaItem, Decision, WeeklyReview
from projects.services.matters.turn import MatterRefused
from projects.services.reviews.deciding import correct_decision, decide, withdraw_decision
from projects.services.reviews.holding import CHANGE

LARGEST = 2**63 - 1
REFUSALS = (*SAID, MatterRefused)


def _back(review: WeeklyReview, item: int) -> HttpResponse:
    return redirect(f"{review.get_absolute_url()}#item-{item}")


class Decide(Page):
    """记一条议定事项 on an item."""

    permission_required = CHANGE
    parameters = NowParameters

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form, with the project's agency filled in."""
        self.asked()
        item = self._item(pk)
        return self._page(request, item, DecisionForm(item))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Noted once, or shown again with all that was typed."""
        item = self._item(pk)
        form = DecisionForm(item, None, request.POST)
        if form.is_valid():
            try:
                made = decide(item=item, said=form.said(), token=form.named, actor=account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                said = f"已记第 {made.number} 条：{made.agency}，{made.due} 前办结；定稿后交办。"
                messages.success(request, said)
                return _back(item.review, item.pk)
        return self._page(request, item, form)

    def _item(self, pk: int) -> AgendaItem:
        related = ("review", "project", "matter")
        found: AgendaItem = get_object_or_404(
            AgendaItem.objects.select_related(*related), pk=min(pk, LARGEST)
        )
        return found

    def _page(self, request: HttpRequest, item: AgendaItem, form: DecisionForm) -> HttpResponse:
        context = {"form": form, "item": item, "review": item.review, "decision": None}
        return render(request, "reports/weekly/decision.html", context)


class OneDecision(Page):
    """A screen about one decision."""

    permission_required = CHANGE
    parameters = NowParameters

    def decision(self, pk: int) -> Decision:
        """The decision. Http404 for none."""
        related = ("review", "item__project", "item__matter", "matter", "agency")
        found: Decision = get_object_or_404(
            Decision.objects.select_related(*related), pk=min(pk, LARGEST)
        )
        return found


class CorrectDecision(OneDecision):
    """更正."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form, with what it says."""
        self.asked()
        decision = self.decision(pk)
        return self._page(request, decision, DecisionForm(decision.item, decision))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Corrected, or shown again."""
        decision = self.decision(pk)
        form = DecisionForm(decision.item, decision, request.POST)
        if form.is_valid():
            try:
                correct_decision(
                    decision=decision, said=form.said(), seen=form.seen, actor=account(request)
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已更正第 {decision.number} 条。")
                return _back(decision.review, decision.item_id)
        return self._page(request, decision, form)

    def _page(self, request: HttpRequest, decision: Decision, form: DecisionForm) -> HttpResponse:
        context = {
            "form": form,
            "item": decision.item,
            "review": decision.review,
            "decision": decision,
        }
        return render(request, "reports/weekly/decision.html", context)


class WithdrawDecision(OneDecision):
    """撤回, with a reason; its matter is voided."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What for."""
        self.asked()
        decision = self.decision(pk)
        return self._page(request, decision, WithdrawForm(decision.version))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Withdrawn, or shown again."""
        decision = self.decision(pk)
        form = WithdrawForm(decision.version, request.POST)
        if form.is_valid():
            reason, actor = form.cleaned_data["reason"], account(request)
            try:
                withdraw_decision(decision=decision, reason=reason, seen=form.seen, actor=actor)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已撤回第 {decision.number} 条，它的事项已作废。")
                return _back(decision.review, decision.item_id)
        return self._page(request, decision, form)

    def _page(self, request: HttpRequest, decision: Decision, form: WithdrawForm) -> HttpResponse:
        context = {
            "form": form,
            "review": decision.review,
            "title": f"撤回第 {decision.number} 条议定事项",
            "button": "撤回",
            "projects": (),
            "removable": False,
            "hint": f"{decision.text}（{decision.agency}，{decision.due} 前办结）。撤回后它的事项作废，"
            "记录保留。",
        }
        return render(request, "reports/weekly/step.html", context)
