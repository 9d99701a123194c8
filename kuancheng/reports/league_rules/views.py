"""赛马规则 on pages: read by everybody; groups and versions set up, tried and saved by the office."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.reports.judging.league.versions import version_for, versions_of
from kuancheng.reports.league_rules.forms import GroupForm, RulesForm
from kuancheng.reports.league_rules.page import (
    ADD_GROUP,
    ADD_RULES,
    CHANGE_GROUP,
    CHANGE_RULES,
    compared,
    league_rules_page,
    rules_to_copy,
)
from kuancheng.reports.league_rules.questions import RulesParameters, SourceParameters
from kuancheng.reports.league_rules.starting import as_typed, new_version
from kuancheng.reports.models import LeagueGroup, LeagueRules
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.services.league.groups import save_group
from kuancheng.reports.services.league.rules import (
    Trial,
    check_draft,
    may_change,
    save_league_rules,
    try_league_rules,
)

TRY = "_try"
"""The button that tries, and saves nothing."""

LARGEST = 2**63 - 1


class RulesOfLeague(Page):
    """赛马规则 in words, and every version."""

    permission_required = "reports.view_leaguerules"
    parameters = RulesParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        self.asked()
        context = league_rules_page(clock.today(), account(request))
        return render(request, "reports/league_rules/rules.html", context)


class SaveGroup(Page):
    """A new group."""

    permission_required = ADD_GROUP
    parameters = RulesParameters

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The form."""
        self.asked()
        return self._page(request, GroupForm(instance=self._group(pk)))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Saved, or shown again with all that was typed."""
        form = GroupForm(request.POST, instance=self._group(pk) or LeagueGroup())
        if not form.is_valid():
            return self._page(request, form)
        group = form.save(commit=False)
        try:
            save_group(group=group, seen=form.seen, today=clock.today(), actor=account(request))
        except REFUSALS as error:
            form.object_to(error)
            return self._page(request, form)
        messages.success(request, f"已保存“{group}”。")
        return redirect("league-rules-new", group.pk) if pk is None else redirect("league-rules")

    def _group(self, pk: int | None) -> LeagueGroup | None:
        return None if pk is None else _group(pk)

    def _page(self, request: HttpRequest, form: GroupForm) -> HttpResponse:
        context = {"form": form, "is_new": form.instance.pk is None}
        return render(request, "reports/league_rules/group.html", context)


class ChangeGroup(SaveGroup):
    """A group that is there."""

    permission_required = CHANGE_GROUP


class SaveRules(Page):
    """A version's form: tried or saved."""

    def answer(self, request: HttpRequest, form: RulesForm) -> HttpResponse:
        """Tried or saved; what is refused is shown with all that was typed."""
        if not form.is_valid():
            return self.page(request, form)
        draft, today = form.draft(), clock.today()
        try:
            if TRY in request.POST:
                check_draft(draft, today)
                return self.page(request, form, try_league_rules(draft, today=today))
            rules = save_league_rules(
                draft=draft, today=today, actor=account(request), seen=form.seen
            )
        except REFUSALS as error:
            form.object_to(error)
            return self.page(request, form)
        messages.success(request, f"已保存{rules}。")
        return redirect("league-rules")

    def page(
        self, request: HttpRequest, form: RulesForm, trials: list[Trial] | None = None
    ) -> HttpResponse:
        """The form, with what a trial brought."""
        rules: LeagueRules = form.instance
        is_new = rules.pk is None
        context = {
            "form": form,
            "group": rules.group,
            "compares": compared(rules.group),
            "is_new": is_new,
            "trials": trials,
            "sources": rules_to_copy(rules.group) if is_new else (),
        }
        return render(request, "reports/league_rules/form.html", context)


class NewRules(SaveRules):
    """A new version of a group's rule."""

    permission_required = ADD_RULES
    parameters = SourceParameters

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form, filled with the version in force, with another group's, or with the usual."""
        group, today = _group(pk), clock.today()
        source = self.asked().form.cleaned_data["from"] or group
        held = version_for(versions_of(source), today.replace(day=1))
        initial = new_version(group, held, today)
        return self.page(request, RulesForm(instance=LeagueRules(group=group), initial=initial))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tried or saved."""
        form = RulesForm(request.POST, instance=LeagueRules(group=_group(pk)))
        return self.answer(request, form)


class ChangeRules(SaveRules):
    """A version that nothing was computed by yet."""

    permission_required = CHANGE_RULES
    parameters = RulesParameters

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form with the version's values; where it may not be changed, back with the reason."""
        self.asked()
        rules = _version(pk)
        if not may_change(rules, clock.today()):
            messages.warning(request, f"{rules}已经生效或已用来拟定排名，不能再改；请新增一版。")
            return redirect("league-rules")
        return self.page(request, RulesForm(instance=rules, initial=as_typed(rules)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Tried or saved."""
        return self.answer(request, RulesForm(request.POST, instance=_version(pk)))


def _group(pk: int) -> LeagueGroup:
    found: LeagueGroup = get_object_or_404(LeagueGroup, pk=min(pk, LARGEST))
    return found


def _version(pk: int) -> LeagueRules:
    versions = LeagueRules.objects.select_related("group")
    found: LeagueRules = get_object_or_404(versions, pk=min(pk, LARGEST))
    return found
