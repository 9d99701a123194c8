"""The portfolio's permits: the rule that lights them, and an extension that was granted."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.reports.models import RuleSet
from kuancheng.reports.services import save_rule_set
from projects.models import Milestone
from projects.rules.permits import SOON
from projects.services.permits.extensions import Grant, extend

HOUR = time(16)
DECIDED, IN_FORCE = date(2024, 10, 11), date(2024, 10, 14)
"""When the office decided that permits light, and from which day on."""

DAYS = ("asked_on", "granted_on", "until")


def load(entries: list[dict[str, Any]], office: User) -> None:
    """A version of the rules that judges permits, then each extension on the day of its grant.

    Of projects that are not loaded nothing is told.
    """
    with clock.at(_moment(DECIDED)):
        rules = RuleSet.objects.in_force(DECIDED)
        rules.pk, rules.effective_from, rules.note = None, IN_FORCE, "演示：启用手续失效研判"
        rules.permit_yellow_workdays = SOON
        save_rule_set(rules=rules, today=DECIDED, actor=office)
    for entry in entries:
        steps = Milestone.objects.select_related("project").filter(name=entry["milestone"])
        milestone = steps.filter(project__code=entry["project"]).first()
        if milestone is None:
            continue
        days = {name: date.fromisoformat(entry[name]) for name in DAYS}
        grant = Grant(document=entry["document"], note=entry["note"], **days)
        with clock.at(_moment(grant.granted_on)):
            extend(milestone=milestone, grant=grant, seen=milestone.project.version, actor=office)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, HOUR))
