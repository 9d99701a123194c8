"""What is pressed and typed on the agenda and on the list of who attends."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.records.versions import seen_version
from kuancheng.reports.choices import Basis
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.weekly.forms import ChairForm, ItemForm, MarkForm, SeatForm
from kuancheng.reports.weekly.views import NowParameters, OneReview, refused
from projects.models import AgendaItem, Attendance, Project, WeeklyReview
from projects.services.reviews.agenda import (
    add_item,
    leave_out,
    mark_item,
    move_item,
    put_back,
    set_minutes,
)
from projects.services.reviews.attending import (
    add_attendance,
    change_chair,
    mark_attendance,
    remove_attendance,
)
from projects.services.reviews.holding import CHANGE

LARGEST = 2**63 - 1
OFFERED = 200
"""So many projects are offered while one types; any other is found by its code or name."""

Press = Callable[[AgendaItem, int, Mapping[str, str], User], object]


def _up(item: AgendaItem, seen: int, posted: Mapping[str, str], actor: User) -> object:
    return move_item(item=item, by=-1, seen=seen, actor=actor)


def _down(item: AgendaItem, seen: int, posted: Mapping[str, str], actor: User) -> object:
    return move_item(item=item, by=1, seen=seen, actor=actor)


def _time(item: AgendaItem, seen: int, posted: Mapping[str, str], actor: User) -> object:
    typed = posted.get("minutes", "").strip()
    minutes = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 5 else 0
    return set_minutes(item=item, minutes=minutes, seen=seen, actor=actor)


def _out(item: AgendaItem, seen: int, posted: Mapping[str, str], actor: User) -> object:
    return leave_out(item=item, seen=seen, actor=actor)


def _back(item: AgendaItem, seen: int, posted: Mapping[str, str], actor: User) -> object:
    return put_back(item=item, seen=seen, actor=actor)


def _noted(item: AgendaItem, seen: int, posted: Mapping[str, str], actor: User) -> object:
    note = posted.get("note", "")
    return mark_item(item=item, outcome=item.outcome, note=note, seen=seen, actor=actor)


def _marked(outcome: str) -> Press:
    def mark(item: AgendaItem, seen: int, posted: Mapping[str, str], actor: User) -> object:
        return mark_item(item=item, outcome=outcome, seen=seen, actor=actor)

    return mark


PRESSED: dict[str, Press] = {
    "up": _up,
    "down": _down,
    "minutes": _time,
    "out": _out,
    "back": _back,
    "discussed": _marked("discussed"),
    "carried": _marked("carried"),
    "undecided": _marked(""),
    "note": _noted,
}
"""What may be pressed beside an item."""

DONE = {
    "out": "“{0}”已不上会，可以在“不上会的”里恢复。",
    "back": "“{0}”已恢复上会。",
    "discussed": "“{0}”已议。",
    "carried": "“{0}”顺延到下次，下次议程排在最前。",
    "undecided": "“{0}”改为还没有结果。",
    "minutes": "“{0}”的时间已改。",
    "note": "“{0}”的记录已保存。",
}


class PressItem(Page):
    """One button beside an item."""

    permission_required = CHANGE
    parameters = NowParameters
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Done, or told why not; back to the item."""
        related = ("review", "project", "matter")
        item = get_object_or_404(AgendaItem.objects.select_related(*related), pk=min(pk, LARGEST))
        step = request.POST.get("step", "")
        if step not in PRESSED:
            raise Http404
        try:
            PRESSED[step](item, seen_version(request.POST), request.POST.dict(), account(request))
        except REFUSALS as error:
            messages.error(request, refused(error))
        else:
            if step in DONE:
                messages.success(request, DONE[step].format(item.name))
        return redirect(f"{item.review.get_absolute_url()}#item-{item.pk}")


class Screen(OneReview):
    """A screen with a form about a review; refused, it keeps all that was typed."""

    permission_required = CHANGE
    title = button = hint = ""
    anchor = "attendance"

    def shown(self, request: HttpRequest, review: WeeklyReview, form: Any) -> HttpResponse:
        """The screen."""
        context = {
            "form": form,
            "review": review,
            "title": self.title,
            "button": self.button,
            "hint": self.hint,
            "projects": self.offered(),
            "removable": False,
        }
        return render(request, "reports/weekly/step.html", context)

    def offered(self) -> list[Project]:
        """Projects that are offered while one types."""
        return []

    def done(self, review: WeeklyReview) -> HttpResponse:
        """Back to the review."""
        return redirect(f"{review.get_absolute_url()}#{self.anchor}")


