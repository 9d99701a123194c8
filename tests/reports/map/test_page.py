"""地图: what is drawn and listed, of which projects, for whom, and at what cost."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuancheng.access.roles import READER, ROLES
from kuancheng.reports.map.outline import parsed
from kuancheng.reports.map.places import located, with_inside
from projects.models import Project
from tests import factories
from tests.clock import on
from tests.reports.map.test_outline import geojson

pytestmark = pytest.mark.django_db

ADDRESS = "/map/"
# A district one degree by one, with a hole in its middle and a dent in its east.
SHAPE = [
    [[125, 43], [126, 43], [125.8, 43.5], [126, 44], [125, 44], [125, 43]],
    [[125.4, 43.4], [125.6, 43.4], [125.6, 43.6], [125.4, 43.6], [125.4, 43.4]],
]


@pytest.fixture(autouse=True)
def outline(tmp_path: Path, settings: Any) -> Path:
    settings.KUANCHENG_OUTLINE = tmp_path / "district.geojson"
    text = geojson("Polygon", SHAPE, name="示例区", note="区界为虚构")
    settings.KUANCHENG_OUTLINE.write_text(text, "utf-8")
    made: Path = settings.KUANCHENG_OUTLINE
    return made


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(factories.user(READER, is_staff=False))
    return client


def at(lon: float | str, lat: float | str, **fields: Any) -> Project:
    return factories.project(longitude=Decimal(str(lon)), latitude=Decimal(str(lat)), **fields)


def late(project: Project) -> Project:
    """Red: a milestone 31 days overdue."""
    factories.milestone(project=project, planned_finish=date(2024, 9, 14))
    return project


def pins(reader: Client, query: str = "") -> list[Any]:
    found: list[Any] = reader.get(f"{ADDRESS}?{query}").context["pins"]
    return found


def listed(reader: Client, query: str = "") -> list[str]:
    return [row.status.project.code for row in reader.get(f"{ADDRESS}?{query}").context["rows"]]


def test_map_asks_for_a_login(client: Client) -> None:
    assert client.get(ADDRESS)["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_it_and_nobody_without_one(client: Client, role: str) -> None:
    client.force_login(factories.user(role))
    assert client.get(ADDRESS).status_code == 200
    client.force_login(factories.user())
    assert client.get(ADDRESS).status_code == 403


def test_mark_says_its_light_and_leads_to_its_project(reader: Client) -> None:
    late(at(125.2, 43.2, name="中粮油脂", code="T-1"))
    page = reader.get(ADDRESS)
    (pin,) = page.context["pins"]
    assert (pin.light, pin.letter, pin.words) == ("red", "红", "中粮油脂：红灯，严重滞后")
    assert 'href="/projects/T-1/" aria-label="中粮油脂：红灯，严重滞后"' in page.text
    # The north is up, the east is right: 125.2 lies left of the middle, 43.2 below it.
    assert pin.mark.x < 500
    assert pin.mark.y > 400


def test_marks_that_fall_on_each_other_are_one_with_a_number(reader: Client) -> None:
    late(at(125.2, 43.2, name="甲"))
    at(125.2001, 43.2, name="乙")
    at(125.9, 43.9, name="丙")
    found = {pin.words for pin in pins(reader)}
    assert found == {"2 个项目：红灯 1、灰灯 1", "丙：灰灯，未研判"}


def test_group_leads_to_a_closer_map_where_it_comes_apart(reader: Client) -> None:
    at(125.2, 43.2, code="T-1")
    at(125.205, 43.2, code="T-2")
    at(125.9, 43.9, code="T-3")
    (group,) = [pin for pin in pins(reader) if pin.mark.number == 2]
    query = f"box={group.mark.box.text}"
    assert f"?box={group.mark.box.text.replace(',', '%2C')}" in reader.get(ADDRESS).text
    assert len(pins(reader, query)) == 2
    assert listed(reader, query) == ["T-1", "T-2"]


def test_group_of_one_place_ends_at_the_list(reader: Client) -> None:
    for _ in range(2):
        at(125.2, 43.2)
    page = reader.get(f"{ADDRESS}?box=125.2,43.2,125.2001,43.2001")
    assert 'href="#list"' in page.text
    assert len(page.context["rows"]) == 2


def test_project_without_coordinates_is_counted_and_listed(reader: Client) -> None:
    at(125.2, 43.2, code="T-1")
    factories.project(code="T-2")
    factories.project(code="T-3", longitude=Decimal(125))
    page = reader.get(ADDRESS)
    counts = page.context["counts"]
    assert (counts.every, counts.placed, counts.none, counts.outside) == (3, 1, 2, 0)
    assert '?place=none"' in page.text
    assert listed(reader) == ["T-1"]
    assert listed(reader, "place=none") == ["T-2", "T-3"]


def test_coordinates_outside_the_outline_are_said(reader: Client) -> None:
    at(125.2, 43.2, code="T-1")
    at(125.5, 43.5, code="T-2")  # in the hole
    at(130, 50, code="T-3")
    page = reader.get(ADDRESS)
    assert page.context["counts"].outside == 2
    assert "2 个项目的坐标在区界以外" in page.text
    assert {row.status.project.code for row in page.context["rows"] if row.outside} == {
        "T-2",
        "T-3",
    }
    assert listed(reader, "place=outside") == ["T-2", "T-3"]
    # What lies beyond the drawing is not drawn; what is in the hole is.
    assert sum(pin.mark.number for pin in page.context["pins"]) == 2


@pytest.mark.parametrize(
    ("lon", "lat", "inside"),
    [
        (125.2, 43.2, 1),
        (125.5, 43.5, 0),  # the hole
        (125.95, 43.5, 0),  # the dent
        (125.75, 43.5, 1),
        (125.95, 43.95, 1),
        (124.9, 43.5, 0),
        (126.1, 43.5, 0),
        (125.5, 42.9, 0),
        (125.5, 44.1, 0),
        (125.2, 43.4, 1),  # at the height of a corner
        (125.2, 43.6, 1),
        (125.7, 43.6, 1),
    ],
)
def test_inside_is_within_the_border_and_not_in_a_hole(lon: float, lat: float, inside: int) -> None:
    at(lon, lat)
    places = with_inside(located(None), parsed(geojson("Polygon", SHAPE)))
    assert [place.inside for place in places] == [inside]


def test_outline_of_the_most_points_can_be_asked_of_the_database(outline: Path) -> None:
    steps = [[125 + step / 200, 43] for step in range(200)]
    back = [[126 - step / 200, 44 + step % 2 / 10] for step in range(199)]
    at(125.5, 43.5)
    found = parsed(geojson("Polygon", [[*steps, *back, steps[0]]]))
    assert [place.inside for place in with_inside(located(None), found)] == [1]


def test_filters_of_the_list_narrow_the_map_alike(reader: Client) -> None:
    late(at(125.2, 43.2, code="T-1"))
    at(125.9, 43.9, code="T-2")
    assert [pin.light for pin in pins(reader, "light=red")] == ["red"]
    assert listed(reader, "light=red") == ["T-1"]
    assert listed(reader, "ordering=-code") == ["T-2", "T-1"]


def test_place_of_an_evening_is_that_of_its_records(reader: Client) -> None:
    with on(8):
        made = at(125.2, 43.2)
    with on(10):
        made.longitude = Decimal("125.9")
        made.save_by(factories.system())
    (then,), (now,) = pins(reader, "known_at=2024-10-09"), pins(reader)
    assert then.mark.x < 500 < now.mark.x
    with on(11):
        made.longitude = None
        made.save_by(factories.system())
    assert pins(reader) == []
    assert len(pins(reader, "known_at=2024-10-10&as_of=2024-10-01")) == 1


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("box=1", "box"),
        ("box=a,b,c,d", "box"),
        ("box=nan,43,126,44", "box"),
        ("box=126,43,125,44", "box"),
        ("box=125,43,125,44", "box"),
        ("box=0,0,10,10", "box"),
        ("box=125,43,126,1e99", "box"),
        ("place=nowhere", "place"),
        ("page=x", "page"),
        ("light=purple", "light"),
        ("zoom=3", "zoom"),
        ("as_of=2024-10-16", "as_of"),
    ],
)
def test_bad_parameter_is_named(reader: Client, query: str, named: str) -> None:
    answer = reader.get(f"{ADDRESS}?{query}")
    assert answer.status_code == 400
    assert f"（{named}）：" in answer.text or f"没有参数“{named}”" in answer.text


def test_empty_map_says_what_to_do(reader: Client) -> None:
    assert "还没有登记项目" in reader.get(ADDRESS).text
    factories.project()
    assert "这些项目都没有登记经度、纬度" in reader.get(ADDRESS).text
    assert "没有符合条件的项目" in reader.get(f"{ADDRESS}?search=nobody").text


def test_outline_that_cannot_be_read_is_said_and_the_rest_is_shown(
    reader: Client, outline: Path
) -> None:
    at(125.2, 43.2)
    at(125.9, 43.9)
    outline.write_text(json.dumps({"type": "Nothing"}), "utf-8")
    page = reader.get(ADDRESS)
    assert "区界文件应为 GeoJSON" in page.text
    assert len(page.context["pins"]) == 2
    assert reader.get(f"{ADDRESS}?place=outside").context["rows"] == []


def test_no_other_host_is_asked_unless_tiles_are_configured(reader: Client, settings: Any) -> None:
    at(125.2, 43.2)
    page = reader.get(ADDRESS)
    assert "<image" not in page.text
    assert "区界为虚构。" in page.text
    assert "img-src 'self' data:;" in page["Content-Security-Policy"] + ";"
    settings.KUANCHENG_TILES = "https://tiles.example.gov.cn/{z}/{x}/{y}.png"
    settings.KUANCHENG_TILES_CREDIT = "天地图 GS（2024）0000号"
    page = reader.get(ADDRESS)
    assert '<image href="https://tiles.example.gov.cn/10/' in page.text
    assert "底图：天地图 GS（2024）0000号" in page.text


def test_list_goes_in_pages(reader: Client) -> None:
    for number in range(51):
        at(125.2, 43.2, code=f"B-{number:03}")
    assert len(listed(reader)) == 50
    assert listed(reader, "page=2") == ["B-050"]
    assert reader.get(f"{ADDRESS}?page=3").status_code == 404


@pytest.mark.parametrize("query", ["", "place=outside", "box=125,43,126,44", "known_at=2024-10-14"])
def test_map_costs_the_same_for_one_project_and_for_forty(reader: Client, query: str) -> None:
    with on(1):
        at(125.95, 43.2)  # in the drawing, outside the border
    reader.get(f"{ADDRESS}?{query}")
    with CaptureQueriesContext(connection) as one:
        reader.get(f"{ADDRESS}?{query}")
    with on(1):
        for number in range(39):
            at(125 + number / 40, 43.2, lead_agency=factories.agency())
    reader.get(f"{ADDRESS}?{query}")
    with CaptureQueriesContext(connection) as forty:
        reader.get(f"{ADDRESS}?{query}")
    assert len(forty) == len(one)


def test_names_are_escaped(reader: Client) -> None:
    at(125.2, 43.2, name='"><script>alert(1)</script>')
    assert "<script>alert" not in reader.get(ADDRESS).text
