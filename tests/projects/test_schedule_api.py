"""Schedules and baselines through the API: what they say, what is refused, what they cost."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.roles import READER
from projects.choices import DurationUnit, PauseReason, Phase, ReplanReason
from projects.models import Baseline, BaselineEntry, CalendarDay, Milestone, Pause, Project
from projects.models import WinterWindow as Winter
from tests import factories

pytestmark = pytest.mark.django_db

PREVIEW = "/api/v1/schedules/preview/"

# 15 October 2024 is a Tuesday; Saturday the 12th is worked.
A = {"key": "a", "name": "土方", "duration": 3, "unit": "working"}
B = {"key": "b", "name": "主体", "duration": 5, "unit": "calendar", "after": ["a"]}


def plan(*steps: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"finish": "2024-10-25", "as_of": "2024-10-15", "steps": list(steps) or [A, B]} | members


def preview(api: Client, body: Any) -> dict[str, Any]:
    response = api.post(PREVIEW, body, content_type="application/json")
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def refused(api: Client, body: Any, status: int = 400, **kwargs: Any) -> dict[str, Any]:
    response = api.post(PREVIEW, body, **{"content_type": "application/json"} | kwargs)
    assert response.status_code == status, response.text
    assert response["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert any("一" <= letter <= "鿿" for letter in found["detail"]), found
    return found


def test_a_plan_that_can_be_kept_has_its_days(api: Client) -> None:
    assert preview(api, plan()) == {
        "feasible": True,
        "earliest_finish": "2024-10-22",
        "late_by": 0,
        "late_by_working": 0,
        "critical": ["a", "b"],
        "steps": [
            {
                "key": "a",
                "latest_start": "2024-10-16",
                "latest_finish": "2024-10-18",
                "earliest_start": "2024-10-15",
                "earliest_finish": "2024-10-17",
                "float_days": 1,
                "critical": True,
            },
            {
                "key": "b",
                "latest_start": "2024-10-21",
                "latest_finish": "2024-10-25",
                "earliest_start": "2024-10-18",
                "earliest_finish": "2024-10-22",
                "float_days": 3,
                "critical": True,
            },
        ],
        "broken": [],
        "flags": [],
        "suggestions": [],
    }


def test_a_plan_that_is_late_says_by_how_much_and_what_would_help(api: Client) -> None:
    found = preview(api, plan(finish="2024-10-20"))
    assert (found["feasible"], found["late_by"], found["late_by_working"]) == (False, 2, 2)
    assert [each["float_days"] for each in found["steps"]] == [-2, -2]
    first, second = {"key": "a", "name": "土方"}, {"key": "b", "name": "主体"}
    shorten = {"kind": "shorten", "kind_label": "压缩工期", "after": None}
    assert found["suggestions"] == [
        shorten | {"step": first, "days": 1},
        shorten | {"step": second, "days": 3},
        {
            "kind": "parallel",
            "kind_label": "并行推进",
            "step": second,
            "days": None,
            "after": first,
        },
    ]


def test_a_step_that_breaks_its_own_promise_is_told(api: Client) -> None:
    found = preview(api, plan(A | {"finish_by": "2024-10-16"}))
    assert (found["feasible"], found["late_by"]) == (False, 0)
    assert found["broken"] == [
        {
            "step": {"key": "a", "name": "土方"},
            "what": "finish",
            "what_label": "完成",
            "promised": "2024-10-16",
            "earliest": "2024-10-17",
            "late_by": 1,
        }
    ]


def finish(api: Client, step: dict[str, Any], **members: Any) -> str:
    found: str = preview(api, plan(step, **members))["earliest_finish"]
    return found


def test_what_happened_and_what_stood_still_counts(api: Client) -> None:
    # Two of the three days are spent on the 11th and the 14th.
    assert finish(api, A | {"actual_start": "2024-10-12"}) == "2024-10-15"
    assert finish(api, A | {"actual_start": None}) == "2024-10-17"
    assert finish(api, A | {"pauses": [{"first": "2024-10-16", "last": "2024-10-17"}]}) == (
        "2024-10-21"
    )
    done = A | {"actual_start": "2024-10-08", "actual_finish": "2024-10-09"}
    assert finish(api, done) == "2024-10-09"


def test_what_is_left_out_is_taken_from_the_site(api: Client) -> None:
    CalendarDay.objects.create(date=date(2024, 10, 16), works=False, name="停电")
    Winter.objects.create(year=2024, first=date(2024, 11, 10), last=date(2025, 4, 5))
    outdoor = {"key": "c", "duration": 2, "unit": "construction"}
    body = plan(A)
    del body["as_of"]
    assert preview(api, body)["earliest_finish"] == "2024-10-18"  # today is the 15th
    assert finish(api, outdoor, as_of="2024-11-09") == "2025-04-06"

    # Given ones stand in place of the site's.
    assert finish(api, A, holidays={}) == "2024-10-17"
    assert finish(api, A, holidays={"2024-10-15": "off", "2024-10-19": "work"}) == "2024-10-18"
    assert finish(api, A, holidays={"2024-10-17": "off", "2024-10-18": "off"}) == "2024-10-21"
    assert finish(api, outdoor, as_of="2024-11-09", winter=[]) == "2024-11-10"
    winter = [["11-10", "02-29"]]
    assert finish(api, outdoor, as_of="2024-11-09", winter=winter) == "2025-03-01"


MANY = [{"key": str(number), "duration": 1} for number in range(1_001)]
PAUSED = A | {"pauses": [{"first": "2024-10-16"}] * 60}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"finish": "2024-02-30"}, "finish", "不是存在的日期"),
        ({"finish": 20241025}, "finish", "应为日期文字"),
        ({"finish": None}, "finish", "不能为空"),
        ({"finish": "1999-12-31"}, "finish", "2000-01-01"),
        ({"as_of": "2024-10-15T00:00:00"}, "as_of", "不是存在的日期"),
        ({"deadline": "2024-10-25"}, "deadline", "没有成员“deadline”"),
        ({"winter": [["11-31", "03-31"]]}, "winter[0][0]", "“11-31”不是存在的月日"),
        ({"winter": [["11-01"]]}, "winter[0]", "至少 2 项"),
        ({"winter": [["11-01", None]]}, "winter[0][1]", "不能为空（null）"),
        ({"winter": [["11-01", 331]]}, "winter[0][1]", "“331”不是存在的月日"),
        ({"winter": "11-01"}, "winter", "应为列表"),
        ({"winter": [["01-01", "12-31"]]}, "winter", "冬季停工期占满了全年"),
        ({"holidays": {"2024-02-30": "off"}}, "holidays.2024-02-30", "不是存在的日期"),
        ({"holidays": {"2024-10-01": "rest"}}, "holidays.2024-10-01", "off、work"),
        ({"holidays": {"2024-10-01": True}}, "holidays.2024-10-01", "“true”不可用"),
        ({"holidays": []}, "holidays", "以日期为成员名"),
        ({"steps": []}, "steps", "没有步骤"),
        ({"steps": {}}, "steps", "应为列表"),
        ({"steps": ["a"]}, "steps[0]", "应为 JSON 对象"),
        ({"steps": MANY}, "steps", "最多 1000 项"),
        ({"steps": [A, B, A | {"key": "c", "duration": 0}]}, "steps[2].duration", "步骤“土方”"),
        ({"steps": [A | {"duration": "3"}]}, "steps[0].duration", "应为整数，不加引号"),
        ({"steps": [A | {"duration": True}]}, "steps[0].duration", "应为整数"),
        ({"steps": [A | {"duration": 2.5}]}, "steps[0].duration", "应为整数"),
        ({"steps": [A | {"duration": 10**30}]}, "steps[0].duration", "不能大于 10000"),
        ({"steps": [{"key": "a"}]}, "steps[0].duration", "步骤“a”：必须给出"),
        ({"steps": [A | {"unit": "weeks"}]}, "steps[0].unit", "“weeks”不可用"),
        ({"steps": [A | {"key": 1}]}, "steps[0].key", "应为文字"),
        ({"steps": [A | {"key": ""}]}, "steps[0].key", "不能为空"),
        ({"steps": [A | {"key": "a\x00"}]}, "steps[0].key", "NUL"),
        ({"steps": [A | {"name": "字" * 101}]}, "steps[0].name", "最多 100 个字"),
        ({"steps": [A | {"colour": "red"}]}, "steps[0].colour", "没有成员“colour”"),
        ({"steps": [A | {"after": "b"}]}, "steps[0].after", "应为列表"),
        ({"steps": [A | {"after": [["b"]]}]}, "steps[0].after[0]", "应为文字"),
        ({"steps": [A | {"pauses": [{}]}]}, "steps[0].pauses[0].first", "必须给出"),
        ({"steps": [PAUSED, PAUSED | {"key": "c"}]}, "steps", "暂停一共最多 100 段"),
        # What the engine refuses is told by the step's key.
        ({"steps": [A | {"after": ["z"]}]}, "steps.a", "步骤“土方”的前置步骤“z”不存在"),
        ({"steps": [A, A]}, "steps.a", "重复"),
        ({"steps": [A | {"after": ["b"]}, B]}, "steps.a", "“土方” → “主体” → “土方”"),
        ({"steps": [A | {"actual_start": "2024-10-16"}]}, "steps.a", "晚于截至日期"),
        ({"steps": [A | {"duration": 10_000}] * 1 + [B | {"duration": 10_000}]}, "", "以外"),
    ],
)
def test_what_makes_no_sense_is_named(
    api: Client, change: dict[str, Any], field: str, words: str
) -> None:
    found = refused(api, plan() | change)
    [error] = found["errors"]
    assert not field or error["field"] == field
    assert words in error["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "必须给出"),
        ("{}", "必须给出"),
        ("[]", "应为 JSON 对象"),
        ("null", "不能为空"),
        ('"a"', "应为 JSON 对象"),
        ("finish=2024-10-25", "不是有效的 JSON"),
        ('{"finish": NaN}', "没有 NaN"),
        ('{"finish": "2024-10-25", "finish": "2024-10-26"}', "成员不重复"),
        ('{"finish": "\\ud800"}', "不是有效的 JSON"),
        (b"\xff\xfe", "UTF-8"),
        ("[" * 100_000, "不是有效的 JSON"),
    ],
)
def test_what_is_not_a_json_object_is_refused(api: Client, body: Any, words: str) -> None:
    assert words in refused(api, body)["detail"]


def test_all_that_is_wrong_is_named_at_once_up_to_a_hundred(api: Client) -> None:
    body = plan(A | {"duration": 0}, B | {"unit": "weeks"}, finish="soon")
    assert [each["field"] for each in refused(api, body)["errors"]] == [
        "finish",
        "steps[0].duration",
        "steps[1].unit",
    ]
    assert len(refused(api, plan(*({"key": str(n)} for n in range(300))))["errors"]) == 100


def test_a_body_of_two_megabytes_is_too_large(api: Client) -> None:
    body = json.dumps(plan(A | {"name": "字" * 350_000}))
    assert "最多 1000000 字节" in refused(api, body, 413)["detail"]


def test_another_content_type_is_refused(api: Client) -> None:
    found = refused(api, "<plan/>", 415, content_type="application/xml")
    assert "Content-Type: application/json" in found["detail"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_an_empty_form_is_told_what_is_missing(api: Client, kind: str) -> None:
    found = refused(api, "", content_type=kind)
    assert [each["field"] for each in found["errors"]] == ["finish", "steps"]


def test_a_query_parameter_is_refused(api: Client) -> None:
    response = api.post(f"{PREVIEW}?as_of=2024-10-15", plan(), content_type="application/json")
    assert response.status_code == 400


def test_only_post_is_answered(api: Client) -> None:
    assert api.get(PREVIEW).status_code == 405


def test_a_stranger_is_refused_before_the_body_is_read(client: Client) -> None:
    refused(client, "not json", 401)


def test_an_account_without_the_right_is_refused() -> None:
    client = Client()
    client.force_login(factories.user())
    refused(client, plan(), 403)


def test_a_session_needs_its_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user(READER))
    assert "CSRF 令牌" in refused(client, plan(), 403)["detail"]
    client.cookies["csrftoken"] = token = "t" * 32
    headers = {"x-csrftoken": token}
    response = client.post(PREVIEW, plan(), content_type="application/json", headers=headers)
    assert response.status_code == 200


def test_suggestions_are_left_out_of_very_large_plans(api: Client) -> None:
    def chain(length: int) -> list[dict[str, Any]]:
        steps = [{"key": "0", "duration": 100, "unit": "calendar"}]
        return steps + [
            {"key": str(n), "duration": 1, "unit": "calendar", "after": [str(n - 1)]}
            for n in range(1, length)
        ]

    for length, told in ((300, True), (301, False)):
        # One day late: the first step could be cut by a day.
        body = plan(*chain(length), as_of="2024-01-01", finish="2025-02-01")
        body["finish"] = str(date.fromordinal(date(2024, 1, 1).toordinal() + 99 + length - 2))
        found = preview(api, body)
        assert found["late_by"] == 1
        assert bool(found["suggestions"]) is told


def test_a_preview_asks_only_for_the_calendars(api: Client) -> None:
    preview(api, plan())  # notes the use of the key
    with CaptureQueriesContext(connection) as queries:
        preview(api, plan())
    # Key, its entry in the audit (it posted), two for rights, two for the calendars.
    assert len(queries) == 6


def scheduled(code: str = "A", **fields: Any) -> tuple[Project, list[Milestone]]:
    """Steps 1 and 2 of the plan above as milestones, promised for 25 October."""
    project = factories.project(
        code=code, name=f"项目{code}", **{"planned_completion": date(2024, 10, 25)} | fields
    )
    made = [
        factories.milestone(
            project=project,
            order=1,
            name="土方",
            duration=3,
            planned_start=date(2024, 10, 14),
            planned_finish=date(2024, 10, 16),
        ),
        factories.milestone(
            project=project,
            order=2,
            name="主体",
            duration=5,
            unit=DurationUnit.CALENDAR,
            after="1",
            planned_finish=date(2024, 10, 25),
        ),
    ]
    return project, made


def schedule(api: Client, code: str = "A", **params: str) -> dict[str, Any]:
    response = api.get(f"/api/v1/projects/{code}/schedule/", params)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_a_project_says_whether_its_promise_can_be_kept(api: Client) -> None:
    scheduled()
    found = schedule(api)
    first, second = found.pop("steps")
    assert found == {
        "project": {"code": "A", "name": "项目A"},
        "as_of": "2024-10-15",
        "promised": "2024-10-25",
        "forecast": "2024-10-22",
        "late_by": 0,
        "late_by_working": 0,
        "feasible": True,
        "finish": "2024-10-25",
        "earliest_finish": "2024-10-22",
        "critical": [{"key": "1", "name": "土方"}, {"key": "2", "name": "主体"}],
        "broken": [],
        "flags": [],
        "suggestions": [],
        "problems": [],
    }
    assert first["float_days"] == 1
    assert second == {
        "key": "2",
        "name": "主体",
        "duration": 5,
        "unit": "calendar",
        "unit_label": "日历日",
        "after": ["1"],
        "actual_start": None,
        "actual_finish": None,
        "latest_start": "2024-10-21",
        "latest_finish": "2024-10-25",
        "earliest_start": "2024-10-18",
        "earliest_finish": "2024-10-22",
        "float_days": 3,
        "critical": True,
    }


def test_a_project_that_is_late_says_by_how_much_and_what_would_help(api: Client) -> None:
    scheduled(planned_completion=date(2024, 10, 20))
    found = schedule(api)
    assert (found["feasible"], found["forecast"]) == (False, "2024-10-22")
    assert (found["late_by"], found["late_by_working"]) == (2, 2)
    assert [(each["kind"], each["step"]["key"]) for each in found["suggestions"]] == [
        ("shorten", "1"),
        ("shorten", "2"),
        ("parallel", "2"),
    ]
    assert found["broken"] == []  # the completion is no promise of a step's own
    # Eight days earlier there was time enough.
    assert schedule(api, as_of="2024-10-07")["feasible"] is True


def test_a_project_that_cannot_be_scheduled_says_why(api: Client) -> None:
    factories.project(code="A")
    found = schedule(api)
    assert found["problems"] == ["没有登记计划竣工日期，无法倒排。"]
    assert (found["feasible"], found["forecast"], found["late_by"]) == (None, None, None)
    assert (found["steps"], found["critical"]) == ([], [])


def test_the_schedule_of_an_unknown_project_is_not_found(api: Client) -> None:
    response = api.get("/api/v1/projects/KC-9999/schedule/")
    assert response.status_code == 404
    assert response.json()["detail"] == "没有编号为“KC-9999”的重点项目。"
    assert api.get("/api/v1/projects/KC-9999/schedule/?day=1").status_code == 400


def milestones(api: Client, **params: Any) -> list[dict[str, Any]]:
    response = api.get("/api/v1/milestones/", params)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["results"]
    return found


def test_a_milestone_says_where_it_stands_in_the_schedule(api: Client) -> None:
    _, made = scheduled()
    _, second = milestones(api)
    shown = {
        "number": 2,
        "duration": 5,
        "unit": "calendar",
        "unit_label": "日历日",
        "after": [1],
        "confirmed": False,
        "late_reason": "",
        "latest_start": "2024-10-21",
        "latest_finish": "2024-10-25",
        "earliest_start": "2024-10-18",
        "earliest_finish": "2024-10-22",
        "float_days": 3,
        "critical": True,
        "baseline_finish": None,
        "last_baseline_finish": None,
        "slip_days": None,
        "last_slip_days": None,
    }
    assert second | shown == second
    alone = api.get(f"/api/v1/milestones/{made[1].pk}/?as_of=2024-10-14").json()
    assert (alone["earliest_start"], alone["float_days"]) == ("2024-10-17", 4)


def test_milestones_of_two_projects_do_not_mix(api: Client) -> None:
    scheduled("A")
    scheduled("B", planned_completion=date(2024, 10, 24))
    bare = factories.project(code="C")
    factories.milestone(project=bare, order=1)
    assert [each["float_days"] for each in milestones(api)] == [1, 3, 1, 2, None]
    assert milestones(api)[4]["critical"] is None


def baseline(project: Project, number: int | None, day: date, **days: date) -> Baseline:
    """A baseline of all milestones; those named by number (`m1`) finish on those days."""
    made = Baseline.objects.create(
        project=project,
        number=number,
        reason=ReplanReason.INITIAL if number == 1 else ReplanReason.FUNDS,
        note="说明",
        promised_completion=project.planned_completion,
        author=factories.user(full_name="提出人"),
        approver=factories.user(full_name="批准人") if number else None,
        approved_at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC) if number else None,
    )
    for each in project.milestones.all():
        BaselineEntry.objects.create(
            baseline=made,
            milestone=each,
            order=each.order,
            name=each.name,
            planned_finish=days.get(f"m{each.order}", each.planned_finish),
        )
    return made


def test_a_milestone_slips_against_its_first_and_its_last_baseline(api: Client) -> None:
    project, made = scheduled()
    baseline(project, 1, date(2024, 3, 1), m1=date(2024, 10, 6), m2=date(2024, 10, 15))
    baseline(project, 2, date(2024, 6, 1), m1=date(2024, 10, 17), m2=date(2024, 10, 20))
    baseline(project, None, date(2024, 9, 1), m1=date(2025, 1, 1), m2=date(2025, 1, 1))
    made[0].actual_finish = date(2024, 10, 14)
    made[0].save()

    def told(**params: str) -> list[tuple[Any, ...]]:
        names = ("baseline_finish", "last_baseline_finish", "slip_days", "last_slip_days")
        return [tuple(each[name] for name in names) for each in milestones(api, **params)]

    # Finished on the 14th; planned for the 25th.
    assert told() == [("2024-10-06", "2024-10-17", 8, -3), ("2024-10-15", "2024-10-20", 10, 5)]
    # Before that day it was planned for the 16th; before June there was one baseline.
    assert told(as_of="2024-05-31")[0] == ("2024-10-06", "2024-10-06", 10, 10)
    assert told(as_of="2024-02-29")[0] == (None, None, None, None)


def baselines(api: Client, **params: Any) -> list[tuple[str, Any]]:
    response = api.get("/api/v1/baselines/", params)
    assert response.status_code == 200, response.text
    return [(row["project"]["code"], row["number"]) for row in response.json()["results"]]


def test_baselines_are_found_by_project_and_state(api: Client) -> None:
    (first, _), (second, _) = scheduled("A"), scheduled("B")
    baseline(first, 1, date(2024, 3, 1))
    baseline(first, 2, date(2024, 6, 1))
    baseline(first, None, date(2024, 9, 1))
    baseline(second, 1, date(2024, 4, 1))
    assert baselines(api) == [("A", 1), ("A", 2), ("B", 1)]
    assert baselines(api, project="A") == [("A", 1), ("A", 2)]
    assert baselines(api, state="proposed") == [("A", None)]
    assert baselines(api, state=["approved", "proposed"], project="A") == [
        ("A", 1),
        ("A", 2),
        ("A", None),
    ]
    assert baselines(api, reason="funds") == [("A", 2)]
    assert baselines(api, approved_since="2024-04-01") == [("A", 2), ("B", 1)]
    assert baselines(api, ordering="-approved_at") == [("A", 2), ("B", 1), ("A", 1)]
    assert api.get("/api/v1/baselines/?state=draft").status_code == 400
    assert api.get("/api/v1/baselines/?updated_since=2024-01-01").status_code == 400


def test_a_baseline_keeps_the_days_that_were_approved(api: Client) -> None:
    project, _ = scheduled()
    made = baseline(project, 1, date(2024, 3, 1), m1=date(2024, 10, 6))
    row = api.get(f"/api/v1/baselines/{made.pk}/").json()
    assert row.pop("proposed_at")
    assert row == {
        "id": made.pk,
        "project": {"code": "A", "name": "项目A"},
        "number": 1,
        "reason": "initial",
        "reason_label": "首次批准",
        "note": "说明",
        "promised_completion": "2024-10-25",
        "author": "提出人",
        "approver": "批准人",
        "approved_at": "2024-03-01T12:00:00+08:00",
        "entries": [
            {
                "number": 1,
                "name": "土方",
                "planned_start": None,
                "planned_finish": "2024-10-06",
            },
            {
                "number": 2,
                "name": "主体",
                "planned_start": None,
                "planned_finish": "2024-10-25",
            },
        ],
    }
    [listed] = api.get("/api/v1/baselines/").json()["results"]
    assert "entries" not in listed


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # Key, two for rights; then count, ids, rows, projects, milestones, pauses, stops, calendars, entries.
        ("milestones/", 14),
        ("baselines/", 6),
        # The project, its milestones, pauses and stops, two for the calendars.
        ("projects/A/schedule/", 9),
    ],
)
def test_the_cost_does_not_grow_with_the_rows(api: Client, path: str, expected: int) -> None:
    def one_more(code: str) -> None:
        project, made = scheduled(code)
        Pause.objects.create(
            project=project,
            milestone=made[0],
            reason=PauseReason.REVIEW,
            first=date(2024, 10, 14),
        )
        baseline(project, 1, date(2024, 3, 1))

    one_more("A")
    api.get(f"/api/v1/{path}")  # notes the use of the key, once a minute
    for codes in ((), [f"B{number}" for number in range(20)]):
        for code in codes:
            one_more(code)
        with CaptureQueriesContext(connection) as queries:
            assert api.get(f"/api/v1/{path}").status_code == 200
        assert len(queries) == expected, [query["sql"] for query in queries]


def test_production_is_not_part_of_the_forecast(api: Client) -> None:
    project, _ = scheduled(planned_commissioning=date(2024, 10, 30))
    factories.milestone(
        project=project,
        order=3,
        name="试生产",
        phase=Phase.PRODUCTION,
        duration=10,
        unit=DurationUnit.CALENDAR,
        after="2",
    )
    found = schedule(api)
    # Built by the 22nd; produces from the 23rd to 1 November, promised for 30 October.
    assert (found["forecast"], found["late_by"]) == ("2024-10-22", 0)
    assert (found["feasible"], found["earliest_finish"]) == (False, "2024-11-01")
    assert found["finish"] == "2024-10-30"


def test_a_confirmed_day_that_cannot_be_kept_is_told(api: Client) -> None:
    _, (first, _) = scheduled()
    first.confirmed = True
    first.save()
    # Confirmed for the 14th to the 16th; today is the 15th, and it takes three days.
    start, finish = schedule(api)["broken"]
    assert (start["what"], start["promised"], start["late_by"]) == ("start", "2024-10-14", 1)
    assert (finish["what"], finish["earliest"], finish["late_by"]) == ("finish", "2024-10-17", 1)
