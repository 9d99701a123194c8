"""Keeping templates, withdrawing them, and writing in the one that is in force."""

import hashlib
from io import BytesIO
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError

from kuancheng.access.models import User
from kuancheng.access.rights import NotAllowed
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.documents import kinds
from kuancheng.documents.kinds import DocumentKind
from kuancheng.documents.models import OfficeTemplate
from kuancheng.documents.services import add_template, sample_in, withdraw_template, written
from kuancheng.documents.word.writing import word_file
from kuancheng.records.versions import StaleRecord
from tests import factories
from tests.documents import example
from tests.documents.templates import LINES, template

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds of document."""
    known = {each: DocumentKind(each, name) for each, name in (("letter", "函"), ("note", "通知"))}
    monkeypatch.setattr(kinds, "_kinds", known)


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


def kept(actor: User, content: bytes = b"", **more: Any) -> OfficeTemplate:
    return add_template(
        kind="letter", name="D:\\模板\\函.docx", content=content or template(), actor=actor, **more
    )


def first_line(content: bytes) -> str:
    return docx.Document(BytesIO(content)).paragraphs[0].text


def test_template_is_kept_with_who_when_and_digest(office: User) -> None:
    # Made once: a file made a second later has other times in it.
    content = template()
    found = kept(office, content, note=" 新版 ")
    found.refresh_from_db()
    assert (found.number, found.name, found.note) == (1, "函.docx", "新版")
    assert found.uploaded_by == office
    assert found.digest == hashlib.sha256(content).hexdigest()
    assert bytes(found.file.content) == content
    assert found.history.get().history_user == office
    assert str(found) == "函模板第 1 版"


def test_document_is_written_in_the_newest_that_stands(office: User) -> None:
    document = example.one_meeting()
    assert written("letter", document) == word_file(document)
    first = kept(office)
    second = kept(office, template(["第二版", *LINES]))
    assert list(OfficeTemplate.objects.in_force()) == [second]
    assert first_line(written("letter", document)) == "第二版"
    assert written("note", document) == word_file(document)
    withdraw_template(template=second, reason="用错", seen=1, actor=office)
    assert list(OfficeTemplate.objects.in_force()) == [first]
    assert first_line(written("letter", document)) == "示范区重点项目调度会议纪要文件"
    withdraw_template(template=first, reason="用错", seen=1, actor=office)
    assert written("letter", document) == word_file(document)
    assert kept(office).number == 3


def test_writing_asks_once(office: User, django_assert_num_queries: Any) -> None:
    kept(office)
    with django_assert_num_queries(1):
        written("letter", example.one_meeting())


def test_faults_of_a_file_are_told_one_by_one(office: User) -> None:
    with pytest.raises(ValidationError) as caught:
        kept(office, template([*LINES, "{{甲}}", "{{乙}}"]))
    assert len(caught.value.message_dict["file"]) == 2
    assert not OfficeTemplate.objects.exists()


def test_file_in_force_is_not_kept_twice(office: User) -> None:
    content = template()
    kept(office, content)
    with pytest.raises(ValidationError, match="就是现在用的函模板第 1 版"):
        kept(office, content)


def test_kind_must_be_known(office: User) -> None:
    with pytest.raises(ValidationError, match="没有这个文种"):
        add_template(kind="law", name="x.docx", content=template(), actor=office)


@pytest.mark.parametrize("role", [REPORTER, READER])
def test_only_the_office_keeps_and_withdraws(office: User, role: str) -> None:
    stranger = factories.user(role)
    with pytest.raises(NotAllowed):
        kept(stranger)
    found = kept(office)
    with pytest.raises(NotAllowed):
        withdraw_template(template=found, reason="试", seen=1, actor=stranger)


def test_withdrawal_wants_a_reason_and_the_version_that_was_seen(office: User) -> None:
    found = kept(office)
    with pytest.raises(ValidationError, match="为什么停用"):
        withdraw_template(template=found, reason=" ", seen=1, actor=office)
    with pytest.raises(StaleRecord):
        withdraw_template(template=found, reason="用错", seen=7, actor=office)
    done = withdraw_template(template=found, reason="用错", seen=1, actor=office)
    assert (done.withdrawn_by, done.withdrawal_reason, done.version) == (office, "用错", 2)
    with pytest.raises(ValidationError, match="已经停用"):
        withdraw_template(template=found, reason="再停", seen=2, actor=office)


def test_sample_shows_a_version_filled(office: User) -> None:
    assert first_line(sample_in(kept(office))) == "××区重点项目建设指挥部文件"
