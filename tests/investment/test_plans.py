"""Annual plans in versions, their spread by the season, and curves that sum to 100."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from investment.models import MONTH_FIELDS, AnnualPlan, FormerPlan, SeasonalCurve
from investment.rules.rates import DEFAULT_CURVE, spread, spread_rest
from investment.services.plans import delete_plan, save_curve, save_plan
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus
from projects.services import StaleRecord
from tests import factories
from tests.forms import form_values

TODAY = date(2024, 10, 15)
PLANS = "/admin/investment/annualplan/"


@pytest.mark.parametrize(
    ("amount", "months", "rest"),
    [
        ("1000", "10 10 40 80 130 140 140 140 130 100 50 30", "0"),
        # 1% 1.00, 4% 4.00, 8% 8.00, 13% 13.00, 14% 14.00, 10% 10.00, 5% 5.00, 3% 3.00: 100.00
        ("100.01", "1 1 4 8 13 14.01 14 14 13 10 5 3", "0.01"),
        ("0.05", "0 0 0 0 0.01 0 0.01 0.01 0.01 0.01 0 0", "-0.01"),
        ("0", "0 0 0 0 0 0 0 0 0 0 0 0", "0"),
    ],
)
def test_rounding_remainder_goes_to_june_and_is_named(amount: str, months: str, rest: str) -> None:
    spread_out = spread(Decimal(amount))
    assert list(spread_out) == [Decimal(each) for each in months.split()]
    assert sum(spread_out) == Decimal(amount)
    assert spread_rest(Decimal(amount)) == (6, Decimal(rest))


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="项目中心")


def adjusted(plan: AnnualPlan, amount: str, **how: Any) -> AnnualPlan:
    plan.amount = Decimal(amount)
    given: dict[str, Any] = {"today": TODAY, "actor": factories.system(), "reason": "调度会定"}
    return save_plan(plan=plan, **given | how)


@pytest.mark.django_db
def test_change_within_the_year_is_a_version_with_its_reason(office: User) -> None:
    project = factories.project()
    plan = save_plan(
        plan=AnnualPlan(project=project, year=2024, amount=1000), today=TODAY, actor=office
    )
    assert (plan.version, plan.effective_from) == (1, None)
    plan = adjusted(plan, "800", actor=office, effective_from=date(2024, 7, 8))
    assert (plan.version, plan.effective_from, plan.reason) == (2, date(2024, 7, 8), "调度会定")
    former = FormerPlan.objects.get()
    assert (former.version, former.amount, former.effective_from) == (1, 1000, None)
    assert former.replaced_by == office
    assert DailyStatus.objects.get(project=project).annual_plan == 800


@pytest.mark.django_db
def test_version_in_force_answers_for_each_day() -> None:
    plan = adjusted(factories.annual_plan(project=factories.project()), "800",
                    effective_from=date(2024, 7, 8))  # fmt: skip
    plan = adjusted(plan, "700", effective_from=date(2024, 9, 1))
    former = list(plan.former.all())
    held = {
        day: plan.in_force(date(2024, *day), former).amount
        for day in ((1, 1), (7, 7), (7, 8), (8, 31), (9, 1), (12, 31))
    }
    assert held == {
        (1, 1): 1000, (7, 7): 1000, (7, 8): 800, (8, 31): 800, (9, 1): 700, (12, 31): 700,
    }  # fmt: skip
    daily.ensure(date(2024, 8, 20), today=TODAY)
    assert DailyStatus.objects.get(date=date(2024, 8, 20)).annual_plan == 800


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"effective_from": date(2024, 10, 16)}, "effective_from"),
        ({"effective_from": date(2023, 12, 31)}, "effective_from"),
    ],
)
def test_adjustment_without_a_reason_or_from_an_impossible_day_is_refused(
    how: dict[str, Any], field: str
) -> None:
    plan = factories.annual_plan(project=factories.project())
    with pytest.raises(ValidationError) as refused:
        adjusted(plan, "800", **how)
    assert set(refused.value.message_dict) == {field}
    assert not FormerPlan.objects.exists()


@pytest.mark.django_db
def test_version_may_not_begin_before_the_one_it_replaces() -> None:
    plan = adjusted(factories.annual_plan(project=factories.project()), "800",
                    effective_from=date(2024, 7, 8))  # fmt: skip
    with pytest.raises(ValidationError, match="2024-07-08 到 2024-10-15"):
        adjusted(plan, "700", effective_from=date(2024, 7, 7))


@pytest.mark.django_db
def test_plan_of_a_year_to_come_is_rewritten_without_a_version() -> None:
    plan = factories.annual_plan(project=factories.project(), year=2025)
    plan = adjusted(plan, "800", reason="")
    assert (plan.version, plan.amount) == (1, 800)
    assert not FormerPlan.objects.exists()


@pytest.mark.django_db
def test_plan_that_differs_in_nothing_is_not_written() -> None:
    plan = factories.annual_plan(project=factories.project())
    same = adjusted(plan, "1000", reason="")
    assert (same.version, same.history.count()) == (1, 1)


@pytest.mark.django_db
def test_second_of_two_authors_is_told() -> None:
    plan = factories.annual_plan(project=factories.project())
    opened = factories.seen(plan)
    stale = AnnualPlan.objects.get(pk=plan.pk)
    adjusted(plan, "800", seen=opened)
    with pytest.raises(StaleRecord):
        adjusted(stale, "900", seen=opened)


@pytest.mark.django_db
def test_plan_is_deleted_only_while_nothing_rests_on_it() -> None:
    project = factories.project()
    plan = factories.annual_plan(project=project)
    report = factories.status_report(project=project, completed=1, state="approved")
    with pytest.raises(ValidationError, match="复核通过的填报"):
        delete_plan(plan=plan, actor=factories.system())
    report.delete()
    adjusted(plan, "800")
    with pytest.raises(ValidationError, match="有过调整"):
        delete_plan(plan=plan, actor=factories.system())
    other = factories.annual_plan(project=project, year=2025)
    delete_plan(plan=other, actor=factories.system())
    assert list(AnnualPlan.objects.all()) == [plan]


def curve(year: int = 2024, **months: str) -> SeasonalCurve:
    shares = dict(zip(MONTH_FIELDS, DEFAULT_CURVE, strict=True)) | months
    return SeasonalCurve(
        year=year, note="近三年", **{name: Decimal(each) for name, each in shares.items()}
    )


@pytest.mark.django_db
def test_curve_that_does_not_add_up_says_what_is_missing() -> None:
    with pytest.raises(ValidationError, match="合计 99%，应为 100%，差 \\+1"):
        save_curve(curve=curve(month_06="13"), actor=factories.system())


@pytest.mark.django_db
def test_curve_of_the_year_moves_every_pro_rata_that_follows_it() -> None:
    follows, typed = factories.project(), factories.project()
    factories.annual_plan(project=follows)
    factories.annual_plan(project=typed, amount=120, **{name: Decimal(10) for name in MONTH_FIELDS})
    save_curve(
        curve=curve(month_06="10", month_12="7"), actor=factories.system()
    )  # 4 points to December
    rows = {row.project_id: row.pro_rata_seasonal for row in DailyStatus.objects.all()}
    assert (rows[follows.pk], rows[typed.pk]) == (78, 75)


@pytest.mark.django_db
def test_office_spreads_a_plan_and_saves_only_when_it_says_so(client: Client, office: User) -> None:
    client.force_login(office)
    project = factories.project()
    posted = form_values(client.get(f"{PLANS}add/", {"project": project.pk}))
    posted |= {"project": str(project.pk), "year": "2024", "amount": "100.01", "_spread": "1"}
    shown = client.post(f"{PLANS}add/", posted)
    filled = form_values(shown)
    assert "尾差 +0.01 万元计入 6 月" in shown.content.decode()
    assert [filled[name] for name in MONTH_FIELDS][4:7] == ["13.00", "14.01", "14.00"]
    assert not AnnualPlan.objects.exists()
    client.post(f"{PLANS}add/", {**filled, "project": str(project.pk), "_save": "1"})
    assert AnnualPlan.objects.get().monthly()[5] == Decimal("14.01")


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["", "很多", "1e99", "-5", "1.005"])
def test_spread_of_no_amount_says_what_to_do_and_keeps_what_was_typed(
    client: Client, office: User, amount: str
) -> None:
    client.force_login(office)
    posted = {"year": "2024", "amount": amount, "goal": "封顶", "_spread": "1"}
    shown = client.post(f"{PLANS}add/", posted)
    assert "请先填写年度和年度计划投资" in shown.content.decode()
    assert form_values(shown)["goal"] == "封顶"


@pytest.mark.django_db
def test_office_adjusts_a_plan_and_reads_its_versions(client: Client, office: User) -> None:
    client.force_login(office)
    plan = factories.annual_plan(project=factories.project(total_investment=Decimal(5000)))
    page = f"{PLANS}{plan.pk}/change/"
    posted = form_values(client.get(page)) | {"amount": "800", "_save": "1"}
    refused = client.post(page, posted)
    assert "请填写调整原因和依据" in refused.content.decode()
    assert form_values(refused)["amount"] == "800"
    assert client.post(page, posted | {"reason": "核减设备采购"}).status_code == 302
    text = client.get(page).content.decode()
    assert "第 2 版（现行）" in text
    assert "核减设备采购" in text
    assert "-200" in text
    assert "剩余 <b>5,000</b>" in text


@pytest.mark.django_db
def test_clerk_reads_plans_and_changes_none(client: Client) -> None:
    client.force_login(factories.user(REPORTER))
    plan = factories.annual_plan(project=factories.project())
    assert client.get(f"{PLANS}{plan.pk}/change/").status_code == 200
    assert client.post(f"{PLANS}{plan.pk}/change/", {"amount": "1"}).status_code == 403
    assert client.get(f"{PLANS}add/").status_code == 403
    assert client.get("/admin/investment/seasonalcurve/add/").status_code == 403


@pytest.mark.django_db
def test_curve_is_not_deleted_even_by_a_superuser(client: Client) -> None:
    client.force_login(factories.user(is_superuser=True))
    kept = save_curve(curve=curve(), actor=factories.system())
    page = f"/admin/investment/seasonalcurve/{kept.pk}/delete/"
    assert client.post(page, {"post": "yes"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_list_of_plans_costs_the_same(
    client: Client, office: User, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        factories.annual_plan(project=factories.project())
    client.force_login(office)
    client.get(PLANS)
    with django_assert_max_num_queries(14):
        assert client.get(PLANS).status_code == 200
