"""The portfolio's bulletins: drafted, submitted and issued on their days, as it was known then."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from investment.rules.reporting import parse_month
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.reports.judging.bulletin.lacks import lacks_of
from kuancheng.reports.models import Bulletin, Erratum
from kuancheng.reports.services.bulletin.drafting import draft_bulletin, save_heads
from kuancheng.reports.services.bulletin.errata import approve_erratum, propose_erratum
from kuancheng.reports.services.bulletin.issuing import confirm_lack, issue, submit
from projects.models import Project

HOUR = time(16)
STEP = timedelta(minutes=10)
"""Between one step of a bulletin's day and the next."""


def load(found: dict[str, Any], office: User, second: User) -> None:
    """Each month's bulletin, then the errata. Of a portfolio of one project nothing: it has no cuts."""
    if Project.objects.count() == 1:
        return
    for entry in found["bulletins"]:
        _issue(entry, found["heads"], found["reasons"], office, second)
    for entry in found["errata"]:
        _correct(entry, office, second)


def _issue(
    entry: dict[str, Any],
    heads: dict[str, str],
    reasons: dict[str, str],
    office: User,
    second: User,
) -> None:
    """One after the other on one day: what was known does not move between."""
    day = date.fromisoformat(entry["issued"])
    moment = timezone.make_aware(datetime.combine(day, HOUR))
    known: dict[str, Any] = {"today": day, "known_at": moment}
    with clock.at(moment):
        bulletin = draft_bulletin(month=parse_month(entry["month"]), actor=office, **known)
        for name, value in heads.items():
            setattr(bulletin, name, value)
        bulletin = save_heads(bulletin=bulletin, seen=bulletin.version, actor=office)
        for lack in lacks_of(bulletin, day, moment):
            said: dict[str, Any] = {"code": lack.code, "reason": reasons.get(lack.code, "")}
            bulletin = confirm_lack(
                bulletin=bulletin, seen=bulletin.version, actor=office, **said, **known
            )
    with clock.at(moment + STEP):
        bulletin = submit(bulletin=bulletin, seen=bulletin.version, actor=office, **known)
    with clock.at(moment + 2 * STEP):
        issue(bulletin=bulletin, seen=bulletin.version, actor=second, **known)


def _correct(entry: dict[str, Any], office: User, second: User) -> None:
    proposed, approved = (date.fromisoformat(entry[name]) for name in ("proposed", "approved"))
    bulletin = Bulletin.objects.get(month=parse_month(entry["month"]))
    with clock.at(timezone.make_aware(datetime.combine(proposed, HOUR))):
        made = propose_erratum(
            erratum=Erratum(
                bulletin=bulletin,
                figure=entry["figure"],
                new=entry["new"],
                reason=entry["reason"],
            ),
            today=proposed,
            actor=office,
        )
    with clock.at(timezone.make_aware(datetime.combine(approved, HOUR))):
        approve_erratum(erratum=made, seen=made.version, today=approved, actor=second)
