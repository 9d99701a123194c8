"""No file leaves the site without an entry of who took it."""

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from investment.rules.checks import ALL
from investment.services.reports import submit_reports
from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, REVIEWER
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.models import AuditEntry
from kuancheng.reports.urls import urlpatterns
from projects.services.evidence import attach_evidence
from tests import factories
from tests.conftest import TODAY
from tests.projects import uploads

ROOT = Path(__file__).resolve().parent.parent.parent
THE_ONE_DOOR = ROOT / "kuancheng/audit/files.py"
FILE = re.compile(r"\.(xlsx|docx|csv|ndjson)$|kept_file|/files/")


def test_every_file_goes_through_the_one_function() -> None:
    """`FileResponse` elsewhere, or a header that says “keep this”, would be a door beside it."""
    for folder in ("kuancheng", "projects", "investment"):
        for file in (ROOT / folder).rglob("*.py"):
            if file == THE_ONE_DOOR:
                continue
            for node in ast.walk(ast.parse(file.read_text())):
                called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                assert not called.endswith(("FileResponse", "StreamingHttpResponse")), file
                constant = node.value if isinstance(node, ast.Constant) else ""
                assert constant != "Content-Disposition", file


@pytest.fixture
def files(db: None) -> dict[str, Any]:
    """Addresses of files, by the name of their page, and who asks for them."""
    project = factories.project()
    return {
        "progress-export": "/progress.xlsx?light=grey",
        "matters-export": "/matters.xlsx",
        "permits-export": "/permits.xlsx",
        "close-outs-export": "/close-outs.xlsx",
        "project-brief-word": f"/projects/{project.code}/brief.docx",
        "template-starter": "/documents/templates/starter.docx",
        "document-sample-word": "/documents/sample.docx",
    }


def test_each_file_leaves_one_entry(client: Client, files: dict[str, str]) -> None:
    office = factories.user(REVIEWER)
    client.force_login(office)
    for address in files.values():
        before = AuditEntry.objects.filter(act=Act.EXPORTED).count()
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "attachment" in answer["Content-Disposition"], address
        found = AuditEntry.objects.filter(act=Act.EXPORTED)
        assert found.count() == before + 1, address
        entry = found.latest("pk")
        assert (entry.actor, entry.detail["path"]) == (office, address.partition("?")[0])
        assert client.head(address).status_code == 200
        assert found.count() == before + 1, "nothing is handed out to who only asks for the headers"


def test_entry_says_by_which_filter_and_how_many(client: Client, files: dict[str, str]) -> None:
    client.force_login(factories.user(REVIEWER))
    client.get("/progress.xlsx?light=grey")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.detail["query"], entry.detail["rows"]) == ("light=grey", 1)
    client.get("/progress.xlsx?light=red")
    assert AuditEntry.objects.latest("pk").detail["rows"] == 0


@pytest.mark.parametrize("kind", ["register", "milestones", "reports", "matters"])
def test_templates_and_exports_of_the_office_leave_one_too(
    client: Client, db: None, kind: str
) -> None:
    office = factories.user(REVIEWER)
    client.force_login(office)
    factories.milestone(project=factories.project())
    for way in ("template", "export"):
        answer = client.get(f"/admin/sheets/sheetimport/{way}/{kind}/")
        if answer.status_code == 404:
            continue
        entry = AuditEntry.objects.filter(act=Act.EXPORTED).latest("pk")
        assert entry.detail["path"].endswith(f"/{way}/{kind}/")
        assert isinstance(entry.detail["rows"], int)


def test_file_that_is_refused_leaves_none(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("nobody", full_name="无角色"))
    assert client.get("/progress.xlsx").status_code == 403
    assert not AuditEntry.objects.filter(act=Act.EXPORTED).exists()


def test_pages_that_answer_files_are_known() -> None:
    """Whoever adds one puts it into the walk above, or says here whose tests ask for the file."""
    own_rooms = {
        "league-export": "tests/reports/league",
        "year-turn-export": "tests/reports/year_turn",
        "weekly-minutes-word": "tests/reports/weekly",
        "order-word": "tests/reports/orders",
        "template-download": "tests/reports/documents",
        "template-sample": "tests/reports/documents",
        "audit-export": "tests/reports/auditing",
        "audit-lines": "tests/reports/auditing",
    }
    walked = {
        *("progress-export", "matters-export", "permits-export", "close-outs-export"),
        *("project-brief-word", "template-starter", "document-sample-word"),
    }
    addresses: Any = urlpatterns
    named = {
        str(each.name)
        for each in addresses
        if FILE.search(str(each.pattern)) and getattr(each, "name", None)
    }
    assert named - {"bulletin-file"} == walked | set(own_rooms)


@pytest.mark.django_db
def test_refused_write_leaves_one_entry_whichever_door(client: Client) -> None:
    auditor = factories.user(AUDITOR)
    client.force_login(auditor)
    assert client.post("/matters/new/", {}).status_code == 403
    [entry] = AuditEntry.objects.filter(outcome=Outcome.REFUSED)
    assert (entry.act, entry.actor) == (Act.DENIED, auditor)
    assert entry.detail == {"method": "POST", "path": "/matters/new/"}
    client.get("/matters/new/")
    assert AuditEntry.objects.filter(outcome=Outcome.REFUSED).count() == 1


@pytest.mark.django_db
def test_evidence_that_is_opened_leaves_an_entry_and_its_small_picture_none(client: Client) -> None:
    """The small pictures are part of a page; the browser that has the file asks all the same."""
    milestone = factories.milestone(project=factories.project())
    [kept] = attach_evidence(milestone=milestone, files=[uploads.photo()], actor=factories.system())
    client.force_login(factories.user(REVIEWER))
    opened = AuditEntry.objects.filter(act=Act.EVIDENCE_OPENED)
    address = f"/evidence/{kept.token}/"
    assert client.get(f"{address}?size=thumb").status_code == 200
    assert not opened.exists()
    answer = client.get(address)
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (answer.status_code, again.status_code) == (200, 304)
    assert [each.subject_id for each in opened] == [str(kept.pk)] * 2
    assert {each.detail["project"] for each in opened} == {milestone.project_id}


@pytest.mark.django_db
def test_reports_sent_together_leave_an_entry_each() -> None:
    clerk, reports = factories.user(REVIEWER), []
    for _ in range(3):
        month = date(2024, 9, 1)
        reports.append(
            factories.status_report(project=factories.project(), month=month, completed=Decimal(1))
        )
    submit_reports(reports, TODAY, clerk, confirmed=ALL, explanation="核实无误")
    entries = AuditEntry.objects.filter(actor=clerk)
    assert [each.words for each in entries] == ["提交进展填报"] * 3
    assert {each.subject_id for each in entries} == {str(each.pk) for each in reports}
