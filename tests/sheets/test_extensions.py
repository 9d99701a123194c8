"""Extensions of permits by Excel: known by project, milestone and document; the law holds here too."""

from datetime import date
from typing import Any

import pytest

from kuancheng.access.models import User
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from projects.choices import PermitKind, Phase
from projects.models import Milestone, PermitExtension
from tests import factories
from tests.clock import on_date
from tests.sheets.books import counts, exported, faults, made, taken

pytestmark = pytest.mark.django_db

TITLE = "手续延期"
HEAD = [
    "项目编号",
    "项目名称",
    "节点序",
    "手续",
    "延期文号",
    "申请日期",
    "批准日期",
    "延期至",
    "说明",
]
FIRST = ["T-1", "甲", 1, "施工许可证", "延1号"]


@pytest.fixture(autouse=True)
def _today() -> Any:
    with on_date(date(2024, 10, 15)):
        yield


@pytest.fixture
def permit() -> Milestone:
    """Holds until 2024-10-25."""
    return factories.milestone(
        project=factories.project(code="T-1", name="甲", actual_start=None),
        order=1,
        name="施工许可证",
        phase=Phase.PERMIT,
        permit=PermitKind.CONSTRUCTION,
        actual_finish=date(2024, 7, 25),
    )


@pytest.mark.usefixtures("permit")
def test_a_row_becomes_an_extension_and_comes_back_unchanged(office: User) -> None:
    days = [date(2024, 10, 8), date(2024, 10, 11), date(2025, 1, 25)]
    record = taken("permit-extensions", office, made(TITLE, HEAD, [[*FIRST, *days, "首次"]]))
    assert counts(record) == (1, 0, 0, 0)
    services.apply(record=record)
    assert record.state == ImportState.DONE
    row = PermitExtension.objects.get()
    assert (row.until, row.note) == (date(2025, 1, 25), "首次")
    assert row.project.version == 2
    again = taken("permit-extensions", office, exported("permit-extensions", office))
    assert counts(again) == (0, 0, 1, 0)
    less = [*FIRST, *days[:2], date(2025, 1, 20), "首次"]
    changed = taken("permit-extensions", office, made(TITLE, HEAD, [less]))
    assert counts(changed) == (0, 1, 0, 0)
    services.apply(record=changed)
    assert PermitExtension.objects.get().until == date(2025, 1, 20)


@pytest.mark.usefixtures("permit")
@pytest.mark.parametrize(
    ("row", "says"),
    [
        ([*FIRST, date(2024, 10, 8), date(2024, 10, 11), date(2025, 2, 25)], "最晚到 2025-01-25"),
        ([*FIRST, date(2024, 10, 8), date(2024, 10, 16), date(2025, 1, 25)], "还没有到"),
        ([*FIRST, date(2024, 10, 8), date(2024, 10, 7), date(2025, 1, 25)], "不能早于申请日期"),
        (["T-1", "甲", 7, None, "延1号", date(2024, 10, 8)], "没有序为 7 的节点"),
        (["T-1", "甲", 1, "环评", "延1号", date(2024, 10, 8)], "施工许可证"),
        (["T-1", "甲", 1, "施工许可证", None, date(2024, 10, 8)], "请填写节点序和延期文号"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_written(office: User, row: list[Any], says: str) -> None:
    record = taken("permit-extensions", office, made(TITLE, HEAD, [row]))
    assert says in "".join(str(each) for each in faults(record).values())
    assert not PermitExtension.objects.exists()
