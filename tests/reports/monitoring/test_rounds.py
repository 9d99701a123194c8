"""A round's opening, reminder and close are told on the days that the office set."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from investment.models import ReportingWindow
from investment.services.windows import delete_window, save_window
from kuancheng import clock
from kuancheng.access.models import User
from kuancheng.access.roles import REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.reports.monitoring import rounds
from projects.choices import Role
from projects.models import Project
from tests import factories
from tests.clock import on

pytestmark = pytest.mark.django_db


@pytest.fixture
def liaison() -> User:
    return factories.user(REPORTER, full_name="秘书")


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER, full_name="复核")


@pytest.fixture
def project(liaison: User, office: User) -> Project:
    made = factories.project(name="粮油仓", lead_agency=factories.agency(name="区住建局"))
    official = factories.official(user=liaison)
    factories.assignment(
        project=made, official=official, role=Role.LIAISON_OFFICER, since=date(2023, 1, 1)
    )
    for month in (8, 9):
        file(made, date(2024, month, 1))
    return made


def file(project: Project, month: date) -> None:
    factories.status_report(
        project=project, month=month, completed=1, state="submitted", submitted_at=clock.now()
    )


def day(when: date) -> int:
    moment = datetime(when.year, when.month, when.day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        return rounds.tell(when)


def told() -> list[tuple[str, str, str]]:
    found = Notice.objects.order_by("pk").select_related("recipient")
    return [(each.recipient.full_name, each.kind, each.title) for each in found]


def set_october(due: date, *reminders: date, opens: date = date(2024, 10, 25)) -> ReportingWindow:
    first, second = (*reminders, None, None)[:2]
    window = ReportingWindow(
        month=date(2024, 10, 1), opens_on=opens, due_on=due, reminds_on=first,
        reminds_again_on=second, note="因系统检修延期",
    )  # fmt: skip
    return save_window(window=window, actor=factories.system())


@pytest.mark.parametrize(
    ("when", "kinds"),
    [
        (date(2024, 10, 24), []),
        (date(2024, 10, 25), ["round_opened"]),
        (date(2024, 11, 1), ["round_opened"]),  # the run of the day itself was missed
        (date(2024, 11, 2), []),
        (date(2024, 11, 3), []),
        (date(2024, 11, 4), ["report_due"]),
        (date(2024, 11, 7), ["report_due"]),
        (date(2024, 11, 8), ["report_missing", "round_closed"]),
    ],
)
def test_usual_round_is_told_on_its_days(project: Project, when: date, kinds: list[str]) -> None:
    """October's is due on 2024-11-07, the fifth working day."""
    day(when)
    assert sorted(kind for _, kind, _ in told()) == sorted(kinds)


@pytest.mark.parametrize(
    ("when", "kinds"),
    [
        (date(2024, 11, 4), []),
        (date(2024, 11, 6), ["report_due"]),
        (date(2024, 11, 8), ["report_due"]),
        (date(2024, 11, 12), ["report_due"]),
        (date(2024, 11, 13), ["report_missing", "round_closed"]),
    ],
)
def test_round_that_was_set_is_told_on_the_days_that_were_set(
    project: Project, when: date, kinds: list[str]
) -> None:
    set_october(date(2024, 11, 12), date(2024, 11, 6), date(2024, 11, 11))
    day(when)
    assert sorted(kind for _, kind, _ in told()) == sorted(kinds)


def test_each_is_told_once_and_the_second_reminder_again(project: Project) -> None:
    set_october(date(2024, 11, 12), date(2024, 11, 6), date(2024, 11, 11))
    for when in (6, 6, 7, 11, 11, 12):
        day(date(2024, 11, when))
    assert len(told()) == 2
    assert day(date(2024, 11, 6)) == 0  # the clock went back


def test_opening_names_the_projects_the_last_day_and_why(project: Project) -> None:
    set_october(date(2024, 11, 12))
    day(date(2024, 10, 25))
    notice = Notice.objects.get()
    assert (notice.recipient.full_name, notice.title) == (
        "秘书",
        "2024年10月填报已开放，11-12 截止",
    )
    assert notice.text == "因系统检修延期。2024-11-12 当天仍算按时，请填报：\n粮油仓"


def test_whoever_has_filed_is_not_reminded_and_the_office_knows_who_has_not(
    project: Project,
) -> None:
    file(project, date(2024, 10, 1))
    factories.project(name="冷链园", lead_agency=factories.agency(name="区商务局"))
    day(date(2024, 11, 7))
    day(date(2024, 11, 8))
    assert [(name, kind) for name, kind, _ in told()] == [("复核", "round_closed")]
    notice = Notice.objects.get()
    assert notice.title == "2024年10月填报已截止，还缺 1 个"
    assert notice.text == (
        "应报 2 个项目，截止日 2024-11-07 已过。还没有报的：\n冷链园（区商务局）"
    )
    assert notice.link == "/reporting/?month=2024-10"


def test_december_is_reported_in_january(project: Project) -> None:
    for month in (10, 11):
        file(project, date(2024, month, 1))
    day(date(2024, 12, 25))
    day(date(2025, 1, 8))
    day(date(2025, 1, 9))
    assert [kind for _, kind, _ in told()] == [
        "round_opened", "report_due", "report_missing", "round_closed",
    ]  # fmt: skip
    assert told()[-1][2] == "2024年12月填报已截止，还缺 1 个"


def test_round_that_is_moved_while_open_is_told_at_once(project: Project) -> None:
    with on(28):
        window = set_october(date(2024, 11, 12))
        assert told() == [("秘书", "round_opened", "2024年10月填报截止日期定为 11-12")]
        window.note = "另一个理由"
        save_window(window=window, actor=factories.system())
        assert len(told()) == 1
        delete_window(window=window, actor=factories.system())
    assert told()[-1] == ("秘书", "round_opened", "2024年10月填报截止日期定为 11-07")


def test_round_that_is_not_open_yet_is_told_when_it_opens(project: Project) -> None:
    with on(20):
        set_october(date(2024, 11, 12))
    assert told() == []


def test_round_that_is_opened_again_closes_again(project: Project) -> None:
    day(date(2024, 11, 8))
    with on(8, 11):
        set_october(date(2024, 11, 12))
    day(date(2024, 11, 13))
    kinds = [kind for _, kind, _ in told()]
    assert kinds.count("report_missing") == kinds.count("round_closed") == 2


@pytest.mark.parametrize("count", [1, 30])
def test_rounds_cost_the_same_for_one_and_for_thirty(
    project: Project, count: int, django_assert_max_num_queries: object
) -> None:
    for _ in range(count - 1):
        made = factories.project()
        user = factories.user(REPORTER)
        factories.assignment(
            project=made, official=factories.official(user=user), role=Role.LIAISON_OFFICER
        )
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        day(date(2024, 11, 8))
    assert Notice.objects.filter(kind="report_missing").count() == count
