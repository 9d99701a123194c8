"""填报窗口: when each month of a year opens, reminds and closes, and one of them being set."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Unpack

from django import forms

from investment.models import ReportingWindow, month_text
from investment.rules.reporting import ReportingCalendar, Window
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.filters import NumberFilter
from kuancheng.asking.parameters import Parameters
from kuancheng.records.changes import Change, History, changes_in, history_rows
from kuancheng.records.forms import FormData, FormFiles, FormOptions, VersionedForm
from kuancheng.reports.judging.terms import reporting_calendar, rules_on

FIRST_YEAR, LAST_YEAR = 2000, 2099
SET = "investment.change_reportingwindow"
GIVE_BACK = "investment.delete_reportingwindow"

MOST_CHANGES = 30
"""Changes of a month that its page shows, the latest first."""

TO_COME, OPEN, CLOSED = "未开放", "填报中", "已截止"


class RoundsParameters(Parameters):
    """Which year's rounds."""

    no_past = "这里看的是现在定下的填报窗口，不能问过去某一天；当时怎样看填报情况页。"

    year = NumberFilter(minimum=FIRST_YEAR, maximum=LAST_YEAR, label="年份，不填为今年")


@dataclass(frozen=True)
class Round:
    """A month's round as it is set now, or as usual where nobody has set it (`note` is empty)."""

    month: date
    window: Window
    note: str
    state: str

    @property
    def name(self) -> str:
        """2024年11月."""
        return month_text(self.month)


def rounds_page(year: int | None, user: User) -> dict[str, Any]:
    """The template's context: twelve months. Three queries."""
    today = clock.today()
    shown = year or today.year
    calendar = _calendar(today)
    windows = ReportingWindow.objects.filter(month__year=shown)
    notes = dict(windows.values_list("month", "note"))
    months = [date(shown, number, 1) for number in range(1, 13)]
    return {
        "year": shown,
        "earlier": shown - 1 if shown > FIRST_YEAR else None,
        "later": shown + 1 if shown < LAST_YEAR else None,
        "rounds": [_round(each, calendar, notes.get(each, ""), today) for each in months],
        "due_workday": calendar.due_workday,
        "may_set": user.has_perm(SET),
    }


def round_page(month: date, form: "RoundForm", user: User) -> dict[str, Any]:
    """The template's context: one month, its usual days, and who changed what. Five queries."""
    today = clock.today()
    calendar = _calendar(today)
    kept = ReportingWindow.objects.filter(month=month).first()
    return {
        "round": _round(month, calendar, kept.note if kept else "", today),
        "usual": calendar.usual(month),
        "kept": kept,
        "form": form,
        "may_give_back": kept and kept.due_on >= today and user.has_perm(GIVE_BACK),
        "changes": changes_of(month)[:MOST_CHANGES],
    }


def changes_of(month: date) -> list[Change]:
    """What ever happened to a month's window, newest first; it may have been set more than once."""
    rows = history_rows(ReportingWindow.history.filter(month=month))
    ids = dict.fromkeys(row.id for row in rows)
    histories = [History([row for row in rows if row.id == pk]) for pk in ids]
    return changes_in(histories)


def window_of(month: date) -> ReportingWindow:
    """The month's window; a new one with the usual days where nobody has set it. Two queries."""
    kept = ReportingWindow.objects.filter(month=month).first()
    if kept:
        return kept
    usual = _calendar(clock.today()).usual(month)
    return ReportingWindow(month=month, opens_on=usual.opens, due_on=usual.due)


def _calendar(today: date) -> ReportingCalendar:
    return reporting_calendar(rules_on(today))


def _round(month: date, calendar: ReportingCalendar, note: str, today: date) -> Round:
    window = calendar.window(month)
    begun = OPEN if window.opens <= today else TO_COME
    return Round(month, window, note, CLOSED if window.due < today else begun)


class RoundForm(VersionedForm):
    """One month's round, as the office sets it."""

    class Meta:
        model = ReportingWindow
        fields = ("opens_on", "reminds_on", "reminds_again_on", "due_on", "note")
        widgets = dict.fromkeys(
            ("opens_on", "reminds_on", "reminds_again_on", "due_on"),
            forms.DateInput({"placeholder": "2024-10-25", "inputmode": "numeric"}, "%Y-%m-%d"),
        )
        error_messages = {
            name: {"invalid": "应为存在的日期，形如 2024-10-25。", "required": "请填写日期。"}
            for name in ("opens_on", "reminds_on", "reminds_again_on", "due_on")
        } | {"note": {"required": "请写明为什么与平常不同，依据什么通知。"}}

    def __init__(
        self, data: FormData = None, files: FormFiles = None, **options: Unpack[FormOptions]
    ) -> None:
        options["label_suffix"] = ""
        super().__init__(data, files, **options)
        if not self.instance.pk:
            self.version_now = 0
            self.initial["seen_version"] = 0

    def clean(self) -> dict[str, Any] | None:
        """Also objects when somebody gave the month its usual days back in between."""
        cleaned = super().clean()
        if not self.instance.pk and self.cleaned_data.get("seen_version"):
            said = "没有保存：您打开之后，其他人把这个月改回了平常的日期。再次点保存，就按您填写的日期设置。"
            self.add_error(None, said)
            self.renew()
        return cleaned
