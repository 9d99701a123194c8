"""Lists by Excel: moved many at once, known by their mark, held to the rules of one."""

import re
from datetime import date
from typing import Any

import pytest

from kuancheng.access.models import User
from kuancheng.sheets import services
from kuancheng.sheets.choices import ImportState
from projects.models import Listing, Programme, Project
from projects.services.lists.listings import correct
from projects.sheets import ListingSheet
from tests import factories
from tests.second import let_through, waiting
from tests.sheets.books import counts, edited, exported, faults, made, taken

pytestmark = pytest.mark.django_db

TITLE = "清单名册"
HELP = "".join(ListingSheet.help)
HEAD = ["清单编号", "项目编号", "项目名称", "识别码", "列入日期", "列入原因", "列入文号"]


@pytest.fixture
def programme() -> Programme:
    return factories.programme(
        factories.project(code="T-1", name="甲"),
        factories.project(code="T-2", name="乙"),
        code="kc-2024",
    )


def joining(code: str, since: date = date(2024, 8, 1), **cells: Any) -> list[Any]:
    said = {"清单编号": "kc-2024", "项目编号": code, "列入日期": since, "列入原因": "增补"}
    said |= {"列入文号": "宽重点办〔2024〕9号"} | cells
    return [said.get(heading) for heading in HEAD]


@pytest.mark.usefixtures("programme")
def test_export_comes_back_unchanged(office: User) -> None:
    again = edited(exported("listings", office), TITLE, {})
    assert counts(taken("listings", office, again)) == (0, 0, 2, 0)


def test_one_leaves_and_comes_back_and_another_joins_in_one_file(
    office: User, programme: Programme
) -> None:
    factories.project(code="T-3", name="丙")
    book = edited(
        exported("listings", office),
        TITLE,
        {
            # 最后一天, 调出原因, 调出文号 of 甲; then two rows more.
            "K2": date(2024, 5, 31),
            "L2": "暂缓",
            "M2": "6号",
            "A4": "kc-2024",
            "C4": "T-1",
            "G4": date(2024, 8, 16),
            "H4": "增补",
            "I4": "14号",
            "A5": "kc-2024",
            "C5": "T-3",
            "G5": date(2024, 7, 1),
            "H5": "增补",
            "I5": "9号",
        },
    )
    record = taken("listings", office, book, "名册.xlsx")
    assert counts(record) == (2, 1, 1, 0)
    assert "都须第二人审核" in HELP
    services.apply(record=record)
    assert (record.state, programme.listings.count()) == (ImportState.DONE, 2)
    assert "另提出 3 份变更申请" in record.message
    assert {each.batch for each in waiting()} == {f"import-{record.pk}"}
    let_through()
    rows = programme.listings.order_by("project__code", "since")
    assert list(rows.values_list("project__code", "since", "until", "leave_reason")) == [
        ("T-1", date(2024, 1, 1), date(2024, 5, 31), "deferred"),
        ("T-1", date(2024, 8, 16), None, ""),
        ("T-2", date(2024, 1, 1), None, ""),
        ("T-3", date(2024, 7, 1), None, ""),
    ]
    told = rows[0].history.latest()
    assert re.fullmatch(r"调出：暂缓（变更申请\d+号（复核员提出））", told.history_change_reason)
    assert told.history_user != office
    assert Project.objects.get(code="T-1").version == 3


@pytest.mark.usefixtures("programme")
def test_twenty_projects_are_moved_at_once_or_none(office: User) -> None:
    for number in range(20):
        factories.project(code=f"N-{number:02}")
    rows = [joining(f"N-{number:02}") for number in range(20)]
    refused = taken("listings", office, made(TITLE, HEAD, [*rows, joining("T-1")]))
    assert counts(refused) == (20, 0, 0, 1)
    record = taken("listings", office, made(TITLE, HEAD, rows))
    services.apply(record=record)
    assert Listing.objects.count() == 2
    assert len(let_through()) == 20
    assert Listing.objects.count() == 22


@pytest.mark.usefixtures("programme")
def test_stay_that_waits_for_a_second_person_is_not_put_forward_again(office: User) -> None:
    book = edited(exported("listings", office), TITLE, {"F2": 9})
    services.apply(record=taken("listings", office, book))
    assert "已有待审核的申请" in str(faults(taken("listings", office, book)))
    factories.project(code="T-3", name="丙")
    services.apply(record=taken("listings", office, made(TITLE, HEAD, [joining("T-3")])))
    again = joining("T-3", date(2024, 9, 1))
    assert "已有待审核的申请" in str(faults(taken("listings", office, made(TITLE, HEAD, [again]))))


@pytest.mark.usefixtures("programme")
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (joining("T-1"), "自 2024-01-01 起已在这份清单上"),
        (joining("N-1", date(2023, 12, 31)), "清单自 2024-01-01 起才有"),
        (joining("N-1", 列入文号=None), "增补须写明依据"),
        (joining("N-1", 清单编号="kc-1999"), "没有编号为“kc-1999”的清单"),
        (joining("X-9"), "没有编号为“X-9”的项目"),
        (joining("N-1", 项目名称="别的"), "本列只供核对"),
        (joining("N-1", 列入日期=None), "必填"),
    ],
)
def test_wrong_row_is_named_with_its_remedy(office: User, row: list[Any], said: str) -> None:
    factories.project(code="N-1", name="新")
    record = taken("listings", office, made(TITLE, HEAD, [row]))
    assert said in str(faults(record))
    assert counts(record)[3] == 1


def test_two_rows_of_one_project_may_not_share_a_day(office: User) -> None:
    factories.programme(code="kc-2024")
    factories.project(code="N-1")
    rows = [joining("N-1"), joining("N-1", date(2024, 9, 1))]
    record = taken("listings", office, made(TITLE, HEAD, rows))
    assert counts(record)[3] == 2


def test_row_that_moved_on_since_the_export_is_not_imported(
    office: User, programme: Programme
) -> None:
    book = edited(exported("listings", office), TITLE, {"F2": 9})
    stay = programme.listings.get(project__code="T-1")
    correct(listing=stay, values={"note": "甲"}, why="补记", actor=office, approved=True)
    assert "导出之后这一行有人改过" in str(faults(taken("listings", office, book)))


@pytest.mark.usefixtures("programme")
def test_mark_that_is_of_another_row_is_told(office: User) -> None:
    book = exported("listings", office)
    for mark, said in (("L1", "不是系统填的"), ("L99999V1", "已被撤销")):
        assert said in str(faults(taken("listings", office, edited(book, TITLE, {"E2": mark}))))
    other = Listing.objects.get(project__code="T-2")
    mark = f"L{other.pk}V{other.history.latest().history_id if other.history.exists() else 0}"
    swapped = edited(book, TITLE, {"E2": mark})
    assert "请核对是否串行" in str(faults(taken("listings", office, swapped)))
