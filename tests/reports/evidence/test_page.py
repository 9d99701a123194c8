"""佐证 is handed out to those who may see its project, through pages, API and forms."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from investment.models import ReportEvidence, StatusReport
from investment.services.evidence import attach_evidence
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.demo.photo import demo_photo
from projects.choices import Role
from projects.models import Milestone, Project
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db


def upload(name: str = "现场.jpg", text: str = "现场") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, demo_photo(text), "image/jpeg")


@pytest.fixture
def photo() -> ReportEvidence:
    report = factories.status_report(project=factories.project(), completed=1)
    (made,) = attach_evidence(
        report=report, files=[upload()], caption="封顶", actor=factories.user(REVIEWER)
    )
    return made


def test_reader_sees_the_photo_and_its_small_copy(client: Client, photo: ReportEvidence) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    found: Any = client.get(f"/evidence/{photo.token}/")
    assert (found.status_code, found["Content-Type"]) == (200, "image/jpeg")
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Cache-Control"] == "no-store"
    full = b"".join(found.streaming_content)
    small: Any = client.get(f"/evidence/{photo.token}/", {"size": "thumb"})
    assert len(b"".join(small.streaming_content)) < len(full)
    assert small["Cache-Control"] == "private, no-cache"
    for size, tag in (({}, found["ETag"]), ({"size": "thumb"}, small["ETag"])):
        again = client.get(f"/evidence/{photo.token}/", size, headers={"if-none-match": tag})
        assert again.status_code == 304


def test_a_file_has_no_past_and_says_so(client: Client, photo: ReportEvidence) -> None:
    client.force_login(factories.user(READER))
    address = f"/evidence/{photo.token}/"
    past = client.get(address, {"as_of": "2024-08-31", "known_at": "2024-08-31"})
    assert past.status_code == 400
    assert past.content.decode().count("没有过去的样子") == 2
    assert client.get(address, {"size": "huge"}).status_code == 400
    assert client.get(address, {"zoom": "2"}).status_code == 400


def test_nobody_else_gets_it(client: Client, photo: ReportEvidence) -> None:
    assert client.get(f"/evidence/{photo.token}/").status_code == 302
    client.force_login(factories.user())
    assert client.get(f"/evidence/{photo.token}/").status_code in {403, 404}
    client.force_login(factories.user(READER))
    assert client.get(f"/evidence/{uuid4()}/").status_code == 404


def test_page_and_api_lead_to_it(client: Client, api: Client, photo: ReportEvidence) -> None:
    client.force_login(factories.user(READER))
    page = client.get(f"/projects/{photo.project.code}/").content.decode()
    assert f"/evidence/{photo.token}/?size=thumb" in page
    (row,) = api.get("/api/v1/status-reports/").json()["results"]
    (told,) = row["evidence"]
    assert (told["name"], told["caption"], told["kind_label"]) == ("现场.jpg", "封顶", "照片")
    assert api.get(told["url"].replace("http://testserver", "")).status_code == 200


@pytest.fixture
def clerk(client: Client) -> Client:
    user = factories.user(REPORTER)
    project = factories.project(name="我的")
    factories.assignment(
        project=project, official=factories.official(user=user), role=Role.LIAISON_OFFICER
    )
    factories.milestone(project=project, name="封顶")
    client.force_login(user)
    return client


def test_clerk_files_a_report_with_photos(clerk: Client) -> None:
    add = "/admin/investment/statusreport/add/"
    report = factories.status_report(project=factories.project(), completed=1)
    posted = form_values(clerk.get(add)) | {"completed": "10", "_save": "1"}
    posted["project"] = str(Project.objects.get(name="我的").pk)
    answer = clerk.post(add, posted | {"evidence": [upload(), upload("二.jpg", "二号")]})
    assert answer.status_code == 302, answer.content.decode()
    made = StatusReport.objects.exclude(pk=report.pk).get()
    assert sorted(each.name for each in made.evidence.all()) == ["二.jpg", "现场.jpg"]


def test_file_that_is_no_photo_is_refused_and_what_was_typed_stays(clerk: Client) -> None:
    add = "/admin/investment/statusreport/add/"
    posted = form_values(clerk.get(add)) | {"completed": "10", "problems": "缺土方", "_save": "1"}
    posted["project"] = str(Project.objects.get(name="我的").pk)
    bad = SimpleUploadedFile("照片.jpg", b"MZ\x90\x00", "image/jpeg")
    answer = clerk.post(add, posted | {"evidence": [bad, upload()]})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "照片.jpg" in text
    assert "暂存的文件 1 个" in text
    assert form_values(answer)["problems"] == "缺土方"
    assert not StatusReport.objects.exists()
    assert not ReportEvidence.objects.exists()


def test_milestone_has_a_page_for_its_files(clerk: Client) -> None:
    step = Milestone.objects.get()
    page = f"/admin/projects/project/{step.project_id}/milestones/{step.pk}/evidence/"
    assert clerk.post(page, {"evidence": [upload()]}).status_code == 302
    (kept,) = step.evidence.all()
    assert str(kept.token) in clerk.get(page).content.decode()
    clerk.post(page, {"evidence_remove": str(kept.pk)})
    assert not step.evidence.exists()
    other = factories.milestone(project=factories.project())
    foreign = f"/admin/projects/project/{other.project_id}/milestones/{other.pk}/evidence/"
    assert clerk.post(foreign, {"evidence": [upload()]}).status_code == 403
