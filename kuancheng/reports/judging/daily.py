"""日监测: writes each project's row of the day, and keeps today's true as facts change."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.records import forward
from kuancheng.records.announcing import Announcement
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging.progress import ProgressRow, progress_rows
from kuancheng.reports.judging.reasons import fired_rules, reason_json
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.rules.lights import SEVERITY
from projects.models import Project
from projects.services.stops.steps import keep_standings
from projects.services.year_classes import settle_classes

BATCH = 500
"""Projects computed at a time, so that memory does not grow with the portfolio."""

RECALLED_DAYS = 60
"""Past days kept recalled, and as many as known; the earliest make room."""

OnProgress = Callable[[int], None]

COLUMNS = tuple(
    field.attname
    for field in DailyStatus._meta.concrete_fields
    if field.name not in {"id", "project", "date", "basis", "known_on"}
)


def heed(changes: Sequence[Announcement]) -> None:
    """Keeps today's rows true to what services announce."""
    touched = frozenset[int]().union(*(each.projects for each in changes))
    if touched:
        refresh(touched)


def refresh(project_ids: Iterable[int]) -> None:
    """Recomputes today's rows of projects whose facts changed, inside the caller's transaction.

    The projects are locked first: of two people who change one project at a time, the second
    waits, and then computes from both changes. Past days recalled for them are forgotten.
    ClockBehind where a later day is kept already.
    """
    forward.require_forward()
    today = clock.today()
    ids = sorted(set(project_ids))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        _lock(batch)
        _write(progress_rows(batch, today), Basis.DAILY, today, keep_existing=False)
        DailyStatus.objects.filter(basis=Basis.RECALLED, project__in=batch).delete()


def refresh_all() -> int:
    """The same for the whole portfolio, after the rules changed. Returns how many projects."""
    ids = list(Project.objects.values_list("pk", flat=True))
    with transaction.atomic():
        refresh(ids)
    return len(ids)


def ensure(day: date, *, today: date, known_on: date | None = None) -> int:
    """Writes the rows of a day that are missing; returns how many. One query when none are.

    Today's rows are kept for good; a past day's are recalled from the facts known now, apart
    from what was kept on that day. With `known_on` they hold what was on record at the end of
    that day. ValueError for a day after `today`: nothing is true yet.
    """
    basis = basis_of(day, today, known_on)
    return _fill(day, basis, known_on)


def keep(day: date, *, today: date, on_progress: OnProgress = lambda done: None) -> int:
    """Writes the rows of a day that nobody kept on the day itself; returns how many.

    For a past day they are made from what was on record at its end, so a day on which nothing
    ran leaves no hole in the history of the lights. `on_progress` hears how many are done.
    """
    if day > today:
        raise ValueError(f"{day} is after {today}")
    return _fill(day, Basis.DAILY, None if day == today else day, on_progress)


def basis_of(day: date, today: date, known_on: date | None) -> Basis:
    """Which rows answer for a day. ValueError when the day, or what was known, is yet to come."""
    latest = max(day, known_on or day)
    if latest > today:
        raise ValueError(f"{latest} is after {today}")
    if known_on is not None:
        return Basis.KNOWN
    return Basis.DAILY if day == today else Basis.RECALLED


def reconcile(*, today: date, on_progress: OnProgress = lambda done: None) -> int:
    """Judges today's whole portfolio anew, a batch at a time; returns how many rows were wrong.

    None should be: services keep their rows true. A row that is was changed by something else.
    """
    last, done, wrong = 0, 0, 0
    projects = Project.objects.order_by("pk")
    while ids := list(projects.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        kept = DailyStatus.objects.filter(basis=Basis.DAILY, date=today, project__in=ids)
        with transaction.atomic():
            _lock(ids)
            before = dict(_told_apart(kept))
            _write(progress_rows(ids, today), Basis.DAILY, today, keep_existing=False)
            after = dict(_told_apart(kept.all()))
        wrong += sum(before.get(project) != row for project, row in after.items())
        last, done = ids[-1], done + len(ids)
        on_progress(done)
    return wrong


def _told_apart(rows: QuerySet[DailyStatus]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Each project's row by its columns, but for the moment of its making."""
    columns = [name for name in COLUMNS if name != "computed_at"]
    for project, *row in rows.values_list("project_id", *columns):
        yield project, tuple(row)


def _fill(
    day: date, basis: Basis, known_on: date | None, on_progress: OnProgress = lambda done: None
) -> int:
    kept_as = known_on if basis == Basis.KNOWN and known_on else day
    missing, last, written = _missing(day, basis, kept_as), 0, 0
    while ids := list(missing.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        if basis == Basis.DAILY:
            forward.require_forward()
        if not last and basis != Basis.DAILY:
            _make_room(day, basis)
        if not last and day == clock.today() and known_on is None:
            _begin_day(day)
        with transaction.atomic():
            _lock(ids)
            rows = progress_rows(ids, day, known_on=known_on)
            _write(rows, basis, kept_as, keep_existing=True)
        last, written = ids[-1], written + len(rows)
        on_progress(written)
    return written


def _begin_day(day: date) -> None:
    """What takes effect on the day itself, without anybody doing anything on it."""
    system = User.objects.system()
    keep_standings(day=day, actor=system)
    settle_classes(actor=system)


def _missing(day: date, basis: Basis, known_on: date) -> QuerySet[Project]:
    kept = DailyStatus.objects.filter(
        basis=basis, date=day, known_on=known_on, project=OuterRef("pk")
    )
    return Project.objects.filter(~Exists(kept)).order_by("pk")


def _make_room(day: date, basis: Basis) -> None:
    recalled = DailyStatus.objects.filter(basis=basis)
    days = recalled.exclude(date=day).order_by("-date").values_list("date", flat=True).distinct()
    crowd = list(days[RECALLED_DAYS - 1 :])
    if crowd:
        recalled.filter(date__in=crowd).delete()


def _lock(ids: list[int]) -> None:
    list(Project.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _write(
    rows: Iterable[ProgressRow], basis: Basis, known_on: date, *, keep_existing: bool
) -> None:
    statuses = [daily_status(row, basis, known_on) for row in rows]
    if keep_existing:
        DailyStatus.objects.bulk_create(statuses, ignore_conflicts=True)
        return
    DailyStatus.objects.bulk_create(
        statuses,
        update_conflicts=True,
        unique_fields=["basis", "date", "known_on", "project"],
        update_fields=COLUMNS,
    )


def newest_kept(before: date | None) -> date | None:
    """The latest day that has rows of its own, before a day where one is given. One query."""
    kept = DailyStatus.objects.filter(basis=Basis.DAILY).order_by("-date")
    kept = kept.filter(date__lt=before) if before else kept
    return kept.values_list("date", flat=True).first()


def daily_status(row: ProgressRow, basis: Basis, known_on: date) -> DailyStatus:
    """The row as it is kept."""
    columns = vars(row) | vars(row.money)
    del columns["money"]
    columns["date"] = columns.pop("as_of")
    columns["reasons"] = [reason_json(reason) for reason in row.reasons]
    columns["fired_rules"] = fired_rules(row.reasons)
    columns["severity"] = SEVERITY[row.light]
    return DailyStatus(basis=basis, known_on=known_on, **columns)
