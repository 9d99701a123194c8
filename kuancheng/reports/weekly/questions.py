"""What can be asked of weekly reviews."""

from typing import Any

from django.db.models import Q

from kuancheng import clock
from kuancheng.asking.filters import CodesFilter, DayFilter, NumberFilter, SearchFilter
from kuancheng.asking.parameters import KnownParameters
from kuancheng.reports.judging.known import records
from projects.choices import ReviewState
from projects.models import WeeklyReview


class ReviewFilter(KnownParameters):
    """What the list of reviews is narrowed to."""

    state = CodesFilter(choices=ReviewState.choices, method="aside", label="状态")
    since = DayFilter(method="aside", label="日期不早于这一天")
    until = DayFilter(method="aside", label="日期不晚于这一天")
    search = SearchFilter(method="aside", label="名称或地点")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

    def aside(self, queryset: Any, name: str, value: object) -> Any:
        """`found` reads it: reviews as known on a day are no rows of the table."""
        return queryset

    def found(self) -> list[WeeklyReview]:
        """The reviews asked for, the latest first: a district holds some fifty a year."""
        said, wanted = self.form.cleaned_data, Q()
        if said["state"]:
            wanted &= Q(state__in=said["state"])
        if said["since"]:
            wanted &= Q(day__gte=said["since"])
        if said["until"]:
            wanted &= Q(day__lte=said["until"])
        if said["search"]:
            wanted &= Q(search_key__icontains=said["search"])
        found: list[WeeklyReview] = records(
            WeeklyReview, wanted, known_on(self), related=("chair", "clerk"), unread=("minutes",)
        )
        return sorted(found, key=lambda each: (each.day, each.year, each.serial), reverse=True)


def known_on(asked: KnownParameters) -> Any:
    """The day whose records answer; None for the present.

    A review of a past day is what was on record of it at the end of that day.
    """
    days = asked.days
    now = days.known_at is None and days.as_of == clock.today()
    return None if now else days.latest
