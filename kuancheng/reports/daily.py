"""日监测: writes each project's row of the day, and keeps today's true as facts change."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from kuancheng import clock
from kuancheng.reports.choices import Basis
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.progress import ProgressRow, progress_rows, reason_json
from kuancheng.reports.rules.lights import SEVERITY
from projects.models import Project

BATCH = 500
"""Projects computed at a time, so that memory does not grow with the portfolio."""

RECALLED_DAYS = 60
"""Past days kept recalled; the earliest make room."""

COLUMNS = tuple(
    field.attname
    for field in DailyStatus._meta.concrete_fields
    if field.name not in {"id", "project", "date", "basis"}
)


def refresh(project_ids: Iterable[int]) -> None:
    """Recomputes today's rows of projects whose facts changed, inside the caller's transaction.

    The projects are locked first: of two people who change one project at a time, the second
    waits, and then computes from both changes. Past days recalled for them are forgotten.
    """
    today = clock.today()
    ids = sorted(set(project_ids))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        _lock(batch)
        _write(progress_rows(batch, today), Basis.DAILY, keep_existing=False)
        DailyStatus.objects.filter(basis=Basis.RECALLED, project__in=batch).delete()


def refresh_all() -> int:
    """The same for the whole portfolio, after the rules changed. Returns how many projects."""
    ids = list(Project.objects.values_list("pk", flat=True))
    with transaction.atomic():
        refresh(ids)
    return len(ids)


def ensure(day: date, *, today: date) -> int:
    """Writes the rows of a day that are missing; returns how many. One query when none are.

    Today's rows are kept for good; a past day's are recalled from the facts known now, apart
    from what was kept on that day. ValueError for a day after `today`: nothing is true yet.
    """
    if day > today:
        raise ValueError(f"{day} is after {today}")
    basis = Basis.DAILY if day == today else Basis.RECALLED
    missing = _missing(day, basis)
    written = 0
    while ids := list(missing.values_list("pk", flat=True)[:BATCH]):
        if not written and basis == Basis.RECALLED:
            _make_room(day)
        with transaction.atomic():
            _lock(ids)
            _write(progress_rows(ids, day), basis, keep_existing=True)
        written += len(ids)
    return written


def _missing(day: date, basis: Basis) -> QuerySet[Project]:
    kept = DailyStatus.objects.filter(basis=basis, date=day, project=OuterRef("pk"))
    return Project.objects.filter(~Exists(kept)).order_by("pk")


def _make_room(day: date) -> None:
    recalled = DailyStatus.objects.filter(basis=Basis.RECALLED)
    days = recalled.exclude(date=day).order_by("-date").values_list("date", flat=True).distinct()
    crowd = list(days[RECALLED_DAYS - 1 :])
    if crowd:
        recalled.filter(date__in=crowd).delete()


def _lock(ids: list[int]) -> None:
    list(Project.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def _write(rows: Iterable[ProgressRow], basis: Basis, *, keep_existing: bool) -> None:
    statuses = [daily_status(row, basis) for row in rows]
    if keep_existing:
        DailyStatus.objects.bulk_create(statuses, ignore_conflicts=True)
        return
    DailyStatus.objects.bulk_create(
        statuses,
        update_conflicts=True,
        unique_fields=["basis", "date", "project"],
        update_fields=COLUMNS,
    )


def daily_status(row: ProgressRow, basis: Basis) -> DailyStatus:
    """The row as it is kept."""
    columns = dict(vars(row))
    columns["date"] = columns.pop("as_of")
    columns["reasons"] = [reason_json(reason) for reason in row.reasons]
    columns["severity"] = SEVERITY[row.light]
    return DailyStatus(basis=basis, **columns)
