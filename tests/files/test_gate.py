"""The gate that every upload passes: scanned where there is a scanner, noted where it is refused."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.roles import REVIEWER
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.models import AuditEntry
from kuancheng.audit.waiting import holding
from kuancheng.documents.models import OfficeTemplate
from kuancheng.documents.services import add_template
from kuancheng.files.gate import INFECTED, SCANNER_DOWN, TOO_LARGE_TO_SCAN
from kuancheng.files.refusal import Refused
from kuancheng.sheets.models import SheetImport
from projects.models import MilestoneEvidence, PendingUpload
from projects.services.evidence import attach_evidence
from projects.services.pending import save_pending
from tests import factories
from tests.files.packages import changed, letter, workbook
from tests.files.scanner import Scanner, scanner
from tests.projects import uploads
from tests.sheets.books import taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="复核员")


@pytest.fixture
def there(settings: Any) -> Iterator[Scanner]:
    """A scanner, set up."""
    with scanner() as found:
        settings.KUANCHENG_CLAMD = found.address
        yield found


def attach(office: User, *files: Any) -> None:
    milestone = factories.milestone(project=factories.project())
    attach_evidence(milestone=milestone, files=files, actor=office)


def refusals(office: User, content: bytes) -> list[str]:
    """What each door says of a file."""
    said = []
    with pytest.raises(Refused) as refused:
        taken("register", office, content)
    said.append(str(refused.value))
    with pytest.raises(ValidationError) as error:
        attach(office, uploads.upload("甲.docx", content))
    said.append("".join(error.value.messages))
    said += save_pending(
        place="x",
        files=[uploads.upload("甲.docx", content)],
        permission="projects.add_milestoneevidence",
        actor=office,
    )
    with pytest.raises(ValidationError) as error:
        add_template(
            kind="bulletin",
            name="模板.docx",
            content=content,
            actor=office,
        )
    said.append("".join(error.value.messages))
    return said


def nothing_kept() -> bool:
    kinds: tuple[Any, ...] = (SheetImport, MilestoneEvidence, PendingUpload, OfficeTemplate)
    return not any(each.objects.exists() for each in kinds)


def test_good_files_pass_and_were_seen_by_the_scanner(office: User, there: Scanner) -> None:
    taken("register", office, workbook())
    attach(office, uploads.upload("批复.pdf", uploads.PDF))
    assert there.seen == [workbook(), uploads.PDF]
    assert not AuditEntry.objects.filter(act=Act.FILE_REFUSED).exists()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"stream: Eicar-Test-Signature FOUND\0", INFECTED.format("Eicar-Test-Signature")),
        (b"stream: fault ERROR\0", SCANNER_DOWN),
        (b"INSTREAM size limit exceeded. ERROR\0", TOO_LARGE_TO_SCAN),
    ],
)
def test_every_door_refuses_what_the_scanner_does_not_pass(
    office: User, there: Scanner, answer: bytes, said: str
) -> None:
    there.answer = answer
    found = refusals(office, workbook())
    assert len(found) == 4
    assert all(said in each for each in found)
    assert nothing_kept()


def test_every_door_refuses_while_the_scanner_is_away(office: User, settings: Any) -> None:
    settings.KUANCHENG_CLAMD = "unix:/nowhere/clamd"
    assert all(SCANNER_DOWN in each for each in refusals(office, workbook()))
    assert nothing_kept()


@pytest.mark.parametrize("name", ["sheet", "evidence", "template"])
def test_refused_file_is_in_the_audit_log_with_its_traces(office: User, name: str) -> None:
    content = changed(letter(), **{"word__vbaProject.bin": b"x"})
    knocks: dict[str, Callable[[], Any]] = {
        "sheet": lambda: taken("register", office, content, "登记.xlsx"),
        "evidence": lambda: attach(office, uploads.upload("甲.docx", content)),
        "template": lambda: add_template(
            kind="bulletin", name="模板.docx", content=content, actor=office
        ),
    }
    with holding(), pytest.raises((Refused, ValidationError)):  # as around a request
        knocks[name]()
    [entry] = AuditEntry.objects.filter(act=Act.FILE_REFUSED)
    assert (entry.outcome, entry.actor_id) == (Outcome.REFUSED, office.pk)
    called = {
        "sheet": "导入的表格 登记.xlsx",
        "evidence": "佐证 甲.docx",
        "template": "公文模板 模板.docx",
    }
    assert entry.subject_label == called[name]
    assert entry.words
    assert entry.detail == {"size": len(content), "sha256": sha256(content).hexdigest()}
