"""The invented portfolio keeps its promises, read as its files stand; no database needed."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from kuancheng.demo import portfolio as demo
from projects.choices import AgencyKind, ReplanReason
from projects.reference import FOLDER as REFERENCE
from projects.rules.calendars import CONSTRUCTION, ONE_DAY, Calendars
from projects.rules.workdays import is_workday

NAMED = {
    "中粮油脂": ("new_start", "signed"),
    "鑫祥发电": ("new_start", "preparation"),
    "富奥智慧新能源": ("new_start", "preparation"),
    "鲜啤30公里啤酒加工": ("new_start", "signed"),
    "万达广场4.0版": ("continuing", "construction"),
    "云辉年处理5万吨电路板": ("continuing", "construction"),
    "天茂医药医疗器械": ("continuing", "construction"),
    "区医院异地建设": ("continuing", "construction"),
    "热电一厂熔盐储能": ("preparatory", "signed"),
    "金润新能源": ("preparatory", "preparation"),
    "顺风农业有机肥": ("preparatory", "preparation"),
    "东北亚农产品批发市场": ("preparatory", "preparation"),
}
PHASES = ("siting", "permit", "construction", "acceptance", "production")
WINTER = (11, 12, 1, 2, 3)

Entry = dict[str, Any]


def read_projects() -> list[Entry]:
    files = sorted((demo.FOLDER / "projects").glob("*.json"))
    return [json.loads(path.read_text("utf-8")) for path in files]


PROJECTS = read_projects()
INVENTED = [entry for entry in PROJECTS if entry["name"] not in NAMED]


def days(step: Entry) -> Iterator[date]:
    """The days of a milestone that are given."""
    for text in (*step.get("planned", ()), *step.get("actual", ())):
        if text:
            yield date.fromisoformat(text)


def steps(*phases: str) -> Iterator[tuple[str, Entry]]:
    for entry in PROJECTS:
        for step in entry["milestones"]:
            if not phases or step["phase"] in phases:
                yield entry["code"], step


def test_45_projects_of_5000_and_more_add_up_to_559_6() -> None:
    totals = [Decimal(entry["total_investment"]) for entry in PROJECTS]
    assert len(totals) == 45
    assert min(totals) >= Decimal("5000")
    assert sum(totals) == Decimal("5596000.00")


def test_twelve_are_named_by_the_report_with_its_class_and_stage() -> None:
    found = {
        entry["name"]: (entry["year_class"], entry["stage"])
        for entry in PROJECTS
        if entry not in INVENTED
    }
    assert found == NAMED


def test_named_projects_carry_the_reports_sentence_and_aliases() -> None:
    reported = {
        entry["name"]: (entry["aliases"], entry["source_quote"])
        for entry in json.loads((REFERENCE / "projects.json").read_text("utf-8"))
        if entry["programme"] == "kc-2024"
    }
    found = {
        entry["name"]: (entry["aliases"], entry["source_quote"])
        for entry in PROJECTS
        if entry["name"] in NAMED
    }
    assert found == reported


def test_33_are_invented_and_say_so_in_their_names() -> None:
    assert len(INVENTED) == 33
    assert all(entry["name"].startswith("示例") for entry in INVENTED)


@pytest.mark.parametrize("name", ["agencies", "officials", "accounts"])
def test_people_and_agencies_say_that_they_are_invented(name: str) -> None:
    entries = json.loads((demo.FOLDER / f"{name}.json").read_text("utf-8"))
    field = "full_name" if name == "accounts" else "name"
    assert [each for each in entries if not each[field].startswith("示例")] == []


def test_no_problem_is_attributed_to_a_project_that_exists() -> None:
    told = [
        (entry["code"], text)
        for entry in PROJECTS
        if entry["name"] in NAMED
        for text in (
            *(report.get("problems", "") for report in entry["reports"]),
            *(step.get("note", "") for step in entry["milestones"]),
            *(step.get("late_reason", "") for step in entry["milestones"]),
        )
        if text
    ]
    assert told == []


def test_every_project_has_its_people_agencies_and_steps() -> None:
    for entry in PROJECTS:
        roles = {person["role"] for person in entry["people"]}
        assert roles == {
            "lead_official",
            "liaison_officer",
            "task_force_head",
            "task_force_member",
        }
        assert all(entry[field] for field in ("owner", "lead_agency", "subdistrict"))
        assert all(entry[field] for field in ("industry", "nature", "management_type"))
        assert 6 <= len(entry["milestones"]) <= 12, entry["code"]


def test_steps_stand_in_the_order_of_the_phases() -> None:
    for entry in PROJECTS:
        order = [PHASES.index(step["phase"]) for step in entry["milestones"]]
        assert order == sorted(order), entry["code"]


def test_the_building_permit_comes_before_the_first_spade() -> None:
    started = [entry for entry in PROJECTS if "actual_start" in entry]
    assert len(started) > 25
    for entry in started:
        permit = next(each for each in entry["milestones"] if each["name"] == "施工许可证")
        assert permit["actual"][1] < entry["actual_start"], entry["code"]


def test_dates_of_steps_are_working_days() -> None:
    wrong = [(code, step["name"], day) for code, step in steps() for day in days(step)]
    assert [each for each in wrong if not is_workday(each[2])] == []


def test_no_work_starts_or_ends_in_winter() -> None:
    built = [
        (code, step["name"], day) for code, step in steps("construction") for day in days(step)
    ]
    built += [
        (entry["code"], field, date.fromisoformat(entry[field]))
        for entry in PROJECTS
        for field in ("planned_start", "actual_start")
        if field in entry
    ]
    assert len(built) > 300
    assert [each for each in built if each[2].month in WINTER] == []


def before(entry: Entry, step: Entry) -> list[Entry]:
    """The steps that a step waits for."""
    return [
        entry["milestones"][int(number) - 1]
        for number in step.get("after", "").split(",")
        if number
    ]


def planned(step: Entry) -> tuple[date, date]:
    first, last = map(date.fromisoformat, step["planned"])
    return first, last


def actual(step: Entry) -> tuple[date | None, date | None]:
    first, last = step.get("actual", (None, None))
    return first and date.fromisoformat(first), last and date.fromisoformat(last)


def test_all_projects_but_two_can_be_scheduled() -> None:
    undated = {
        entry["code"]
        for entry in PROJECTS
        if not any("duration" in step for step in entry["milestones"])
    }
    assert undated == {"KC-0009", "KC-0040"}
    for entry in PROJECTS:
        if entry["code"] not in undated:
            assert "planned_completion" in entry, entry["code"]
            assert all(step["duration"] >= 1 for step in entry["milestones"]), entry["code"]


def test_no_step_is_planned_before_those_that_it_waits_for_are_finished() -> None:
    pairs = [
        (entry["code"], step["name"], planned(earlier)[1], planned(step)[0])
        for entry in PROJECTS
        for step in entry["milestones"]
        for earlier in before(entry, step)
    ]
    assert len(pairs) > 350
    assert [pair for pair in pairs if pair[2] >= pair[3]] == []


def test_no_step_began_before_those_that_it_waits_for_were_finished() -> None:
    wrong = [
        (entry["code"], step["name"], earlier["name"])
        for entry in PROJECTS
        for step in entry["milestones"]
        if (start := actual(step)[0])
        for earlier in before(entry, step)
        if not (finish := actual(earlier)[1]) or finish >= start
    ]
    assert wrong == []


def test_what_has_not_begun_fits_into_its_planned_days() -> None:
    calendars = Calendars()
    for code, step in steps():
        if "planned" in step and "actual" not in step:
            first, last = planned(step)
            line = calendars.line(step.get("unit", "working"))
            assert step["duration"] <= line.between(first, last + ONE_DAY), (code, step["name"])


def test_what_stands_in_the_open_is_counted_in_construction_days() -> None:
    outdoor = ("基础", "桩基", "路基", "沥青", "绿化", "道路管网", "封顶")
    open_air = [
        (code, step["name"], step.get("unit"))
        for code, step in steps("construction")
        if any(word in step["name"] for word in outdoor) and "duration" in step
    ]
    assert len(open_air) > 50
    assert [each for each in open_air if each[2] != CONSTRUCTION] == []


def test_who_finished_late_says_why() -> None:
    late = [
        (code, step["name"], step.get("late_reason", ""))
        for code, step in steps()
        if (finish := actual(step)[1]) and finish > planned(step)[1]
    ]
    assert len(late) > 50
    assert [each for each in late if not each[2]] == []


def test_plans_were_approved_in_turn_and_the_last_one_is_in_force() -> None:
    for entry in PROJECTS:
        plans = entry.get("baselines", [])
        approved = [date.fromisoformat(plan["approved"]) for plan in plans]
        assert approved == sorted(approved), entry["code"]
        assert all(is_workday(day) and day < demo.DATA_DAY for day in approved), entry["code"]
        reasons = [plan["reason"] for plan in plans]
        assert set(reasons) <= set(ReplanReason.values)
        if plans:
            assert plans[-1]["promised"] == entry["planned_completion"]
            assert "days" not in plans[-1]


def test_no_replan_moved_a_step_that_had_begun() -> None:
    for entry in PROJECTS:
        plans = entry.get("baselines", [])
        for earlier, later in pairwise(plans):
            for order, days in earlier.get("days", {}).items():
                step = entry["milestones"][int(order) - 1]
                start, _ = actual(step)
                began = start is not None and start <= date.fromisoformat(later["approved"])
                kept = later.get("days", {}).get(order, step["planned"])
                assert not began or kept == days, (entry["code"], step["name"])


def test_what_is_under_way_has_an_approved_plan() -> None:
    for entry in PROJECTS:
        if "actual_start" in entry:
            assert entry["baselines"], entry["code"]


def test_nothing_has_happened_after_the_day_of_the_data() -> None:
    done = [day for _, step in steps() for day in step.get("actual", ()) if day]
    done += [value for entry in PROJECTS for field, value in entry.items() if "actual_" in field]
    assert max(done) < demo.DATA_DAY.isoformat()


def test_physical_progress_never_falls() -> None:
    for entry in PROJECTS:
        percents = [Decimal(report["percent"]) for report in entry["reports"]]
        assert percents == sorted(percents), entry["code"]


def test_completed_money_never_exceeds_the_total() -> None:
    for entry in PROJECTS:
        completed = sum(Decimal(report["completed"]) for report in entry["reports"])
        assert completed <= Decimal(entry["total_investment"]), entry["code"]


def test_money_follows_the_season() -> None:
    """Little in the frost, most in summer: over the portfolio, of what January to September brought."""
    by_month: Counter[str] = Counter()
    for entry in PROJECTS:
        for report in entry["reports"]:
            by_month[report["month"]] += int(Decimal(report["completed"]))
    year = sum(by_month.values())
    assert by_month["2024-01"] + by_month["2024-02"] < year * Decimal("0.04")
    assert sum(by_month[f"2024-{month:02}"] for month in (5, 6, 7, 8)) > year * Decimal("0.6")


def test_reports_are_of_january_to_september_without_a_gap() -> None:
    for entry in PROJECTS:
        months = [report["month"] for report in entry["reports"]]
        assert months == [f"2024-{number:02}" for number in range(1, len(months) + 1)]
        assert len(months) <= 9


def test_signed_and_pipeline_projects_report_nothing() -> None:
    silent = {entry["stage"] for entry in PROJECTS if not entry["reports"]}
    assert silent == {"signed", "pipeline"}


def test_no_clerk_writes_the_same_line_twice() -> None:
    for entry in PROJECTS:
        lines = [report["progress"] for report in entry["reports"]]
        assert len(lines) == len(set(lines)), entry["code"]


def test_most_september_reports_are_approved() -> None:
    states = Counter(
        report["state"]
        for entry in PROJECTS
        for report in entry["reports"]
        if report["month"] == "2024-09"
    )
    assert states["approved"] >= 30
    assert states["submitted"] >= 2
    assert (states["draft"], states["returned"]) == (1, 1)


def test_plans_are_typed_by_month_for_the_fewer() -> None:
    plans = [entry["plan"] for entry in PROJECTS if entry["plan"]]
    typed = [plan for plan in plans if "months" in plan]
    assert 0 < len(typed) < len(plans) / 2 + 1
    for plan in typed:
        assert sum(map(Decimal, plan["months"])) == Decimal(plan["amount"])


def test_lead_officials_lead_three_to_six_and_one_was_replaced() -> None:
    leads = [
        person
        for entry in PROJECTS
        for person in entry["people"]
        if person["role"] == "lead_official"
    ]
    current = Counter(person["official"] for person in leads if "until" not in person)
    former = {person["official"] for person in leads if "until" in person}
    assert set(current.values()) <= {3, 4, 5, 6}
    assert len(former) == 1
    assert former.isdisjoint(current)


def test_invented_national_codes_name_no_district() -> None:
    codes = [entry["national_code"] for entry in PROJECTS if "national_code" in entry]
    assert codes
    assert all(code.split("-")[1] == "999999" for code in codes)


def test_the_last_month_has_ended_by_the_day_of_the_data() -> None:
    months = {report["month"] for entry in PROJECTS for report in entry["reports"]}
    assert max(months) == "2024-09" < f"{demo.DATA_DAY:%Y-%m}"


def test_what_was_begun_earlier_has_an_opening_figure_that_fits_its_progress() -> None:
    for entry in PROJECTS:
        begun = entry.get("actual_start", "9999") < "2024" and entry["reports"]
        assert bool(begun) == ("opening" in entry), entry["code"]
        if begun:
            spent = sum(Decimal(each["completed"] or 0) for each in entry["reports"])
            spent += Decimal(entry["opening"]["completed"])
            share = spent * 100 / Decimal(entry["total_investment"])
            assert share <= 100, entry["code"]
            assert abs(share - Decimal(entry["reports"][-1]["percent"])) < 30, entry["code"]


def test_agencies_of_all_three_kinds_are_invented() -> None:
    entries = json.loads((demo.FOLDER / "agencies.json").read_text("utf-8"))
    assert {entry["kind"] for entry in entries} == set(AgencyKind.values)
