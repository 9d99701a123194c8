"""Reporting rounds on pages of their own."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from investment.models import ReportingWindow
from investment.rules.reporting import parse_month
from investment.services.windows import delete_window, moved, save_window
from kuancheng.access.rights import account
from kuancheng.asking.fields import DIGITS
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.filing.rounds import (
    FIRST_YEAR,
    GIVE_BACK,
    LAST_YEAR,
    SET,
    RoundForm,
    RoundsParameters,
    round_page,
    rounds_page,
    window_of,
)
from kuancheng.reports.pages import REFUSALS, Page


class Rounds(Page):
    """填报窗口: when the months of a year open, remind and close."""

    permission_required = "investment.view_reportingwindow"
    parameters = RoundsParameters

    def get(self, request: HttpRequest) -> HttpResponse:
        year = self.asked().form.cleaned_data["year"]
        return render(request, "reports/rounds.html", rounds_page(year, account(request)))


class OneRound(Page):
    """One month's round, set by the office."""

    permission_required = SET
    parameters = Parameters

    def get(self, request: HttpRequest, month: str) -> HttpResponse:
        """The days as they are now."""
        self.asked()
        wanted = _month(month)
        return self._page(request, wanted, RoundForm(instance=window_of(wanted)))

    def post(self, request: HttpRequest, month: str) -> HttpResponse:
        """Sets them; what is refused is shown with all that was typed."""
        wanted = _month(month)
        form = RoundForm(request.POST, instance=window_of(wanted))
        if form.is_valid():
            window, seen = form.save(commit=False), form.cleaned_data["seen_version"]
            try:
                save_window(window=window, actor=account(request), seen=seen)
            except REFUSALS as error:
                form = _again(request, wanted, error)
            else:
                messages.success(request, f"{window}已保存。")
                for said in moved(form.cleaned_data, window):
                    messages.warning(request, said)
                return redirect("round", month)
        return self._page(request, wanted, form)

    def _page(self, request: HttpRequest, month: date, form: RoundForm) -> HttpResponse:
        context = round_page(month, form, account(request))
        return render(request, "reports/round.html", context)


class UsualRound(Page):
    """Gives a month its usual days back."""

    permission_required = GIVE_BACK
    http_method_names = ["post"]

    def post(self, request: HttpRequest, month: str) -> HttpResponse:
        """Back to the month's page, with what was done or why not."""
        window = ReportingWindow.objects.filter(month=_month(month)).first()
        shown = request.POST.get("seen_version", "")
        seen = int(shown) if DIGITS.fullmatch(shown) else 0
        if window is None:
            messages.info(request, "这个月本来就是平常的日期。")
            return redirect("round", month)
        try:
            delete_window(window=window, actor=account(request), seen=seen)
        except REFUSALS as error:
            said = error.messages[0] if isinstance(error, ValidationError) else str(error)
            messages.error(request, said)
        else:
            messages.success(request, f"{window}已改回平常的日期。")
        return redirect("round", month)


def _month(text: str) -> date:
    """The first day of “2024-11”. Http404 for anything else."""
    try:
        month = parse_month(text)
    except ValueError:
        raise Http404 from None
    if f"{month:%Y-%m}" != text or not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise Http404
    return month


def _again(request: HttpRequest, month: date, error: Exception) -> RoundForm:
    """The form as it was sent, beside the window as it is now."""
    form = RoundForm(request.POST, instance=window_of(month))
    form.object_to(error)
    return form