class AddItem(Screen):
    """手工加入议题."""

    title, button, anchor = "加入议题", "加入", "agenda"

    def offered(self) -> list[Project]:
        """The first by their codes."""
        return list(Project.objects.only("code", "name").order_by("code")[:OFFERED])

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The form."""
        self.asked()
        return self.shown(request, self.review(year, serial), ItemForm())

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Added at the end, or shown again."""
        review, form = self.review(year, serial), ItemForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                item = add_item(
                    review=review,
                    project=said["project"],
                    title="" if said["project"] else said["title"],
                    reason=said["reason"],
                    minutes=said["minutes"],
                    light=_light(said["project"]),
                    actor=account(request),
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已加入议题：{item.name}。")
                return self.done(review)
        return self.shown(request, review, form)


def _light(project: Project | None) -> str:
    rows = DailyStatus.objects.filter(basis=Basis.DAILY, date=clock.today(), project=project)
    return rows.values_list("light", flat=True).first() or "" if project else ""


class ChangeChair(Screen):
    """另定主持人."""

    title, button = "另定主持人", "保存"

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The form."""
        self.asked()
        review = self.review(year, serial)
        return self.shown(request, review, ChairForm(review))

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Changed, or shown again."""
        review = self.review(year, serial)
        form = ChairForm(review, request.POST)
        if form.is_valid():
            chair, actor = form.cleaned_data["chair"], account(request)
            try:
                change_chair(review=review, chair=chair, seen=form.seen, actor=actor)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"主持人改为{chair}。")
                return self.done(review)
        return self.shown(request, review, form)


class AddSeat(Screen):
    """加入参会人员."""

    title, button = "加入参会人员", "加入"
    hint = "干部请从名册选择；不在名册里的，填单位和姓名，只能列席。"

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The form."""
        self.asked()
        return self.shown(request, self.review(year, serial), SeatForm())

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Added, or shown again."""
        review, form = self.review(year, serial), SeatForm(request.POST)
        if form.is_valid():
            try:
                seat = add_attendance(review=review, actor=account(request), **form.cleaned_data)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已加入：{seat.who}。")
                return self.done(review)
        return self.shown(request, review, form)


class MarkSeat(Screen):
    """标记 how somebody attends, or take him off the list."""

    title, button = "出席情况", "保存"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form."""
        self.asked()
        seat = self.seat(pk)
        return self._page(request, seat, MarkForm(seat))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Marked or removed, or shown again."""
        seat = self.seat(pk)
        form = MarkForm(seat, request.POST)
        if form.is_valid():
            try:
                done = self._take(request, seat, form)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, done)
                return self.done(seat.review)
        return self._page(request, seat, form)

    def seat(self, pk: int) -> Attendance:
        """The seat. Http404 for none."""
        related = ("review__chair", "official", "agency")
        found: Attendance = get_object_or_404(
            Attendance.objects.select_related(*related), pk=min(pk, LARGEST)
        )
        return found

    def _take(self, request: HttpRequest, seat: Attendance, form: MarkForm) -> str:
        actor = account(request)
        if "remove" in request.POST:
            remove_attendance(attendance=seat, seen=form.seen, actor=actor)
            return f"已移出名单：{seat.who}。"
        said = form.cleaned_data
        marked = mark_attendance(
            attendance=seat,
            presence=said["presence"],
            reason=said["reason"],
            substitute=said["substitute"],
            name=said.get("name"),
            seen=form.seen,
            actor=actor,
        )
        return f"{marked.who}：{marked.get_presence_display()}。"

    def _page(self, request: HttpRequest, seat: Attendance, form: MarkForm) -> HttpResponse:
        context = {
            "form": form,
            "review": seat.review,
            "title": f"出席情况：{seat.who}",
            "button": self.button,
            "hint": self.hint,
            "projects": (),
            "removable": seat.official_id is None or seat.official_id != seat.review.chair_id,
        }
        return render(request, "reports/weekly/step.html", context)
