"""赛马 on pages: the table and its Excel file, an entrant, what is recorded, published, objected."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from investment.rules.reporting import parse_month
from kuancheng import clock
from kuancheng.access.rights import account
from kuancheng.asking.parameters import Parameters
from kuancheng.audit.files import exported
from kuancheng.records.classes import DataClass
from kuancheng.records.forms import ActionForm
from kuancheng.reports.choices import LeagueSubject
from kuancheng.reports.judging.league.table import Line
from kuancheng.reports.league.entrant import ANSWER, OBJECT, entrant_page
from kuancheng.reports.league.entries import ADD, CHANGE, EntryParameters, entries_page, entry_form
from kuancheng.reports.league.forms import AnswerForm, ObjectionForm, SeenForm, VoidForm
from kuancheng.reports.league.page import DRAW_UP, PUBLISH, Answer, answer_to, league_page
from kuancheng.reports.league.questions import LeaguePageQuestions, OneGroup
from kuancheng.reports.league.workbook import league_workbook
from kuancheng.reports.models import LeagueEntry, LeagueGroup, LeagueObjection, LeaguePublication
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.services.league.entries import confirm_entry, propose_entry, void_entry
from kuancheng.reports.services.league.objections import (
    answer_objection,
    raise_objection,
    withdraw_objection,
)
from kuancheng.reports.services.league.publishing import draw_up, publish
from kuancheng.sheets.marking import EXPORT_SENSITIVE, marked_name
from projects.models import Project

VIEW = "reports.view_leaguegroup"
LARGEST = 2**63 - 1


class LeaguePage(Page):
    """赛马: the table."""

    permission_required = VIEW
    parameters = LeaguePageQuestions

    def get(self, request: HttpRequest) -> HttpResponse:
        context = league_page(self.asked(), account(request))
        context["query"] = request.GET.urlencode()
        context["seen_form"] = SeenForm(_version_of(context["proposed"]))
        return render(request, "reports/league/league.html", context)


class LeagueExport(Page):
    """The same table as an Excel file whose formulas compute the points."""

    permission_required = VIEW
    parameters = OneGroup

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The file; the page instead where there is no table."""
        found = answer_to(self.asked())
        if found.league is None or not found.league.table.lines:
            messages.warning(request, found.why or "没有可以导出的排名。")
            return redirect(f"{reverse('league')}?{request.GET.urlencode()}")
        title = f"赛马：{found.group} {found.month:%Y-%m} {found.span.label}"
        note = "演示数据，均为虚构。" if Project.objects.filter(is_demo=True).exists() else ""
        people = bool(found.group and found.group.subject == LeagueSubject.LEAD_OFFICIAL)
        if people and not request.user.has_perm(EXPORT_SENSITIVE):
            messages.warning(
                request, "这一组比的是人，导出含姓名，您的账号没有导出敏感信息的权限。"
            )
            return redirect(f"{reverse('league')}?{request.GET.urlencode()}")
        of = DataClass.SENSITIVE if people else DataClass.INTERNAL
        book = league_workbook(title, found.league.table, found.league.rules, note, of=of)
        name = marked_name(f"赛马-{found.group}-{found.month:%Y-%m}.xlsx", of)
        return exported(request, book, name, rows=len(found.league.table.lines))


def _version_of(publication: LeaguePublication | None) -> int:
    return publication.version if publication else 0


class Acting(Page):
    """A press of a button on the league; where it is refused, the page says why."""

    http_method_names = ["post"]

    def told(self, form: ActionForm, error: Exception) -> None:
        """Shows what the service said on the page that comes next."""
        form.object_to(error)
        for said in form.errors.values():
            for each in said:
                messages.error(self.request, str(each))


