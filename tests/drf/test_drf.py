"""What all resources share: values, parameters, pages, errors, ETags, the description."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from openapi_spec_validator import validate

from kuancheng.asking import fields
from kuancheng.drf.rows import Figure
from kuancheng.drf.views import RecordsViewSet
from tests import factories

CHANGCHUN = ZoneInfo("Asia/Shanghai")

READ: list[tuple[fields.StrictField, Any, Any]] = [
    (fields.DayField(), "2024-02-29", date(2024, 2, 29)),
    (fields.AsOfField(), "2024-10-15", date(2024, 10, 15)),
    (fields.MonthField(), "2024-09", date(2024, 9, 1)),
    (fields.MonthsField(), ["2024-09", "2023-12"], [date(2024, 9, 1), date(2023, 12, 1)]),
    (fields.YearField(), "2100", 2100),
    (fields.MomentField(), "2024-10-01", datetime(2024, 10, 1, tzinfo=CHANGCHUN)),
    (fields.MomentField(), "2024-10-01T08:00", datetime(2024, 10, 1, 8, tzinfo=CHANGCHUN)),
    (fields.MomentField(), "2024-10-01T08:00:00Z", datetime(2024, 10, 1, 8, tzinfo=UTC)),
    (fields.MomentField(), "2024-10-01T08:00:00+08:00", datetime(2024, 10, 1, tzinfo=UTC)),
    # An unescaped plus sign arrives as a blank.
    (fields.MomentField(), "2024-10-01T08:00:00 08:00", datetime(2024, 10, 1, tzinfo=UTC)),
    (fields.AmountField(), "5000", Decimal(5000)),
    (fields.AmountField(), "0.05", Decimal("0.05")),
    (fields.FlagField(), "true", True),
    (fields.FlagField(), "false", False),
    (fields.NumberField(minimum=1, maximum=200), "200", 200),
    (fields.NumberField(minimum=1), "1", 1),
    (fields.SearchField(), " 中粮 ", "中粮"),
    (
        fields.OrderingField(columns={"code": "code", "name": "name"}),
        "-code,name",
        ["-code", "name"],
    ),
]

REFUSED: list[tuple[fields.StrictField, Any, str]] = [
    (fields.DayField(), "2024-02-30", "不是存在的日期"),
    (fields.DayField(), "2023-02-29", "不是存在的日期"),
    (fields.DayField(), "２０２４-01-01", "不是存在的日期"),
    (fields.DayField(), "20240101", "不是存在的日期"),
    (fields.DayField(), "1999-12-31", "2000-01-01 到 2100-12-31"),
    (fields.DayField(), "0001-01-01", "2000-01-01 到 2100-12-31"),
    (fields.AsOfField(), "2024-10-16", "2000-01-01 到 2024-10-15"),
    (fields.MonthField(), "2024-13", "不是存在的月份"),
    (fields.MonthField(), "2024-00", "不是存在的月份"),
    (fields.MonthField(), "2024-9", "不是存在的月份"),
    (fields.MonthField(), "２０２４-０９", "不是存在的月份"),
    (fields.MonthField(), "1999-12", "不在其中"),
    (fields.MonthsField(), ["2024-09", "2024-13"], "2024-13"),
    (fields.YearField(), "２０２４", "应为 4 位数字"),
    (fields.YearField(), "1999", "2000 到 2100"),
    (fields.MomentField(), "2024-10-01T25:00", "不是存在的时间"),
    (fields.MomentField(), "2024-02-30T08:00:00Z", "不是存在的时间"),
    (fields.MomentField(), "0001-01-01T00:00:00+14:00", "2000-01-01"),
    (fields.MomentField(), "yesterday", "不是存在的时间"),
    (fields.AmountField(), "-1", "不是金额"),
    (fields.AmountField(), "1e9", "不是金额"),
    (fields.AmountField(), "NaN", "不是金额"),
    (fields.AmountField(), "５０００", "不是金额"),
    (fields.AmountField(), "9" * 13, "不是金额"),
    (fields.FlagField(), "1", "true 或 false"),
    (fields.NumberField(minimum=1, maximum=200), "0", "1 到 200"),
    (fields.NumberField(minimum=1, maximum=200), "201", "1 到 200"),
    (fields.NumberField(minimum=1), "abc", "1 以上"),
    (fields.NumberField(minimum=1), "１", "1 以上"),
    (fields.NumberField(minimum=1), "9" * 5000, "1 以上"),
    (fields.SearchField(), "  ", "请填写"),
    (fields.SearchField(), "字" * 101, "太长"),
    (fields.OrderingField(columns={"code": "code"}), "password", "不能按“password”排序"),
    (fields.OrderingField(columns={"code": "code"}), "code,", "不能按“”排序"),
    (fields.OrderingField(columns={"code": "code"}), "--code", "不能按“--code”排序"),
]


@pytest.mark.parametrize(("field", "text", "value"), READ)
def test_a_value_is_read(field: fields.StrictField, text: Any, value: Any) -> None:
    assert field.clean(text) == value


@pytest.mark.parametrize(("field", "text", "words"), REFUSED)
def test_a_bad_value_is_refused_in_chinese(
    field: fields.StrictField, text: Any, words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        field.clean(text)
    assert words in caught.value.messages[0]
    assert len(caught.value.messages[0]) < 200


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (Decimal("30.905000"), "30.91"),
        (Decimal("-1.625000"), "-1.63"),
        (Decimal("13.824999"), "13.82"),
        (Decimal(0), "0.00"),
        (Decimal("559600.5"), "559600.50"),
        (None, None),
    ],
)
def test_figures_travel_as_strings_rounded_half_up(stored: Any, shown: Any) -> None:
    field = Figure(max_digits=16, decimal_places=2, source="gap")
    assert field.read({"gap": stored}) == shown


LISTS = [
    "projects",
    "officials",
    "agencies",
    "programmes",
    "listings",
    "milestones",
    "status-reports",
    "annual-plans",
    "progress",
    "matters",
]


def problem_of(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_is_a_page_without_results(api: Client, name: str) -> None:
    response = api.get(f"/api/v1/{name}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("name", [*LISTS, "progress/summary"])
def test_an_unknown_parameter_is_named_and_its_neighbour_suggested(api: Client, name: str) -> None:
    body = problem_of(api.get(f"/api/v1/{name}/", {"serch": "x"}), 400)
    [error] = body["errors"]
    assert error["field"] == "serch"
    assert error["code"] == "unknown_parameter"
    assert "是否要用 search？" in error["detail"]
    assert "参数 serch：" in body["detail"]


BAD = [
    ("page", "abc"),
    ("page", "0"),
    ("page", "-1"),
    ("page", "１"),
    ("page", "1.5"),
    ("page", "9" * 30),
    ("page_size", "0"),
    ("page_size", "201"),
    ("page_size", "many"),
    ("search", ""),
    ("search", "\x00"),
    ("search", "字" * 10_000),
    ("ordering", "password"),
    ("ordering", "code\x00"),
]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("parameter", "value"), BAD)
def test_a_bad_value_is_named(api: Client, name: str, parameter: str, value: str) -> None:
    body = problem_of(api.get(f"/api/v1/{name}/", {parameter: value}), 400)
    assert [error["field"] for error in body["errors"]] == [parameter]
    assert len(body["detail"]) < 1000


def test_all_bad_parameters_are_named_at_once(api: Client) -> None:
    asked = {"page": "x", "stage": "done", "pages": "1", "search": "\x00"}
    body = problem_of(api.get("/api/v1/projects/", asked), 400)
    assert {error["field"] for error in body["errors"]} == set(asked)
    assert "可用：concept、pipeline" in body["detail"]


def test_a_single_value_given_twice_is_refused(api: Client) -> None:
    body = problem_of(api.get("/api/v1/projects/?page=1&page=2"), 400)
    assert body["errors"][0]["code"] == "repeated"


def test_a_single_record_takes_no_parameters_it_does_not_know(api: Client) -> None:
    agency = factories.agency()
    body = problem_of(api.get(f"/api/v1/agencies/{agency.pk}/", {"page": 1}), 400)
    assert "这里不接受参数" in body["detail"]


def test_a_page_past_the_end_is_not_found(api: Client) -> None:
    factories.agency()
    body = problem_of(api.get("/api/v1/agencies/", {"page": 2}), 404)
    assert body["detail"] == "没有第 2 页，一共 1 页。"


def test_pages_follow_each_other_without_gap_or_repeat(api: Client) -> None:
    made = [factories.agency(order=1).name for _ in range(5)]
    seen: list[str] = []
    address = "/api/v1/agencies/?page_size=2&kind=department"
    while address:
        body = api.get(address).json()
        assert body["count"] == 5
        seen += [row["name"] for row in body["results"]]
        address = body["next"]
    assert seen == made
    last = api.get("/api/v1/agencies/", {"page": 3, "page_size": 2}).json()
    assert "page=2" in last["previous"]
    assert last["next"] is None


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing/", "/api/v1/projects/a/b/", "/api/v1/projects/%00/", "/api/v1/agencies/%0A/"],
)
def test_an_unknown_address_is_answered_in_kind(client: Client, path: str) -> None:
    assert "接口没有地址" in problem_of(client.get(path), 404)["detail"]


@pytest.mark.parametrize("pk", ["0", "9" * 18])
def test_an_unknown_record_is_not_found(api: Client, pk: str) -> None:
    assert f"“{pk}”" in problem_of(api.get(f"/api/v1/agencies/{pk}/"), 404)["detail"]


def test_an_address_without_its_slash_leads_to_the_one_with_it(api: Client) -> None:
    response = api.get("/api/v1/agencies?page=1")
    assert response.status_code == 301
    assert response["Location"] == "/api/v1/agencies/?page=1"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_written(api: Client, method: str) -> None:
    body = problem_of(getattr(api, method)("/api/v1/agencies/"), 405)
    assert body["title"] == "不支持的方法"


def test_a_form_that_is_not_spoken_is_refused(api: Client) -> None:
    problem_of(api.get("/api/v1/agencies/", headers={"accept": "text/csv"}), 406)


def test_too_many_parameters_are_refused(api: Client) -> None:
    query = "&".join(["kind=department"] * 10_001)
    problem_of(api.get(f"/api/v1/agencies/?{query}"), 400)


def test_a_crash_is_told_without_its_cause(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: Any) -> None:
        raise RuntimeError("the cause")

    monkeypatch.setattr(RecordsViewSet, "rows", crash)
    api.raise_request_exception = False
    body = problem_of(api.get("/api/v1/agencies/"), 500)
    assert body["title"] == "系统出错"
    assert "cause" not in str(body)


@pytest.mark.parametrize("name", [*LISTS, "progress/summary"])
def test_what_has_not_changed_is_not_sent_again(api: Client, name: str) -> None:
    first = api.get(f"/api/v1/{name}/")
    assert first["ETag"]
    again = api.get(f"/api/v1/{name}/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_what_has_changed_is_sent_again(api: Client) -> None:
    factories.agency()
    tag = api.get("/api/v1/agencies/")["ETag"]
    factories.agency()
    assert api.get("/api/v1/agencies/", headers={"if-none-match": tag}).status_code == 200


def schema(client: Client) -> dict[str, Any]:
    response = client.get("/api/v1/schema/", headers={"accept": "application/json"})
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


def test_the_description_is_valid_openapi(api: Client) -> None:
    validate(schema(api))


def test_every_operation_and_parameter_is_described_in_chinese(api: Client) -> None:
    for path, methods in schema(api)["paths"].items():
        for operation in methods.values():
            for words in (operation["summary"], operation["description"], *operation["tags"]):
                assert is_chinese(words), path
            for parameter in operation.get("parameters", []):
                assert is_chinese(parameter["description"]), (path, parameter)
            assert {"200", "400", "401", "403", "404"} <= set(operation["responses"])
            assert operation["security"] == [{"ApiKey": []}, {"Session": []}]


def test_every_field_is_described_in_chinese(api: Client) -> None:
    for name, component in schema(api)["components"]["schemas"].items():
        assert is_chinese(component.get("description", "")), name
        for field, found in component.get("properties", {}).items():
            assert is_chinese(found.get("description", "")), (name, field)


def test_the_description_lists_every_address(api: Client) -> None:
    paths = schema(api)["paths"]
    assert {f"/api/v1/{name}/" for name in LISTS} <= set(paths)
    assert "/api/v1/projects/{code}/" in paths
    assert "/api/v1/progress/summary/" in paths


@pytest.mark.django_db
def test_the_docs_need_nothing_from_elsewhere_and_no_inline_script(client: Client) -> None:
    client.force_login(factories.user())
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    text = page.text
    assert "<style" not in text
    assert "//" not in text.replace("<!DOCTYPE", "")
    assert text.count("<script") == text.count("<script src=")
    assert "default-src 'self'" in page["Content-Security-Policy"]
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert '"validatorUrl": null' in script.text


def test_description_and_docs_are_for_who_has_an_account(client: Client, api: Client) -> None:
    refused = client.get("/api/v1/schema/")
    assert (refused.status_code, refused["Content-Type"]) == (401, "application/problem+json")
    for address in ("/api/v1/docs/", "/api/v1/docs/?script="):
        assert client.get(address)["Location"].startswith("/login/?next=/api/v1/docs/")
    assert api.get("/api/v1/schema/").status_code == 200


@pytest.mark.django_db
def test_site_may_open_them_to_everybody(client: Client, settings: Any) -> None:
    settings.KUANCHENG_OPEN_SCHEMA = True
    for address in ("/api/v1/schema/", "/api/v1/docs/", "/api/v1/docs/?script="):
        assert client.get(address).status_code == 200


def test_the_root_leads_to_the_docs(client: Client) -> None:
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs/"
