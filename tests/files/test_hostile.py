"""More than a hundred hostile files: each is refused in Chinese, by a child that keeps to its limits."""

import re
import resource
from io import BytesIO
from typing import Any

import pytest

from kuancheng.documents import services as documents
from kuancheng.files import isolated
from kuancheng.files.isolated import read_apart, values
from kuancheng.files.refusal import Refused
from kuancheng.sheets import reading
from projects import evidence
from tests.files import hostile, pdfs
from tests.files.packages import TITLE, in_text, letter, related, workbook

DOORS: dict[str, tuple[str, Any, dict[str, str]]] = {
    "sheet": (reading.TASK, reading.LIMITS, {"title": TITLE}),
    "evidence": (evidence.TASK, evidence.LIMITS, {}),
    "template": (documents.TRIAL, documents.LIMITS, {"today": "2024-10-15"}),
}
FILES = [
    pytest.param(door, *files[name], id=f"{door}: {name}")
    for door, files in (
        ("sheet", hostile.SHEETS),
        ("evidence", hostile.EVIDENCE),
        ("template", hostile.TEMPLATES),
    )
    for name in files
]

BY_FORCE = (isolated.TOO_MUCH_MEMORY, isolated.TOO_SLOW, isolated.STUMBLED)
"""What is said of a child that had to be ended: none of these files brings it so far."""

MOST_MEMORY, MOST_CPU = 768 * isolated.MIB, 60

CHINESE = re.compile(r"[一-龥].*。$", re.DOTALL)


def said(door: str, content: bytes) -> list[Any]:
    task, limits, arguments = DOORS[door]
    with read_apart(task, BytesIO(content), limits, **arguments) as lines:
        return list(values(lines))


@pytest.mark.parametrize("door", DOORS)
def test_every_door_has_its_limits(door: str) -> None:
    limits = DOORS[door][1]
    assert limits.memory <= MOST_MEMORY
    assert limits.cpu <= MOST_CPU


def test_there_are_more_than_a_hundred() -> None:
    assert len(FILES) > 120


@pytest.mark.parametrize(("door", "made", "told"), FILES)
def test_hostile_file_is_refused_with_what_to_do(door: str, made: Any, told: str) -> None:
    content = made()
    assert len(content) < 2 * 2**20  # small on disk
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(Refused) as refused:
        said(door, content)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert told in str(refused.value)
    assert str(refused.value) not in BY_FORCE
    assert all(CHINESE.search(each) for each in refused.value.sentences)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < DOORS[door][1].cpu


@pytest.mark.parametrize("name", pdfs.GOOD)
def test_harmless_pdf_is_taken(name: str) -> None:
    assert said("evidence", pdfs.GOOD[name]) == [{"content_type": evidence.PDF}]


def test_good_files_are_taken_by_each_door() -> None:
    assert said("sheet", workbook())[1:] == [[2, ["T-1", "甲"], {}]]
    assert said("evidence", workbook()) == [{"content_type": evidence.XLSX}]
    assert said("evidence", letter()) == [{"content_type": evidence.DOCX}]
    assert said("template", letter()) == [["标题", "正文"]]


def test_link_to_click_on_and_harmless_field_are_taken() -> None:
    linked = related(
        letter(), "word/_rels/document.xml.rels", "hyperlink", "https://example.gov.cn/"
    )
    assert said("evidence", linked) == [{"content_type": evidence.DOCX}]
    paged = in_text('<w:p><w:fldSimple w:instr=" PAGE "/></w:p>')
    assert said("evidence", paged) == [{"content_type": evidence.DOCX}]
