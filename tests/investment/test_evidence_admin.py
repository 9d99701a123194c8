"""A report's evidence in the admin: what the form and the page of its own let whom do."""

import pytest
from django.test import Client

from investment.choices import ReportState
from investment.models import ReportEvidence, StatusReport
from investment.services.evidence import attach_evidence
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.choices import Role
from tests import factories
from tests.forms import form_values
from tests.projects import uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return factories.user(REPORTER)


@pytest.fixture
def report(clerk: User) -> StatusReport:
    project = factories.project()
    person = factories.official(user=clerk)
    factories.assignment(project=project, official=person, role=Role.LIAISON_OFFICER)
    return factories.status_report(project=project, completed=1)


@pytest.fixture
def kept(report: StatusReport) -> ReportEvidence:
    [made] = attach_evidence(
        report=report, files=[uploads.photo()], actor=factories.system(), caption="东侧"
    )
    return made


def page_of(report: StatusReport) -> str:
    return f"/admin/investment/statusreport/{report.pk}/evidence/"


def form_of(report: StatusReport) -> str:
    return f"/admin/investment/statusreport/{report.pk}/change/"


def test_form_changes_captions_and_removes_what_is_ticked(
    client: Client, clerk: User, report: StatusReport, kept: ReportEvidence
) -> None:
    client.force_login(clerk)
    posted = form_values(client.get(form_of(report)))
    assert posted[f"evidence_caption_{kept.pk}"] == "东侧"
    captioned = posted | {f"evidence_caption_{kept.pk}": "西侧", "_save": ""}
    assert client.post(form_of(report), captioned).status_code == 302
    kept.refresh_from_db()
    assert kept.caption == "西侧"
    posted = form_values(client.get(form_of(report)))
    client.post(form_of(report), posted | {"evidence_remove": str(kept.pk), "_save": ""})
    assert not report.evidence.exists()


def test_refused_form_names_the_files_that_must_be_chosen_again(
    client: Client, clerk: User, report: StatusReport, kept: ReportEvidence
) -> None:
    client.force_login(clerk)
    posted = form_values(client.get(form_of(report)))
    ticked = {"evidence_remove": str(kept.pk), "evidence": [uploads.photo("新.jpg", 99)]}
    page = client.post(form_of(report), posted | ticked | {"completed": "-1", "_save": ""})
    text = page.content.decode()
    assert "1 个文件没有保存（新.jpg）" in text
    assert "请重新选择照片" in text
    assert form_values(page)["evidence_remove"] == str(kept.pk)
    assert [each.pk for each in report.evidence.all()] == [kept.pk]


@pytest.mark.parametrize(
    ("state", "clerk_may", "office_may"),
    [
        (ReportState.RETURNED, True, True),
        (ReportState.SUBMITTED, False, False),
        (ReportState.APPROVED, False, True),
    ],
)
def test_page_takes_files_as_the_state_allows(
    client: Client, clerk: User, report: StatusReport, state: str, clerk_may: bool, office_may: bool
) -> None:
    StatusReport.objects.filter(pk=report.pk).update(state=state)
    users = ((clerk, clerk_may, 10), (factories.user(REVIEWER), office_may, 200))
    for user, may, shade in users:
        client.force_login(user)
        posted = {"evidence": [uploads.photo("补.jpg", shade)]}
        assert client.post(page_of(report), posted).status_code == (302 if may else 403)
        assert ("补充佐证" in client.get(form_of(report)).content.decode()) is (
            may and state == ReportState.APPROVED
        )
        assert client.get(page_of(report)).status_code == 200


def test_office_adds_to_an_approved_report_but_removes_nothing(
    client: Client, report: StatusReport, kept: ReportEvidence
) -> None:
    StatusReport.objects.filter(pk=report.pk).update(state=ReportState.APPROVED)
    client.force_login(factories.user(REVIEWER))
    assert "evidence_remove" not in client.get(page_of(report)).content.decode()
    page = client.post(page_of(report), {"evidence_remove": str(kept.pk)})
    assert "佐证不能删除" in page.content.decode()
    assert report.evidence.exists()


def test_clerk_adds_nothing_to_the_report_of_others(client: Client, clerk: User) -> None:
    foreign = factories.status_report(project=factories.project())
    client.force_login(clerk)
    assert client.post(page_of(foreign), {"evidence": [uploads.photo()]}).status_code == 403
    assert not foreign.evidence.exists()


def test_page_of_a_report_that_is_not_there(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    assert client.get("/admin/investment/statusreport/987654321/evidence/").status_code == 404
