"""The review screen: the odd ones first, approved or returned at once, nothing typed lost."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from investment.admin.report.review_rows import rows_of
from investment.choices import ReportState
from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from tests import factories
from tests.forms import form_values

pytestmark = pytest.mark.django_db

REVIEW = "/admin/investment/statusreport/review/"
SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="项目中心")


@pytest.fixture
def reviewer(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


def waiting(name: str, completed: str, last: str = "", **fields: Any) -> StatusReport:
    """A submitted report for September of a project that reported `last` in August."""
    project = factories.project(name=name, total_investment=Decimal(100_000))
    factories.annual_plan(project=project, amount=Decimal(10_000))  # 1,300 in September
    if last:
        factories.status_report(
            project=project, month=date(2024, 8, 1), completed=Decimal(last), state="approved"
        )
    return factories.status_report(
        project=project, completed=Decimal(completed), state=ReportState.SUBMITTED, **fields
    )


def states() -> dict[str, str]:
    submitted = StatusReport.objects.filter(month=SEPTEMBER)
    return dict(submitted.values_list("project__name", "state"))


def test_odd_ones_stand_first_then_the_larger_jump() -> None:
    waiting("平常", "1250", "1300")
    waiting("跳得多", "1900", "1300")
    waiting("像是元", "13000000", "1300")
    rows = rows_of(StatusReport.objects.filter(month=SEPTEMBER).select_related("project"))
    assert [row.report.project.name for row in rows] == ["像是元", "跳得多", "平常"]
    assert (rows[2].jump, rows[2].plan_jump) == (
        Decimal("-5000") / 1300,
        Decimal("-5000") / 1300,
    )
    assert [row.findings != () for row in rows] == [True, False, False]


def test_reviewer_approves_and_returns_in_one_go(reviewer: Client) -> None:
    good, bad, later = waiting("甲", "10"), waiting("乙", "20"), waiting("丙", "30")
    posted = form_values(reviewer.get(REVIEW))
    posted[f"choice-{good.pk}"] = "approve"
    posted[f"choice-{bad.pk}"] = "return"
    posted[f"note-{bad.pk}"] = "与监理月报不符"
    assert posted[f"choice-{later.pk}"] == "later"
    answer = reviewer.post(REVIEW, posted, follow=True)
    assert states() == {"甲": "approved", "乙": "returned", "丙": "submitted"}
    bad.refresh_from_db()
    assert bad.return_note == "与监理月报不符"
    text = answer.content.decode()
    assert "已通过 1 份" in text
    assert "已退回 1 份" in text


def test_return_without_a_note_is_refused_and_the_rest_is_done(reviewer: Client) -> None:
    good, bad = waiting("甲", "10"), waiting("乙", "20")
    posted = form_values(reviewer.get(REVIEW))
    posted |= {f"choice-{good.pk}": "approve", f"choice-{bad.pk}": "return"}
    answer = reviewer.post(REVIEW, posted)
    assert states() == {"甲": "approved", "乙": "submitted"}
    assert "请填写退回意见" in answer.content.decode()
    assert form_values(answer)[f"choice-{bad.pk}"] == "return"


def test_what_somebody_else_dealt_with_is_named(reviewer: Client) -> None:
    report = waiting("甲", "10")
    posted = form_values(reviewer.get(REVIEW)) | {f"choice-{report.pk}": "approve"}
    StatusReport.objects.update(state=ReportState.DRAFT)
    assert "已被别人处理或被撤回，没有再办：甲 2024-09" in (
        reviewer.post(REVIEW, posted, follow=True).content.decode()
    )
    assert states() == {"甲": "draft"}


def test_report_changed_meanwhile_is_looked_at_again(reviewer: Client) -> None:
    report = waiting("甲", "10")
    posted = form_values(reviewer.get(REVIEW)) | {f"choice-{report.pk}": "approve"}
    StatusReport.objects.update(version=7, completed=Decimal(9000))
    answer = reviewer.post(REVIEW, posted, follow=True)
    assert states() == {"甲": "submitted"}
    assert "9,000" in answer.content.decode()


def test_own_submissions_are_left_to_a_second_person(reviewer: Client, office: User) -> None:
    mine = waiting("甲", "10", submitted_by=office)
    page = reviewer.get(REVIEW).content.decode()
    assert "您自己提交的 1 份由另一人复核" in page
    assert f"choice-{mine.pk}" not in page
    assert not StatusReport.objects.reviewable_by(office).exists()


def test_presets_choose_and_decide_nothing(reviewer: Client) -> None:
    plain, odd = waiting("甲", "1300", "1300"), waiting("乙", "13000000", "1300")
    clean = form_values(reviewer.get(REVIEW, {"preset": "clean"}))
    every = form_values(reviewer.get(REVIEW, {"preset": "approve"}))
    assert [clean[f"choice-{each.pk}"] for each in (plain, odd)] == ["approve", "later"]
    assert [every[f"choice-{each.pk}"] for each in (plain, odd)] == ["approve", "approve"]
    assert set(states().values()) == {"submitted"}


def test_months_are_told_apart_and_the_feet_add_up(reviewer: Client) -> None:
    waiting("甲", "10", "7")
    waiting("乙", "20")
    factories.status_report(
        project=factories.project(name="丙"), month=date(2024, 8, 1), completed=5, state="submitted"
    )
    page = reviewer.get(REVIEW, {"month": "2024-09"})
    assert "丙" not in page.content.decode()
    sums = page.context["sums"]
    assert (sums.completed, sums.last, sums.plan) == (30, 7, 2600)
    assert len(reviewer.get(REVIEW).context["rows"]) == 3


def test_nothing_waits(reviewer: Client) -> None:
    assert "没有等待您复核的填报" in reviewer.get(REVIEW).content.decode()


@pytest.mark.parametrize("role", [REPORTER, READER])
def test_screen_is_for_those_who_approve(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    assert client.get(REVIEW).status_code == 403


@pytest.mark.parametrize("count", [1, 30])
def test_screen_costs_the_same_for_one_and_for_thirty(
    reviewer: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        waiting(f"项目{number}", "10", "7")
    reviewer.get(REVIEW)
    with django_assert_max_num_queries(23):
        assert len(reviewer.get(REVIEW).context["rows"]) == count


def test_clerk_submits_all_that_he_has_begun_and_is_told_what_is_left(client: Client) -> None:
    clerk = factories.user(REPORTER)
    liaison = factories.official(user=clerk)
    for name, completed in (("甲", "10"), ("乙", None), ("丙", "99999999")):
        project = factories.project(name=name, total_investment=Decimal(1000))
        factories.assignment(project=project, official=liaison, role="liaison_officer")
        factories.status_report(
            project=project, completed=Decimal(completed) if completed else None
        )
    factories.status_report(project=factories.project(name="别人的"), completed=1)
    client.force_login(clerk)
    assert "全部提交（3 份）" in client.get("/admin/").content.decode()
    answer = client.post("/admin/investment/statusreport/submit-all/", follow=True)
    assert states() == {"甲": "submitted", "乙": "draft", "丙": "draft", "别人的": "draft"}
    text = answer.content.decode()
    assert "已提交 1 份，待复核" in text
    assert "有 2 份没有提交" in text
    assert "请填写本月完成投资" in text


def test_submitting_all_is_no_page_to_open(client: Client) -> None:
    client.force_login(factories.user(REPORTER))
    assert client.get("/admin/investment/statusreport/submit-all/").status_code == 405
    client.force_login(factories.user(READER))
    assert client.post("/admin/investment/statusreport/submit-all/").status_code == 403


def decided(client: Client, report: StatusReport, choice: str = "approve") -> Any:
    """The screen after that conclusion."""
    posted = form_values(client.get(REVIEW)) | {
        f"choice-{report.pk}": choice,
        f"note-{report.pk}": "数字写反了",
    }
    return client.post(REVIEW, posted, follow=True)


@pytest.mark.parametrize("choice", ["approve", "return"])
def test_conclusion_is_taken_back_by_who_drew_it(reviewer: Client, choice: str) -> None:
    report = waiting("甲", "10")
    page = decided(reviewer, report, choice)
    assert states() == {"甲": "approved" if choice == "approve" else "returned"}
    offered = form_values(page)
    assert offered[f"version-{report.pk}"] == "2"
    answer = reviewer.post(REVIEW, {**offered, "undo": str(report.pk)}, follow=True)
    assert states() == {"甲": "submitted"}
    assert "恢复为待复核 1 份：甲 2024-09" in answer.content.decode()


def test_nobody_else_is_offered_to_take_it_back(reviewer: Client, client: Client) -> None:
    report = waiting("甲", "10")
    decided(reviewer, report)
    other = factories.user(REVIEWER)
    client.force_login(other)
    assert "撤销" not in client.get(REVIEW).content.decode()
    client.post(REVIEW, {f"version-{report.pk}": "2", "undo": "all"})
    assert states() == {"甲": "approved"}


def test_taking_back_is_refused_once_the_report_has_moved_on(reviewer: Client) -> None:
    report = waiting("甲", "10")
    offered = form_values(decided(reviewer, report))
    StatusReport.objects.update(version=9)
    answer = reviewer.post(REVIEW, {**offered, "undo": "all"}, follow=True)
    assert "没有撤销结论 1 份" in answer.content.decode()
    assert states() == {"甲": "approved"}


@pytest.mark.parametrize("undo", ["", "0", "x", "9" * 40, "all"])
def test_taking_back_of_nothing_does_nothing(reviewer: Client, undo: str) -> None:
    waiting("甲", "10")
    assert reviewer.post(REVIEW, {"undo": undo, "version-x": "1"}).status_code == 302
    assert states() == {"甲": "submitted"}


def test_texts_stand_beside_those_of_last_month(reviewer: Client) -> None:
    report = waiting("甲", "10", "7", physical_progress="主体完成 5 层。", problems="同上")
    before = StatusReport.objects.filter(project=report.project, month=date(2024, 8, 1))
    before.update(physical_progress="主体完成 4 层。", problems="同上", next_step="封顶")
    text = reviewer.get(REVIEW).content.decode()
    assert "主体完成 <ins>5</ins> 层。" in text
    assert "主体完成 <del>4</del> 层。" in text
    assert "<small>与上月一字不差</small>" in text
    assert "<del>封顶</del>" in text


def test_texts_without_a_month_before_are_not_all_marked_as_new(reviewer: Client) -> None:
    waiting("甲", "10", physical_progress="主体<b>完成</b> 5 层。")
    text = reviewer.get(REVIEW).content.decode()
    assert "主体&lt;b&gt;完成&lt;/b&gt; 5 层。" in text
    assert "<ins>" not in text
    assert "上月没有填报，无从比较" in text


def test_those_that_wait_longest_fill_the_first_page(
    reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("investment.admin.report.review.PER_PAGE", 2)
    for place, name in enumerate("丙乙甲"):
        noon = datetime(2024, 10, 1 + place, 12, tzinfo=timezone.get_default_timezone())
        waiting(name, "10", submitted_at=noon)
    first, second = reviewer.get(REVIEW), reviewer.get(REVIEW, {"page": 2})
    names = [[row.report.project.name for row in each.context["rows"]] for each in (first, second)]
    assert [set(each) for each in names] == [{"丙", "乙"}, {"甲"}]
    assert "共 3 份等待复核，本页 2 份" in first.content.decode()
    [last] = second.context["rows"]
    posted = form_values(second) | {f"choice-{last.report.pk}": "approve"}
    answer = reviewer.post(f"{REVIEW}?page=2&preset=approve", posted, follow=True)
    assert states() == {"丙": "submitted", "乙": "submitted", "甲": "approved"}
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("month=2024-13", 400, "不是存在的月份"),
        ("month=9", 400, "不是存在的月份"),
        ("preset=all", 400, "不可用"),
        ("mouth=2024-09", 400, "是否要用 month？"),
        ("page=0", 400, "page"),
        ("page=7", 404, "没有第 7 页"),
    ],
)
def test_what_the_address_asks_wrongly_is_told(
    reviewer: Client, asked: str, status: int, told: str
) -> None:
    answer = reviewer.get(f"{REVIEW}?{asked}")
    assert answer.status_code == status
    assert told in answer.content.decode()
