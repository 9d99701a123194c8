"""变更申请 on pages: the list, one of them, and the buttons of its author and of who decides."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Parameters, ask, filled
from kuancheng.proposals.kinds import Moved
from kuancheng.proposals.models import Proposal
from kuancheng.proposals.services import approve, send_back, withdraw
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.proposals.forms import DecisionForm
from kuancheng.reports.proposals.page import proposal_list, proposal_page
from kuancheng.reports.proposals.questions import ProposalFilter

VIEW = "proposals.view_proposal"
LARGEST = 2**63 - 1

DONE = {
    "approve": "已通过，变更已经写入",
    "return": "已退回，原内容不变",
    "withdraw": "已撤回，原内容不变",
}
"""The steps, and what is said when they are taken."""


class ProposalList(Page):
    """变更申请: what waits for the reader, what he asked for, and all that he may see."""

    permission_required = VIEW
    parameters = ProposalFilter

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        params = filled(ProposalFilter, request.GET)
        asked = ask(ProposalFilter, params, Proposal.objects.all())
        context = proposal_list(asked, account(request))
        return render(request, "reports/proposals/list.html", context)


class NowParameters(Parameters):
    no_past = "变更申请只有现在的；经过的每一步写在页面下方。"


class OneProposal(Page):
    """One proposal: before and after, side by side, with the buttons of whoever may press them."""

    permission_required = VIEW
    parameters = NowParameters

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        self.asked()
        found = self.proposal(pk)
        return self.page(request, found, DecisionForm(found.version))

    def page(self, request: HttpRequest, found: Proposal, form: DecisionForm) -> HttpResponse:
        """The page, with what was typed where it was refused."""
        context = proposal_page(found, account(request))
        return render(request, "reports/proposals/page.html", {**context, "form": form})

    def proposal(self, pk: int) -> Proposal:
        """The proposal. Http404 when it is not there for the reader."""
        visible = Proposal.objects.visible_to(account(self.request))
        whole = visible.select_related("author", "addressee", "decided_by")
        found: Proposal = get_object_or_404(whole.prefetch_related("fields"), pk=min(pk, LARGEST))
        return found


class TakeStep(OneProposal):
    """通过, 退回 and 撤回."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Taken, or the page again with all that was typed."""
        if step not in DONE:
            raise Http404
        found = self.proposal(pk)
        form = DecisionForm(found.version, request.POST)
        if form.is_valid():
            try:
                _take(step, found, form, account(request))
            except Moved as moved:
                messages.error(request, f"没有通过，申请已失效：{moved}")
                return redirect("proposal", found.pk)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"{DONE[step]}：{found.subject_label}。")
                return redirect("proposal", found.pk)
        return self.page(request, self.proposal(pk), form)


def _take(step: str, found: Proposal, form: DecisionForm, actor: User) -> None:
    words = form.cleaned_data["words"]
    if step == "approve":
        approve(proposal=found, seen=form.seen, actor=actor, words=words)
    elif step == "return":
        send_back(proposal=found, words=words, seen=form.seen, actor=actor)
    else:
        withdraw(proposal=found, seen=form.seen, actor=actor)
