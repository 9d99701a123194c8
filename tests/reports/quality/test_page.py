"""数据质量 and 资金: what is missing or contradicts itself, on the page and through the API."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from investment.models import AnnualPlan, Funding, OpeningFigure
from investment.services.funding import save_funding
from investment.services.plans import save_plan
from kuancheng.access.roles import READER, REPORTER
from kuancheng.asking.parameters import Days
from kuancheng.reports.judging import daily
from kuancheng.reports.judging.findings import LABELS, flaws
from kuancheng.reports.questions import statuses_on
from projects.choices import AgencyKind, Role, Stage
from projects.models import Project
from tests import factories
from tests.clock import on
from tests.forms import form_values

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
PAGE = "/data-quality/"


def sound(**fields: Any) -> Project:
    """A project with which nothing is wrong."""
    made = factories.project(
        lead_agency=factories.agency(),
        subdistrict=factories.agency(kind=AgencyKind.SUBDISTRICT),
        planned_start=date(2024, 4, 1),
        planned_completion=date(2025, 10, 1),
        actual_start=date(2024, 4, 1),
        **fields,
    )
    for role in (Role.LEAD_OFFICIAL, Role.LIAISON_OFFICER):
        factories.assignment(project=made, official=factories.official(), role=role)
    factories.milestone(project=made, planned_finish=date(2025, 1, 1))
    factories.annual_plan(project=made)
    return made


def rules_of(project: Project) -> set[str]:
    daily.refresh([project.pk])
    rows = statuses_on(TODAY).filter(project=project)
    return {flaw.rule for flaw in flaws(rows, Days(TODAY, None))}


def test_sound_project_has_no_flaw() -> None:
    assert rules_of(sound()) == set()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"total_investment": None}, "no_total"),
        ({"lead_agency": None}, "no_agency"),
        ({"subdistrict": None}, "no_subdistrict"),
        ({"planned_completion": None}, "no_dates"),
        ({"actual_start": None}, "stage_against_dates"),
        ({"stage": Stage.COMPLETED}, "stage_against_dates"),
        ({"enrolled_on": date(2024, 3, 31)}, "dates_out_of_order"),
    ],
)
def test_flaw_of_the_register_is_found(change: dict[str, Any], rule: str) -> None:
    project = sound()
    Project.objects.filter(pk=project.pk).update(**change)
    assert rule in rules_of(project)


@pytest.mark.parametrize("standing", ["deferred", "withdrawn"])
def test_no_plan_is_asked_of_a_project_that_is_not_judged(standing: str) -> None:
    project = sound(standing=standing)
    project.milestones.update(planned_finish=None)
    Project.objects.filter(pk=project.pk).update(planned_completion=None)
    for month in (1, 2):
        factories.status_report(
            project=project, month=date(2024, month, 1), completed=1, state="approved"
        )
    assert rules_of(project) == set()
    Project.objects.filter(pk=project.pk).update(standing="normal")
    assert rules_of(project) == {"no_dates", "undated_milestones", "months_missing"}


def test_people_steps_and_names_are_looked_at() -> None:
    project = sound(name="重名")
    project.assignments.all().delete()
    project.milestones.update(planned_finish=None)
    factories.project(name="重名")
    found = rules_of(project)
    assert {"no_lead_official", "no_liaison", "undated_milestones", "same_name"} <= found
    project.milestones.all().delete()
    assert "no_milestones" in rules_of(project)


def test_months_and_money_are_looked_at() -> None:
    project = sound(total_investment=Decimal(1500))
    OpeningFigure.objects.create(
        project=project, month=date(2023, 12, 1), completed=Decimal(600), note="统计"
    )
    factories.status_report(project=project, completed=10, state="approved")
    Funding.objects.create(
        project=project, source="bonds", dated=TODAY, planned=Decimal(1500), in_place=Decimal(5)
    )
    assert rules_of(project) == {
        "months_missing", "plan_over_remaining", "completed_over_in_place",
    }  # fmt: skip


def test_page_groups_filters_and_says_when_nothing_is_wrong(client: Client) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    assert "没有发现问题" in client.get(PAGE).content.decode()
    agency = factories.agency(name="甲局")
    factories.project(name="空项目", lead_agency=agency)
    factories.project(name="另一个")
    every = client.get(PAGE)
    assert {code for code, _, _ in every.context["counts"]} >= {"no_liaison", "no_agency"}
    one = client.get(PAGE, {"rule": "no_agency"})
    assert [flaw.project.name for flaw in one.context["page"]] == ["另一个"]
    ours = client.get(PAGE, {"lead_agency": agency.pk})
    assert {flaw.project.name for flaw in ours.context["page"]} == {"空项目"}
    for bad in ({"rule": "x"}, {"lead_agency": "999"}, {"lead_agency": "9" * 30}, {"x": "1"}):
        assert client.get(PAGE, bad).status_code == 400
    assert client.get(PAGE, {"page": "x"}).status_code == 400
    assert "没有第 2 页，一共 1 页" in client.get(PAGE, {"page": "2"}).content.decode()


def test_past_day_is_checked_by_who_was_in_office_and_what_was_finished(client: Client) -> None:
    client.force_login(factories.user(READER))
    project = sound()
    project.assignments.update(since=date(2024, 9, 1))
    factories.milestone(project=project, name="基础", actual_finish=date(2024, 9, 1))

    def found(**days: str) -> set[str]:
        page = client.get(PAGE, days)
        return {flaw.text for flaw in page.context["page"]}

    assert found() == set()
    assert found(as_of="2024-08-31") == {
        "当时没有在任的包保领导",
        "当时没有在任的项目秘书",
        "有 1 个未完成节点没有计划完成日期",
    }


def test_record_is_checked_as_it_stood_on_the_evening(client: Client) -> None:
    client.force_login(factories.user(READER))
    with on(8):
        project = sound(total_investment=Decimal(500))
    with on(10):
        project.total_investment = Decimal(5_000)
        project.save_by(factories.system())
    assert "没有发现问题" in client.get(PAGE).content.decode()
    then = client.get(PAGE, {"known_at": "2024-10-09"})
    texts = {flaw.rule: flaw.text for flaw in then.context["page"]}
    assert texts == {
        "plan_over_remaining": "2024 年计划 1,000 万元，超过剩余投资 500 万元"
        "（总投资 500，以前年度完成 0）",
        "plans_over_total": "各年计划合计 1,000 万元，超过总投资 500 万元",
    }
    assert "去修改" not in then.content.decode()
    assert not client.get(PAGE, {"known_at": "2024-10-07"}).context["total"]


def test_agency_that_led_then_can_still_be_picked(client: Client) -> None:
    client.force_login(factories.user(READER))
    before = factories.agency(name="原单位")
    with on(8):
        project = factories.project(lead_agency=before)
    with on(10):
        project.lead_agency = factories.agency(name="新单位")
        project.save_by(factories.system())
    for address in (PAGE, "/"):
        asked = {"lead_agency": str(before.pk), "known_at": "2024-10-09"}
        page = client.get(address, asked)
        assert page.status_code == 200, address
        assert len({getattr(each, "project") for each in page.context["page"]}) == 1  # noqa: B009
        assert not client.get(address, {"lead_agency": before.pk}).context["page"].object_list


def test_findings_are_read_through_the_api(api: Client) -> None:
    project = factories.project(code="T-QQ", enrolled_on=date(2024, 1, 1), actual_start=TODAY)
    found = api.get("/api/v1/data-quality/", {"project": "T-QQ", "weight": "error"}).json()
    assert found["count"] == 1
    assert found["results"][0] == {
        "project": {"code": "T-QQ", "name": project.name},
        "lead_agency": None,
        "rule": "dates_out_of_order",
        "rule_label": LABELS["dates_out_of_order"],
        "weight": "error",
        "weight_label": "须改正",
        "text": "入统早于开工（2024-01-01 早于 2024-10-15）",
    }
    assert api.get("/api/v1/data-quality/", {"page_size": 1}).json()["next"]
    assert api.get("/api/v1/data-quality/", {"rule": "x"}).status_code == 400


@pytest.mark.parametrize("count", [1, 30])
def test_page_costs_the_same_for_one_and_for_thirty(
    client: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    client.force_login(factories.user(READER))
    for _ in range(count):
        factories.annual_plan(project=factories.project(lead_agency=factories.agency()))
    client.get(PAGE)
    with django_assert_max_num_queries(21):
        client.get(PAGE)


def test_latest_row_of_each_source_answers_for_a_day(api: Client) -> None:
    project = factories.project(code="T-F")
    for source, day, amount in (
        ("bonds", date(2024, 6, 30), 10),
        ("bonds", date(2024, 9, 30), 30),
        ("self_raised", date(2024, 7, 31), 5),
    ):
        Funding.objects.create(
            project=project, source=source, dated=day, planned=100, in_place=amount
        )
    assert api.get("/api/v1/fundings/").json()["count"] == 3

    def on(day: str) -> list[tuple[str, str]]:
        rows = api.get("/api/v1/fundings/", {"as_of": day}).json()["results"]
        return sorted((row["source"], row["in_place"]) for row in rows)

    assert on("2024-10-15") == [("bonds", "30.00"), ("self_raised", "5.00")]
    assert on("2024-07-30") == [("bonds", "10.00")]
    assert len(Funding.objects.all().on(date(2024, 9, 29))) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"planned": None, "in_place": None}, "__all__"),
        ({"dated": date(2024, 10, 16)}, "dated"),
        ({"in_place": Decimal(-1)}, "in_place"),
        ({"source": "casino"}, "source"),
    ],
)
def test_impossible_funding_is_refused(fields: dict[str, Any], field: str) -> None:
    given = {"source": "bonds", "dated": TODAY, "planned": Decimal(1), "in_place": Decimal(0)}
    made = Funding(project=factories.project(), **given | fields)
    with pytest.raises(ValidationError) as refused:
        save_funding(funding=made, today=TODAY, actor=factories.system())
    assert field in refused.value.message_dict


def test_clerk_keeps_the_money_of_his_own_projects_only(client: Client) -> None:
    clerk = factories.user(REPORTER)
    own, other = factories.project(), factories.project()
    factories.assignment(
        project=own, official=factories.official(user=clerk), role=Role.LIAISON_OFFICER
    )
    theirs = Funding.objects.create(project=other, source="bonds", dated=TODAY, in_place=1)
    client.force_login(clerk)
    add = "/admin/investment/funding/add/"
    posted = form_values(client.get(add)) | {"source": "bonds", "in_place": "5"}
    assert client.post(add, posted | {"project": str(other.pk)}).status_code == 200
    assert client.post(add, posted | {"project": str(own.pk)}).status_code == 302
    assert Funding.objects.get(project=own).in_place == 5
    change = f"/admin/investment/funding/{theirs.pk}/change/"
    assert client.post(change, {"in_place": "9"}).status_code == 403
    theirs.refresh_from_db()
    assert theirs.in_place == 1


def test_plan_travels_with_its_versions_and_its_years_curve(api: Client) -> None:
    plan = factories.annual_plan(project=factories.project())
    plan.amount = Decimal(800)
    save_plan(plan=plan, today=TODAY, actor=factories.system(), reason="核减")
    (row,) = api.get("/api/v1/annual-plans/").json()["results"]
    assert (row["version"], row["amount"], row["reason"]) == (2, "800.00", "核减")
    assert row["months"][5] == "112.00"
    (former,) = row["former"]
    assert (former["version"], former["amount"], former["months"][5]) == (1, "1000.00", "140.00")
    assert AnnualPlan.objects.get().version == 2
