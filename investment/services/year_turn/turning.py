"""年度结转: projects roll into next year's list with class, plan and opening figure, as one step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from investment.choices import TurnState
from investment.models import AnnualPlan, OpeningFigure, YearTurn, YearTurnLine
from investment.rules.turn import first_day, last_day_before, why_not_now
from investment.services.plans import save_plan
from investment.services.year_turn.terms import check_lines, check_list
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce, together
from kuancheng.records.versions import require_version, revisions
from projects.choices import JoinReason, Measure
from projects.models import Listing, Programme, Project, Target, YearClassing
from projects.rules.year_classes import class_in
from projects.services import save_parts, save_reference
from projects.services.lists.listings import join_many
from projects.services.lists.stays import locked
from projects.services.rights import require_approved
from projects.services.year_classes import Classed, classings_of, put_class, write_classes

TURN = "investment.add_yearturn"
UNDO = "investment.change_yearturn"

MOST_AT_ONCE = 500
"""Projects of one turn; more are turned in parts, by agency."""


@dataclass(frozen=True)
class Roll:
    """A project that is to roll, as typed; `seen` is its version that was shown, None for any.

    `plan` and `opening` are 万元, None where nothing was typed: none yet, not zero.
    """

    project: int
    seen: int | None
    year_class: str
    plan: Decimal | None = None
    opening: Decimal | None = None


@dataclass(frozen=True)
class NewList:
    """What next year's list is called; one that exists is taken by its code."""

    code: str
    name: str


@transaction.atomic
@acts.decision("办理年度结转")
def turn_year(
    *,
    year: int,
    source: Programme,
    new_list: NewList,
    rolls: Sequence[Roll],
    actor: User,
    document: str = "",
    approved: bool = False,
) -> YearTurn:
    """Rolls projects of `source` into the list of `year`: all of them, or none.

    The list is made where it does not exist; each project joins it from 1 January, gets its class
    of the year, and the plan and the opening figure that were typed. From December on it may be
    done for the year to come: nothing of it shows on days before 1 January. NotAllowed, as when no
    second person has `approved` it (`proposing`);
    ValidationError by field (`year`, `to_code`, `to_name`); LinesRefused for projects, as for one that
    has moved since its version was shown, or is on the new list already.
    """
    require(actor, TURN)
    require_approved(actor, approved=approved)
    made, lines = drafted(
        year=year, source=source, new_list=new_list, rolls=rolls, document=document, author=actor
    )
    with together():
        _apply(made, lines, {each.project: each.seen for each in rolls}, actor)
        change = made.save_by(actor)
        for each in lines:
            each.turn = made
        YearTurnLine.objects.bulk_create(lines)
        announce(change)
    return made


def drafted(
    *,
    year: int,
    source: Programme,
    new_list: NewList,
    rolls: Sequence[Roll],
    document: str,
    author: User,
) -> tuple[YearTurn, list[YearTurnLine]]:
    """A turn and its lines as they were typed, not saved. ValidationError by field."""
    said = why_not_now(year, clock.today())
    if said:
        raise ValidationError({"year": said})
    made = YearTurn(
        year=year,
        from_programme=source,
        to_code=new_list.code,
        to_name=new_list.name,
        document=document.strip(),
        author=author,
        at=clock.now(),
    )
    made.full_clean()
    lines = [
        YearTurnLine(
            turn=made,
            project_id=each.project,
            year_class=each.year_class,
            plan_amount=each.plan,
            opening_amount=each.opening,
        )
        for each in rolls
    ]
    return made, lines


@transaction.atomic
@acts.decision("重新办理年度结转", "turn")
def turn_again(*, turn: YearTurn, seen: int, actor: User, approved: bool = False) -> YearTurn:
    """Does an undone turn once more, with what was typed then.

    StaleRecord when it has moved on since it was shown; refused as a first turn is; NotAllowed.
    """
    require(actor, TURN)
    require_approved(actor, approved=approved)
    held, lines = locked_turn(turn, seen)
    if held.stands:
        raise ValidationError("这次结转正在生效，不用再办；要改请先撤销。")
    said = why_not_now(held.year, clock.today())
    if said:
        raise ValidationError(said)
    with together():
        _apply(held, lines, {}, actor)
        held.state, held.undone_at, held.undo_reason = TurnState.DONE, None, ""
        held.author, held.at = actor, clock.now()
        held.version += 1
        YearTurnLine.objects.bulk_update(lines, WRITTEN)
        announce(held.save_by(actor))
    return held


WRITTEN = (
    "listing",
    "listing_revision",
    "classing",
    "classing_revision",
    "class_before",
    "plan",
    "plan_revision",
    "opening",
    "opening_revision",
)
"""What of a line says what the turn wrote."""


def locked_turn(turn: YearTurn, seen: int) -> tuple[YearTurn, list[YearTurnLine]]:
    """The turn and its lines, lists and projects under lock. StaleRecord when it has moved on."""
    held: YearTurn = YearTurn.objects.select_for_update(of=("self",)).get(pk=turn.pk)
    require_version(held, seen)
    lines = list(
        held.lines.select_related("project", "listing", "classing", "plan", "opening").order_by(
            "project__code"
        )
    )
    locked([held.from_programme_id, held.to_programme_id or 0])
    projects = lock_projects(each.project_id for each in lines)
    for each in lines:
        each.project = projects[each.project_id]
    return held, lines


def lock_projects(ids: Iterable[int]) -> dict[int, Project]:
    """The projects, locked in the order of their ids: the second of two waits."""
    rows = Project.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")
    return {each.pk: each for each in rows}


