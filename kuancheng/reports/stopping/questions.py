"""What can be asked of stops."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from kuancheng.asking.filters import NumberFilter, OneOfFilter, RecordFilter, SearchFilter
from kuancheng.asking.parameters import KnownParameters
from kuancheng.reports.judging.stops import StopOn, stops_on
from projects.choices import StopReason
from projects.models import Agency, Project

FLAGS: dict[str, tuple[str, Callable[[StopOn], bool]]] = {
    "unreported": ("未报告发证机关", lambda stop: stop.unreported),
    "report_late": ("报告逾期", lambda stop: stop.unreported and stop.report_late > 0),
    "recheck": ("满一年未复验", lambda stop: stop.lacks_recheck),
    "waiting": ("复工待同意", lambda stop: stop.waits),
}
"""What the list picks out: name, and whether a stop is among it."""

STATES = {"lasting": "正在停工", "ended": "已复工", "all": "全部"}


class StopFilter(KnownParameters):
    """What the list of stops is narrowed to."""

    state = OneOfFilter(choices=list(STATES.items()), label="状态，不填为正在停工")
    reason = OneOfFilter(choices=StopReason.choices, label="停工原因")
    lead_agency = RecordFilter(
        queryset=Agency.objects.filter(pk__in=Project.objects.values("lead_agency")),
        label="责任单位",
        empty_label="全部责任单位",
        method="aside",
    )
    flag = OneOfFilter(choices=[(code, name) for code, (name, _) in FLAGS.items()], label="标记")
    search = SearchFilter("search_key", label="项目、原因、说明或文号", method="aside")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

    def found(self, reach: Q) -> list[StopOn]:
        """The stops asked for among those within `reach`, the longest first.

        What is a matter of the day is judged in Python: stops are few, a project has some in years.
        """
        found = stops_on(reach & self._wanted(), self.days)
        if flag := self.form.cleaned_data["flag"]:
            found = [each for each in found if FLAGS[flag][1](each)]
        return sorted(found, key=lambda each: (not each.lasts, -each.days, each.stop.pk))

    def aside(self, queryset: Any, name: str, value: object) -> Any:
        """`found` reads it: stops as known on a day are no rows of the table."""
        return queryset

    def _wanted(self) -> Q:
        said, day = self.form.cleaned_data, self.days.as_of
        lasting = Q(resumed_on=None) | Q(resumed_on__gt=day)
        states = {"lasting": lasting, "ended": Q(resumed_on__lte=day), "all": Q()}
        found = states[said["state"] or "lasting"]
        if said["reason"]:
            found &= Q(reason=said["reason"])
        if said["lead_agency"]:
            found &= Q(project__lead_agency=said["lead_agency"])
        if said["search"]:
            words = said["search"]
            found &= Q(search_key__icontains=words) | Q(project__search_key__icontains=words)
        return found
