"""挂图作战: what is drawn of a project, on how many sheets, and what bad input gets."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kuancheng.access.roles import READER
from kuancheng.reports.models import LightOverride
from projects.choices import PauseReason, ReplanReason
from projects.models import Baseline, BaselineEntry, Pause, Project
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db

ADDRESS = "/wall-chart/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def drawn(reader: Client, query: str = "") -> Any:
    """The only row of the chart."""
    (row,) = reader.get(f"{ADDRESS}?{query}").context["rows"]
    return row


def titles(row: Any) -> list[str]:
    return [each.title for each in (*row.lane.bars, *row.lane.marks)]


def full_project() -> Project:
    """Two steps done, one overdue, one to come, a pause and a first baseline."""
    made = factories.project(name="中粮油脂", planned_completion=date(2025, 6, 30))
    for name, planned, actual in (
        ("备案", date(2024, 7, 31), date(2024, 7, 30)),
        ("施工许可证", date(2024, 8, 20), date(2024, 8, 25)),
        ("主体封顶", date(2024, 9, 14), None),
        ("竣工", date(2025, 6, 30), None),
    ):
        factories.milestone(
            project=made,
            name=name,
            planned_start=date(2024, 7, 15),
            planned_finish=planned,
            actual_start=actual and date(2024, 7, 16),
            actual_finish=actual,
        )
    first = Baseline.objects.create(
        project=made,
        number=1,
        reason=ReplanReason.INITIAL,
        note="首",
        approved_at=datetime(2024, 7, 10, 12, tzinfo=timezone.get_default_timezone()),
    )
    BaselineEntry.objects.create(
        baseline=first,
        order=1,
        name="备案",
        planned_start=date(2024, 7, 1),
        planned_finish=date(2025, 5, 31),
    )
    Pause.objects.create(
        project=made,
        milestone=made.milestones.get(name="主体封顶"),
        reason=PauseReason.SUSPENSION,
        first=date(2024, 9, 1),
    )
    return made


def test_the_chart_asks_for_a_login(client: Client) -> None:
    assert client.get(ADDRESS)["Location"].startswith("/login/?next=")


def test_every_bar_and_flag_says_what_it_is(reader: Client) -> None:
    full_project()
    row = drawn(reader)
    assert [bar.kind for bar in row.lane.bars] == ["baseline", "plan", "done", "behind", "pause"]
    assert titles(row) == [
        "基线1（首次批准）2024-07-01 至 2025-05-31",
        "计划 2024-07-15 至 2025-06-30",
        "完成节点 2 / 4，实际 2024-07-16 开始；计划兑现到 2024-09-14，落后 31 天",
        "2024-09-14 到期的节点未完成，落后 31 天",
        "暂停（停工）2024-09-01 至 今，尚未恢复",
        "红旗：“备案”2024-07-30 按期完成",
        "“施工许可证”2024-08-25 完成，比计划晚 5 天",
        "黑旗：“主体封顶”应于 2024-09-14 完成，超期 31 天",
        "“竣工”计划 2025-06-30 完成",
    ]
    assert [mark.kind for mark in row.lane.marks] == ["reached", "late", "overdue", "due"]
    assert row.days == "超期 31 天"


@pytest.mark.parametrize("standing", ["deferred", "withdrawn"])
def test_nothing_is_late_of_a_project_that_is_not_judged(reader: Client, standing: str) -> None:
    made = full_project()
    Project.objects.filter(pk=made.pk).update(standing=standing, planned_completion="2024-10-20")
    page = reader.get(ADDRESS)
    (row,) = page.context["rows"]
    assert row.days == "未研判"
    assert {mark.kind for mark in row.lane.marks} == {"reached", "late", "due"}
    assert "“主体封顶”原计划 2024-09-14 完成，项目不参与研判，不计超期" in titles(row)
    assert {bar.kind for bar in row.lane.bars} == {"baseline", "plan", "idle", "pause"}
    assert "超期 31 天" not in page.content.decode()
    assert "落后 31 天" not in page.content.decode()


def test_a_light_set_to_grey_by_hand_is_not_called_late_either(reader: Client) -> None:
    made = full_project()
    LightOverride.objects.create(
        project=made,
        light="grey",
        reason="会议议定暂不研判",
        author=factories.system(),
        since=date(2024, 10, 1),
        until=date(2024, 10, 31),
    )
    row = drawn(reader)
    assert row.status.light == "grey"
    assert row.days == "未研判"
    assert "behind" not in {bar.kind for bar in row.lane.bars}
    assert "overdue" not in {mark.kind for mark in row.lane.marks}


def project_with_steps(*steps: tuple[str, str]) -> Project:
    """Planned from 1 July; each step with its planned and, where it is done, its actual finish."""
    made = factories.project()
    for planned, actual in steps:
        factories.milestone(
            project=made,
            planned_start=date(2024, 7, 1),
            planned_finish=date.fromisoformat(planned),
            actual_finish=date.fromisoformat(actual) if actual else None,
        )
    return made


def filled(row: Any) -> dict[str, tuple[float, float]]:
    """Where the bars that fill the plan begin and end."""
    bars = [bar for bar in row.lane.bars if bar.kind in {"done", "behind", "ahead", "idle"}]
    return {bar.kind: (bar.x, round(bar.x + bar.width, 1)) for bar in bars}


def test_a_plan_is_filled_as_far_as_its_steps_are_done(reader: Client) -> None:
    project_with_steps(("2024-09-14", "2024-09-10"), ("2025-01-31", ""))
    page = reader.get(ADDRESS)
    (row,), axis = page.context["rows"], page.context["axis"]
    assert filled(row) == {"done": (axis.x(date(2024, 7, 1)), axis.x(date(2024, 10, 16)))}
    assert any(each.endswith("；到期节点均已完成") for each in titles(row))


def test_what_was_done_before_its_time_reaches_beyond_the_day(reader: Client) -> None:
    project_with_steps(("2024-12-31", "2024-10-10"), ("2025-01-31", ""))
    page = reader.get(ADDRESS)
    (row,), axis = page.context["rows"], page.context["axis"]
    assert filled(row) == {
        "done": (axis.x(date(2024, 7, 1)), axis.x(date(2024, 10, 16))),
        "ahead": (axis.x(date(2024, 10, 16)), axis.x(date(2025, 1, 1))),
    }
    assert "提前做到 2024-12-31 的计划" in titles(row)


def test_a_plan_that_has_not_begun_is_empty(reader: Client) -> None:
    made = factories.project()
    factories.milestone(
        project=made, planned_start=date(2024, 11, 1), planned_finish=date(2024, 12, 1)
    )
    assert filled(drawn(reader)) == {}


def test_a_later_step_done_before_the_plan_begins_is_drawn_inside_the_plan(reader: Client) -> None:
    made = factories.project()
    for start, finish, done in (
        ("2024-11-01", "2024-11-30", True),
        ("2024-12-01", "2025-03-31", False),
    ):
        factories.milestone(
            project=made,
            planned_start=date.fromisoformat(start),
            planned_finish=date.fromisoformat(finish),
            actual_finish=date(2024, 10, 10) if done else None,
        )
    page = reader.get(ADDRESS)
    (row,), axis = page.context["rows"], page.context["axis"]
    assert filled(row) == {"ahead": (axis.x(date(2024, 11, 1)), axis.x(date(2024, 12, 1)))}


def test_without_steps_the_physical_progress_fills_the_plan(reader: Client) -> None:
    made = factories.project(planned_start=date(2024, 7, 1), planned_completion=date(2024, 10, 9))
    for month, percent, state in ((7, 10, "approved"), (8, 50, "approved"), (9, 90, "submitted")):
        factories.status_report(
            project=made,
            month=date(2024, month, 1),
            completed=1,
            physical_percent=percent,
            state=state,
        )
    page = reader.get(ADDRESS)
    (row,), axis = page.context["rows"], page.context["axis"]
    # Half of 100 days after 1 July; grey, since nothing is planned: filled, but not called late.
    assert filled(row) == {"done": (axis.x(date(2024, 7, 1)), axis.x(date(2024, 8, 21)))}
    assert "形象进度 50.0%" in titles(row)
    assert "形象进度 10.0%" in titles(drawn(reader, "as_of=2024-07-31"))


def test_what_had_not_happened_by_the_day_is_not_drawn(reader: Client) -> None:
    full_project()
    row = drawn(reader, "as_of=2024-07-20")
    assert [bar.kind for bar in row.lane.bars] == ["baseline", "plan", "done"]
    assert {mark.kind for mark in row.lane.marks} == {"due"}


def test_the_chart_of_an_evening_is_drawn_from_its_records(reader: Client) -> None:
    with on(8):
        made = factories.project(planned_completion=date(2024, 12, 31))
        frame = factories.milestone(
            project=made,
            name="主体封顶",
            planned_start=date(2024, 8, 1),
            planned_finish=date(2024, 9, 14),
        )
    with on(10):
        frame.planned_finish, frame.actual_finish = date(2024, 11, 30), date(2024, 10, 9)
        frame.save_by(factories.system())
        Pause.objects.create(
            project=made, milestone=frame, reason=PauseReason.REVIEW, first=date(2024, 9, 1)
        )
    then = titles(drawn(reader, "known_at=2024-10-09"))
    assert then == [
        "计划 2024-08-01 至 2024-09-14",
        "完成节点 0 / 1；计划兑现到 2024-09-14，落后 31 天",
        "2024-09-14 到期的节点未完成，落后 31 天",
        "黑旗：“主体封顶”应于 2024-09-14 完成，超期 31 天",
    ]
    now = titles(drawn(reader))
    assert "红旗：“主体封顶”2024-10-09 按期完成" in now
    assert any(each.startswith("暂停") for each in now)
    text = reader.get(f"{ADDRESS}?known_at=2024-10-09").text
    assert "截至 2024年10月15日（按 2024年10月9日的记录）" in text
    assert f"/projects/{made.code}/?known_at=2024-10-09" in text


def test_a_baseline_approved_later_is_not_drawn(reader: Client) -> None:
    full_project()
    for query in ("as_of=2024-07-09", "known_at=2024-07-09"):
        row = reader.get(f"{ADDRESS}?{query}").context["rows"]
        assert "baseline" not in {bar.kind for each in row for bar in each.lane.bars}
    assert "baseline" in {bar.kind for bar in drawn(reader, "as_of=2024-07-10").lane.bars}


def test_a_forecast_later_than_the_promise_is_marked(reader: Client) -> None:
    made = factories.project(planned_completion=date(2024, 10, 20))
    factories.annual_plan(project=made)
    factories.milestone(project=made, order=1, duration=20, unit="calendar")
    row = drawn(reader)
    # 20 days from 15 October end on 3 November, 14 days after the promise.
    assert row.days == "预计晚 14 天"
    assert row.lane.marks[-1].title == "预计 2024-11-03 竣工，比承诺晚 14 天"
    assert row.lane.bars[-1].kind == "overrun"


def test_the_window_is_chosen_and_what_lies_outside_is_said(reader: Client) -> None:
    full_project()
    usual = reader.get(ADDRESS).context["axis"]
    assert (usual.first, usual.end) == (date(2024, 7, 1), date(2025, 10, 1))
    chosen = reader.get(f"{ADDRESS}?from=2026-01&months=6")
    axis = chosen.context["axis"]
    assert (axis.first, axis.end) == (date(2026, 1, 1), date(2026, 7, 1))
    assert "计划不在所选月份内" in chosen.text
    assert chosen.context["today_x"] is None


def test_the_usual_window_of_the_first_day_can_be_asked_for_again(reader: Client) -> None:
    first = reader.get(f"{ADDRESS}?as_of=2000-01-01").context["view"].first
    assert first == date(2000, 1, 1)
    assert reader.get(f"{ADDRESS}?from={first:%Y-%m}").status_code == 200


def test_a_project_without_dates_says_so(reader: Client) -> None:
    factories.project()
    assert drawn(reader).note == "没有登记计划日期"


def test_rows_stand_by_group_and_those_without_one_come_last(reader: Client) -> None:
    first, second = factories.agency(name="示例一局"), factories.agency(name="示例二局")
    for code, agency in (("A-1", second), ("A-2", None), ("A-3", first), ("A-4", second)):
        factories.project(code=code, lead_agency=agency)
    response = reader.get(f"{ADDRESS}?by=lead_agency")
    rows = response.context["rows"]
    assert [row.status.project.code for row in rows] == ["A-3", "A-1", "A-4", "A-2"]
    (sheet,) = response.context["sheets"]
    assert [group.name for group in sheet.groups] == ["示例一局", "示例二局", "未定责任单位"]


def test_every_filter_of_the_list_narrows_the_chart(reader: Client) -> None:
    full_project()
    factories.project(name="示例路桥")
    rows = reader.get(f"{ADDRESS}?search=zlyz&light=red&ordering=-light").context["rows"]
    assert [row.status.project.name for row in rows] == ["中粮油脂"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("by=colour", "by"),
        ("months=5", "months"),
        ("months=37", "months"),
        ("months=x", "months"),
        ("months=" + "9" * 5_000, "months"),
        ("months=１２", "months"),
        ("from=2024-13", "from"),
        ("from=2024", "from"),
        ("from=1999-12", "from"),
        ("from=2024-07-01", "from"),
        ("page=x", "page"),
        ("colour=red", "colour"),
        ("light=purple", "light"),
        ("as_of=2024-10-16", "as_of"),
    ],
)
def test_a_bad_parameter_is_named(reader: Client, query: str, named: str) -> None:
    response = reader.get(f"{ADDRESS}?{query}")
    assert response.status_code == 400, query
    assert named in response.text


def test_all_bad_parameters_are_named_at_once(reader: Client) -> None:
    text = reader.get(f"{ADDRESS}?by=x&months=1&from=y&light=purple").text
    for named in ("分组（by）：", "月数（months）：", "起始月份（from）：", "亮灯（light）："):
        assert named in text


def test_the_empty_chart_says_so(reader: Client) -> None:
    assert "还没有登记项目" in reader.get(ADDRESS).text
    factories.project()
    assert "没有符合条件的项目" in reader.get(f"{ADDRESS}?search=nobody").text


def test_sheets_are_filled_evenly_and_pages_hold_five(reader: Client) -> None:
    for number in range(46):
        factories.project(code=f"A-{number:03}")
    page = reader.get(ADDRESS).context
    assert [len(sheet.rows) for sheet in page["sheets"]] == [23, 23]
    assert {sheet.height for sheet in page["sheets"]} == {136 + 23 * 44 + 34}
    for number in range(180):
        factories.project(code=f"B-{number:03}")
    first, second = reader.get(ADDRESS), reader.get(f"{ADDRESS}?page=2")
    assert [len(sheet.rows) for sheet in first.context["sheets"]] == [45] * 5
    # A3 across is 400 by 277 mm within its margins: 2,000 by 1,385 units.
    assert max(sheet.height for sheet in first.context["sheets"]) <= 1385
    assert [sheet.number for sheet in second.context["sheets"]] == [6]
    assert "第 6 / 6 页" in second.text
    assert "下一页" in first.text
    assert "上一页" in second.text
    assert reader.get(f"{ADDRESS}?page=3").status_code == 404


def test_the_chart_costs_the_same_for_one_row_and_for_thirty(reader: Client) -> None:
    full_project()
    reader.get(ADDRESS)
    with CaptureQueriesContext(connection) as one:
        reader.get(ADDRESS)
    for _ in range(29):
        made = full_project()
        factories.assignment(project=made, official=factories.official())
    reader.get(ADDRESS)
    with CaptureQueriesContext(connection) as thirty:
        assert len(reader.get(ADDRESS).context["rows"]) == 30
    assert len(thirty) == len(one)


def test_names_are_escaped(reader: Client) -> None:
    made = factories.project(name="<script>alert(1)</script>")
    factories.milestone(project=made, name="<b>x</b>", planned_finish=date(2024, 10, 1))
    text = reader.get(ADDRESS).text
    assert "<script>alert" not in text
    assert "<b>x" not in text
