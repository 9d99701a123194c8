"""批量办理: one step on many matters, each named with what stands against it before it is done."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.asking.fields import DIGITS
from kuancheng.reports.matters.forms import DayInput
from kuancheng.reports.matters.page import BULK_STEPS
from kuancheng.reports.pages import Page
from projects.choices import MatterLevel
from projects.models import Matter
from projects.models.matter import LONGEST
from projects.planning import site_calendars
from projects.rules.matters.dues import kept_due
from projects.rules.matters.steps import STEP_NAMES, Step
from projects.services.matters.many import objections, take_each
from projects.services.matters.turn import Given

AT_MOST = 200
"""So many matters are taken at once."""

SEEN = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")


class BulkForm(forms.Form):
    """What a step asks for, once for all the matters."""

    def __init__(self, step: Step, data: QueryDict | None = None) -> None:
        super().__init__(data, label_suffix="")
        if step == Step.ISSUE:
            self.fields["due"] = DayInput("办结时限")
            self.fields["level"] = forms.TypedChoiceField(
                label="级别", coerce=int, choices=MatterLevel.choices
            )
        if step == Step.REMIND:
            self.fields["text"] = forms.CharField(
                label="催办内容",
                max_length=LONGEST,
                initial="请抓紧办理，并填写进展。",
                widget=forms.Textarea({"rows": 3}),
                error_messages={"required": "请写明催办内容。"},
            )

    def given(self) -> Given:
        """What was filled in."""
        said = self.cleaned_data
        return Given(text=said.get("text", ""), due=said.get("due"), level=said.get("level"))


@dataclass(frozen=True)
class Chosen:
    """A matter that was ticked, and why the step cannot be taken on it; empty if it can."""

    matter: Matter
    against: str
    asked_due: date | None


class BulkStep(Page):
    """批量办理: what was ticked is shown first, then done by a second press."""

    permission_required = ("projects.view_matter", "projects.oversee_matter")  # type: ignore[assignment]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Whoever had to log in first is brought here, and taken to the list."""
        self.asked()
        return redirect("matters")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Shows what was ticked; does it where it was shown before."""
        back = QueryDict(request.POST.get("back", "")).urlencode()
        name = request.POST.get("step", "")
        if name not in BULK_STEPS:
            messages.error(request, "请选择要批量办理的操作。")
            return _to_list(back)
        step, seen = Step(name), _seen(request.POST)
        if not seen:
            messages.error(request, f"请先勾选要{STEP_NAMES[step]}的事项。")
            return _to_list(back)
        if len(seen) > AT_MOST:
            messages.error(request, f"一次最多 {AT_MOST} 件，您选了 {len(seen)} 件，请分几次办理。")
            return _to_list(back)
        form = BulkForm(step, request.POST if "confirmed" in request.POST else None)
        if form.is_bound and form.is_valid():
            context = _done(form, step, seen, account(request))
        else:
            context = _to_confirm(step, seen, account(request))
        words = {"step": step.value, "name": STEP_NAMES[step], "form": form, "back": back}
        return render(request, "reports/matters/bulk.html", words | context)


def _to_list(back: str) -> HttpResponse:
    return redirect(f"{reverse('matters')}?{back}" if back else "matters")


def _seen(posted: QueryDict) -> dict[int, int]:
    """The chosen matters with the versions that were shown; 0, which none is, before any was."""
    pairs = [SEEN.fullmatch(each) for each in posted.getlist("seen")]
    if "confirmed" in posted:
        return {int(pair[1]): int(pair[2]) for pair in pairs if pair}
    ticked = posted.getlist("row" if "every" in posted else "matter")
    return {int(each): 0 for each in ticked if DIGITS.fullmatch(each)}


def _matters(reader: User, ids: Sequence[int]) -> list[Matter]:
    """The matters in the order in which they were ticked. Three queries."""
    found = Matter.objects.visible_to(reader).select_related(
        "project", "enterprise", "lead_agency", "verifier"
    )
    by_id = found.prefetch_related("steps", "orders").in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _to_confirm(step: Step, seen: Mapping[int, int], actor: User) -> dict[str, Any]:
    """What would be done, and what cannot and why. A fixed number of queries."""
    matters = _matters(actor, list(seen))
    against = objections(step, matters, actor)
    rows = [Chosen(each, against.get(each.pk, ""), each.story().asked_due) for each in matters]
    rows.sort(key=lambda each: bool(each.against))
    able = len(matters) - len(against)
    return {"results": None, "rows": rows, "able": able, "unable": len(against)}


def _done(form: BulkForm, step: Step, seen: Mapping[int, int], actor: User) -> dict[str, Any]:
    """Does it; what became of each, what was refused first."""
    given = form.given()
    chosen = [(each, seen[each.pk]) for each in _matters(actor, list(seen))]
    done = take_each(step=step, chosen=chosen, actor=actor, given=given)
    moved = kept_due(given.due, site_calendars())[1] if given.due else ""
    lines = [(each, each.said or _came_of(each.matter, step, moved)) for each in done]
    lines.sort(key=lambda line: line[0].done)
    number = sum(each.done for each in done)
    return {"results": {"lines": lines, "done": number, "refused": len(done) - number}}


def _came_of(matter: Matter, step: Step, moved: str) -> str:
    if step == Step.ISSUE:
        return f"编号 {matter.number}，时限 {matter.due_on:%Y-%m-%d}。{moved}"
    return f"时限延到 {matter.due_on:%Y-%m-%d}。" if step == Step.EXTEND else "已记入办理记录。"
