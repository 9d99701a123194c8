"""The lists of the register in the admin: search, filters, and what bad addresses get."""

import pytest
from django.test import Client

from kuancheng.access.roles import REVIEWER
from projects.admin import ProjectAdmin
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/projects/project/"


@pytest.fixture
def reviewer(client: Client) -> Client:
    client.force_login(factories.user(REVIEWER))
    return client


def names(client: Client, query: str) -> list[str]:
    page = client.get(LIST + query)
    assert page.status_code == 200
    return [project.name for project in page.context["cl"].result_list]


@pytest.mark.parametrize("term", ["中粮", "zhongliang", "zlyz", "ZLYZ", "2312-220103", "老名字"])
def test_search_finds_by_name_pinyin_initials_code_and_alias(reviewer: Client, term: str) -> None:
    factories.project(name="中粮油脂", aliases=["老名字"], national_code="2312-220103-04-01-123456")
    factories.project(name="万达广场")
    assert names(reviewer, f"?q={term}") == ["中粮油脂"]


def test_search_help_says_that_pinyin_works(reviewer: Client) -> None:
    assert "zlyz 可以找到中粮油脂" in reviewer.get(LIST).content.decode()


def test_list_filters_by_programme_stage_agency_and_subdistrict(reviewer: Client) -> None:
    street = factories.agency(kind="subdistrict")
    wanted = factories.project(
        name="要找的", stage="started", lead_agency=factories.agency(), subdistrict=street
    )
    factories.project(name="别的", stage="construction")
    listed = factories.programme(wanted)
    for query in (
        f"?programme={listed.code}",
        "?stage__exact=started",
        f"?lead_agency__id__exact={wanted.lead_agency_id}",
        f"?subdistrict__id__exact={street.pk}",
    ):
        assert names(reviewer, query) == ["要找的"], query


@pytest.mark.parametrize(
    "query",
    ["?light=purple", "?mine=x", "?report=x", "?lead_agency__id__exact=abc", "?p=999", "?foo=bar"],
)
def test_unknown_filter_values_are_told_and_everything_is_shown(
    reviewer: Client, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProjectAdmin, "list_per_page", 1)
    for _ in range(2):
        factories.project(lead_agency=factories.agency())
    page = reviewer.get(LIST + query, follow=True)
    assert page.status_code == 200
    assert "无法识别" in page.content.decode()


@pytest.mark.parametrize("query", ["?stage__exact=%00", "?light=%00", "?q=%00"])
def test_nul_in_a_filter_is_a_bad_request(reviewer: Client, query: str) -> None:
    assert reviewer.get(LIST + query).status_code == 400


def test_search_for_10_000_characters_finds_nothing(reviewer: Client) -> None:
    factories.project()
    assert names(reviewer, "?q=" + "长" * 10_000) == []


@pytest.mark.parametrize("key", ["999999999999999999999", "abc", "%00"])
def test_unknown_records_are_told_in_chinese(reviewer: Client, key: str) -> None:
    page = reviewer.get(f"{LIST}{key}/change/", follow=True)
    assert page.status_code in {200, 404}
    assert reviewer.get(f"{LIST}{key}/history/").status_code == 404


@pytest.mark.parametrize(
    ("model", "term"), [("official", "zs"), ("official", "张"), ("agency", "zjj")]
)
def test_people_and_agencies_are_picked_by_pinyin(reviewer: Client, model: str, term: str) -> None:
    factories.official(name="张三")
    factories.agency(name="住建局")
    field = {"official": ("assignment", "official"), "agency": ("milestone", "agency")}[model]
    address = f"/admin/autocomplete/?app_label=projects&model_name={field[0]}&field_name={field[1]}"
    found = reviewer.get(f"{address}&term={term}").json()["results"]
    assert [each["text"] for each in found] == [
        {"official": "张三", "agency": "住建局"}[model],
    ]


def test_a_later_apps_columns_stand_behind_standing_and_total(reviewer: Client) -> None:
    shown = reviewer.get(LIST).context["cl"].list_display
    assert list(shown) == [
        *("code", "name", "lead_official", "lead_agency", "stage", "year_class", "standing"),
        *("lamp", "total", "plan", "rate", "difference", "report", "updated_at"),
    ]