class DrawUp(Acting):
    """拟定 a month's tables."""

    permission_required = DRAW_UP

    def post(self, request: HttpRequest) -> HttpResponse:
        """Drawn up, or told why not."""
        group = get_object_or_404(LeagueGroup, pk=_number(request.POST.get("group")))
        month = _month(request.POST.get("month", ""))
        form = SeenForm(0, request.POST)
        form.is_valid()
        try:
            made = draw_up(group=group, month=month, today=clock.today(), actor=account(request))
        except REFUSALS as error:
            self.told(form, error)
            query = urlencode({"group": str(group.pk), "month": f"{month:%Y-%m}"})
            return redirect(f"{reverse('league')}?{query}")
        messages.success(request, f"已拟定 {made}，请另一位同事核对后发布。")
        return redirect(made.get_absolute_url())


class Publish(Acting):
    """发布 what was drawn up."""

    permission_required = PUBLISH

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Published, or told why not."""
        found = get_object_or_404(LeaguePublication, pk=min(pk, LARGEST))
        form = SeenForm(found.version, request.POST)
        if form.is_valid():
            try:
                publish(
                    publication=found,
                    seen=form.seen,
                    today=clock.today(),
                    actor=account(request),
                )
            except REFUSALS as error:
                self.told(form, error)
            else:
                messages.success(request, f"已发布 {found}，内容不再改动。")
        return redirect(found.get_absolute_url())


class OneEntrant(Page):
    """An entrant's arithmetic in a month, down to its projects; where objections are raised."""

    permission_required = VIEW
    parameters = OneGroup

    def get(self, request: HttpRequest, entrant: str) -> HttpResponse:
        """The page."""
        found = answer_to(self.asked())
        return self.page(found, entrant, None)

    def page(self, found: Answer, entrant: str, form: ObjectionForm | None) -> HttpResponse:
        """The page, with the form of an objection."""
        line = line_of(found, entrant)
        context = entrant_page(found, line, account(self.request))
        context["form"] = form or ObjectionForm(line)
        context["query"] = self.request.GET.urlencode()
        return render(self.request, "reports/league/entrant.html", context)


def line_of(found: Answer, entrant: str) -> Line:
    """The entrant's line. Http404 where it has none."""
    line = found.league.table.line(entrant) if found.league else None
    if line is None:
        raise Http404
    return line


class Object(OneEntrant):
    """提出异议 against a published figure."""

    permission_required = OBJECT

    def post(self, request: HttpRequest, entrant: str) -> HttpResponse:
        """Raised, or shown again with all that was typed."""
        found = answer_to(self.asked())
        form = ObjectionForm(line_of(found, entrant), request.POST)
        publication = found.league.publication if found.league else None
        if publication is None:
            messages.error(request, "排名还没有发布，发布后才能提出异议。")
        elif form.is_valid():
            try:
                raise_objection(
                    objection=form.objection(publication, entrant),
                    today=clock.today(),
                    actor=account(request),
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, "已提出异议，由没有经手这个数的同事答复。")
                address = reverse("league-entrant", args=[entrant])
                return redirect(f"{address}?{request.GET.urlencode()}#objections")
        return self.page(found, entrant, form)


class NowParameters(Parameters):
    no_past = "这里只办现在的；过去月份的排名在“赛马”里按月份看。"


