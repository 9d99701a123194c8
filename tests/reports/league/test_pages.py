"""The league on pages: the table, an entrant's sums, publication, additions, objections."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from investment.models import StatusReport
from kuancheng.access.models import User
from kuancheng.access.roles import READER, REPORTER, REVIEWER
from kuancheng.notices.models import Notice
from kuancheng.reports.models import (
    LeagueEntry,
    LeagueIndicator,
    LeagueObjection,
    LeaguePublication,
)
from projects.models import Agency
from tests import factories
from tests.clock import on_date
from tests.reports.league.racing import SEPTEMBER, TODAY, entry, group, published, racers

pytestmark = pytest.mark.django_db

FOUR = {"甲局": "130", "乙局": "80", "丙局": None, "丁局": "80"}
"""甲局 60 + 50 = 110; 乙局 and 丁局 40 + 50 = 90; 丙局 reported nothing: 0 + 0."""


@pytest.fixture(autouse=True)
def _today() -> Any:
    with on_date(TODAY):
        yield


@pytest.fixture
def office() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def second() -> User:
    return factories.user(REVIEWER)


@pytest.fixture
def desk(client: Client, office: User) -> Client:
    client.force_login(office)
    return client


def as_user(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def clerk_of(agency: Agency) -> User:
    user = factories.user(REPORTER)
    factories.official(agency=agency, user=user)
    return user


def places(page: Any) -> list[tuple[int | None, str, str]]:
    """Rank, name and total of each line."""
    return [
        (line.rank, line.name, f"{line.total:.2f}") for line in page.context["page"].object_list
    ]


# The table


def test_those_alike_share_a_place_in_the_fixed_order(desk: Client, office: User) -> None:
    group(office)
    racers(FOUR)
    assert places(desk.get("/league/")) == [
        (1, "甲局", "110.00"),
        (2, "乙局", "90.00"),
        (2, "丁局", "90.00"),
        (4, "丙局", "0.00"),
    ]


def test_lists_go_by_target_and_rank_and_an_exemption_says_why(
    desk: Client, office: User, second: User
) -> None:
    made, agencies = group(office), racers(FOUR)
    text = desk.get("/league/").text
    assert "序时完成率 130.00%，高于目标 100%，且排在前 1（第 1 名）" in text
    assert "序时完成率 0.00%，低于目标 100%，且排在后 1（第 4 名）" in text
    entry(made, agencies["丙局"], "", office, second)
    assert "免列黑榜：按通报登记" in desk.get("/league/").text


def test_every_sum_is_printed(desk: Client, office: User, second: User) -> None:
    made, agencies = group(office), racers(FOUR)
    entry(made, agencies["乙局"], "通报批评", office, second)
    text = desk.get("/league/", {"sums": "true"}).text
    assert "50 × 80 ÷ 100 = 40.00" in text
    assert "50 × 120% = 60.00" in text
    assert "40.00 + 50.00 = 90.00 − 3.00 = 87.00" in text


def test_a_month_whose_reports_are_not_due_has_none_and_says_when(
    desk: Client, office: User
) -> None:
    group(office)
    answer = desk.get("/league/", {"month": "2024-10"})
    assert answer.status_code == 400
    assert "2024-10 的填报 2024-11-07 截止" in answer.text


def test_in_january_missing_plans_are_the_reason(desk: Client, office: User) -> None:
    group(office)
    racers(FOUR)
    factories.programme(factories.project(lead_agency=Agency.objects.first()), year=2025)
    with on_date(date(2025, 2, 20)):
        text = desk.get("/league/", {"month": "2025-01"}).text
    assert "2025 年的年度计划还没有登记" in text


def test_a_year_without_a_list_says_so(desk: Client, office: User) -> None:
    group(office)
    with on_date(date(2025, 2, 20)):
        text = desk.get("/league/", {"month": "2025-01"}).text
    assert "2025 年还没有本规则所计的清单，不排名" in text


def test_without_a_group_the_office_is_offered_one(desk: Client) -> None:
    text = desk.get("/league/").text
    assert "还没有赛马分组" in text
    assert "新设一组" in text
    assert "新设一组" not in as_user(factories.user(READER)).get("/league/").text


def test_an_unknown_parameter_is_named(desk: Client) -> None:
    answer = desk.get("/league/", {"groups": "1"})
    assert answer.status_code == 400
    assert "groups" in answer.text


def test_queries_do_not_grow_with_entrants_and_projects(desk: Client, office: User) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert desk.get(path).status_code == 200
        return len(caught)

    group(office)
    first = racers({"一局": "10", "二局": "20"})["一局"]
    paths = ("/league/", f"/league/entrants/{first.pk}/", "/api/v1/league/")
    for path in paths:
        count(path)
    few = [count(path) for path in paths]
    racers({f"{number}局": "10" for number in range(30)})
    assert [count(path) for path in paths] == few


# An entrant


def test_a_figure_opens_into_its_projects(desk: Client, office: User) -> None:
    group(office)
    agency = racers(FOUR)["乙局"]
    text = desk.get(f"/league/entrants/{agency.pk}/").text
    assert "40.00 + 50.00 = 90.00" in text
    assert "期内完成投资 ÷ 期内计划投资（万元）" in text
    assert "乙局的项目" in text
    assert desk.get("/league/entrants/999999/").status_code == 404
    assert desk.get("/league/entrants/nobody/").status_code == 404


def test_after_publication_a_correction_is_shown_beside_what_was_published(
    desk: Client, office: User, second: User
) -> None:
    made, agencies = group(office), racers(FOUR)
    published(made, office, second)
    StatusReport.objects.filter(project__lead_agency=agencies["乙局"]).update(completed=90)
    page = desk.get("/league/", {"now": "true"})
    assert (2, "乙局", "90.00") in places(page)
    shown = [(each.name, each.rank, each.rank_now) for each in page.context["differences"]]
    assert shown == [("乙局", 2, 2), ("丁局", 2, 3)]
    text = desk.get(f"/league/entrants/{agencies['乙局'].pk}/").text
    assert "50 × 80 ÷ 100 = 40.00" in text
    assert "现在合计 90 ÷ 100 万元，与发布时不同" in text


# Publishing


def test_it_is_drawn_up_by_one_and_published_by_another(
    desk: Client, office: User, second: User
) -> None:
    made, _ = group(office), racers(FOUR)
    said = desk.post("/league/draw-up/", {"group": made.pk, "month": "2024-09"}, follow=True)
    assert "已拟定" in said.text
    publication = LeaguePublication.objects.get()
    told = Notice.objects.get(recipient=second, kind="league_drawn_up")
    assert told.link == publication.get_absolute_url()
    address = f"/league/publications/{publication.pk}/publish/"
    assert (
        "由项目中心的另一位同事发布"
        in desk.post(address, {"seen_version": publication.version}, follow=True).text
    )
    other = as_user(second)
    assert "已发布" in other.post(address, {"seen_version": publication.version}, follow=True).text
    publication.refresh_from_db()
    assert (publication.state, publication.published_by) == ("published", second)
    told.refresh_from_db()
    assert told.outcome.endswith("已发布。")
    again = desk.post("/league/draw-up/", {"group": made.pk, "month": "2024-09"}, follow=True)
    assert "已于 2024-10-15 发布，不再改动" in again.text


def test_before_its_publication_it_was_not_out(desk: Client, office: User, second: User) -> None:
    made, _ = group(office), racers(FOUR)
    published(made, office, second)
    assert "不再改动" in desk.get("/league/").text
    with on_date(date(2024, 10, 16)):
        assert "未发布" in desk.get("/league/", {"as_of": "2024-10-14"}).text


def test_a_reader_may_publish_nothing(office: User) -> None:
    made, _ = group(office), racers(FOUR)
    reader = as_user(factories.user(READER))
    assert "拟定发布" not in reader.get("/league/").text
    answer = reader.post("/league/draw-up/", {"group": made.pk, "month": "2024-09"})
    assert answer.status_code == 403
    assert not LeaguePublication.objects.exists()


# Additions and exemptions


def filled(agency: Agency, **said: str) -> dict[str, str]:
    return {
        "month": "2024-09",
        "entrant": str(agency.pk),
        "item": "通报批评",
        "reason": "例会缺席",
        "document": "示例通报〔2024〕3号",
    } | said


def test_an_addition_counts_once_another_has_confirmed_it(
    desk: Client, office: User, second: User
) -> None:
    made, agencies = group(office), racers(FOUR)
    said = desk.post(f"/league/entries/new/{made.pk}/", filled(agencies["乙局"]), follow=True)
    assert "已登记，由另一位同事确认后计入" in said.text
    recorded = LeagueEntry.objects.get()
    assert (2, "乙局", "90.00") in places(desk.get("/league/"))
    address = f"/league/entries/{recorded.pk}/confirm/"
    seen = {"seen_version": recorded.version}
    assert "由项目中心的另一位同事确认" in desk.post(address, seen, follow=True).text
    assert "已确认" in as_user(second).post(address, seen, follow=True).text
    assert (3, "乙局", "87.00") in places(desk.get("/league/"))
    recorded.refresh_from_db()
    void = f"/league/entries/{recorded.pk}/void/"
    empty = desk.post(void, {"seen_version": recorded.version, "void_reason": ""}, follow=True)
    assert "请写明为什么撤销" in empty.text
    gone = {"seen_version": recorded.version, "void_reason": "通报已收回"}
    assert "已撤销" in desk.post(void, gone, follow=True).text
    assert (2, "乙局", "90.00") in places(desk.get("/league/"))


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"month": "2024-12"}, "2024-12 还没有到"),
        ({"month": "九月"}, "月份"),
        ({"entrant": ""}, "请选择对象"),
        ({"document": ""}, "请填写依据"),
        ({"reason": "无"}, "至少 4 个字"),
        ({"item": "没有这一项"}, "没有这一项"),
    ],
)
def test_what_is_wrong_with_an_addition_is_said_and_nothing_is_lost(
    desk: Client, office: User, said: dict[str, str], refusal: str
) -> None:
    made, agencies = group(office), racers(FOUR)
    sent = filled(agencies["乙局"], **said)
    answer = desk.post(f"/league/entries/new/{made.pk}/", sent)
    assert answer.status_code == 200
    assert refusal in answer.text
    if "reason" not in said:
        assert "例会缺席" in answer.text
    assert not LeagueEntry.objects.exists()


# Objections


def test_an_objection_is_raised_by_the_agency_and_answered_by_who_did_not_set_the_figure(
    office: User, second: User
) -> None:
    made, agencies = group(office), racers(FOUR)
    published(made, office, second)
    clerk = as_user(clerk_of(agencies["丙局"]))
    address = f"/league/entrants/{agencies['丙局'].pk}/"
    empty = clerk.post(f"{address}object/", {"measure": "reports", "text": ""})
    assert "请填写异议内容" in empty.text
    sent = {"measure": "reports", "text": "9 月已经报送，系统没有收到"}
    assert "已提出异议" in clerk.post(f"{address}object/", sent, follow=True).text
    objection = LeagueObjection.objects.get()
    page = f"/league/objections/{objection.pk}/"
    answer = {"seen_version": objection.version, "answer": "查无报送记录", "reject": "1"}
    assert "请由没有经手的同事答复" in as_user(office).post(page, answer).text
    assert Notice.objects.filter(recipient=second, kind="league_objected").exists()
    as_user(second).post(page, answer)
    objection.refresh_from_db()
    assert (objection.state, objection.answered_by) == ("rejected", second)
    assert "查无报送记录" in clerk.get(address).text
    assert Notice.objects.filter(recipient=objection.author, kind="league_answered").exists()


def test_nobody_objects_for_another_agency_and_one_takes_his_own_back(
    office: User, second: User
) -> None:
    made, agencies = group(office), racers(FOUR)
    published(made, office, second)
    clerk = as_user(clerk_of(agencies["乙局"]))
    other = f"/league/entrants/{agencies['丙局'].pk}/"
    assert "提出异议" not in clerk.get(other).text
    sent = {"measure": "", "text": "名次有误，请核对"}
    assert "只能对自己单位" in clerk.post(f"{other}object/", sent).text
    clerk.post(f"/league/entrants/{agencies['乙局'].pk}/object/", sent)
    objection = LeagueObjection.objects.get()
    page = f"/league/objections/{objection.pk}/"
    clerk.post(page, {"seen_version": objection.version, "withdraw": "1"})
    objection.refresh_from_db()
    assert objection.state == "withdrawn"


# Excel and API


def test_excel_recomputes_the_points(desk: Client, office: User, second: User) -> None:
    made, agencies = group(office), racers(FOUR)
    entry(made, agencies["乙局"], "通报批评", office, second)
    answer = desk.get("/league.xlsx")
    book = BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    sheet = load_workbook(book)["赛马"]
    assert [each.value for each in sheet[5]][1:6] == [
        "甲局",
        1,
        130,
        100,
        '=IF(E5=0,"",ROUND(MAX(0,50*MIN(D5/E5*100,120)/100),2))',
    ]
    kept = load_workbook(book, data_only=True)["赛马"]
    rows = [[row[0].value, row[1].value, row[10].value] for row in kept.iter_rows(min_row=5)]
    assert rows == [[1, "甲局", 110], [2, "丁局", 90], [3, "乙局", 87], [4, "丙局", 0]]


def test_excel_takes_the_groups_extremes_from_a_column_of_rates(desk: Client, office: User) -> None:
    group(office)
    racers(FOUR)
    LeagueIndicator.objects.filter(measure="plan_to_date").update(kind="coefficient")
    answer = desk.get("/league.xlsx")
    book = BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    sheet = load_workbook(book)["赛马"]
    # 丙局 has nothing, 甲局 120% as it is scored: 乙局 with 80% gets 50 × (60 + 40 × 80 ÷ 120) ÷ 100.
    low, high = "MIN($N$5:$N$8)", "MAX($N$5:$N$8)"
    rate = "MIN(D6/E6*100,120)"
    assert sheet["F6"].value == (
        f'=IF(E6=0,"",IF({low}={high},"",'
        f"ROUND(MAX(0,50*(60+(100-60)*({rate}-{low})/({high}-{low}))/100),2)))"
    )
    assert sheet["N6"].value == '=IF(OR(E6=0,C6<1),"",MIN(D6/E6*100,120))'
    kept = load_workbook(book, data_only=True)["赛马"]
    assert [kept[f"F{row}"].value for row in range(5, 9)] == [50, 43.33, 43.33, 30]
    assert [kept[f"N{row}"].value for row in range(5, 9)] == [120, 80, 80, 0]


def test_the_api_gives_each_figure_with_its_sum(desk: Client, office: User) -> None:
    group(office)
    racers(FOUR)
    found = desk.get("/api/v1/league/").json()["results"][0]
    assert (found["month"], found["span"], found["published_on"], found["why"]) == (
        "2024-09",
        "month",
        None,
        "",
    )
    line = found["lines"][1]
    assert (line["rank"], line["name"], line["total"]) == (2, "乙局", "90.00")
    assert line["indicators"][0] == {
        "measure": "plan_to_date",
        "measure_label": "序时完成率",
        "formula": "proportion",
        "numerator": "80.00",
        "denominator": "100.00",
        "unit": "万元",
        "rate": "80.000000",
        "projects": 1,
        "missing": 0,
        "weight": "50.00",
        "points": "40.00",
        "arithmetic": "50 × 80 ÷ 100 = 40.00",
    }


def test_the_api_names_the_projects_behind_a_figure(desk: Client, office: User) -> None:
    group(office)
    agency = racers(FOUR)["乙局"]
    asked = {"entrant": str(agency.pk), "measure": "plan_to_date"}
    found = desk.get("/api/v1/league-shares/", asked).json()["results"]
    assert [(each["project"]["name"], each["numerator"]) for each in found] == [
        ("乙局的项目", "80.00")
    ]
    missing = desk.get("/api/v1/league-shares/")
    assert missing.status_code == 400
    assert "entrant" in missing.text


def test_the_api_is_asked_by_what_was_known(desk: Client, office: User, second: User) -> None:
    made, _ = group(office), racers(FOUR)
    published(made, office, second)
    asked = {"month": "2024-09", "as_of": "2024-10-14"}
    assert desk.get("/api/v1/league/", asked).json()["results"][0]["published_on"] is None
    now = desk.get("/api/v1/league/", {"month": "2024-09"}).json()["results"][0]
    assert now["published_on"] == "2024-10-15"
    assert SEPTEMBER.strftime("%Y-%m") == now["month"]
