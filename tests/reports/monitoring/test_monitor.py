"""日监测: a day is kept once, compared with the day before, and told to those who want it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from kuancheng import clock
from kuancheng.access.roles import READER, SYSTEM_ADMIN
from kuancheng.notices.choices import Mode
from kuancheng.notices.models import Delivery, Notice
from kuancheng.notices.services import save_preferences
from kuancheng.reports.choices import Basis
from kuancheng.reports.judging import daily
from kuancheng.reports.models import DailyStatus, MonitorRun
from kuancheng.reports.monitoring import monitor
from kuancheng.reports.monitoring.monitor import Summary
from projects.choices import Role
from projects.models import Milestone, Project
from projects.services import save_parts, save_project
from tests import factories
from tests.notices.telling import work

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)
YESTERDAY = date(2024, 10, 14)


@contextmanager
def on(day: date) -> Iterator[None]:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_default_timezone())
    with clock.at(moment):
        yield


def command(*args: str) -> str:
    out = StringIO()
    call_command("daily_monitor", *args, stdout=out)
    return out.getvalue()


def step(project: Project, name: str, planned: date, **fields: Any) -> Milestone:
    made = Milestone(
        project=project, name=name, phase="construction", planned_finish=planned, **fields
    )
    save_parts(project=project, saved=[made], actor=factories.system())
    return made


@pytest.fixture
def portfolio() -> dict[str, Project]:
    """On the 14th: 红 29 days late, 好 overdue; on the 15th 红 has 31 days, 好 is finished."""
    agency = factories.agency(name="区住建局")
    made = {}
    with on(date(2024, 9, 1)):
        for name in ("红", "好", "稳"):
            made[name] = save_project(
                project=Project(name=name, stage="concept", lead_agency=agency),
                actor=factories.system(),
            )
        step(made["红"], "封顶", date(2024, 9, 14))
        late = step(made["好"], "桩基", date(2024, 10, 1))
        step(made["稳"], "选址", date(2024, 10, 20))
    with on(YESTERDAY):
        monitor.run(YESTERDAY, today=YESTERDAY)
    late.actual_finish, late.late_reason = YESTERDAY, "雨天"
    save_parts(project=made["好"], saved=[late], actor=factories.system())
    return made


def test_day_is_compared_with_the_day_before(portfolio: dict[str, Project]) -> None:
    ran = monitor.run(TODAY, today=TODAY)
    summary = Summary.from_json(ran.run.summary)
    assert summary.compared_with == "2024-10-14"
    (red,) = summary.red
    assert (red.name, red.before, red.light, red.agency) == ("红", "yellow", "red", "区住建局")
    assert red.reasons == ("节点“封顶”超期 31 天",)
    (recovered,) = summary.recovered
    assert (recovered.name, recovered.before, recovered.light) == ("好", "yellow", "green")
    assert (summary.changed, summary.yellow, summary.other) == (2, (), ())
    (due,) = summary.due
    assert (due.name, due.milestone, due.day) == ("稳", "选址", "2024-10-20")
    assert (summary.overdue, summary.missing) == (1, 0)
    assert summary.lights == {"red": 1, "green": 1, "blue": 1}


def test_summary_is_kept_and_read_back_as_it_was(portfolio: dict[str, Project]) -> None:
    ran = monitor.run(TODAY, today=TODAY)
    kept = MonitorRun.objects.get(date=TODAY)
    assert Summary.from_json(kept.summary) == monitor.summarize(TODAY)
    assert kept == ran.run
    assert kept.projects == 3


def test_second_run_writes_nothing_and_finds_nothing_wrong(portfolio: dict[str, Project]) -> None:
    monitor.run(TODAY, today=TODAY)
    rows = DailyStatus.objects.count()
    again = monitor.run(TODAY, today=TODAY)
    assert (again.written, again.mended) == (0, 0)
    assert (DailyStatus.objects.count(), MonitorRun.objects.count()) == (rows, 2)


def test_row_that_slipped_past_the_services_is_mended_and_counted(
    portfolio: dict[str, Project],
) -> None:
    monitor.run(TODAY, today=TODAY)
    Project.objects.filter(name="稳").update(total_investment=Decimal(7))
    assert "有 1 行与登记的事实不符" in command("--no-notices")
    assert DailyStatus.objects.get(date=TODAY, project__name="稳").total_investment == 7


def test_run_that_was_cut_off_is_taken_up_where_it_stopped(
    portfolio: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "BATCH", 1)
    DailyStatus.objects.filter(date=TODAY).delete()

    def cut(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        monitor.run(TODAY, today=TODAY, on_progress=cut)
    assert DailyStatus.objects.filter(date=TODAY).count() == 2
    assert MonitorRun.objects.get(date=TODAY).finished_at is None
    assert monitor.run(TODAY, today=TODAY).written == 1
    assert MonitorRun.objects.get(date=TODAY).finished_at is not None


def test_day_that_nobody_kept_is_filled_in_as_it_was_known(portfolio: dict[str, Project]) -> None:
    said = command("--date", "2024-10-13")
    assert "2024-10-13 日监测完成：3 个项目，本次新写 3 行" in said
    kept = DailyStatus.objects.get(basis=Basis.DAILY, date=date(2024, 10, 13), project__name="好")
    assert (kept.light, kept.max_overdue_days) == ("yellow", 12)  # nobody knew of the finish yet


@pytest.mark.parametrize("day", ["2024-10-16", "gestern", "2024-02-30"])
def test_impossible_day_is_refused(day: str) -> None:
    with pytest.raises(CommandError, match=day):
        command("--date", day)


def test_empty_portfolio_is_monitored_too() -> None:
    assert "0 个项目" in command("--no-notices")


def wanting(
    project: Project,
    role: str,
    address: str = "a@example.gov.cn",
    mode: str = "at_once",
    **user: Any,
) -> Any:
    account = factories.user(READER, email=address, **user)
    save_preferences(person=account, modes={"daily_letter": Mode(mode)}, quiet=None)
    factories.assignment(project=project, official=factories.official(user=account), role=role)
    return account


@pytest.fixture
def post(settings: Any) -> list[Any]:
    settings.EMAIL_HOST = "mail.example.gov.cn"
    settings.KUANCHENG_URL = "https://zd.example.gov.cn"
    return mail.outbox


def letters(post: list[Any]) -> list[Any]:
    """The daily letters among the mails, by address."""
    work()
    found = [each for each in post if each.subject.startswith("【重点项目日监测】")]
    return sorted(found, key=lambda each: each.to)


def test_everybody_who_wants_it_is_told_of_his_own_projects(
    portfolio: dict[str, Project], post: list[Any]
) -> None:
    wanting(portfolio["红"], Role.LEAD_OFFICIAL, "a@example.gov.cn", full_name="包保甲")
    wanting(portfolio["稳"], Role.LIAISON_OFFICER, "b@example.gov.cn")
    wanting(portfolio["好"], Role.LIAISON_OFFICER, "no@example.gov.cn", mode="off")
    wanting(portfolio["红"], Role.TASK_FORCE_HEAD, "head@example.gov.cn")
    command()
    first, second = letters(post)
    assert first.to == ["a@example.gov.cn"]
    assert first.subject == "【重点项目日监测】10月15日：1 个转红"
    assert "包保甲，您好" in first.body
    assert "节点“封顶”超期 31 天（责任单位：区住建局）" in first.body
    assert f"https://zd.example.gov.cn/projects/{portfolio['红'].code}/" in first.body
    assert "稳" not in first.body
    assert second.to == ["b@example.gov.cn"]
    assert second.subject == "【重点项目日监测】10月15日：1 个临期节点"
    assert "2024-10-20  稳：选址（区住建局）" in second.body


def test_nobody_is_written_to_twice_nor_for_nothing(
    portfolio: dict[str, Project], post: list[Any]
) -> None:
    wanting(portfolio["红"], Role.LEAD_OFFICIAL)
    quiet = save_project(project=Project(name="静", stage="concept"), actor=factories.system())
    wanting(quiet, Role.LEAD_OFFICIAL, "quiet@example.gov.cn")
    command()
    command()
    assert [each.to for each in letters(post)] == [["a@example.gov.cn"]]


def test_letter_is_in_the_inbox_where_no_mail_is_wanted_or_can_be_sent(
    portfolio: dict[str, Project], settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    first = wanting(portfolio["红"], Role.LEAD_OFFICIAL)
    second = wanting(portfolio["稳"], Role.LIAISON_OFFICER, "b@example.gov.cn", mode="inbox")
    assert "通知：写了 3 条。" in command()  # the third: a project turned red
    kept = Notice.objects.filter(kind="daily_letter")
    assert {each.recipient for each in kept} == {first, second}
    assert not Delivery.objects.exists()


def test_day_that_is_made_up_for_later_tells_nobody(
    portfolio: dict[str, Project], post: list[Any]
) -> None:
    wanting(portfolio["红"], Role.LEAD_OFFICIAL)
    command("--date", "2024-10-14")
    command("--no-notices")
    assert not Notice.objects.exists()


def test_page_tells_what_the_day_brought(portfolio: dict[str, Project], client: Client) -> None:
    client.force_login(factories.user(READER, is_staff=False))
    assert "今天还没有运行日监测" in client.get("/daily/").content.decode()
    monitor.run(TODAY, today=TODAY)
    text = client.get("/daily/").content.decode()
    assert "运行完成，3 个项目" in text
    assert "节点“封顶”超期 31 天" in text
    assert "与 10月14日比" in text
    then = client.get("/daily/", {"date": "2024-10-14"}).content.decode()
    assert "运行完成，3 个项目" in then
    never = client.get("/daily/", {"date": "2024-10-01"}).content.decode()
    assert "请系统管理员按当天的登记补记" in never
    assert "manage.py" not in never
    client.force_login(factories.user(SYSTEM_ADMIN))
    never = client.get("/daily/", {"date": "2024-10-01"}).content.decode()
    assert "manage.py daily_monitor --date 2024-10-01" in never


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ({}, 15),
        ({"as_of": "2024-10-14"}, 14),
        ({"date": "2024-10-14"}, 14),
        ({"date": "2024-10-14", "as_of": "2024-10-14"}, 14),
        ({"known_at": "2024-10-14"}, 14),
        ({"known_at": "2024-10-15"}, 15),
        ({"as_of": "2024-10-13", "known_at": "2024-10-14"}, 13),
    ],
)
def test_day_has_either_name_and_is_else_the_latest_known(
    client: Client, query: dict[str, str], day: int
) -> None:
    client.force_login(factories.user(READER))
    assert client.get("/daily/", query).context["as_of"] == date(2024, 10, day)


def test_day_made_up_for_later_was_not_known_before(
    portfolio: dict[str, Project], client: Client
) -> None:
    monitor.run(date(2024, 10, 13), today=TODAY)
    client.force_login(factories.user(READER))
    address = "/daily/?as_of=2024-10-13"
    assert "运行完成，3 个项目" in client.get(address).content.decode()
    then = client.get(f"{address}&known_at=2024-10-14").content.decode()
    assert "这一天还没有运行过日监测，是后来补记的" in then
    assert "运行完成" not in then
    kept = client.get("/daily/?known_at=2024-10-14").content.decode()
    assert "运行完成，3 个项目" in kept
    assert "后一天" not in kept


def test_lights_of_a_past_day_lead_to_the_list_of_that_evening(
    portfolio: dict[str, Project], client: Client
) -> None:
    client.force_login(factories.user(READER))
    page = client.get("/daily/?as_of=2024-10-14")
    for light, number in page.context["summary"].lights.items():
        address = f"/?light={light}&as_of=2024-10-14&known_at=2024-10-14"
        assert address.replace("&", "&amp;") in page.content.decode()
        assert client.get(address).context["totals"].projects == number
    assert f"/projects/{portfolio['红'].code}/?as_of=2024-10-14" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"date": "2024-10-16"}, "日期（date）：截至日期应在 2000-01-01 到 2024-10-15 之间"),
        ({"date": "x"}, "日期（date）：“x”不是存在的日期"),
        ({"dates": "2024-10-01"}, "没有参数“dates”。是否要用 date？"),
        ({"date": "2024-10-01", "as_of": "2024-10-02"}, "日期（date）：与 as_of 是同一个意思"),
        ({"as_of": "2024-10-14", "known_at": "2024-10-13"}, "2024-10-14 的到 2024-10-13 还没有"),
    ],
)
def test_bad_parameters_are_told(client: Client, query: dict[str, str], said: str) -> None:
    client.force_login(factories.user(READER))
    answer = client.get("/daily/", query)
    assert answer.status_code == 400
    assert said in answer.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_summary_costs_the_same_for_one_and_for_thirty(
    count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        with on(YESTERDAY):
            project = save_project(
                project=Project(name=f"项目{number}", stage="concept"), actor=factories.system()
            )
        step(project, "封顶", date(2024, 9, 14))
    DailyStatus.objects.filter(date=YESTERDAY).update(light="yellow")
    with django_assert_num_queries(24):
        assert monitor.summarize(TODAY).changed == count


def test_runs_are_read_in_the_admin(portfolio: dict[str, Project], client: Client) -> None:
    monitor.run(TODAY, today=TODAY)
    client.force_login(factories.user(READER))
    text = client.get("/admin/reports/monitorrun/").content.decode()
    assert "转红 1，转黄 0，恢复 1，临期 1" in text
    assert client.get("/admin/reports/monitorrun/add/").status_code == 403
