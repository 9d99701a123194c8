"""办理规则 on pages of their own: read by everybody, tried and saved by the office."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.rights import NotAllowed, account
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.ladder.forms import MatterRulesForm
from kuancheng.reports.ladder.page import matter_rules_page, starting_values
from kuancheng.reports.pages import Page
from projects.limits import rungs_with
from projects.models import MatterRules
from projects.services.matters.rules import MATTER_RULES, Trial, try_matter_rules

TRY = "_try"
"""The button that tries, and saves nothing."""


class RulesOfMatters(Page):
    """办理规则 in words, and every version."""

    permission_required = "projects.view_matterrules"
    parameters = Parameters

    def get(self, request: HttpRequest) -> HttpResponse:
        self.asked()
        return render(request, "reports/ladder/rules.html", matter_rules_page(clock.today()))


class SaveMatterRules(Page):
    """A new version, or one that is not yet in force."""

    permission_required = "projects.add_matterrules"
    parameters = Parameters

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The form, with the values in force for a new version."""
        self.asked()
        rules = self._rules(pk)
        if rules is None:
            return self._page(request, MatterRulesForm(initial=starting_values(clock.today())))
        if rules.effective_from <= clock.today():
            messages.warning(request, f"{rules}已经生效，不能再改；请新增一版。")
            return redirect("matter-rules")
        return self._page(request, MatterRulesForm(instance=rules))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Tried or saved; what is refused is shown with all that was typed."""
        form = MatterRulesForm(request.POST, instance=self._rules(pk) or MatterRules())
        if not form.is_valid():
            return self._page(request, form)
        if TRY in request.POST:
            return self._page(request, form, _tried(form))
        try:
            made = MATTER_RULES.put_forward(
                rules=form.save(commit=False),
                chosen={name: form.cleaned_data[name] for name in MATTER_RULES.many},
                actor=account(request),
            )
        except (ValidationError, IntegrityError, NotAllowed) as error:
            form.object_to(error)
            return self._page(request, form)
        messages.success(request, f"已提出{made}，由另一位同事审核后生效。")
        return redirect("proposal", made.pk)

    def _rules(self, pk: int | None) -> MatterRules | None:
        if pk is None:
            return None
        found: MatterRules = get_object_or_404(MatterRules, pk=min(pk, 2**63 - 1))
        return found

    def _page(
        self, request: HttpRequest, form: MatterRulesForm, trial: Trial | None = None
    ) -> HttpResponse:
        context = {"form": form, "trial": trial, "is_new": form.instance.pk is None}
        return render(request, "reports/ladder/form.html", context)


def _tried(form: MatterRulesForm) -> Trial:
    said = form.cleaned_data
    candidate = form.instance
    rungs = rungs_with(candidate, said["in_charge"], said["leaders"])
    return try_matter_rules(candidate, rungs, today=clock.today())
