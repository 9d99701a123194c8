"""What can be asked of the league."""

from datetime import date
from typing import Any

from kuancheng.asking.filters import MonthSetting, NumberFilter, OneOfFilter, RecordFilter
from kuancheng.asking.parameters import BadParameters, KnownParameters
from kuancheng.reports.choices import LeagueSpan
from kuancheng.reports.judging.league.months import latest_month, why_not_yet
from kuancheng.reports.models import LeagueGroup
from kuancheng.reports.questions import FlagSetting


class LeagueQuestions(KnownParameters):
    """A league of a month, or of the year up to it."""

    month = MonthSetting(label="月份，形如 2024-09；不填为最近有排名的月份")
    span = OneOfFilter(choices=LeagueSpan.choices, label="当月或本年累计，不填为当月")
    now = FlagSetting(label="已发布的月份按现在的登记重算")

    def aside(self, queryset: Any, name: str, value: object) -> Any:
        """The page reads it."""
        return queryset

    def month_asked(self) -> date:
        """The month, the latest that has a league unless it says otherwise.

        BadParameters for one that has none yet.
        """
        days = self.days
        month: date | None = self.form.cleaned_data["month"]
        if month is None:
            return latest_month(days)
        if why := why_not_yet(month, days):
            raise BadParameters.of("month", why)
        return month

    def span_asked(self) -> LeagueSpan:
        """The span, the month unless it says otherwise."""
        return LeagueSpan(self.form.cleaned_data["span"] or LeagueSpan.MONTH)


class OneGroup(LeagueQuestions):
    """The same of one group, picked from a select."""

    group = RecordFilter(
        queryset=LeagueGroup.objects.all(), method="aside", label="分组，不填为第一组"
    )


class LeaguePageQuestions(OneGroup):
    """The same on the page."""

    sums = FlagSetting(label="列出全部算式")
    page = NumberFilter(minimum=1, label="页码，从 1 起")
