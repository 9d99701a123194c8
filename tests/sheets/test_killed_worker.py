"""A real worker is killed in the middle of an import: nothing half written, nothing twice."""

from pathlib import Path
from typing import Any

import pytest

from kuancheng.access.roles import REVIEWER
from kuancheng.jobs import runner
from kuancheng.jobs.choices import JobState
from kuancheng.jobs.models import Job
from kuancheng.sheets import importing, services
from kuancheng.sheets.choices import ImportState
from kuancheng.sheets.models import SheetImport
from projects.choices import Stage
from projects.models import Project
from tests import factories
from tests.jobs.clockwork import become_due, fall_silent
from tests.jobs.processes import kill, until, worker
from tests.sheets.books import counts, made, taken
from tests.sheets.held_worker import BATCH

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = BATCH + 3
"""Two batches, so that there is a middle."""

HEAD = ["项目编号", "项目名称", "计划总投资（万元）"]


@pytest.fixture(autouse=True)
def long(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.KUANCHENG_JOBS = str(tmp_path / "signs")
    monkeypatch.setattr(services, "AT_ONCE", 0)


@pytest.fixture
def record(db: None) -> SheetImport:
    """A long file, waiting to be checked."""
    office = factories.user(REVIEWER, full_name="复核员")
    Project.objects.bulk_create(
        Project(code=f"T-{n}", name="旧名", stage=Stage.CONSTRUCTION, total_investment=1)
        for n in range(ROWS)
    )
    return taken(
        "register", office, made("重点项目", HEAD, [[f"T-{n}", "新名", 1] for n in range(ROWS)])
    )


def killed(record: SheetImport, step: str, folder: Path) -> None:
    """Lets a worker come as far as that step, and kills it there."""
    reached = folder / "reached"
    reached.unlink(missing_ok=True)
    with worker("-m", "tests.sheets.held_worker", step, str(reached)) as process:
        until(reached.exists, f"“{step}”")
        kill(process)
    assert job_of(record).state == JobState.RUNNING
    fall_silent(job_of(record))


def job_of(record: SheetImport) -> Job:
    record.refresh_from_db()
    assert record.job is not None
    return record.job


def recovered(record: SheetImport) -> None:
    """A look at the page finds the dead worker, and the next worker takes the job up.

    As long as PostgreSQL has not let go of what the dead one had locked, the next look does.
    """
    until(lambda: taken_back(record), "the job's return")
    become_due(job_of(record))
    worked(record)


def taken_back(record: SheetImport) -> bool:
    """Whether a look at the page has put the job back among the waiting."""
    services.settle()
    return job_of(record).state == JobState.RETRYING


def worked(record: SheetImport) -> None:
    """Another worker runs the import's job, here."""
    job = runner.claim_next("next")
    assert job == job_of(record)
    runner.run(job)
    record.refresh_from_db()


def renamed() -> int:
    """How many projects have the new name; each of them once in its history."""
    found = Project.objects.filter(name="新名")
    assert Project.history.filter(name="新名").count() == found.count()
    return found.count()


def test_check_that_was_killed_is_done_again_from_the_beginning(
    record: SheetImport, tmp_path: Path
) -> None:
    killed(record, importing.CHECKING, tmp_path)
    assert record.state == ImportState.CHECKING
    assert record.rows.count() == BATCH, "the first batch was kept before the kill"
    recovered(record)
    assert (record.state, counts(record)) == (ImportState.READY, (0, ROWS, 0, 0))
    assert record.rows.count() == ROWS
    assert job_of(record).attempts == 2


@pytest.mark.parametrize("step", [importing.WRITING, importing.SETTLING])
def test_apply_that_was_killed_has_written_nothing_and_is_done_once(
    record: SheetImport, tmp_path: Path, step: str
) -> None:
    worked(record)
    services.apply(record=record)
    killed(record, step, tmp_path)
    assert (record.state, renamed()) == (ImportState.APPLYING, 0)
    recovered(record)
    assert (record.state, renamed()) == (ImportState.DONE, ROWS)


def test_apply_that_was_killed_after_its_last_word_is_not_done_again(
    record: SheetImport, tmp_path: Path
) -> None:
    worked(record)
    services.apply(record=record)
    killed(record, "after", tmp_path)
    assert (record.state, renamed()) == (ImportState.DONE, ROWS)
    recovered(record)
    assert (record.state, renamed()) == (ImportState.DONE, ROWS)
    assert job_of(record).return_value == importing.SETTLED
