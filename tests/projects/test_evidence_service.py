"""Keeping evidence of milestones: row and file come and go together."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import transaction

from kuancheng.access.roles import REVIEWER
from projects.models import Milestone, MilestoneEvidence
from projects.services import save_parts
from projects.services.evidence import (
    attach_evidence,
    caption_evidence,
    files_undone,
    remove_evidence,
)
from tests import factories
from tests.projects import uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def milestone() -> Milestone:
    return factories.milestone(project=factories.project())


def on_disk() -> set[Path]:
    folder = Path(storages["evidence"].path(""))
    return {each for each in folder.rglob("*") if each.is_file()}


def errors(caught: Any) -> str:
    return "".join(caught.value.message_dict["evidence"])


def test_photo_and_document_are_kept_under_random_names(milestone: Milestone) -> None:
    before, author = on_disk(), factories.user(REVIEWER)
    files = [uploads.photo("现场.jpg"), uploads.upload("批复.pdf", uploads.PDF)]
    kept = attach_evidence(milestone=milestone, files=files, actor=author, caption="封顶")
    photo, document = MilestoneEvidence.objects.order_by("pk")
    assert [photo, document] == kept
    assert (photo.name, photo.caption, photo.uploaded_by) == ("现场.jpg", "封顶", author)
    assert photo.project == milestone.project
    assert document.file.read() == uploads.PDF
    assert document.size == len(uploads.PDF)
    assert photo.history.get().history_user == author
    added = {each.name for each in on_disk() - before}
    assert added == {photo.token.hex, f"{photo.token.hex}-thumb", document.token.hex}


def test_tenth_file_is_refused_with_how_many_too_many(milestone: Milestone) -> None:
    files = [uploads.photo(f"{number}.jpg", number) for number in range(0, 80, 10)]
    attach_evidence(milestone=milestone, files=files, actor=factories.system())
    more = [uploads.photo("八.jpg", 120), uploads.photo("九.jpg", 160)]
    with pytest.raises(ValidationError) as caught:
        attach_evidence(milestone=milestone, files=more, actor=factories.system())
    assert "最多 9 个佐证，已有 8 个，这次选了 2 个，请少选 1 个" in errors(caught)
    attach_evidence(milestone=milestone, files=more[:1], actor=factories.system())
    assert milestone.evidence.count() == 9


def test_every_unfit_file_is_named_and_none_is_kept(milestone: Milestone) -> None:
    before = on_disk()
    files = [
        uploads.photo("好.jpg"),
        uploads.upload("程序.jpg", b"MZ" + b"\x00" * 99),
        uploads.upload("图.svg", b"<svg/>"),
    ]
    with pytest.raises(ValidationError) as caught:
        attach_evidence(milestone=milestone, files=files, actor=factories.system())
    assert "“程序.jpg”" in errors(caught)
    assert "“图.svg”" in errors(caught)
    assert "其余 1 个也还没有保存" in errors(caught)
    assert not milestone.evidence.exists()
    assert on_disk() == before


def test_same_file_is_kept_once(milestone: Milestone) -> None:
    attach_evidence(milestone=milestone, files=[uploads.photo("一.jpg")], actor=factories.system())
    with pytest.raises(ValidationError) as caught:
        attach_evidence(
            milestone=milestone, files=[uploads.photo("二.jpg")], actor=factories.system()
        )
    assert "“二.jpg”与“一.jpg”是同一个文件" in errors(caught)
    twins = [uploads.photo("三.jpg", 90), uploads.photo("四.jpg", 90)]
    with pytest.raises(ValidationError) as caught:
        attach_evidence(milestone=milestone, files=twins, actor=factories.system())
    assert "“四.jpg”与“三.jpg”是同一个文件" in errors(caught)
    other = factories.milestone(project=milestone.project)
    attach_evidence(milestone=other, files=[uploads.photo("一.jpg")], actor=factories.system())


def test_caption_too_long_is_refused_and_leaves_no_file(milestone: Milestone) -> None:
    before = on_disk()
    with pytest.raises(ValidationError, match="caption"):
        attach_evidence(
            milestone=milestone,
            files=[uploads.photo()],
            actor=factories.system(),
            caption="长" * 101,
        )
    assert on_disk() == before


def test_caption_is_changed_on_record(milestone: Milestone) -> None:
    [kept] = attach_evidence(milestone=milestone, files=[uploads.photo()], actor=factories.system())
    caption_evidence(evidence=kept, caption="东侧", actor=factories.system())
    caption_evidence(evidence=kept, caption="东侧", actor=factories.system())
    assert [row.caption for row in kept.history.order_by("history_id")] == ["", "东侧"]


@pytest.mark.django_db(transaction=True)
def test_rolled_back_transaction_leaves_no_file() -> None:
    milestone, before = factories.milestone(project=factories.project()), on_disk()

    def file_and_fail() -> None:
        with files_undone(), transaction.atomic():
            attach_evidence(milestone=milestone, files=[uploads.photo()], actor=factories.system())
            assert len(on_disk()) == len(before) + 2
            raise RuntimeError("later step")

    with pytest.raises(RuntimeError):
        file_and_fail()
    assert on_disk() == before
    assert not MilestoneEvidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_removed_file_goes_only_once_that_is_committed() -> None:
    milestone, before = factories.milestone(project=factories.project()), on_disk()
    [kept] = attach_evidence(milestone=milestone, files=[uploads.photo()], actor=factories.system())
    with transaction.atomic():
        remove_evidence(evidence=kept, actor=factories.user(REVIEWER, full_name="李四"))
        assert len(on_disk()) == len(before) + 2
        transaction.set_rollback(True)
    assert len(on_disk()) == len(before) + 2

    remove_evidence(
        evidence=MilestoneEvidence.objects.get(), actor=factories.user(REVIEWER, full_name="李四")
    )
    assert on_disk() == before
    gone = MilestoneEvidence.history.get(history_type="-")
    assert gone.history_user.full_name == "李四"
    assert gone.name == "现场.jpg"


@pytest.mark.django_db(transaction=True)
def test_files_go_with_their_milestone() -> None:
    milestone, before = factories.milestone(project=factories.project()), on_disk()
    attach_evidence(milestone=milestone, files=[uploads.photo()], actor=factories.system())
    save_parts(project=milestone.project, deleted=[milestone], actor=factories.system())
    assert on_disk() == before
    assert MilestoneEvidence.history.filter(history_type="-").count() == 1