class OneObjection(Page):
    """An objection: what was said, and its answer."""

    permission_required = VIEW
    parameters = NowParameters

    def objection(self, pk: int) -> LeagueObjection:
        """The objection. Http404 when it is not there."""
        known = LeagueObjection.objects.select_related(
            "publication__group", "publication__rules", "author", "answered_by"
        )
        found: LeagueObjection = get_object_or_404(known, pk=min(pk, LARGEST))
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page."""
        self.asked()
        found = self.objection(pk)
        return self.page(found, AnswerForm(found.version))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answered or withdrawn, or shown again with all that was typed."""
        found = self.objection(pk)
        form: ActionForm = (
            SeenForm(found.version, request.POST)
            if "withdraw" in request.POST
            else AnswerForm(found.version, request.POST)
        )
        if form.is_valid():
            try:
                self._take(found, form)
            except REFUSALS as error:
                form.object_to(error)
            else:
                return redirect("league-objection", pk)
        return self.page(found, form)

    def _take(self, found: LeagueObjection, form: ActionForm) -> None:
        today, actor = clock.today(), account(self.request)
        if "withdraw" in self.request.POST:
            withdraw_objection(objection=found, seen=form.seen, today=today, actor=actor)
            messages.success(self.request, "已撤回异议。")
            return
        answer_objection(
            objection=found,
            upheld="uphold" in self.request.POST,
            answer=form.cleaned_data["answer"],
            seen=form.seen,
            today=today,
            actor=actor,
        )
        messages.success(self.request, "已答复异议。")

    def page(self, found: LeagueObjection, form: ActionForm) -> HttpResponse:
        """The page, with what the reader may do."""
        reader: Any = account(self.request)
        context = {
            "objection": found,
            "line": _line_as_published(found),
            "form": form,
            "may_answer": found.is_open
            and reader.has_perm(ANSWER)
            and found.author_id != reader.pk,
            "may_withdraw": found.is_open and found.author_id == reader.pk,
        }
        return render(self.request, "reports/league/objection.html", context)


def _line_as_published(objection: LeagueObjection) -> dict[str, Any]:
    lines = objection.publication.tables["month"]["lines"]
    found: dict[str, Any] = next(
        (each for each in lines if each["entrant"] == objection.entrant), {"name": "", "cells": []}
    )
    cell = next((each for each in found["cells"] if each["measure"] == objection.measure), None)
    return {"name": found["name"], "cell": cell, "said": found.get("said", "")}


class Entries(Page):
    """加减分和免列: what is recorded, and the form that records."""

    permission_required = VIEW
    parameters = EntryParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        context = entries_page(self.asked(), account(request))
        form = entry_form(context["group"]) if context["may_add"] else None
        return render(request, "reports/league/entries.html", context | {"form": form})


class AddEntry(Entries):
    """登记 one."""

    permission_required = ADD
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Recorded, or shown again with all that was typed."""
        group = get_object_or_404(LeagueGroup, pk=min(pk, LARGEST))
        form = entry_form(group, request.POST)
        if form.is_valid():
            try:
                propose_entry(entry=form.entry(group), today=clock.today(), actor=account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, "已登记，由另一位同事确认后计入。")
                return redirect(f"{reverse('league-entries')}?{urlencode({'group': pk})}")
        context = entries_page(self.asked(), account(request)) | {"group": group, "form": form}
        return render(request, "reports/league/entries.html", context)


class EntryStep(Acting):
    """确认 or 撤销 one."""

    permission_required = CHANGE

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Taken, or told why not."""
        if step not in ("confirm", "void"):
            raise Http404
        found = get_object_or_404(LeagueEntry.objects.select_related("group"), pk=min(pk, LARGEST))
        form = VoidForm(found.version, request.POST)
        if form.is_valid():
            try:
                self._take(found, form, step)
            except REFUSALS as error:
                self.told(form, error)
            else:
                done = "已确认，计入当月排名。" if step == "confirm" else "已撤销，不再计入。"
                messages.success(request, done)
        return redirect(f"{reverse('league-entries')}?{urlencode({'group': found.group_id})}")

    def _take(self, found: LeagueEntry, form: VoidForm, step: str) -> None:
        today, actor = clock.today(), account(self.request)
        if step == "confirm":
            confirm_entry(entry=found, seen=form.seen, today=today, actor=actor)
            return
        reason = form.cleaned_data["void_reason"]
        void_entry(entry=found, reason=reason, seen=form.seen, today=today, actor=actor)


def _number(text: str | None) -> int:
    return min(int(text), LARGEST) if text and text.isascii() and text.isdigit() else 0


def _month(text: str) -> Any:
    try:
        return parse_month(text)
    except ValueError:
        raise Http404 from None
