"""A report's evidence in the admin: what the form and the page of its own let whom do."""

import pytest
from django.test import Client

from investment.choices import ReportState
from investment.models import ReportEvidence, StatusReport
from investment.services.evidence import attach_evidence
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.choices import Role
from projects.models import PendingUpload
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


def test_refused_form_keeps_the_files_for_the_next_save(
    client: Client, clerk: User, report: StatusReport, kept: ReportEvidence
) -> None:
    client.force_login(clerk)
    posted = form_values(client.get(form_of(report)))
    ticked = {"evidence_remove": str(kept.pk), "evidence": [uploads.photo("新.jpg", 99)]}
    page = client.post(form_of(report), posted | ticked | {"completed": "-1", "_save": ""})
    text = page.content.decode()
    assert "暂存的文件 1 个" in text
    assert "新.jpg" in text
    assert "data:image/jpeg;base64," in text
    again = form_values(page)
    assert again["evidence_remove"] == str(kept.pk)
    assert [each.pk for each in report.evidence.all()] == [kept.pk]
    answer = client.post(form_of(report), again | {"completed": "2", "_save": ""})
    assert answer.status_code == 302
    [taken] = report.evidence.all()
    assert (taken.name, taken.uploaded_by) == ("新.jpg", clerk)
    assert not PendingUpload.objects.exists()


def test_what_waits_is_left_behind_when_it_is_not_wanted(
    client: Client, clerk: User, report: StatusReport
) -> None:
    client.force_login(clerk)
    posted = form_values(client.get(form_of(report)))
    chosen = {"evidence": [uploads.photo("一.jpg", 9), uploads.photo("二.jpg", 99)]}
    page = client.post(form_of(report), posted | chosen | {"completed": "-1", "_save": ""})
    again = form_values(page)
    offered = list(again["evidence_pending"])
    second = offered[1]
    wanted = {"evidence_offered": offered, "evidence_pending": second, "_save": ""}
    still = client.post(form_of(report), again | wanted)
    assert form_values(still)["evidence_pending"] == second
    client.post(form_of(report), again | wanted | {"completed": "2"})
    assert [each.name for each in report.evidence.all()] == ["二.jpg"]
    assert not PendingUpload.objects.exists()


def test_form_for_a_new_report_keeps_its_files_too(
    client: Client, clerk: User, report: StatusReport
) -> None:
    client.force_login(clerk)
    add = "/admin/investment/statusreport/add/"
    StatusReport.objects.all().delete()
    posted = form_values(client.get(f"{add}?project={report.project_id}&month=2024-09"))
    chosen = {"evidence": [uploads.photo("新.jpg", 99)], "completed": "-1", "_save": ""}
    page = client.post(add, posted | chosen)
    assert "暂存的文件 1 个" in page.content.decode()
    assert "暂存的文件" not in client.get(add).content.decode()
    again = form_values(page) | {"completed": "2", "_save": ""}
    assert client.post(add, again).status_code == 302
    [made] = StatusReport.objects.all()
    assert [each.name for each in made.evidence.all()] == ["新.jpg"]


def test_nobody_else_sees_or_takes_what_waits(
    client: Client, clerk: User, report: StatusReport
) -> None:
    client.force_login(clerk)
    posted = form_values(client.get(form_of(report)))
    chosen = {"evidence": [uploads.photo("新.jpg", 99)], "completed": "-1", "_save": ""}
    mine = form_values(client.post(form_of(report), posted | chosen))
    client.force_login(factories.user(REVIEWER))
    page = client.get(form_of(report))
    assert "新.jpg" not in page.content.decode()
    stolen = {name: mine[name] for name in ("evidence_pending", "evidence_offered")}
    client.post(form_of(report), form_values(page) | stolen | {"_save": ""})
    assert not report.evidence.exists()
    assert PendingUpload.objects.get().owner == clerk


def test_good_files_wait_while_the_bad_one_is_named(
    client: Client, clerk: User, report: StatusReport
) -> None:
    client.force_login(clerk)
    posted = form_values(client.get(form_of(report)))
    files = [uploads.photo("好.jpg", 5), uploads.upload("坏.jpg", b"MZ" * 50)]
    page = client.post(form_of(report), posted | {"evidence": files, "_save": ""})
    text = page.content.decode()
    assert text.count("“坏.jpg”不是可以上传的类型") == 1
    assert "暂存的文件 1 个" in text
    files = [uploads.photo("好.jpg", 5), uploads.upload("坏.jpg", b"MZ" * 50)]
    refused = {"evidence": files, "completed": "-1", "_save": ""}
    text = client.post(form_of(report), posted | refused).content.decode()
    assert "“坏.jpg”不是可以上传的类型" in text
    assert "暂存的文件 1 个" in text  # chosen twice, kept once
    again = form_values(client.get(form_of(report)))
    same = {"evidence": [uploads.photo("好.jpg", 5)], "_save": ""}
    assert client.post(form_of(report), again | same).status_code == 302
    assert [each.name for each in report.evidence.all()] == ["好.jpg"]


def test_page_of_files_keeps_them_too(client: Client, clerk: User, report: StatusReport) -> None:
    client.force_login(clerk)
    files = [uploads.photo("好.jpg", 5), uploads.upload("坏.jpg", b"MZ" * 50)]
    page = client.post(page_of(report), {"evidence": files})
    assert "暂存的文件 1 个" in page.content.decode()
    assert client.post(page_of(report), form_values(page)).status_code == 302
    assert [each.name for each in report.evidence.all()] == ["好.jpg"]


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
