"""周调度 on pages: the list, a new one, the agenda of one with its steps, the minutes."""

from collections.abc import Callable
from typing import ClassVar

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import account
from kuancheng.asking.parameters import KnownParameters, Parameters, ask, filled
from kuancheng.documents.html import page_code
from kuancheng.records.forms import as_refusal
from kuancheng.records.versions import seen_version
from kuancheng.reports.judging.known import records
from kuancheng.reports.pages import REFUSALS, Page, word_response
from kuancheng.reports.weekly.forms import CancelForm, SettingForm
from kuancheng.reports.weekly.gathering import gather
from kuancheng.reports.weekly.page import minutes_page, review_list, review_page
from kuancheng.reports.weekly.questions import ReviewFilter, known_on
from kuancheng.reports.weekly.word import KIND, minutes_document
from projects.models import WeeklyReview
from projects.services.reviews.agenda import draw_agenda
from projects.services.reviews.holding import ADD, CHANGE
from projects.services.reviews.minuting import finalise_review
from projects.services.reviews.preparing import (
    Setting,
    begin_review,
    cancel_review,
    change_review,
    end_review,
    new_review,
    next_setting,
    send_agenda,
)

VIEW = "projects.view_weeklyreview"
LARGEST = 2**15 - 1


class NowParameters(Parameters):
    no_past = "周调度只办现在的；过去哪天的议程，请在周调度页选截至日期。"


class ReviewList(Page):
    """周调度: which were held, what they decided, and when the next is due."""

    permission_required = VIEW
    parameters = ReviewFilter

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list as of a day."""
        params = filled(ReviewFilter, request.GET)
        asked = ask(ReviewFilter, params, WeeklyReview.objects.all())
        return render(request, "reports/weekly/list.html", review_list(asked, account(request)))


class OneReview(Page):
    """A page about one review, which its reader may see."""

    permission_required = VIEW
    parameters: ClassVar[type[Parameters]] = NowParameters

    def review(self, year: int, serial: int, asked: KnownParameters | None = None) -> WeeklyReview:
        """The review as it is, or as it was known on the day that is asked for. Http404 for none."""
        visible = WeeklyReview.objects.visible_to(account(self.request))
        number = {"year": min(year, LARGEST), "serial": min(serial, LARGEST)}
        found: WeeklyReview = get_object_or_404(
            visible.select_related("chair", "clerk", "final_by"), **number
        )
        known = known_on(asked) if asked else None
        if known is None:
            return found
        related = ("chair", "clerk", "final_by")
        then = records(WeeklyReview, Q(id=found.pk), known, related=related)
        if not then:
            raise Http404("那一天还没有这次周调度。")
        past: WeeklyReview = then[0]
        return past


class ReviewPage(OneReview):
    """One review: last time's decisions, the agenda, who attends, what was decided."""

    parameters = KnownParameters

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The page as of a day."""
        asked = self.asked()
        review = self.review(year, serial, asked)
        context = review_page(asked, review, account(request))
        return render(request, "reports/weekly/review.html", context)


class Minutes(OneReview):
    """纪要: A4 on paper."""

    parameters = KnownParameters

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The frozen copy, or a draft."""
        asked = self.asked()
        review = self.review(year, serial, asked)
        context = minutes_page(asked, review, account(request))
        context["code"] = page_code(self.address(year, serial))
        return render(request, "reports/weekly/minutes.html", context)

    def address(self, year: int, serial: int) -> str:
        """Where the code on paper leads."""
        return self.request.build_absolute_uri(reverse("weekly-minutes", args=[year, serial]))


class MinutesWord(Minutes):
    """The same as a Word file, with a code that leads back to the page."""

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponseBase:  # type: ignore[override]
        """The file; the page, which says why, where there were no minutes on that day."""
        asked = self.asked()
        review = self.review(year, serial, asked)
        copy = minutes_page(asked, review, account(request))["copy"]
        if copy is None:
            return super().get(request, year, serial)
        document = minutes_document(review, copy, self.address(year, serial))
        return word_response(request, KIND, document, f"{review.title}纪要.docx", review)


class NewReview(Page):
    """新建周调度, filled with the next day that is due."""

    permission_required = ADD
    parameters = NowParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form; to the open one where there is one."""
        self.asked()
        waiting = WeeklyReview.objects.open().first()
        if waiting is not None:
            said = f"{waiting}还是“{waiting.get_state_display()}”，办完再新建。"
            messages.warning(request, said)
            return redirect(waiting)
        return self._page(request, SettingForm(0, next_setting(clock.today())))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Numbered and its agenda drawn, or shown again with all that was typed."""
        form = SettingForm(0, next_setting(clock.today()), request.POST)
        if form.is_valid():
            try:
                review = new_review(setting=form.setting(), actor=account(request))
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已新建{review}。{_drawn(review, account(request))}")
                return redirect(review)
        return self._page(request, form)

    def _page(self, request: HttpRequest, form: SettingForm) -> HttpResponse:
        return render(request, "reports/weekly/setting.html", {"form": form, "review": None})


