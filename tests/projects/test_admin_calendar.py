"""The year that the office checks, and calendars that are changed knowingly."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kuancheng.access.roles import AUDITOR, READER, REPORTER, REVIEWER
from projects.choices import DurationUnit
from projects.models import CalendarDay, Project, WinterWindow
from tests import factories
from tests.forms import form_values
from tests.second import let_through

pytestmark = pytest.mark.django_db

DAYS = "/admin/projects/calendarday/"
WINTERS = "/admin/projects/winterwindow/"


@pytest.fixture
def reviewer(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER))
    return client


def year_page(client: Client, year: int) -> str:
    return str(client.get(f"{DAYS}year/{year}/").content.decode())


class TestYear:
    # Counted from the State Council's notices on holidays for each year.
    @pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
    def test_working_days_of_the_year_are_counted(
        self, reviewer: Client, year: int, days: int
    ) -> None:
        assert f"全年工作日 <strong>{days}</strong> 天" in year_page(reviewer, year)

    def test_month_counts_its_own_and_marks_why(self, reviewer: Client) -> None:
        # October 2024: 1 to 7 off, Saturday 12 worked; 29 September (Sunday) and 12 October make up.
        text = year_page(reviewer, 2024)
        assert re.search(r"10 月 <span>19 个工作日", text)
        assert 'title="2024-10-01 休息">1<b>休</b>' in text
        assert 'title="2024-10-12 上班">12<b>班</b>' in text
        assert 'title="2024-10-05 休息">5</td>' in text

    def test_own_days_and_winters_are_shown(self, reviewer: Client) -> None:
        CalendarDay.objects.create(date=date(2024, 10, 16), works=False, name="停电检修")
        WinterWindow.objects.create(year=2024, first=date(2024, 11, 10), last=date(2025, 4, 5))
        text = year_page(reviewer, 2024)
        assert 'title="2024-10-16 休息：停电检修">16<b>调</b>' in text
        assert "全年工作日 <strong>250</strong> 天" in text
        assert "2023-11-01 至 2024-03-31；2024-11-10 至 2025-04-05" in text
        assert "2024-11-09 休息（冬季停工）" not in text
        assert "2024-11-10 休息（冬季停工）" in text

    @pytest.mark.parametrize(("year", "told"), [(2026, False), (2027, True)])
    def test_year_whose_holidays_are_unknown_says_so(
        self, reviewer: Client, year: int, told: bool
    ) -> None:
        assert ("放假安排尚未公布" in year_page(reviewer, year)) is told

    def test_years_are_linked_up_to_the_last(self, reviewer: Client) -> None:
        assert f"{DAYS}year/2024/" in reviewer.get(DAYS).content.decode()
        assert f"{DAYS}year/2099/" in year_page(reviewer, 2100)
        assert f"{DAYS}year/2101/" not in year_page(reviewer, 2100)
        assert reviewer.get(f"{DAYS}year/2101/").status_code == 404
        assert reviewer.get(f"{DAYS}year/1999/").status_code == 404


@pytest.fixture
def project() -> Project:
    """Three working days from Tuesday, 15 October 2024: done on Thursday the 17th, as promised."""
    made = factories.project(name="示例粮仓", planned_completion=date(2024, 10, 17))
    factories.milestone(project=made, order=1, duration=3)
    return made


WHY = {"reason": "气象部门通知"}
DAY_OFF = {"date": "2024-10-16", "name": "停电检修", "reason": "供电公司停电通知"}


class TestChange:
    def test_touched_projects_are_shown_before_anything_is_saved(
        self, reviewer: Client, project: Project
    ) -> None:
        page = reviewer.post(DAYS + "add/", DAY_OFF)
        text = page.content.decode()
        assert "还没有提出" in text
        cells = re.findall(r"<td>(20[\d-]+)</td>", text)
        assert cells == ["2024-10-17", "2024-10-17", "2024-10-18"]
        assert "晚 1 天" in text
        assert "不能按期" in text
        assert not CalendarDay.objects.exists()

    def test_confirmed_change_is_saved_once_a_second_person_approves(
        self, reviewer: Client, project: Project
    ) -> None:
        page = reviewer.post(DAYS + "add/", DAY_OFF)
        posted = {name: value for name, value in form_values(page).items() if name != "_back"} | {
            "_confirmed": "1"
        }
        assert reviewer.post(DAYS + "add/", posted).status_code == 302
        assert not CalendarDay.objects.exists()
        second = factories.user(REVIEWER, full_name="第二人")
        let_through(actor=second)
        day = CalendarDay.objects.get()
        assert (day.date, day.works, day.name) == (date(2024, 10, 16), False, "停电检修")
        assert day.history.get().history_user == second

    def test_going_back_keeps_what_was_typed(self, reviewer: Client, project: Project) -> None:
        page = reviewer.post(DAYS + "add/", DAY_OFF)
        back = reviewer.post(DAYS + "add/", form_values(page) | {"_back": "1"})
        again = form_values(back)
        assert (again["date"], again["name"]) == ("2024-10-16", "停电检修")
        assert not CalendarDay.objects.exists()

    def test_bad_input_is_answered_by_the_form(self, reviewer: Client) -> None:
        page = reviewer.post(DAYS + "add/", {"date": "2024-02-31", "name": "停电"})
        assert "还没有提出" not in page.content.decode()
        assert form_values(page)["date"] == "2024-02-31"
        confirmed = reviewer.post(DAYS + "add/", {"date": "", "name": "停电", "_confirmed": "1"})
        assert confirmed.status_code == 200
        assert not CalendarDay.objects.exists()

    def test_new_words_alone_need_no_confirmation(self, reviewer: Client) -> None:
        day = CalendarDay.objects.create(date=date(2024, 10, 16), works=False, name="停电")
        change = f"{DAYS}{day.pk}/change/"
        posted = form_values(reviewer.get(change)) | {"name": "停水", "reason": "停水通知"}
        assert reviewer.post(change, posted).status_code == 302
        let_through()
        day.refresh_from_db()
        assert day.name == "停水"

    def test_winter_touches_what_is_built_outdoors(self, reviewer: Client) -> None:
        # Twenty days outdoors from 15 October 2024 end on 3 November once winter waits until the 10th.
        project = factories.project(planned_completion=date(2025, 10, 31))
        factories.milestone(project=project, order=1, duration=20, unit=DurationUnit.CONSTRUCTION)
        page = reviewer.post(
            WINTERS + "add/", {"year": "2024", "first": "2024-11-10", "last": "2025-03-31"} | WHY
        )
        text = page.content.decode()
        # By default the last three days wait for April 2025.
        assert re.findall(r"<td>(20[\d-]+)</td>", text) == [
            "2025-10-31",
            "2025-04-03",
            "2024-11-03",
        ]
        assert "早 151 天" in text

    def test_winter_out_of_its_season_is_refused_in_words(self, reviewer: Client) -> None:
        page = reviewer.post(
            WINTERS + "add/", {"year": "2024", "first": "2025-01-01", "last": "2025-03-31"} | WHY
        )
        assert "应在 2024 年下半年" in page.content.decode()

    def test_deleting_says_what_it_touches(self, reviewer: Client, project: Project) -> None:
        day = CalendarDay.objects.create(date=date(2024, 10, 16), works=False, name="停电")
        delete = f"{DAYS}{day.pk}/delete/"
        assert "早 1 天" in reviewer.get(delete).content.decode()
        assert reviewer.post(delete, {"post": "yes"}).status_code == 302
        assert CalendarDay.objects.exists()
        let_through()
        assert not CalendarDay.objects.exists()

    @pytest.mark.parametrize("count", [1, 30])
    def test_confirmation_asks_the_same_number_of_questions(
        self, reviewer: Client, count: int, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(count):
            made = factories.project(planned_completion=date(2024, 10, 17))
            factories.milestone(project=made, order=1, duration=3)
        with django_assert_max_num_queries(20):
            page = reviewer.post(DAYS + "add/", DAY_OFF)
        assert f"会改变 <strong>{count}</strong> 个项目" in page.content.decode()


class TestDoors:
    @pytest.mark.parametrize("role", [REPORTER, READER, AUDITOR])
    def test_others_read_but_do_not_change(self, client: Client, role: str) -> None:
        day = CalendarDay.objects.create(date=date(2024, 10, 16), works=False, name="停电")
        client.force_login(factories.user(role))
        assert client.get(f"{DAYS}year/2024/").status_code == 200
        for confirmed in ({}, {"_confirmed": "1"}, {"_back": "1"}):
            assert client.post(DAYS + "add/", DAY_OFF | confirmed).status_code == 403
            changed = DAY_OFF | {"works": "on"} | confirmed
            assert client.post(f"{DAYS}{day.pk}/change/", changed).status_code == 403
        assert client.post(f"{DAYS}{day.pk}/delete/", {"post": "yes"}).status_code == 403
        day.refresh_from_db()
        assert not day.works

    def test_account_without_a_role_sees_no_year(self, client: Client) -> None:
        client.force_login(factories.user())
        assert client.get(f"{DAYS}year/2024/").status_code == 403

    def test_year_needs_a_login(self, client: Client) -> None:
        page = client.get(reverse("admin:projects_calendarday_year", args=[2024]))
        assert page.status_code == 302
