"""停工与复工: the only way by which a project stands still and goes on again."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed, require
from kuancheng.audit import acts
from kuancheng.records.announcing import announce, together
from kuancheng.records.versions import require_version
from projects.models import Project, Stop
from projects.rules.standing import SUSPENDED
from projects.rules.stops import overlapped
from projects.services.rights import OVERSEE, require_own
from projects.services.stops.standing import follow_stops

FURTHEST = timedelta(days=31)
"""So far ahead a resumption may be granted. Our default."""

ADD, CHANGE = "projects.add_stop", "projects.change_stop"
CORRECTED = (
    "reason",
    "note",
    "stopped_on",
    "reported_on",
    "report_document",
    "recheck_on",
    "recheck_document",
    "resumed_on",
    "resume_document",
)
"""What a correction may change; a resumption is corrected, and never made, by it."""


@transaction.atomic
@acts.decision("登记停工", "stop")
def begin_stop(*, stop: Stop, seen: int, actor: User) -> Stop:
    """Registers that a project stands still; its standing becomes 停工.

    `seen` is the project's version that was shown: StaleRecord when it has moved on. NotAllowed for
    a project that is not the actor's. ValidationError for a project that is completed or withdrawn
    or stands still already, a day to come, and one that another stop covers.
    """
    project = _locked(stop.project_id)
    require_own(actor, ADD, [project.pk])
    if project.stops.filter(resumed_on__isnull=True).exists():
        raise ValidationError(f"{project} 已在停工，不用再登记；要改日期或原因请用“更正”。")
    require_version(project, seen)
    check_stoppable(project, stop)
    _not_to_come(stop, "reported_on", "recheck_on")
    stop.author, stop.resumed_on = actor, None
    _check(stop)
    _save(stop, project, actor)
    return stop


@transaction.atomic
@acts.decision("登记停工报告", "stop")
def report_stop(*, stop: Stop, reported_on: date, document: str, seen: int, actor: User) -> Stop:
    """Notes when the stop was reported to the authority that gave the construction permit."""
    held, project = _held(stop, seen, actor)
    held.reported_on, held.report_document = reported_on, document.strip()
    _not_to_come(held, "reported_on")
    _check(held)
    _save(held, project, actor)
    return held


@transaction.atomic
@acts.decision("申请复工", "stop")
def ask_resume(
    *,
    stop: Stop,
    note: str,
    recheck_on: date | None,
    recheck_document: str,
    seen: int,
    actor: User,
) -> Stop:
    """Asks the office to let work go on. ValidationError when it is asked, or the site resumed
    already, without a word on why it may, and after a year without a re-check of the permit."""
    held, project = _held(stop, seen, actor)
    _require_open(held)
    if held.is_asked:
        raise ValidationError("已经申请复工，请等项目中心办理。")
    if not note.strip():
        raise ValidationError({"resume_note": "请写明停工原因怎样消除，例如“资金到位、人员进场”。"})
    held.resume_note, held.return_note = note.strip(), ""
    held.recheck_on, held.recheck_document = recheck_on, recheck_document.strip()
    held.resume_asked_on, held.resume_asked_by = clock.today(), actor
    _not_to_come(held, "recheck_on")
    _require_recheck(held, clock.today())
    _check(held)
    _save(held, project, actor)
    return held


@transaction.atomic
@acts.decision("批准复工", "stop")
def approve_resume(*, stop: Stop, resumed_on: date, document: str, seen: int, actor: User) -> Stop:
    """Lets work go on from a day; the standing becomes 正常 on it.

    The office's alone, and never by who asked. ValidationError where nobody asked, for a day before
    the stop or more than a month ahead, and without the re-check that the law asks for.
    """
    held, project = _held(stop, seen, actor)
    _require_second(held, actor)
    held.resumed_on, held.resume_document = resumed_on, document.strip()
    held.approved_on, held.approved_by = clock.today(), actor
    if resumed_on > clock.today() + FURTHEST:
        raise ValidationError({"resumed_on": f"最远到 {clock.today() + FURTHEST}，请到时再办。"})
    _require_recheck(held, resumed_on)
    _check(held)
    _save(held, project, actor)
    return held


@transaction.atomic
@acts.decision("退回复工申请", "stop")
def return_resume(*, stop: Stop, note: str, seen: int, actor: User) -> Stop:
    """Sends a request back with the reason; the project stands still on."""
    held, project = _held(stop, seen, actor)
    _require_second(held, actor)
    if not note.strip():
        raise ValidationError({"return_note": "请写明退回的原因，例如“安全整改未验收”。"})
    held.return_note = note.strip()
    held.resume_asked_on = held.resume_asked_by = None
    held.full_clean()
    _save(held, project, actor)
    return held


@transaction.atomic
@acts.decision("更正停工", "stop")
def correct_stop(*, stop: Stop, reason: str, seen: int, actor: User) -> Stop:
    """Puts right what was registered; `reason` is kept in its history.

    Whose project it is may do so until resumption is asked for, the office always. A resumption
    that was granted may move, and cannot be taken away or made by it.
    """
    held, project = _held(stop, seen, actor)
    if (held.is_asked or not held.is_open) and not actor.has_perm(OVERSEE):
        raise NotAllowed("已申请或已同意复工的停工只能由项目中心更正，请联系项目中心。")
    if not reason.strip():
        raise ValidationError("请写明更正的原因，例如“日期录错”。")
    if held.is_open != stop.is_open:
        said = "复工要经申请和同意，不能在更正里填写。" if held.is_open else "复工日期不能清空。"
        raise ValidationError({"resumed_on": said})
    for name in CORRECTED:
        setattr(held, name, getattr(stop, name))
    _not_to_come(held, "reported_on", "recheck_on")
    if held.resumed_on is not None:
        _require_recheck(held, held.resumed_on)
    _check(held)
    held._change_reason = f"更正：{reason.strip()}"
    _save(held, project, actor)
    return held


@transaction.atomic
@acts.decision("撤销停工", "stop")
def strike_stop(*, stop: Stop, reason: str, seen: int, actor: User) -> Stop:
    """Takes back what was registered though nothing stood still; its history stays.

    The office's alone, of a stop that goes on, and never by who registered it: what the stop
    excused would count again by one person's word. `reason` is kept in the history.
    """
    held, project = _held(stop, seen, actor)
    require(actor, OVERSEE)
    _require_open(held)
    if held.author_id == actor.pk and not actor.is_system:
        raise NotAllowed("停工是您登记的，请由项目中心的另一位同事撤销登记。")
    if not reason.strip():
        raise ValidationError({"why": "请写明撤销的原因，例如“登记到了别的项目”。"})
    held._change_reason = f"撤销登记：{reason.strip()}"
    with together():
        announce(held.delete_by(actor))
        announce(*follow_stops(project, clock.today(), actor, on_record=True))
    return held


def keep_standings(*, day: date, actor: User) -> int:
    """Ends 停工 on the day on which work goes on, and mends what does not agree; how many.

    A resumption may be granted for a later day: nobody does anything on the day itself.
    """
    standing = Q(project__standing=SUSPENDED) & Q(resumed_on__lte=day)
    covering = Q(project__standing="normal") & Q(stopped_on__lte=day)
    open_ = Q(resumed_on__isnull=True) | Q(resumed_on__gt=day)
    found = Stop.objects.filter(standing | (covering & open_))
    moved = 0
    for pk in found.order_by("project").values_list("project", flat=True).distinct():
        with transaction.atomic():
            changes = follow_stops(_locked(pk), day, actor)
            announce(*changes)
            moved += len(changes)
    return moved


def _locked(pk: int) -> Project:
    found: Project = Project.objects.select_for_update().get(pk=pk)
    return found


def _held(stop: Stop, seen: int, actor: User) -> tuple[Stop, Project]:
    """The stop and its project as they are now, locked, for whoever may change them."""
    project = _locked(stop.project_id)
    require_own(actor, CHANGE, [project.pk])
    held: Stop = Stop.objects.select_for_update().get(pk=stop.pk)
    held.project = project
    require_version(held, seen)
    return held, project


def _save(stop: Stop, project: Project, actor: User) -> None:
    if stop.pk is not None:
        stop.version += 1
    with together():
        announce(stop.save_by(actor))
        announce(*follow_stops(project, clock.today(), actor))


def _check(stop: Stop) -> None:
    """The fields, the day, and that no other stop of the project shares a day with it."""
    stop.full_clean()
    _not_to_come(stop, "stopped_on")
    others = Stop.objects.filter(project=stop.project_id).exclude(pk=stop.pk)
    other = overlapped((each.as_fact for each in others), stop.as_fact)
    if other is None:
        return
    until = f"到 {other.resumed_on} 复工" if other.resumed_on else "至今"
    remedy = "请改日期，或更正那一次。"
    raise ValidationError(
        {"stopped_on": f"与 {other.stopped_on} 起{until}的停工重叠或相连，{remedy}"}
    )


def check_stoppable(project: Project, stop: Stop) -> None:
    """ValidationError when a project is withdrawn, or completed by the first day of the stop."""
    if project.standing == "withdrawn":
        raise ValidationError(f"{project} 已退出，不用登记停工。")
    done = project.actual_completion
    if done is not None and (stop.stopped_on is None or stop.stopped_on >= done):
        raise ValidationError(f"{project} 已于 {done} 竣工，不能登记停工。")


def _not_to_come(stop: Stop, *names: str) -> None:
    today = clock.today()
    for name in names:
        day: date | None = getattr(stop, name)
        if day is not None and day > today:
            raise ValidationError({name: f"不能晚于今天（{today}）。"})


def _require_open(stop: Stop) -> None:
    if not stop.is_open:
        raise ValidationError(f"这次停工已于 {stop.resumed_on} 复工，不用再办。")


def _require_second(stop: Stop, actor: User) -> None:
    """Somebody asked, and it is the office that answers, by somebody else."""
    require(actor, OVERSEE)
    _require_open(stop)
    if not stop.is_asked:
        raise ValidationError("还没有人申请复工，请先由责任单位申请。")
    if stop.resume_asked_by_id == actor.pk:
        raise NotAllowed("复工是您申请的，请由项目中心的另一位同事同意。")


def _require_recheck(stop: Stop, day: date) -> None:
    fact = stop.as_fact
    if fact.needs_recheck(day) and fact.rechecked_on is None:
        raise ValidationError(
            {
                "recheck_on": f"停工自 {fact.stopped_on} 起已满一年，须先报发证机关核验施工许可证，"
                "请填写核验日期和文号。"
            }
        )