def _drawn(review: WeeklyReview, actor: User) -> str:
    """Draws the agenda, and says what came of it."""
    gathered = gather(review)
    drawn = draw_agenda(review=review, drawn=gathered.drawn, seen=review.version, actor=actor)
    on = drawn.items.filter(left_out=False).count()
    more = f"，另有 {gathered.more} 项较轻的没有列入，需要的请手工加入" if gathered.more else ""
    return f"议程共 {on} 项{more}。"


class ChangeReview(OneReview):
    """修改 day, time, place or chair while it is being prepared."""

    permission_required = CHANGE

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """The form."""
        self.asked()
        review = self.review(year, serial)
        return self._page(request, review, SettingForm(review.version, _setting(review)))

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Changed, or shown again."""
        review = self.review(year, serial)
        form = SettingForm(review.version, _setting(review), request.POST)
        if form.is_valid():
            try:
                change_review(
                    review=review, setting=form.setting(), seen=form.seen, actor=account(request)
                )
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已修改{review}；发送过议程的，请再发一次。")
                return redirect(review)
        return self._page(request, review, form)

    def _page(self, request: HttpRequest, review: WeeklyReview, form: SettingForm) -> HttpResponse:
        return render(request, "reports/weekly/setting.html", {"form": form, "review": review})


def _setting(review: WeeklyReview) -> Setting:
    return Setting(review.day, review.start, review.place, review.chair)


class CancelReview(OneReview):
    """取消, with a reason."""

    permission_required = CHANGE

    def get(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """What for."""
        self.asked()
        review = self.review(year, serial)
        return self._page(request, review, CancelForm(review.version))

    def post(self, request: HttpRequest, year: int, serial: int) -> HttpResponse:
        """Called off, or shown again."""
        review = self.review(year, serial)
        form = CancelForm(review.version, request.POST)
        if form.is_valid():
            reason, actor = form.cleaned_data["reason"], account(request)
            try:
                cancel_review(review=review, reason=reason, seen=form.seen, actor=actor)
            except REFUSALS as error:
                form.object_to(error)
            else:
                messages.success(request, f"已取消{review}，编号保留。")
                return redirect(review)
        return self._page(request, review, form)

    def _page(self, request: HttpRequest, review: WeeklyReview, form: CancelForm) -> HttpResponse:
        context = {
            "form": form,
            "review": review,
            "title": "取消周调度",
            "button": "取消这次周调度",
        }
        context |= {"projects": (), "removable": False}
        context["hint"] = "取消后编号保留，已排的议程仍可查看；下一次请另新建。"
        return render(request, "reports/weekly/step.html", context)


def _redraw(review: WeeklyReview, seen: int, actor: User) -> str:
    gathered = gather(review)
    draw_agenda(review=review, drawn=gathered.drawn, seen=seen, actor=actor)
    more = f"另有 {gathered.more} 项较轻的没有列入。" if gathered.more else ""
    return f"已按现在的情况重新生成议程，手工调整的都保留。{more}"


def _send(review: WeeklyReview, seen: int, actor: User) -> str:
    send_agenda(review=review, seen=seen, actor=actor)
    return "已发送议程，名单里有账号的同志和单位会收到通知。"


def _begin(review: WeeklyReview, seen: int, actor: User) -> str:
    begin_review(review=review, seen=seen, actor=actor)
    return f"{review}开始。"


def _end(review: WeeklyReview, seen: int, actor: User) -> str:
    end_review(review=review, seen=seen, actor=actor)
    return "会议结束，请核对议定事项，由另一位同事定稿。"


def _finalise(review: WeeklyReview, seen: int, actor: User) -> str:
    final = finalise_review(review=review, seen=seen, actor=actor)
    issued = final.decisions.standing().count()
    return f"纪要已定稿，{issued} 条议定事项已交办。"


STEPS: dict[str, Callable[[WeeklyReview, int, User], str]] = {
    "draw": _redraw,
    "send": _send,
    "begin": _begin,
    "end": _end,
    "finalise": _finalise,
}
"""Steps of a review that ask for nothing: pressed on its page."""


class TakeStep(OneReview):
    """A step that is pressed; what the service says against it is told on the page."""

    permission_required = CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int, serial: int, step: str) -> HttpResponse:
        """Taken, or told why not."""
        if step not in STEPS:
            raise Http404
        review = self.review(year, serial)
        try:
            done = STEPS[step](review, seen_version(request.POST), account(request))
        except REFUSALS as error:
            messages.error(request, refused(error))
        else:
            messages.success(request, done)
        return redirect("weekly-minutes" if step == "finalise" else "weekly-review", year, serial)


def refused(error: Exception) -> str:
    """What a service said, as a message on the page."""
    refusal = as_refusal(error)
    return "；".join(refusal.messages) if refusal else f"{error}"
