"""会议屏: the page, what it fetches by itself, and what chair and clerk save on it."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.access.sessions import unattended
from kuancheng.asking.filters import NumberFilter, OneOfFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.records.forms import ActionForm
from kuancheng.reports.meeting.forms import (
    DecisionForm,
    MarkForm,
    SeatForm,
    StepForm,
    item_in,
    seat_forms,
)
from kuancheng.reports.meeting.page import Meeting, Typed, meeting_page, slide, standing
from kuancheng.reports.pages import REFUSALS, Page
from kuancheng.reports.rules.due_picks import due_picks
from projects.models import AgendaItem, WeeklyReview
from projects.planning import site_calendars
from projects.services.matters.turn import MatterRefused
from projects.services.matters.twins import RepeatedMatter
from projects.services.reviews.agenda import mark_item
from projects.services.reviews.attending import mark_attendance
from projects.services.reviews.deciding import decide
from projects.services.reviews.holding import CHANGE
from projects.services.reviews.preparing import begin_review, end_review

REFUSED = (*REFUSALS, MatterRefused)

ENDED, OF_ANOTHER, NOT_TAKEN, NOTHING_NEW = 401, 409, 422, 204
"""What the page's own script is answered where a person would be shown a page."""

SAVED = {"saved": True}
"""What the script is answered when it is done."""

LARGEST = 2**63 - 1

GONE = "这一项已不在议程里，没有保存；请刷新页面，另选一项。"


class MeetingParameters(Parameters):
    """Which item; a meeting knows no other day."""

    no_past = "会议屏只显示此刻；以前的会议请看纪要。"

    item = NumberFilter(minimum=1, label="第几项，从 1 起")


class StandingParameters(MeetingParameters):
    """What a page that is open knows already, and whose it is."""

    seen = NumberFilter(minimum=0, label="已看到的变动次数，0 为还没有")
    reader = NumberFilter(minimum=1, label="打开这一页的账号")
    active = OneOfFilter(choices=[("true", "是"), ("false", "否")], label="有人在操作")


class OneMeeting(Page):
    """A page about one review that is held."""

    permission_required = "projects.view_weeklyreview"
    parameters = MeetingParameters

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """An answer that no browser keeps: what is shown again is asked for again."""
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def meeting(self) -> Meeting:
        """The review of the address, for its reader. Http404."""
        reader = account(self.request)
        found = WeeklyReview.objects.visible_to(reader).select_related("chair", "clerk")
        year, serial = self.kwargs["year"], self.kwargs["serial"]
        review: WeeklyReview = get_object_or_404(
            found, year=min(year, LARGEST), serial=min(serial, LARGEST)
        )
        return Meeting(review, reader, clock.today())

    def page(
        self, request: HttpRequest, meeting: Meeting, place: int | None, typed: Typed | None = None
    ) -> HttpResponse:
        """The whole page, with what was typed where it was refused."""
        context = meeting_page(meeting, place, clock.now(), typed or Typed())
        return render(request, "reports/meeting/page.html", context)


class Run(OneMeeting):
    """会议屏: a project at a time."""

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The page at an item, each with an address of its own."""
        place = self.asked().form.cleaned_data["item"]
        return self.page(request, self.meeting(), place)


class Fetched(OneMeeting):
    """What the page fetches by itself: a session that ended is told, not led to the login."""

    def handle_no_permission(self) -> Any:
        if not self.request.user.is_authenticated:
            return HttpResponse(status=ENDED)
        return super().handle_no_permission()


class Slide(Fetched):
    """One item alone, fetched before it is shown."""

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The item; nobody need have asked for it."""
        unattended(request)
        place = self.asked().form.cleaned_data["item"]
        return render(request, "reports/meeting/slide.html", slide(self.meeting(), place, Typed()))


class Standing(Fetched):
    """The agenda and what was decided, every few seconds; nothing while nothing changed."""

    parameters = StandingParameters

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """What is new, 204 for nothing, 409 for the page of another account."""
        said = self.asked().form.cleaned_data
        if said["active"] != "true":
            unattended(request)
        meeting = self.meeting()
        if said["reader"] and said["reader"] != meeting.reader.pk:
            return HttpResponse(status=OF_ANOTHER)
        if said["seen"] == meeting.review.pulse:
            return HttpResponse(status=NOTHING_NEW)
        return render(request, "reports/meeting/standing.html", standing(meeting, said["item"]))


class Saved(OneMeeting):
    """Something that is saved on the page: by a plain form, or by the page's own script."""

    permission_required = CHANGE
    http_method_names = ["post"]

    @property
    def by_script(self) -> bool:
        """Whether the page's script sent it, and wants to be told rather than shown."""
        return "application/json" in self.request.headers.get("Accept", "")

    def handle_no_permission(self) -> Any:
        if self.by_script and not self.request.user.is_authenticated:
            return HttpResponse(status=ENDED)
        if self.by_script:
            said = "您的账号不能记录会议，请联系系统管理员。"
            return JsonResponse({"errors": {"": [said]}}, status=NOT_TAKEN)
        return super().handle_no_permission()

    def of_another(self, meeting: Meeting) -> HttpResponse | None:
        """The refusal of what was typed on the page of another account."""
        if self.request.POST.get("sender") == str(meeting.reader.pk):
            return None
        if self.by_script:
            return HttpResponse(status=OF_ANOTHER)
        said = "没有保存：这一页是另一个账号打开的，请核对后重新填写。"
        messages.error(self.request, said)
        return self.back(meeting, 1)

    def back(self, meeting: Meeting, place: int | None) -> HttpResponse:
        """To the page at an item."""
        number = [meeting.review.year, meeting.review.serial]
        return redirect(f"{reverse('weekly-run', args=number)}?item={place or 1}")

    def said_no(self, form: Form) -> HttpResponse:
        """Why not, for the script."""
        errors = {
            "" if name == "__all__" else name: [str(each) for each in found]
            for name, found in form.errors.items()
        }
        said: dict[str, object] = {"errors": errors}
        if isinstance(form, ActionForm):
            said["version"] = form.version
        return JsonResponse(said, status=NOT_TAKEN)


