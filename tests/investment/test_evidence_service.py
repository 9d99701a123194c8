"""Evidence of reports: who may add and remove depends on the report's state."""

import pytest

from investment.choices import ReportState
from investment.models import ReportEvidence, StatusReport
from investment.services import WrongState, delete_report
from investment.services.evidence import attach_evidence, caption_evidence, remove_evidence
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.models import Official
from tests import factories
from tests.projects import uploads

pytestmark = pytest.mark.django_db

OPEN = (ReportState.DRAFT, ReportState.RETURNED)


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER)


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


def report_in(state: str, clerk: User | None = None) -> StatusReport:
    """On a project of that clerk's."""
    project = factories.project()
    if clerk:
        official = Official.objects.filter(user=clerk).first() or factories.official(user=clerk)
        factories.assignment(project=project, official=official)
    return factories.status_report(project=project, completed=1, state=state)


def with_evidence(state: str) -> ReportEvidence:
    """Attached while the report was open."""
    report = report_in(ReportState.DRAFT)
    [kept] = attach_evidence(report=report, files=[uploads.photo()], actor=factories.system())
    StatusReport.objects.filter(pk=report.pk).update(state=state)
    kept.refresh_from_db()
    return kept


@pytest.mark.parametrize(
    ("state", "clerk_may", "office_may"),
    [
        (ReportState.DRAFT, True, True),
        (ReportState.RETURNED, True, True),
        (ReportState.SUBMITTED, False, False),
        (ReportState.APPROVED, False, True),
    ],
)
def test_adding_depends_on_state_and_office(
    state: str, clerk_may: bool, office_may: bool, clerk: User, office: User
) -> None:
    for actor, may in ((clerk, clerk_may), (office, office_may)):
        report = report_in(state, clerk)
        if may:
            [kept] = attach_evidence(report=report, files=[uploads.photo()], actor=actor)
            assert (kept.project, kept.uploaded_by) == (report.project, actor)
        else:
            with pytest.raises(WrongState, match="不能再上传佐证"):
                attach_evidence(report=report, files=[uploads.photo()], actor=actor)
            assert not report.evidence.exists()


@pytest.mark.parametrize("state", ReportState.values)
def test_nobody_removes_or_renames_once_it_was_submitted(state: str, office: User) -> None:
    kept = with_evidence(state)
    if state in OPEN:
        caption_evidence(evidence=kept, caption="东侧", actor=office)
        remove_evidence(evidence=kept, actor=office)
        assert not ReportEvidence.objects.exists()
        assert ReportEvidence.history.get(history_type="-").history_user == office
        return
    with pytest.raises(WrongState, match="佐证不能删除"):
        remove_evidence(evidence=kept, actor=office)
    with pytest.raises(WrongState, match="佐证不能修改"):
        caption_evidence(evidence=kept, caption="东侧", actor=office)
    assert ReportEvidence.objects.get().caption == ""


def test_evidence_goes_with_a_deleted_report_on_record(office: User) -> None:
    kept = with_evidence(ReportState.DRAFT)
    delete_report(report=kept.report, actor=office)
    assert ReportEvidence.history.get(history_type="-").history_user == office