def _apply(
    made: YearTurn, lines: Sequence[YearTurnLine], seen: Mapping[int, int | None], actor: User
) -> None:
    """Checks everything, then writes everything but the turn and its lines themselves."""
    found, projects = check_turn(made, lines, seen)
    kept = found is not None and found.pk == made.to_programme_id
    made.made_programme = found is None or (kept and made.made_programme)
    target = found or _make_list(made, actor)
    made.to_programme, made.to_name = target, target.name
    _write(made, target, lines, projects, actor)


def check_turn(
    made: YearTurn, lines: Sequence[YearTurnLine], seen: Mapping[int, int | None]
) -> tuple[Programme | None, dict[int, Project]]:
    """The new list, None where it is to be made, and the projects, all locked.

    ValidationError for what cannot be turned so.
    """
    if not lines:
        raise ValidationError("请至少勾选一个要转入的项目。")
    if len(lines) > MOST_AT_ONCE:
        raise ValidationError(
            f"一次最多转入 {MOST_AT_ONCE} 个，现在选了 {len(lines)} 个，请按责任单位分批办理。"
        )
    found = Programme.objects.filter(code=made.to_code).first()
    locked([made.from_programme_id, found.pk if found else 0])
    projects = lock_projects(each.project_id for each in lines)
    check_list(made, found)
    check_lines(made, lines, projects, seen, found)
    return found, projects


def _make_list(made: YearTurn, actor: User) -> Programme:
    """Next year's list, with the figures of the old one that are counted, without what they were to be.

    What next year is held to nobody has said yet: the count and the sum are followed, the target is empty.
    """
    made_list = Programme(code=made.to_code, name=made.to_name, year=made.year)
    save_reference(record=made_list, actor=actor)
    counted = made.from_programme.targets.exclude(measure=Measure.READING).order_by("order", "pk")
    for number, each in enumerate(counted, 1):
        target = Target(
            programme=made_list,
            name=each.name,
            measure=each.measure,
            unit=each.unit,
            order=each.order,
            note="年度结转时建立，目标值待定。",
        )
        save_reference(record=target, actor=actor)
        made.made_targets = number
    return made_list


def _write(
    made: YearTurn,
    target: Programme,
    lines: Sequence[YearTurnLine],
    projects: Mapping[int, Project],
    actor: User,
) -> None:
    ours = [projects[each.project_id] for each in lines]
    listings = join_many(
        programme=target,
        projects=ours,
        since=first_day(made.year),
        reason=JoinReason.CARRIED,
        document=made.document,
        actor=actor,
        approved=True,
    )
    _write_classes(made, lines, projects, actor)
    for line, listing in zip(lines, listings, strict=True):
        project = projects[line.project_id]
        line.listing = listing
        line.plan = _plan(made, line, project, actor)
        line.opening = _opening(made, line, project, actor)
    note_revisions(lines)


def _write_classes(
    made: YearTurn, lines: Sequence[YearTurnLine], projects: Mapping[int, Project], actor: User
) -> None:
    """The year's class of each; the column too once the year has begun."""
    known = classings_of(projects)
    wanted = [
        Classed(project, line.year_class, _counting(project, made.year - 1, known))
        for line in lines
        for project in [projects[line.project_id]]
    ]
    rows, changes = write_classes(wanted, made.year, actor, why=f"{made.year} 年度结转")
    for line in lines:
        before = known.get(line.project_id, {}).get(made.year)
        line.class_before = before.year_class if before else None
        # `known` and `rows` hold records of their own: what was read before is as it was.
        line.classing = rows[line.project_id] if line.class_before != line.year_class else None
    announce(*changes)
    if clock.today().year == made.year:
        for line in lines:
            project = projects[line.project_id]
            if project.year_class != line.year_class:
                announce(put_class(project, line.year_class, actor, f"{made.year} 年度结转"))


def _counting(project: Project, year: int, known: Mapping[int, Mapping[int, YearClassing]]) -> str:
    """The class that counts in a year."""
    by_year = {each.year: each.year_class for each in known.get(project.pk, {}).values()}
    return class_in(year, by_year, project.year_class).code


def _plan(made: YearTurn, line: YearTurnLine, project: Project, actor: User) -> AnnualPlan | None:
    if line.plan_amount is None:
        return None
    plan = AnnualPlan(project=project, year=made.year, amount=line.plan_amount)
    return save_plan(plan=plan, today=clock.today(), actor=actor)


def _opening(
    made: YearTurn, line: YearTurnLine, project: Project, actor: User
) -> OpeningFigure | None:
    if line.opening_amount is None:
        return None
    figure = OpeningFigure(
        project=project,
        month=last_day_before(made.year).replace(day=1),
        completed=line.opening_amount,
        note=f"{made.year} 年度结转核定{f'，{made.document}' if made.document else ''}",
    )
    save_parts(project=project, saved=[figure], actor=actor)
    return figure


RECORDS: tuple[tuple[str, type[Listing | YearClassing | AnnualPlan | OpeningFigure]], ...] = (
    ("listing", Listing),
    ("classing", YearClassing),
    ("plan", AnnualPlan),
    ("opening", OpeningFigure),
)
"""What a line points to, by the name of its column."""


def note_revisions(lines: Sequence[YearTurnLine]) -> None:
    """Writes down how the records stand now, so that what is done to them later is known.

    Four queries.
    """
    for name, model in RECORDS:
        for line in lines:
            record = getattr(line, name)
            # Saved after it was set: Django took the key when there was none yet.
            setattr(line, f"{name}_id", record.pk if record else None)
        known = revisions(model, (getattr(line, f"{name}_id") for line in lines))
        for line in lines:
            key = getattr(line, f"{name}_id")
            setattr(line, f"{name}_revision", known.get(key or 0, 0))