class Decide(Saved):
    """A decision, which becomes a matter."""

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Noted once, whatever is sent twice; what is refused comes back with all that was typed."""
        meeting = self.meeting()
        if refusal := self.of_another(meeting):
            return refusal
        place = meeting.place_of(item_in(request.POST))
        picks = due_picks(max(meeting.today, meeting.review.day), site_calendars())
        form = DecisionForm(picks, request.POST)
        if place is None:
            form.add_error(None, GONE)
        elif form.is_valid() and self._decided(form, meeting.at(place)):
            if self.by_script:
                return JsonResponse(SAVED)
            messages.success(request, f"已记：{form.cleaned_data['text']}")
            return self.back(meeting, place)
        if self.by_script:
            return self.said_no(form)
        return self.page(request, meeting, place, Typed(decision=form))

    def _decided(self, form: DecisionForm, item: AgendaItem) -> bool:
        """Whether it is noted; if not, the form says why."""
        token, actor = form.cleaned_data["token"], account(self.request)
        try:
            decide(item=item, said=form.said(), token=token, actor=actor)
        except RepeatedMatter as error:
            form.add_error("separate_reason", str(error))
        except REFUSED as error:
            form.object_to(error)
        return not form.errors


class Mark(Saved):
    """What became of an item: discussed, carried over, with the clerk's words."""

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Saved, or shown again with what was typed."""
        meeting = self.meeting()
        if refusal := self.of_another(meeting):
            return refusal
        place = meeting.place_of(item_in(request.POST))
        item = meeting.at(place)
        form = MarkForm(item, meeting.reader.pk, request.POST)
        if place is None:
            form.add_error(None, GONE)
        elif form.is_valid() and self._marked(form, item):
            if self.by_script:
                return JsonResponse(SAVED)
            messages.success(request, f"已保存：{item.name}。")
            return self.back(meeting, place)
        if self.by_script:
            return self.said_no(form)
        return self.page(request, meeting, place, Typed(mark=form))

    def _marked(self, form: MarkForm, item: AgendaItem) -> bool:
        """Whether it is saved; if not, the form says why."""
        actor = account(self.request)
        try:
            mark_item(
                item=item,
                outcome=form.outcome_of(item),
                note=form.cleaned_data["note"],
                seen=_known_to(actor, item, form.seen),
                actor=actor,
            )
        except REFUSED as error:
            form.object_to(error)
        return not form.errors


class Step(Saved):
    """开始会议 and 结束会议."""

    ends = False

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Begun or ended, or told why not; back to the page either way."""
        meeting = self.meeting()
        review, form = meeting.review, StepForm(meeting.review.version, request.POST)
        take, said = (
            (end_review, "会议已结束，纪要待定稿") if self.ends else (begin_review, "会议已开始")
        )
        if form.is_valid():
            try:
                take(review=review, seen=form.seen, actor=meeting.reader)
            except REFUSED as error:
                form.object_to(error)
            else:
                messages.success(request, f"{said}。")
        for each in form.errors.values():
            messages.error(request, "".join(map(str, each)))
        place = meeting.place_of(item_in(request.POST))
        return self.back(meeting, place)


class Attend(Saved):
    """出席情况, marked in the drawer: everybody at once."""

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The rows that say something new are saved; those refused are shown again."""
        meeting = self.meeting()
        seats = meeting.review.attendances.select_related("official", "agency", "review")
        forms = seat_forms(seats.order_by("pk"), request.POST)
        taken = [each for each in forms if each.is_valid() and each.differs and self._marked(each)]
        place = meeting.place_of(item_in(request.POST))
        if any(each.errors for each in forms):
            return self.page(request, self.meeting(), place, Typed(seats=forms))
        messages.success(request, f"出席情况已保存，改动 {len(taken)} 人。")
        return self.back(meeting, place)

    def _marked(self, form: SeatForm) -> bool:
        given = form.cleaned_data
        try:
            mark_attendance(
                attendance=form.seat,
                presence=given["presence"],
                reason=given["reason"],
                substitute=given["substitute"],
                name=given["name"],
                seen=form.seen,
                actor=account(self.request),
            )
        except REFUSED as error:
            form.object_to(error)
            return False
        return True


def _known_to(reader: User, item: AgendaItem, seen: int) -> int:
    """The version of an item that a reader knows: what he did himself since is no news to him.

    So a note that was typed off line, after a decision whose answer was lost, is saved. A query.
    """
    if not 0 < seen < item.version:
        return seen
    others = item.history.filter(version__gt=seen).exclude(history_user=reader.pk)
    return seen if others.exists() else item.version
