"""The office sets when a month's round opens, reminds and closes; what was known then stays."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from investment.models import ReportingWindow
from investment.services.windows import save_window
from kuancheng.access.models import User
from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from tests import factories
from tests.clock import on
from tests.forms import form_values

pytestmark = pytest.mark.django_db

PAGE = "/reporting/rounds/"
NOVEMBER = "/reporting/rounds/2024-11/"
SENT = {
    "opens_on": "2024-11-25",
    "reminds_on": "2024-12-09",
    "reminds_again_on": "",
    "due_on": "2024-12-12",
    "note": "11 月因年底结算延到 12 日",
    "seen_version": "0",
}


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER, full_name="复核甲"))
    return client


def kept() -> ReportingWindow:
    found: ReportingWindow = ReportingWindow.objects.get()
    return found


def test_year_shows_twelve_months_with_their_usual_days(office: Client) -> None:
    page = office.get(PAGE)
    assert len(page.context["rounds"]) == 12
    september, december = page.context["rounds"][8], page.context["rounds"][11]
    assert (september.window.due, september.state) == (date(2024, 10, 12), "已截止")
    # December's round closes in the January of the next year.
    assert (december.window.due, december.state) == (date(2025, 1, 8), "未开放")
    assert "次月第 5 个工作日截止" in page.text
    assert 'href="/reporting/rounds/2024-11/"' in page.text


@pytest.mark.parametrize("role", [READER, REPORTER, AUDITOR])
def test_others_see_the_rounds_and_set_none(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    assert "设置" not in client.get(PAGE).context["rounds"][0].note
    assert NOVEMBER not in client.get(PAGE).text
    assert client.get(NOVEMBER).status_code == 403
    assert client.post(NOVEMBER, SENT).status_code == 403
    assert client.post(f"{NOVEMBER}usual/").status_code == 403
    assert not ReportingWindow.objects.exists()


def test_form_begins_with_the_usual_days(office: Client) -> None:
    form = form_values(office.get(NOVEMBER))
    days = [form[name] for name in ("opens_on", "reminds_on", "due_on")]
    assert days == ["2024-11-25", "", "2024-12-06"]


def test_month_is_set_shown_and_told_in_its_history(office: Client) -> None:
    answer = office.post(NOVEMBER, SENT, follow=True)
    assert "2024-11 填报窗口已保存。" in answer.text
    assert (kept().due_on, kept().window.reminders) == (date(2024, 12, 12), (date(2024, 12, 9),))
    assert "11 月因年底结算延到 12 日" in office.get(PAGE).text
    assert "复核甲：" in answer.text
    november = office.get(PAGE).context["rounds"][10]
    assert november.window.due == date(2024, 12, 12)


def test_month_is_given_its_usual_days_back(office: Client) -> None:
    office.post(NOVEMBER, SENT)
    page = office.get(NOVEMBER)
    assert "改回平常的日期" in page.text
    seen = page.context["form"].initial["seen_version"]
    answer = office.post(f"{NOVEMBER}usual/", {"seen_version": seen}, follow=True)
    assert "已改回平常的日期" in answer.text
    assert not ReportingWindow.objects.exists()
    assert len(answer.context["changes"]) >= 2
    assert "本来就是平常的日期" in office.post(f"{NOVEMBER}usual/", follow=True).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"due_on": "2024-11-24"}, "不能早于开放日期（2024-11-25）"),
        ({"reminds_on": "2024-12-13"}, "不能晚于截止日期（2024-12-12）"),
        ({"reminds_again_on": "2024-11-20"}, "不能早于开放日期"),
        ({"opens_on": "2024-10-31"}, "不能早于月份"),
        ({"due_on": "2034-12-12"}, "离填报的月份太远"),
        ({"due_on": "2024-13-40"}, "应为存在的日期"),
        ({"due_on": ""}, "请填写日期"),
        ({"note": ""}, "请写明为什么与平常不同"),
        ({"seen_version": ""}, ""),
    ],
)
def test_bad_round_is_told_at_its_field_and_nothing_typed_is_lost(
    office: Client, wrong: dict[str, str], said: str
) -> None:
    answer = office.post(NOVEMBER, SENT | wrong)
    if not said:
        assert answer.status_code == 302
        return
    assert said in answer.text
    assert not ReportingWindow.objects.exists()
    typed = form_values(answer)
    assert {name: typed[name] for name in wrong} == wrong
    assert typed["opens_on"] == (SENT | wrong)["opens_on"]


def test_holiday_moves_to_the_next_working_day_and_says_so(office: Client) -> None:
    sent = SENT | {"due_on": "2024-12-14", "reminds_again_on": "2024-12-08"}
    answer = office.post(NOVEMBER, sent, follow=True)
    assert "截止日期 2024-12-14 不是工作日，顺延到 2024-12-16。" in answer.text
    assert "再次提醒日期 2024-12-08 不是工作日，顺延到 2024-12-09。" in answer.text
    assert (kept().due_on, kept().reminds_again_on) == (date(2024, 12, 16), date(2024, 12, 9))


SEPTEMBER = "/reporting/rounds/2024-09/"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ("2024-10-14", "截止日期 2024-10-14 已经过去"),
        ("2024-10-15", ""),
        ("2024-10-18", ""),
    ],
)
def test_closed_month_is_opened_again_up_to_today_or_later(
    office: Client, due: str, said: str
) -> None:
    sent = SENT | {"opens_on": "2024-09-25", "due_on": due, "reminds_on": ""}
    answer = office.post(SEPTEMBER, sent, follow=True)
    assert said in answer.text
    assert ReportingWindow.objects.exists() == (not said)


def test_what_has_closed_is_not_closed_again_on_another_past_day(office: Client) -> None:
    with on(8):
        window = ReportingWindow(
            month=date(2024, 9, 1), opens_on=date(2024, 9, 25), due_on=date(2024, 10, 14),
            note="国庆",
        )  # fmt: skip
        save_window(window=window, actor=factories.system())
    page = office.get(SEPTEMBER)
    assert "改回平常的日期" not in page.text
    sent = form_values(page) | {"due_on": "2024-10-09"}
    answer = office.post(SEPTEMBER, sent)
    assert "这个月的填报已于 2024-10-14 截止" in answer.text
    seen = page.context["form"].initial["seen_version"]
    answer = office.post(f"{SEPTEMBER}usual/", {"seen_version": seen}, follow=True)
    assert "不能再改回平常的日期" in answer.text
    assert kept().due_on == date(2024, 10, 14)


def test_second_of_two_is_told_what_the_first_did(office: Client, client: Client) -> None:
    new = form_values(office.get(NOVEMBER)) | {"note": "乙的理由", "due_on": "2024-12-20"}
    office.post(NOVEMBER, SENT)
    refused = office.post(NOVEMBER, new)
    assert "其他人已经保存过这条记录" in refused.text
    assert "复核甲：" in refused.text
    again = form_values(refused)
    assert (again["note"], kept().due_on) == ("乙的理由", date(2024, 12, 12))
    assert office.post(NOVEMBER, again).status_code == 302
    assert kept().due_on == date(2024, 12, 20)


def test_window_that_was_given_back_meanwhile_is_said(office: Client) -> None:
    office.post(NOVEMBER, SENT)
    shown = form_values(office.get(NOVEMBER))
    office.post(f"{NOVEMBER}usual/", {"seen_version": shown["seen_version"]})
    refused = office.post(NOVEMBER, shown)
    assert "改回了平常的日期" in refused.text
    assert not ReportingWindow.objects.exists()
    assert office.post(NOVEMBER, form_values(refused)).status_code == 302


def test_stale_page_gives_nothing_back(office: Client) -> None:
    office.post(NOVEMBER, SENT)
    answer = office.post(f"{NOVEMBER}usual/", {"seen_version": "999"}, follow=True)
    assert "您打开之后有人改过" in answer.text
    assert ReportingWindow.objects.exists()


@pytest.mark.parametrize("month", ["2024-13", "202411", "1999-12", "2100-01", "gestern"])
def test_wrong_month_is_no_page(office: Client, month: str) -> None:
    assert office.get(f"{PAGE}{month}/").status_code == 404


@pytest.mark.parametrize("query", [{"year": "1999"}, {"year": "x"}, {"as_of": "2024-10-01"}])
def test_wrong_question_is_told(office: Client, query: dict[str, str]) -> None:
    assert office.get(PAGE, query).status_code == 400


def test_later_change_does_not_rewrite_what_was_known(office: Client) -> None:
    with on(1):
        factories.project(name="缺报的")
    with on(14):
        save_window(
            window=ReportingWindow(
                month=date(2024, 9, 1), opens_on=date(2024, 9, 25), due_on=date(2024, 10, 18),
                note="延期",
            ),
            actor=factories.system(),
        )  # fmt: skip
    asked: Any = {"month": "2024-09"}
    for known_at, late in (("2024-10-13", 3), ("2024-10-14", 0)):
        page = office.get("/reporting/", asked | {"known_at": known_at})
        assert [each.late for party in page.context["parties"] for each in party.filings] == [late]


def test_page_costs_the_same_with_every_month_set(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14):
        office.get(PAGE)
    for month in range(1, 13):
        day = date(2025, month, 1)
        ReportingWindow.objects.create(
            month=day, opens_on=day, due_on=day.replace(day=20), note="另定"
        )
    with django_assert_max_num_queries(14):
        assert "另定" in office.get(PAGE, {"year": "2025"}).text


def test_admin_says_that_a_holiday_moved(client: Client) -> None:
    user: User = factories.user(REVIEWER)
    client.force_login(user)
    page = "/admin/investment/reportingwindow/add/"
    posted = form_values(client.get(page)) | {"due_on": "2024-11-09", "note": "通知"}
    answer = client.post(page, posted, follow=True)
    assert "截止日期 2024-11-09 不是工作日，顺延到 2024-11-11。" in answer.text
