"""The minutes of a review as a Word file: the frozen copy, or the draft that says so."""

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from docx import Document

from kuancheng.access.roles import READER
from projects.models import Project
from tests import factories
from tests.reports.weekly.test_pages import Scene, as_

pytestmark = pytest.mark.django_db


def word(scene_review: Any, **asked: str) -> Any:
    address = reverse("weekly-minutes-word", args=[scene_review.year, scene_review.serial])
    answer = as_(factories.user(READER)).get(address, asked)
    assert "docx" in answer["Content-Disposition"]
    return Document(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def said(document: Any) -> str:
    return "\n".join(each.text for each in document.paragraphs)


def test_frozen_minutes_stay_as_they_were_frozen() -> None:
    scene = Scene()
    review = scene.last()
    Project.objects.update(name="改名路网")
    text = said(word(review))
    assert "重点项目周调度会议纪要" in text
    assert "一、本次议题和议定事项" in text
    assert "（一）示例路网（R-1）" in text
    assert "议定：完成管线迁改（责任单位：示例住建局，时限：2024-10-11，" in text
    assert "出席" in text
    assert "改名路网" not in text
    assert "未定稿" not in text


def test_a_draft_says_so_and_opens_with_what_became_of_last_times_decisions() -> None:
    scene = Scene()
    scene.last()
    review = scene.running()
    document = word(review)
    assert "（未定稿，内容还会变动）" in said(document)
    assert "一、上次议定事项办理情况（2024年第1次周调度）" in said(document)
    row = [cell.text for cell in document.tables[0].rows[1].cells]
    assert row == ["1", "完成管线迁改", "示例住建局", "2024-10-11", row[4]]
    assert "二、本次议题和议定事项" in said(document)


def test_before_they_were_final_there_is_no_file_and_the_page_says_why() -> None:
    scene = Scene()
    review = scene.last()
    address = reverse("weekly-minutes-word", args=[review.year, review.serial])
    page = as_(scene.clerk).get(address, {"as_of": "2024-10-08", "known_at": "2024-10-07"})
    assert page.status_code == 404 or "纪要还没有定稿" in page.text
