"""A group of departments with a rule by hand: 50 for the plan to date, 50 for reports on time."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kuancheng.access.models import User
from kuancheng.reports.choices import LeagueSubject
from kuancheng.reports.models import (
    LeagueEntry,
    LeagueGroup,
    LeagueIndicator,
    LeagueItem,
    LeagueRules,
)
from kuancheng.reports.services.league.entries import confirm_entry, propose_entry
from kuancheng.reports.services.league.groups import save_group
from kuancheng.reports.services.league.publishing import draw_up, publish
from kuancheng.reports.services.league.rules import Draft, save_league_rules
from projects.choices import AgencyKind
from projects.models import Agency
from tests import factories

SEPTEMBER = date(2024, 9, 1)
TODAY = date(2024, 10, 15)


def group(office: User, **rule: Any) -> LeagueGroup:
    """Departments, with red and black list of one, an item of −3 that doubles, and one of +2."""
    made = save_group(
        group=LeagueGroup(
            name="责任单位组",
            subject=LeagueSubject.LEAD_AGENCY,
            agency_kind=AgencyKind.DEPARTMENT,
        ),
        seen=0,
        today=TODAY,
        actor=office,
    )
    given: dict[str, Any] = {
        "effective_from": date(2024, 1, 1),
        "note": "试行",
        "target_measure": "plan_to_date",
        "red_size": 1,
        "black_size": 1,
    }
    save_league_rules(
        draft=Draft(
            LeagueRules(group=made, **given | rule),
            [
                LeagueIndicator(measure="plan_to_date", weight=Decimal(50)),
                LeagueIndicator(measure="reports", weight=Decimal(50)),
            ],
            [
                LeagueItem(name="通报批评", points=Decimal(-3), doubles=True),
                LeagueItem(name="现场观摩", points=Decimal(2)),
            ],
            [],
        ),
        today=TODAY,
        actor=office,
    )
    return made


def racers(completed: Mapping[str, str | None]) -> dict[str, Agency]:
    """Agencies by name, each with one project that was to bring 100 万元 in every month; what it
    brought in September, None where it reported nothing. Reports are in time.
    """
    found: dict[str, Agency] = {}
    projects = []
    for name, amount in completed.items():
        found[name] = factories.agency(name=name)
        project = factories.project(lead_agency=found[name], name=f"{name}的项目")
        projects.append(project)
        months = {f"month_{number:02}": Decimal(100) for number in range(1, 13)}
        factories.annual_plan(project=project, year=2024, amount=Decimal(1200), **months)
        if amount is not None:
            factories.status_report(
                project=project,
                month=SEPTEMBER,
                completed=Decimal(amount),
                state="approved",
                submitted_at=datetime(2024, 10, 8, 9, tzinfo=timezone.get_default_timezone()),
            )
    factories.programme(*projects)
    return found


def entry(made: LeagueGroup, agency: Agency, item: str, office: User, second: User) -> LeagueEntry:
    """A confirmed entry of September; an exemption where the item is empty."""
    recorded = propose_entry(
        entry=LeagueEntry(
            group=made,
            month=SEPTEMBER,
            entrant=str(agency.pk),
            item=item,
            reason="按通报登记",
            document="示例〔2024〕1号",
        ),
        today=TODAY,
        actor=office,
    )
    return confirm_entry(entry=recorded, seen=recorded.version, today=TODAY, actor=second)


def published(made: LeagueGroup, office: User, second: User) -> Any:
    """September, drawn up by one and published by the other."""
    drawn = draw_up(group=made, month=SEPTEMBER, today=TODAY, actor=office)
    return publish(publication=drawn, seen=drawn.version, today=TODAY, actor=second)
