"""What the page of additions, deductions and exemptions shows."""

from dataclasses import dataclass
from typing import Any

from investment.rules.reporting import first_day, last_month
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.asking.filters import NumberFilter, RecordFilter
from kuancheng.asking.paging import page_of
from kuancheng.asking.parameters import Parameters
from kuancheng.reports.choices import EntryState
from kuancheng.reports.judging.league.scope import candidates
from kuancheng.reports.judging.league.versions import version_for, versions_of
from kuancheng.reports.league.forms import EntryForm, VoidForm
from kuancheng.reports.models import LeagueEntry, LeagueGroup

PAGE_SIZE = 30
ADD, CHANGE = "reports.add_leagueentry", "reports.change_leagueentry"


class EntryParameters(Parameters):
    """Whose additions."""

    no_past = "加减分清单只回答现在；过去月份的排名在“赛马”里按月份看。"
    group = RecordFilter(queryset=LeagueGroup.objects.all(), method="aside", label="分组")
    page = NumberFilter(minimum=1, label="页码，从 1 起")

    def aside(self, queryset: Any, name: str, value: object) -> Any:
        """The page reads it."""
        return queryset


@dataclass(frozen=True)
class Row:
    """An entry, whose it is, and what the reader may do."""

    entry: LeagueEntry
    name: str
    may_confirm: bool
    may_void: bool
    form: VoidForm


def entry_form(group: LeagueGroup, data: Any = None) -> EntryForm:
    """The form, with who and what can be chosen today. Six queries."""
    today = clock.today()
    held = version_for(versions_of(group), first_day(today))
    items = [each.name for each in held.as_version().items] if held else []
    initial = {"month": f"{last_month(today):%Y-%m}"}
    return EntryForm(candidates(group), items, data, initial=initial)


def entries_page(asked: EntryParameters, reader: User) -> dict[str, Any]:
    """The template's context. NoSuchPage past the end."""
    said = asked.form.cleaned_data
    group = said["group"] or LeagueGroup.objects.first()
    found = LeagueEntry.objects.filter(group=group).select_related("author", "decided_by", "group")
    shown = page_of(found.order_by("-month", "-pk"), said["page"], PAGE_SIZE)
    names = candidates(group) if group else {}
    office = reader.has_perm(CHANGE)
    return {
        "groups": LeagueGroup.objects.all(),
        "group": group,
        "page": shown,
        "rows": [
            Row(
                each,
                names.get(each.entrant, "（已删除）"),
                office and each.state == EntryState.PROPOSED and each.author_id != reader.pk,
                office and each.state != EntryState.VOID,
                VoidForm(each.version),
            )
            for each in shown
        ],
        "may_add": bool(group) and reader.has_perm(ADD),
    }
