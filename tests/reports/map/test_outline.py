"""The outline's file: what is read of it, and what is said of a bad one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured

from kuancheng.demo import portfolio as demo
from kuancheng.reports.drawing.district import Box
from kuancheng.reports.map.outline import MOST_POINTS, BadOutline, district, parsed

SQUARE = [[125.0, 43.0], [126.0, 43.0], [126.0, 44.0], [125.0, 44.0], [125.0, 43.0]]


def geojson(kind: str, coordinates: Any, **properties: Any) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry})


def test_polygon_is_read_with_its_holes() -> None:
    hole = [[125.4, 43.4], [125.6, 43.4], [125.6, 43.6], [125.4, 43.4]]
    found = parsed(geojson("Polygon", [SQUARE, hole], name="示例区"))
    assert (found.name, found.note, len(found.rings)) == ("示例区", "", 2)
    assert found.box == Box(125, 43, 126, 44)


def test_exclaves_are_read_too() -> None:
    away = [[[lon + 2, lat] for lon, lat in SQUARE]]
    found = parsed(geojson("MultiPolygon", [[SQUARE], away], note="示意"))
    assert (len(found.rings), found.box.east, found.note) == (2, 128, "示意")


def test_sides_go_from_south_to_north_and_leave_out_parallels() -> None:
    assert list(parsed(geojson("Polygon", [SQUARE])).sides) == [
        ((126, 43), (126, 44)),
        ((125, 43), (125, 44)),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "应为 GeoJSON"),
        ("{", "应为 GeoJSON"),
        ("[]", "应为 GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "应为 GeoJSON"),
        (geojson("Point", [125, 43]), "应为 GeoJSON"),
        (geojson("Polygon", [[["东", 43]]]), "应为 GeoJSON"),
        (geojson("Polygon", []), "至少要有 4 个点"),
        (geojson("Polygon", [SQUARE[:3]]), "至少要有 4 个点"),
        (geojson("Polygon", [[[lat, lon] for lon, lat in SQUARE]]), "经度在前"),
        (geojson("Polygon", [SQUARE * 100]), f"有 500 个点，最多 {MOST_POINTS} 个"),
    ],
)
def test_bad_file_is_told_why(text: str, sentence: str) -> None:
    with pytest.raises(BadOutline, match=sentence):
        parsed(text)


def test_file_is_read_again_when_it_has_changed(tmp_path: Path, settings: Any) -> None:
    settings.KUANCHENG_OUTLINE = tmp_path / "district.geojson"
    with pytest.raises(BadOutline, match="不能读取"):
        district()
    for moment, name in enumerate(("旧", "新")):
        settings.KUANCHENG_OUTLINE.write_text(geojson("Polygon", [SQUARE], name=name), "utf-8")
        os.utime(settings.KUANCHENG_OUTLINE, (moment, moment))
        assert district().name == name


def test_outline_that_comes_with_the_project_says_that_it_is_invented() -> None:
    assert configured.KUANCHENG_OUTLINE == configured.BASE_DIR / "fixtures/district.geojson"
    assert "虚构" in district().note


def test_invented_places_are_of_the_demos_projects() -> None:
    places = json.loads((demo.FOLDER / "places.json").read_text("utf-8"))
    codes = {path.stem for path in (demo.FOLDER / "projects").glob("*.json")}
    assert set(places) <= codes
    assert 0 < len(codes - set(places)) < 5  # some projects have no site yet
