"""异议: raised by who was ranked, answered by somebody who did not set the figure."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from investment.choices import ReportState
from investment.models import StatusReport
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce
from kuancheng.records.versions import require_version
from kuancheng.reports.choices import LeagueSpan, LeagueSubject, ObjectionState
from kuancheng.reports.judging.league.months import frozen
from kuancheng.reports.judging.league.scope import Scope
from kuancheng.reports.models import LeagueEntry, LeagueObjection, LeaguePublication
from kuancheng.reports.rules.league.measures import MEANINGS, Measure
from projects.choices import DurationUnit
from projects.models import Agency, Official, Project
from projects.planning import site_calendars

SHORTEST = 4
REPORTED = frozenset({Measure.YEAR_PLAN, Measure.PLAN_TO_DATE, Measure.REPORTS, Measure.EVIDENCE})
"""Measures whose numbers somebody let pass when he reviewed the reports."""
OF_THE_YEAR = frozenset({Measure.YEAR_PLAN})
"""Measures that sum the year up to the month, in the month's table too."""


@transaction.atomic
@acts.decision("提出排名异议", "objection")
def raise_objection(*, objection: LeagueObjection, today: date, actor: User) -> LeagueObjection:
    """Says what is wrong with a published figure, while objections are heard.

    NotAllowed for who does not answer for the entrant. ValidationError for what is not published or
    not in the table, after the time for objections, and for a figure that he set himself.
    """
    require(actor, "reports.add_leagueobjection")
    publication = LeaguePublication.objects.select_for_update().get(pk=objection.publication_id)
    objection.publication, objection.author = publication, actor
    objection.raised_on, objection.state = today, ObjectionState.OPEN
    objection.full_clean()
    _require_heard(objection, today)
    if not may_object(publication, objection.entrant, actor):
        raise NotAllowed("只能对自己单位、自己包保或自己负责的项目的数提出异议。")
    if actor.pk in setters(publication, objection.entrant, objection.measure):
        raise ValidationError("这个数是您自己定的（拟定、登记、确认或复核），不能自己提异议。")
    announce(objection.save_by(actor))
    return objection


@transaction.atomic
@acts.decision("答复排名异议", "objection")
def answer_objection(
    *, objection: LeagueObjection, upheld: bool, answer: str, seen: int, today: date, actor: User
) -> LeagueObjection:
    """Upholds or rejects it, with the reason. Never by who raised it or who set the figure.

    What was published stays; an upheld objection is put right in the facts, and the page shows
    what the month would be now.
    """
    require(actor, "reports.change_leaguepublication")
    held = _held(objection, seen)
    if held.author_id == actor.pk:
        raise NotAllowed("异议是您提出的，请由另一位同事答复。")
    if actor.pk in setters(held.publication, held.entrant, held.measure):
        raise NotAllowed("这个数是您定的（拟定、登记、确认或复核），请由没有经手的同事答复。")
    if len(answer.strip()) < SHORTEST:
        raise ValidationError({"answer": "请写明答复和依据，至少 4 个字。"})
    held.state = ObjectionState.UPHELD if upheld else ObjectionState.REJECTED
    held.answer, held.answered_by, held.answered_on = answer.strip(), actor, today
    return _saved(held, actor)


@transaction.atomic
@acts.decision("撤回排名异议", "objection")
def withdraw_objection(
    *, objection: LeagueObjection, seen: int, today: date, actor: User
) -> LeagueObjection:
    """Takes an objection back; only who raised it."""
    require(actor, "reports.change_leagueobjection")
    held = _held(objection, seen)
    if held.author_id != actor.pk:
        raise NotAllowed("只有提出人能撤回异议。")
    held.state = ObjectionState.WITHDRAWN
    return _saved(held, actor)


def may_object(publication: LeaguePublication, entrant: str, actor: User) -> bool:
    """Whether the account answers for an entrant: its agency, itself, or one of its projects."""
    subject = publication.group.subject
    by_agency = subject in (LeagueSubject.LEAD_AGENCY, LeagueSubject.SUBDISTRICT)
    if by_agency and Agency.objects.where_serve([actor]).filter(pk=entrant).exists():
        return True
    himself = Official.objects.serving(clock.today()).filter(user=actor)
    if subject == LeagueSubject.LEAD_OFFICIAL and himself.filter(pk=entrant).exists():
        return True
    own = Project.objects.editable_by(actor).values("pk")
    return _projects(publication, entrant).filter(id__in=own).exists()


def setters(publication: LeaguePublication, entrant: str, measure: str) -> set[int]:
    """The accounts that set a figure: who drew the tables up, who recorded and confirmed what was
    added, who reviewed the reports that are in it. Who published is the second pair of eyes, and
    may answer: an office of two could answer nothing else. Two queries at most.
    """
    found: set[int | None] = {publication.author_id}
    if not measure:
        entries = LeagueEntry.objects.filter(
            group=publication.group_id, entrant=entrant, month=publication.month
        )
        for pair in entries.values_list("author_id", "decided_by_id"):
            found.update(pair)
    if measure in REPORTED:
        reports = StatusReport.objects.filter(
            project__in=_projects(publication, entrant).values("id"),
            month__range=(_first_month(publication, measure), publication.month),
            state=ReportState.APPROVED,
        )
        found.update(reports.values_list("approved_by_id", flat=True))
    return {each for each in found if each is not None}


def _first_month(publication: LeaguePublication, measure: str) -> date:
    """The first month whose reports are in a figure of the month's table."""
    return publication.month.replace(month=1) if measure in OF_THE_YEAR else publication.month


def objections_end(publication: LeaguePublication) -> date:
    """The last day on which objections are heard."""
    if publication.published_on is None:
        raise ValueError(f"{publication} is not published")
    working = site_calendars().line(DurationUnit.WORKING)
    return working.moved(publication.published_on, publication.rules.objection_days)


def _projects(publication: LeaguePublication, entrant: str) -> QuerySet[Any]:
    scope = Scope(
        publication.group,
        publication.rules.as_version(),
        publication.month,
        LeagueSpan.MONTH,
        None,
    )
    return scope.by_entrant(scope.projects(), "id").filter(entrant=entrant)


def _require_heard(objection: LeagueObjection, today: date) -> None:
    publication = objection.publication
    if not publication.is_published:
        raise ValidationError("排名还没有发布，发布后才能提出异议。")
    line = frozen(publication, LeagueSpan.MONTH).line(objection.entrant)
    if line is None:
        raise ValidationError("它不在这张排名表里。")
    if objection.measure and objection.measure not in {each.measure for each in line.cells}:
        label = MEANINGS[Measure(objection.measure)].label
        raise ValidationError({"measure": f"这张排名表没有用“{label}”。"})
    last = objections_end(publication)
    if today > last:
        raise ValidationError(f"异议期到 {last:%Y-%m-%d} 为止，已经过了；数据有误请走更正。")


def _held(objection: LeagueObjection, seen: int) -> LeagueObjection:
    found = LeagueObjection.objects.select_for_update(of=("self",)).select_related(
        "publication__group"
    )
    held: LeagueObjection = found.get(pk=objection.pk)
    require_version(held, seen)
    if held.state != ObjectionState.OPEN:
        raise ValidationError(f"这条异议{held.get_state_display()}，不能再办。")
    return held


def _saved(objection: LeagueObjection, actor: User) -> LeagueObjection:
    objection.version += 1
    objection.full_clean()
    announce(objection.save_by(actor))
    return objection
