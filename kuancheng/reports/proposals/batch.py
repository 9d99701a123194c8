"""成批审核: what one import put forward, decided on one page; each is still checked by itself."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from kuancheng.access.rights import account
from kuancheng.asking.filters import NumberFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Parameters
from kuancheng.proposals.models import LONGEST_REASON, Proposal
from kuancheng.proposals.services.many import (
    AT_ONCE,
    Shown,
    approve_batch,
    approve_each,
    send_back_each,
    waiting_in,
)
from kuancheng.reports.pages import Page

IN_BACKGROUND = "已交后台审核 {} 件，稍后刷新本页看结果；没有通过的留在这里。"


class BatchParameters(Parameters):
    """A page of what waits."""

    no_past = "变更申请只有现在的。"
    page = NumberFilter(minimum=1, label="页码，从 1 起")


class BatchForm(forms.Form):
    """The words that go with all that is decided."""

    words = forms.CharField(
        label="审核意见",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea({"rows": 2}),
        help_text="对所选的全部适用；退回时必填。",
    )


class Batch(Page):
    """What of a batch waits for the reader, with a tick each."""

    permission_required = "proposals.view_proposal"
    parameters = BatchParameters

    def get(self, request: HttpRequest, batch: str) -> HttpResponse:
        """The page."""
        return self._page(request, batch, BatchForm())

    def post(self, request: HttpRequest, batch: str) -> HttpResponse:
        """Decides what was ticked, or all of the batch in the background; tells of each."""
        form = BatchForm(request.POST)
        if not form.is_valid():
            return self._page(request, batch, form)
        actor, words = account(request), form.cleaned_data["words"]
        if "all" in request.POST:
            last = _number(request.POST.get("last", ""))
            count = waiting_in(batch, actor, last).count()
            approve_batch(batch=batch, last=last, actor=actor)
            messages.success(request, IN_BACKGROUND.format(count))
            return redirect("proposal-batch", batch)
        shown = list(_shown(request.POST, batch))
        if not shown:
            form.add_error(None, "请至少勾选一件。")
        elif "return" in request.POST and len(words.strip()) < 2:
            form.add_error("words", "请写明退回的原因，例如“与批复文件不一致”。")
        if form.errors:
            return self._page(request, batch, form)
        if "return" in request.POST:
            outcomes = send_back_each(shown=shown, actor=actor, words=words)
        else:
            outcomes = approve_each(shown=shown, actor=actor, words=words)
        return self._page(request, batch, BatchForm(), outcomes)

    def _page(
        self, request: HttpRequest, batch: str, form: BatchForm, outcomes: Any = None
    ) -> HttpResponse:
        asked: Any = self.asked().form.cleaned_data
        waiting = waiting_in(batch, account(request)).select_related("author")
        page = page_of(waiting.prefetch_related("fields"), asked["page"], AT_ONCE)
        last = waiting.order_by("-pk").values_list("pk", flat=True).first()
        context = {
            "batch": batch,
            "page": page,
            "form": form,
            "last": last,
            "whole": page.paginator.count if page.paginator.num_pages > 1 else 0,
            "outcomes": outcomes,
            "passed": sum(not each.refused for each in outcomes or ()),
            "returned": "return" in request.POST,
            "refused": [each for each in outcomes or () if each.refused],
        }
        return render(request, "reports/proposals/batch.html", context)


def _shown(posted: QueryDict, batch: str) -> Iterator[Shown]:
    """What was ticked of the batch, with the versions that were shown. One query."""
    pairs = [each.partition("-") for each in posted.getlist("seen")[:AT_ONCE]]
    seen = {_number(pk): _number(version) for pk, _, version in pairs}
    for one in Proposal.objects.filter(pk__in=seen, batch=batch).select_related("author"):
        yield one, seen[one.pk]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
