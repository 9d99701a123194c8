"""Every rule of the lights at the day or point where it turns."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kuancheng.reports.rules.lights import (
    SEVERITY,
    Facts,
    Judgement,
    Light,
    MatterFact,
    MilestoneFact,
    Override,
    Subject,
    Thresholds,
    status_light,
)

AS_OF = date(2024, 10, 15)
SEPTEMBER = date(2024, 9, 1)


def days_ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def judged(thresholds: Thresholds | None = None, **facts: Any) -> Judgement:
    return status_light(Facts(as_of=AS_OF, **facts), thresholds or Thresholds())


@pytest.mark.parametrize(
    ("days", "light", "text"),
    [
        (-15, Light.GREEN, None),
        (-14, Light.BLUE, "节点“主体封顶”还有 14 天到期"),
        (-1, Light.BLUE, "节点“主体封顶”还有 1 天到期"),
        (0, Light.BLUE, "节点“主体封顶”今天到期"),
        (1, Light.YELLOW, "节点“主体封顶”超期 1 天"),
        (14, Light.YELLOW, "节点“主体封顶”超期 14 天"),
        (15, Light.YELLOW, "节点“主体封顶”超期 15 天"),
        (30, Light.YELLOW, "节点“主体封顶”超期 30 天"),
        (31, Light.RED, "节点“主体封顶”超期 31 天"),
        (91, Light.RED, "节点“主体封顶”超期 91 天"),
    ],
)
def test_milestone_turns_blue_yellow_and_red_by_days(
    days: int, light: Light, text: str | None
) -> None:
    found = judged(milestones=(MilestoneFact("主体封顶", days_ago(days), "区住建局"),))
    assert found.light == light
    assert [each.text for each in found.reasons] == ([text] if text else [])
    assert [(each.days, each.agency) for each in found.reasons] == (
        [(days, "区住建局")] if text else []
    )


@pytest.mark.parametrize(
    ("points", "light"),
    [
        ("-100", Light.RED),
        ("-30.01", Light.RED),
        ("-30", Light.YELLOW),
        ("-10.01", Light.YELLOW),
        ("-10", Light.BLUE),
        ("-0.01", Light.BLUE),
        ("0", Light.GREEN),
        ("0.01", Light.GREEN),
        ("13.8", Light.GREEN),
    ],
)
def test_gap_turns_blue_yellow_and_red_by_points(points: str, light: Light) -> None:
    found = judged(gap=Decimal(points), agency="区发改局")
    assert found.light == light
    expected = [] if light == Light.GREEN else [("gap", Decimal(points), None, "区发改局")]
    assert [(r.rule, r.points, r.days, r.agency) for r in found.reasons] == expected


def test_gap_sentence_counts_points_half_up_and_names_missing_months() -> None:
    plain = judged(gap=Decimal("-12.25")).reasons[0].text
    assert plain == "投资完成落后序时 12.3 个百分点"
    tiny = judged(gap=Decimal("-0.04")).reasons[0].text
    assert tiny == "投资完成落后序时 不足 0.1 个百分点"
    missing = judged(gap=Decimal("-12.24"), months_missing=2).reasons[0].text
    assert missing == "投资完成落后序时 12.2 个百分点（缺 2 个月填报，未计入）"


def test_unknown_gap_says_nothing() -> None:
    assert judged(gap=None).light == Light.GREEN


@pytest.mark.parametrize(
    ("days", "light"),
    [
        (-1, Light.GREEN),
        (0, Light.GREEN),
        (1, Light.YELLOW),
        (90, Light.YELLOW),
        (91, Light.RED),
    ],
)
def test_missed_start_turns_yellow_at_once_and_red_after_90_days(days: int, light: Light) -> None:
    found = judged(planned_start=days_ago(days))
    assert found.light == light
    if light != Light.GREEN:
        assert found.reasons[0].text == f"超过计划开工日 {days} 天尚未开工"


def test_late_start_is_forgotten_once_construction_has_started() -> None:
    found = judged(planned_start=days_ago(91), actual_start=AS_OF)
    assert found.light == Light.GREEN


@pytest.mark.parametrize(
    ("days", "light"),
    [
        (0, Light.GREEN),
        (30, Light.GREEN),
        (31, Light.YELLOW),
        (60, Light.YELLOW),
        (61, Light.RED),
    ],
)
def test_missing_enrolment_turns_yellow_after_30_and_red_after_60_days(
    days: int, light: Light
) -> None:
    assert judged(actual_start=days_ago(days)).light == light
    assert judged(actual_start=days_ago(days), enrolled_on=AS_OF).light == Light.GREEN


@pytest.mark.parametrize(
    ("stage", "standing", "light"),
    [
        ("concept", "normal", Light.GREEN),
        ("pipeline", "normal", Light.GREEN),
        ("signed", "normal", Light.GREEN),
        ("preparation", "normal", Light.YELLOW),
        ("started", "normal", Light.YELLOW),
        ("construction", "normal", Light.YELLOW),
        ("completed", "normal", Light.YELLOW),
        ("commissioned", "normal", Light.GREEN),
        ("full_capacity", "normal", Light.GREEN),
        ("construction", "suspended", Light.GREEN),
    ],
)
def test_missing_report_is_a_lapse_from_preparation_to_completion_only(
    stage: str, standing: str, light: Light
) -> None:
    found = judged(stage=stage, standing=standing, money_month=SEPTEMBER, money_report_filed=False)
    assert found.light == light
    assert [each.text for each in found.reasons] == (
        ["9月进展未报送"] if light == Light.YELLOW else []
    )


@pytest.mark.parametrize(
    ("level", "days", "light"),
    [
        (2, 400, Light.GREEN),
        (3, 0, Light.GREEN),
        (3, 1, Light.RED),
        (4, 1, Light.RED),
    ],
)
def test_overdue_matter_of_level_three_is_red(level: int, days: int, light: Light) -> None:
    found = judged(matters=(MatterFact("征地", level, days_ago(days)),))
    assert found.light == light


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"standing": "deferred"}, "项目暂缓，不参与研判"),
        ({"standing": "withdrawn"}, "项目退出，不参与研判"),
        (
            {"has_plan": False, "has_dated_milestone": False},
            "没有年度计划，也没有带计划日期的节点，无法研判",
        ),
    ],
)
def test_grey_stands_alone_whatever_else_would_fire(facts: dict[str, Any], text: str) -> None:
    late = (MilestoneFact("主体封顶", days_ago(91)),)
    found = judged(milestones=late, gap=Decimal(-50), planned_start=days_ago(91), **facts)
    assert found.light == Light.GREY
    assert [(each.rule, each.text) for each in found.reasons] == [("not_judged", text)]


@pytest.mark.parametrize(("plan", "dated"), [(True, False), (False, True)])
def test_plan_or_dated_milestone_is_enough_to_judge(plan: bool, dated: bool) -> None:
    assert judged(has_plan=plan, has_dated_milestone=dated).light == Light.GREEN


LATE_EVERYWHERE: dict[str, Any] = {
    "gap": Decimal(-50),
    "planned_start": days_ago(200),
    "money_month": SEPTEMBER,
    "money_report_filed": False,
    "matters": (MatterFact("征地", 4, days_ago(10)),),
}


@pytest.mark.parametrize(
    ("completed", "done", "light"),
    [
        (days_ago(1), True, Light.GREEN),
        (AS_OF, True, Light.GREEN),
        (days_ago(-1), False, Light.RED),
        (None, False, Light.RED),
    ],
)
def test_finished_project_is_judged_by_milestones_alone(
    completed: date | None, done: bool, light: Light
) -> None:
    found = judged(actual_completion=completed, **LATE_EVERYWHERE)
    assert (found.done, found.light) == (done, light)


def test_finished_project_with_a_late_milestone_is_still_late() -> None:
    found = judged(
        actual_completion=days_ago(60),
        milestones=(MilestoneFact("竣工备案", days_ago(31)),),
        **LATE_EVERYWHERE,
    )
    assert found.done
    assert [each.rule for each in found.reasons] == ["milestone_overdue"]
    assert found.light == Light.RED


def test_worst_comes_first_and_nothing_is_left_out() -> None:
    found = judged(
        milestones=(
            MilestoneFact("明天", days_ago(-1)),
            MilestoneFact("超期一点", days_ago(3)),
            MilestoneFact("下周", days_ago(-7)),
            MilestoneFact("超期很久", days_ago(45)),
            MilestoneFact("超期更久", days_ago(46)),
        ),
        gap=Decimal("-10.5"),
        money_month=SEPTEMBER,
        money_report_filed=False,
        planned_start=days_ago(20),
    )
    assert found.light == Light.RED
    assert [(each.light.value, each.text) for each in found.reasons] == [
        ("red", "节点“超期更久”超期 46 天"),
        ("red", "节点“超期很久”超期 45 天"),
        ("yellow", "超过计划开工日 20 天尚未开工"),
        ("yellow", "节点“超期一点”超期 3 天"),
        ("yellow", "投资完成落后序时 10.5 个百分点"),
        ("yellow", "9月进展未报送"),
        ("blue", "节点“明天”还有 1 天到期"),
        ("blue", "节点“下周”还有 7 天到期"),
    ]


def test_agency_of_the_project_answers_where_a_milestone_names_none() -> None:
    found = judged(milestones=(MilestoneFact("封顶", days_ago(1)),), agency="区发改局")
    assert found.reasons[0].agency == "区发改局"


def test_thresholds_move_the_ladders() -> None:
    strict = Thresholds(
        milestone_red_days=5, due_soon_days=3, gap_red=Decimal(5), gap_yellow=Decimal(1)
    )
    assert judged(strict, milestones=(MilestoneFact("a", days_ago(6)),)).light == Light.RED
    assert judged(strict, milestones=(MilestoneFact("a", days_ago(5)),)).light == Light.YELLOW
    assert judged(strict, milestones=(MilestoneFact("a", days_ago(-4)),)).light == Light.GREEN
    assert judged(strict, gap=Decimal("-5.01")).light == Light.RED
    assert judged(strict, gap=Decimal("-1")).light == Light.BLUE


def test_nothing_late_is_green_without_reasons() -> None:
    found = judged()
    assert (found.light, found.reasons, found.done) == (Light.GREEN, (), False)


def test_severity_ranks_grey_below_green_and_red_on_top() -> None:
    assert sorted(Light, key=lambda light: SEVERITY[light]) == [
        Light.GREY,
        Light.GREEN,
        Light.BLUE,
        Light.YELLOW,
        Light.RED,
    ]


def test_each_reason_says_what_it_is_about_by_a_key_that_outlasts_its_name() -> None:
    found = judged(
        milestones=(MilestoneFact("封顶", days_ago(3), key="7"),),
        matters=(MatterFact("征地", 4, days_ago(3), key="8"),),
        gap=Decimal(-20),
        money_report_filed=False,
        money_month=SEPTEMBER,
        override=Override(Light.BLUE, "会议议定", "王五", date(2024, 10, 31), key="9"),
    )
    assert {each.rule: each.subject for each in found.reasons} == {
        "override": Subject("override", "9", "王五，有效至 2024-10-31"),
        "matter_overdue": Subject("matter", "8", "征地"),
        "milestone_overdue": Subject("milestone", "7", "封顶"),
        "gap": None,
        "report_missing": Subject("month", "2024-09", "2024年9月"),
    }
