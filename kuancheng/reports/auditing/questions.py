"""What can be asked of the audit log."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.asking.filters import (
    CodesFilter,
    DayFilter,
    NumberFilter,
    RecordFilter,
    SearchFilter,
)
from kuancheng.asking.parameters import Parameters
from kuancheng.audit.choices import Act, ActGroup, Door, Outcome
from kuancheng.audit.models import AuditEntry
from projects.models import Project

RECENT_DAYS = 30
"""So far back the list goes where nothing is asked: a year's log is not for reading through."""


class AuditFilter(Parameters):
    """What the log is narrowed to. Its days are those of the computer's own clock."""

    no_past = "审计记录只增不改，没有过去的样子；查某一段时间，请用“自”“至”。"

    search = SearchFilter(method="by_words", label="操作人、账号名、对象或说明")
    account = RecordFilter(
        queryset=User.objects.all(), method="by_account", label="账号", empty_label="全部账号"
    )
    group = CodesFilter(choices=ActGroup.choices, method="by_group", label="类别")
    act = CodesFilter(choices=Act.choices, label="操作")
    outcome = CodesFilter(choices=Outcome.choices, label="结果")
    door = CodesFilter(choices=Door.choices, label="入口")
    address = SearchFilter(label="来源地址", lookup_expr="startswith")
    key = SearchFilter(label="密钥开头", lookup_expr="startswith")
    project = RecordFilter(
        queryset=Project.objects.all(), to_field_name="code", method="by_project", label="项目"
    )
    since = DayFilter(method="from_day", label="自")
    until = DayFilter(method="to_day", label="至")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

    def by_words(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The words occur in who, in the name that was tried, in what it is about, or in what is said."""
        columns = ("actor_name", "name_tried", "subject_label", "words")
        found = Q()
        for column in columns:
            found |= Q(**{f"{column}__icontains": value})
        return queryset.filter(found)

    def by_account(self, queryset: QuerySet[Any], name: str, value: User | None) -> QuerySet[Any]:
        """What the account did, and what was done to it."""
        if value is None:
            return queryset
        about = Q(subject_type=User._meta.label_lower, subject_id=str(value.pk))
        return queryset.filter(Q(actor=value) | about)

    def by_group(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """Acts of these kinds; one that the program has forgotten too."""
        found = Q()
        for each in value:
            found |= Q(act__startswith=f"{each}.")
        return queryset.filter(found)

    def by_project(
        self, queryset: QuerySet[Any], name: str, value: Project | None
    ) -> QuerySet[Any]:
        """What was done to a project or to anything that hangs on it."""
        if value is None:
            return queryset
        own = Q(subject_type=Project._meta.label_lower, subject_id=str(value.pk))
        return queryset.filter(own | Q(detail__project=value.pk))

    def from_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """From the beginning of the day on."""
        return queryset.filter(at__gte=_begins(value))

    def to_day(self, queryset: QuerySet[Any], name: str, value: date) -> QuerySet[Any]:
        """To the end of the day."""
        return queryset.filter(at__lt=_begins(value + timedelta(days=1)))

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked."""
        said = self.form.cleaned_data
        return any(said[name] not in (None, [], "") for name in said if name != "page")

    def found(self) -> QuerySet[AuditEntry]:
        """The entries asked for, newest first; those of late where nothing is asked."""
        found = self.qs if self.narrowed else self.qs.filter(at__gte=_begins(recent_since()))
        return found.order_by("-pk")


def recent_since() -> date:
    """The day from which the log is shown where nothing is asked, by the computer's own clock."""
    return timezone.localdate() - timedelta(days=RECENT_DAYS)


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
