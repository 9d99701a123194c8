"""The district's outline: a GeoJSON file that the office edits, read again when it has changed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kuancheng.reports.drawing.district import Box, around

MOST_POINTS = 400
"""A finer outline is not seen on a page, and each of its sides is asked of the database."""

Point = tuple[float, float]
Ring = tuple[Point, ...]


class BadOutline(ValueError):  # noqa: N818 - told to people
    """The file holds no outline; `str()` says in Chinese why."""


@dataclass(frozen=True)
class Outline:
    """The district's border: closed rings of (longitude, latitude), holes and exclaves included.

    `note` is shown under the map: that it is invented, or whose it is.
    """

    name: str
    note: str
    rings: tuple[Ring, ...]

    @property
    def box(self) -> Box:
        """What holds all of it."""
        return around(point for ring in self.rings for point in ring)

    @property
    def sides(self) -> Iterator[tuple[Point, Point]]:
        """Each side, from its southern end to its northern; those along a parallel are left out."""
        for ring in self.rings:
            for first, second in zip(ring, (*ring[1:], ring[0]), strict=True):
                if first[1] != second[1]:
                    south, north = sorted((first, second), key=lambda point: point[1])
                    yield south, north


def district() -> Outline:
    """The outline of KUANCHENG_OUTLINE. BadOutline when the file cannot be used."""
    path = Path(settings.KUANCHENG_OUTLINE)
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise BadOutline(f"区界文件 {path} 不能读取（{error.strerror}）。") from error
    return _read(path, changed)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> Outline:
    try:
        return parsed(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadOutline(f"区界文件 {path} 不能读取。") from error


def parsed(text: str) -> Outline:
    """The outline of a GeoJSON text: a feature, or the first of a collection. BadOutline."""
    try:
        found = json.loads(text)
        feature = found["features"][0] if found["type"] == "FeatureCollection" else found
        properties, geometry = feature.get("properties") or {}, feature["geometry"]
        polygons = {
            "Polygon": lambda: [geometry["coordinates"]],
            "MultiPolygon": lambda: geometry["coordinates"],
        }[geometry["type"]]()
        rings = tuple(
            tuple((float(point[0]), float(point[1])) for point in ring)
            for polygon in polygons
            for ring in polygon
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadOutline("区界文件应为 GeoJSON，内有一个 Polygon 或 MultiPolygon。") from error
    _require_usable(rings)
    return Outline(
        name=str(properties.get("name", "")),
        note=str(properties.get("note", "")),
        rings=rings,
    )


def _require_usable(rings: tuple[Ring, ...]) -> None:
    if not rings or any(len(ring) < 4 for ring in rings):
        raise BadOutline("区界文件里的每一圈至少要有 4 个点，首尾相同。")
    points = [point for ring in rings for point in ring]
    if len(points) > MOST_POINTS:
        raise BadOutline(
            f"区界文件有 {len(points)} 个点，最多 {MOST_POINTS} 个，请用制图软件抽稀后再用。"
        )
    if not all(73 <= lon <= 136 and 3 <= lat <= 54 for lon, lat in points):
        raise BadOutline(
            "区界文件里的点应为十进制经纬度，经度在前（东经 73 到 136，北纬 3 到 54）。"
        )
