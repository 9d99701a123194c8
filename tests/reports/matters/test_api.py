"""Matters for other systems: the list as it stands today, one with its steps, the figures."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.models import ApiKey
from kuancheng.access.roles import REPORTER, REVIEWER
from projects.choices import Factor, MatterKind, Outcome, Role
from projects.models import Matter
from projects.rules.matters.steps import Step
from projects.services.matters.taking import take_step
from projects.services.matters.turn import Given
from tests import factories
from tests.clock import on
from tests.projects.uploads import photo
from tests.reports.matters.histories import answered, closed, history, issued, signed, step

pytestmark = pytest.mark.django_db

LIST, SUMMARY = "/api/v1/matters/", "/api/v1/matters/summary/"


@pytest.fixture
def matter() -> Matter:
    """Due on 09-20, sent back on 09-25, worked on: late and yellow turned red."""
    made = factories.matter(
        title="临时用电容量不足",
        project=factories.project(code="KC-0001", name="示例冷链物流园"),
        lead_agency=factories.agency(name="示例供电公司"),
        factor=Factor.UTILITIES,
        number="交办〔2024〕1号",
    )
    made.supporters.add(factories.agency(name="示例住建局"))
    history(
        issued(), signed(), answered("09-24"), step(Step.RETURN, "09-25", text="没有通电"),
        matter=made,
    )  # fmt: skip
    Matter.objects.update(state="working", issued_on=date(2024, 9, 9), due_on=date(2024, 9, 20))
    return made


def answer_of(api: Client, path: str, **asked: Any) -> dict[str, Any]:
    answer = api.get(path, asked)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_list_says_how_each_stands(api: Client, matter: Matter) -> None:
    [row] = answer_of(api, LIST)["results"]
    assert row["id"] == matter.pk
    assert row["project"] == {"code": "KC-0001", "name": "示例冷链物流园"}
    assert row["lead_agency"]["name"] == "示例供电公司"
    assert (row["state"], row["state_label"]) == ("working", "办理中")
    assert (row["factor"], row["factor_label"]) == ("utilities", "水电气热")
    # Charged: 09-10 to 09-24 (10), then 09-26, 27, 29, 30, 10-08 to 10-12 and 14, 15 (11).
    assert (row["due"], row["late"], row["used"], row["left"]) == ("2024-09-20", 13, 21, None)
    assert (row["colour"], row["level"], row["level_in_force"]) == ("red", 1, 3)
    assert (row["paused"], row["silent"], row["extensions"]) == (False, 11, 0)
    assert row["reasons"][0] == "应于 2024-09-20 办结，超期 13 个工作日"
    assert "steps" not in row


def test_draft_has_nothing_to_count(api: Client) -> None:
    factories.matter(level=2)
    [row] = answer_of(api, LIST)["results"]
    assert (row["due"], row["colour"], row["late"], row["used"]) == (None, None, 0, 0)
    assert row["level_in_force"] == 2


def test_one_with_its_steps_and_evidence(api: Client) -> None:
    clerk, office = factories.user(REPORTER, full_name="示例经办"), factories.user(REVIEWER)
    agency = factories.agency()
    factories.official(user=clerk, agency=agency)
    matter = factories.matter(lead_agency=agency, author=office)
    given: list[tuple[Any, Step, dict[str, Any]]] = [
        (office, Step.ISSUE, {"due": date(2024, 10, 25)}),
        (clerk, Step.SIGN, {}),
        (clerk, Step.ANSWER, {"text": "已增容", "outcome": Outcome.SOLVED, "files": [photo()]}),
    ]
    for actor, name, more in given:
        with on(14):
            take_step(
                matter=matter, step=name, actor=actor, seen=factories.seen(matter),
                given=Given(**more),
            )  # fmt: skip
    found = answer_of(api, f"{LIST}{matter.pk}/")
    assert found["supporters"] == []
    assert [each["step"] for each in found["steps"]] == ["issue", "sign", "answer"]
    last = found["steps"][-1]
    assert (last["step_label"], last["outcome_label"], last["text"]) == ("反馈", "已解决", "已增容")
    assert last["actor"] == {"id": clerk.pk, "name": "示例经办"}
    assert last["at"] == "2024-10-14T12:00:00+08:00"
    [file] = last["evidence"]
    assert api.get(file["url"]).status_code == 200


def test_supporters_are_named(api: Client, matter: Matter) -> None:
    [supporter] = answer_of(api, f"{LIST}{matter.pk}/")["supporters"]
    assert supporter["name"] == "示例住建局"


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({}, 2), ({"flag": "overdue"}, 1), ({"flag": "paused"}, 0), ({"flag": "open"}, 1),
        ({"state": "draft"}, 1), ({"factor": "utilities"}, 1), ({"kind": "decision"}, 1),
        ({"project": "KC-0001"}, 1), ({"search": "容量"}, 1), ({"level": "4"}, 0),
        ({"turn": "raised"}, 0), ({"ordering": "-level"}, 2), ({"page_size": 1}, 2),
    ],
)  # fmt: skip
def test_list_is_narrowed(api: Client, matter: Matter, asked: Any, number: int) -> None:
    factories.matter(kind=MatterKind.DECISION)
    assert answer_of(api, LIST, **asked)["count"] == number


def test_list_is_narrowed_to_agencies(api: Client, matter: Matter) -> None:
    other = factories.matter()
    both = [matter.lead_agency_id, other.lead_agency_id]
    assert answer_of(api, LIST, lead_agency=both)["count"] == 2
    assert answer_of(api, LIST, lead_agency=both[0])["count"] == 1


@pytest.mark.parametrize(
    ("path", "asked", "name"),
    [
        (LIST, {"as_of": "2024-09-30"}, "as_of"),
        (LIST, {"flag": "late"}, "flag"),
        (LIST, {"lead_agency": "x"}, "lead_agency"),
        (LIST, {"page_size": 201}, "page_size"),
        (LIST, {"columns": "x"}, "columns"),
        (SUMMARY, {"by": "colour"}, "by"),
        (SUMMARY, {"as_of": "2024-10-16"}, "as_of"),
        (SUMMARY, {"span": "week"}, "span"),
        (SUMMARY, {"programme": "nichts"}, "programme"),
    ],
)
def test_bad_parameter_is_a_problem_that_names_it(
    api: Client, path: str, asked: Any, name: str
) -> None:
    answer = api.get(path, asked)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [each["field"] for each in answer.json()["errors"]] == [name]


def test_who_may_not_see_matters_is_refused(client: Client, matter: Matter) -> None:
    for path in (LIST, SUMMARY, f"{LIST}{matter.pk}/"):
        assert client.get(path).status_code == 401
    _, key = ApiKey.issue(user=factories.user(), name="无角色", scope=ApiKey.Scope.READ)
    nobody = Client(headers={"authorization": f"Bearer {key}"})
    for path in (LIST, SUMMARY, f"{LIST}{matter.pk}/"):
        assert nobody.get(path).status_code == 403


def test_none_of_that_id_and_no_writing(api: Client) -> None:
    assert "没有id为" in api.get(f"{LIST}99/").json()["detail"]
    assert api.post(LIST).status_code == 405


class TestSummary:
    @pytest.fixture
    def matters(self) -> None:
        """Closed on time in September; closed in March and opened again in May."""
        project = factories.project()
        official = factories.official(name="示例包保")
        factories.assignment(project=project, official=official, role=Role.LEAD_OFFICIAL)
        agency = factories.agency(name="示例供电公司")
        first = factories.matter(project=project, lead_agency=agency)
        history(issued(), signed(), answered("09-20"), closed("09-23"), matter=first)
        history(
            issued(on="03-01", due="03-29"), answered("03-20"), closed("03-22"),
            step(Step.REOPEN, "05-10", due="10-31"),
            matter=factories.matter(lead_agency=agency),
        )  # fmt: skip

    def test_of_the_year(self, api: Client, matters: None) -> None:
        found = answer_of(api, SUMMARY)
        assert (found["first"], found["last"]) == ("2024-01-01", "2024-10-15")
        assert (found["handled"], found["closed"], found["open"], found["due"]) == (2, 1, 1, 1)
        rates = ("closing_rate", "on_time_rate", "mean_days", "return_rate")
        assert [found[name] for name in rates] == ["50.00", "100.00", "8.00", "0.00"]
        assert (found["reopened"], found["groups"], found["known_at"]) == (1, None, None)
        assert "重开" in found["restated"]

    def test_of_a_month_as_known_then(self, api: Client, matters: None) -> None:
        march = {"span": "month", "as_of": "2024-03-31"}
        now, then = (
            answer_of(api, SUMMARY, **march),
            answer_of(api, SUMMARY, **march, known_at="2024-03-31"),
        )
        assert (now["closing_rate"], now["on_time_rate"]) == ("0.00", None)
        assert (then["closing_rate"], then["restated"]) == ("100.00", "")

    def test_by_group(self, api: Client, matters: None) -> None:
        def groups(by: str) -> list[Any]:
            return [
                (each["key"], each["closed"], each["open"])
                for each in answer_of(api, SUMMARY, by=by)["groups"]
            ]

        [[key, *numbers]] = groups("agency")
        assert (key["name"], numbers) == ("示例供电公司", [1, 1])
        by_official = {each[0] and each[0]["name"]: each[1:] for each in groups("official")}
        assert by_official == {"示例包保": (1, 0), None: (0, 1)}
        assert groups("kind") == [({"id": "difficulty", "name": "难点问题"}, 1, 1)]
        months = {each[0]["id"]: each[1:] for each in groups("month")}
        assert len(months) == 10
        assert (months["2024-03"], months["2024-09"]) == ((0, 0), (1, 1))

    def test_of_an_agency_that_did_nothing(self, api: Client, matters: None) -> None:
        found = answer_of(api, SUMMARY, lead_agency=factories.agency().pk)
        assert (found["handled"], found["closing_rate"]) == (0, None)


def test_queries_do_not_grow(api: Client) -> None:
    def asked(path: str, **more: str) -> int:
        with CaptureQueriesContext(connection) as found:
            answer_of(api, path, **more)
        return len(found)

    def more(times: int) -> None:
        for _ in range(times):
            history(issued(), answered("09-12"), closed("09-12"))
            history(issued())

    more(1)
    asked(LIST)
    few = asked(LIST), asked(LIST, flag="overdue"), asked(SUMMARY, by="official")
    more(14)
    assert few == (asked(LIST), asked(LIST, flag="overdue"), asked(SUMMARY, by="official"))
