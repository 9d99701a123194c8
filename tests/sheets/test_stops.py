"""Stops by Excel: an unedited file changes nothing, a new row begins one, no row resumes."""

from datetime import date

import pytest

from kuancheng.access.models import User
from kuancheng.sheets import services
from projects.models import Project, Stop
from tests import factories
from tests.sheets.books import counts, exported, faults, made, taken

pytestmark = pytest.mark.django_db

TITLE = "停工"
HEAD = ["项目编号", "项目名称", "停工日期", "停工原因", "报告日期", "报告文号", "复工日期"]


@pytest.fixture
def project() -> Project:
    return factories.project(code="T-1", name="示例园")


def test_export_comes_back_unchanged(office: User, project: Project) -> None:
    factories.stop(
        project=project, note="第一行", reported_on=date(2024, 9, 9), report_document="函"
    )
    factories.stop(
        project=project, stopped_on=date(2024, 3, 1), resumed_on=date(2024, 4, 1), reason="other"
    )
    assert counts(taken("stops", office, exported("stops", office))) == (0, 0, 2, 0)


def test_new_row_begins_a_stop_and_an_edited_one_corrects_it(
    office: User, project: Project
) -> None:
    row = ["T-1", "示例园", "2024-10-08", "资金", None, None, None]
    services.apply(record=taken("stops", office, made(TITLE, HEAD, [row])))
    stop = Stop.objects.get()
    assert (stop.author, Project.objects.get().standing) == (office, "suspended")
    row[4:6] = ["2024-10-14", "函〔2024〕3号"]
    record = taken("stops", office, made(TITLE, HEAD, [row]))
    assert counts(record) == (0, 1, 0, 0)
    services.apply(record=record)
    stop.refresh_from_db()
    assert (stop.reported_on, stop.report_document) == (date(2024, 10, 14), "函〔2024〕3号")


def test_each_bad_row_says_what_is_wrong_and_nothing_is_written(
    office: User, project: Project
) -> None:
    done = factories.project(code="T-2", name="已竣工", actual_completion=date(2024, 9, 1))
    factories.stop(project=factories.project(code="T-3", name="停着"))
    rows = [
        ["T-1", "示例园", "2024-10-16", "资金", None, None, None],
        ["T-2", "已竣工", "2024-10-01", "资金", None, None, None],
        ["T-3", "停着", "2024-10-01", "资金", None, None, None],
        ["T-3", "停着", "2024-09-01", "资金", None, None, "2024-10-01"],
        ["T-9", "没有", "2024-10-01", "资金", None, None, None],
        ["T-1", "示例园", None, "资金", None, None, None],
        ["T-1", "示例园", "2024-10-02", "资金", "2024-10-09", None, None],
        ["T-1", "示例园", "2024-10-03", "闹着玩", None, None, None],
    ]
    found = faults(taken("stops", office, made(TITLE, HEAD, rows)))
    said = (
        "不能晚于今天",
        "竣工",
        "重叠",
        "申请和同意",
        "没有编号",
        "请填写停工日期",
        "文号",
        "闹着玩",
    )
    for number, words in enumerate(said, 2):
        assert words in found[number], number
    assert Stop.objects.count() == 1
    assert done.stops.count() == 0


def test_an_import_of_the_register_leaves_a_stop_alone(office: User, project: Project) -> None:
    factories.stop(project=project)
    Project.objects.update(standing="suspended")
    book = exported("register", office)
    assert counts(taken("register", office, book)) == (0, 0, 1, 0)
    head = ["项目编号", "项目名称", "状态"]
    back = taken("register", office, made("重点项目", head, [["T-1", "示例园", "正常"]]))
    assert "在项目页申请复工" in faults(back)[2]
    Stop.objects.all().delete()
    Project.objects.update(standing="normal")
    into = taken("register", office, made("重点项目", head, [["T-1", "示例园", "停工"]]))
    assert "在项目页登记停工" in faults(into)[2]
