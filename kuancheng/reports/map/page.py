"""地图: the projects of the progress list where they lie, grouped in SQL, and the same as a list."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Avg, Count, F, Max, Min, Q, QuerySet
from django.db.models.functions import Floor

from kuancheng.asking.fields import StrictField, shown
from kuancheng.asking.filters import OneOfFilter, SettingFilter
from kuancheng.asking.paging import page_of
from kuancheng.reports.choices import LIGHT_WORDS, LightChoice
from kuancheng.reports.drawing.district import (
    HEIGHT,
    RADIUS,
    WIDTH,
    Box,
    Frame,
    Mark,
    Tile,
    apart,
    frame_of,
)
from kuancheng.reports.map.outline import BadOutline, Outline, district
from kuancheng.reports.map.places import in_box, located, with_inside, with_place
from kuancheng.reports.models import DailyStatus
from kuancheng.reports.questions import PICKS, PageFilter, ProgressQuestion, progress_question
from kuancheng.reports.rules.lights import Light

PAGE_SIZE = 50
CELL = 2 * RADIUS
"""Units across of what is grouped in SQL: two marks within it would lie on each other."""

PLACES = {"placed": "有坐标", "outside": "区界以外", "none": "未登记坐标"}
"""What the list shows; the map always shows what has coordinates."""


class BoxField(StrictField):
    """A part of the earth: “西,南,东,北” in degrees."""

    def read(self, text: str) -> Box:
        try:
            west, south, east, north = (float(Decimal(side)) for side in text.split(","))
        except (ValueError, ArithmeticError):
            raise ValueError(
                f"{shown(text)}不是范围，应为 西,南,东,北 四个度数，例如 125.25,43.9,125.3,43.95。"
            ) from None
        if not (73 <= west < east <= 136 and 3 <= south < north <= 54):
            raise ValueError("范围应在东经 73 到 136、北纬 3 到 54 之间，西小于东，南小于北。")
        return Box(west, south, east, north)


class BoxFilter(SettingFilter):
    field_class = BoxField


class MapParameters(PageFilter):
    """The filters of the progress list, the part of the map, and which projects are listed."""

    box = BoxFilter(label="只看的范围：西,南,东,北，度；不填为全区")
    place = OneOfFilter(choices=list(PLACES.items()), label="列出哪些，不填为有坐标的")


@dataclass(frozen=True)
class Pin:
    """A mark with its words; the worst light of its projects is its colour."""

    mark: Mark
    light: str
    words: str

    @property
    def letter(self) -> str:
        """What says the colour without it."""
        return LightChoice(self.light).label[0]


@dataclass(frozen=True)
class Listed:
    """A project of the list: `box` is a map around it, None where it has no coordinates."""

    status: DailyStatus
    box: Box | None
    outside: bool


@dataclass(frozen=True)
class Counts:
    """How many of the projects asked for lie where."""

    every: int
    placed: int
    outside: int

    @property
    def none(self) -> int:
        """Those without coordinates."""
        return self.every - self.placed


def map_page(asked: MapParameters) -> dict[str, Any]:
    """The template's context. A fixed number of queries, whatever the number of projects.

    NoSuchPage past the end of the list. Where the outline cannot be read `fault` says why, and
    the map is drawn without it.
    """
    question, said = progress_question(asked), asked.form.cleaned_data
    outline, fault = _outline()
    places = located(question.days.known_at)
    box = said["box"] or (outline.box if outline else _extent(places))
    frame = frame_of(box) if box else None
    seen = places.filter(in_box(frame.box)) if frame and said["box"] else places
    listed = _listed(question, said["place"], seen, outline)
    page = page_of(listed, said["page"], PAGE_SIZE)
    return _asked_for(asked) | {
        "outline": outline,
        "fault": fault,
        "counts": _counts(question, places, outline),
        "page": page,
        "rows": _rows(page, places, outline),
        "frame": frame,
        "width": WIDTH,
        "height": HEIGHT,
        "border": frame.path(outline.rings) if frame and outline else "",
        "pins": [_pin(mark) for mark in _marks(question, places, frame)] if frame else [],
        "tiles": list(_tiles(frame)) if frame and settings.KUANCHENG_TILES else [],
        "credit": settings.KUANCHENG_TILES_CREDIT,
    }


def _outline() -> tuple[Outline | None, str]:
    try:
        return district(), ""
    except BadOutline as error:
        return None, str(error)


def _extent(places: QuerySet[Any]) -> Box | None:
    """What holds all that has coordinates."""
    sides = places.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    return None if sides["west"] is None else Box(**sides)


def _asked_for(asked: MapParameters) -> dict[str, Any]:
    """What the template says of the question, and offers to ask."""
    form = asked.form
    return {
        "as_of": asked.days.as_of,
        "known_at": asked.days.known_at,
        "form": form,
        "picks": [form[name] for name in PICKS],
        "lights": [
            (each.value, each.label, LIGHT_WORDS[Light(each.value)]) for each in LightChoice
        ],
        "box": form.cleaned_data["box"],
        "place": form.cleaned_data["place"] or "placed",
    }


def _counts(question: ProgressQuestion, places: QuerySet[Any], outline: Outline | None) -> Counts:
    """One query."""
    numbers = {"every": Count("pk"), "placed": Count("pk", filter=_among(places))}
    if outline is not None:
        away = with_inside(places, outline).filter(inside=0)
        numbers["outside"] = Count("pk", filter=_among(away))
    return Counts(**{"outside": 0} | question.rows.order_by().aggregate(**numbers))


def _among(places: QuerySet[Any]) -> Q:
    return Q(project__in=places.values("id"))


def _listed(
    question: ProgressQuestion, place: str | None, places: QuerySet[Any], outline: Outline | None
) -> QuerySet[DailyStatus]:
    """The rows of the list, in the order asked for; `places` are those of what is seen."""
    if place == "none":
        return question.rows.exclude(_among(located(question.days.known_at)))
    if place == "outside":
        places = with_inside(places, outline).filter(inside=0) if outline else places.none()
    return question.rows.filter(_among(places))


def _rows(page: Any, places: QuerySet[Any], outline: Outline | None) -> list[Listed]:
    """The page's projects with names and places. Three queries."""
    ids = list(page.object_list.values_list("pk", flat=True))
    statuses = DailyStatus.objects.for_list().in_bulk(ids)
    theirs = places.filter(id__in=[each.project_id for each in statuses.values()])
    columns = ["id", "lon", "lat"]
    if outline is not None:
        theirs, columns = with_inside(theirs, outline), [*columns, "inside"]
    found = {place["id"]: place for place in theirs.values(*columns)}
    return [_row(statuses[pk], found.get(statuses[pk].project_id)) for pk in ids]


def _row(status: DailyStatus, place: dict[str, Any] | None) -> Listed:
    if place is None:
        return Listed(status, None, outside=False)
    here = Box(place["lon"], place["lat"], place["lon"], place["lat"])
    return Listed(status, frame_of(here).box, outside=place.get("inside") == 0)


def _marks(question: ProgressQuestion, places: QuerySet[Any], frame: Frame) -> list[Mark]:
    """The projects within the frame, those that would lie on each other as one. One query.

    SQL groups them by cells of a grid, so that as many marks come out at 100,000 projects as the
    drawing has room for.
    """
    seen = question.rows.filter(_among(places.filter(in_box(frame.box))))
    across, up = CELL / frame.scale, (frame.box.north - frame.box.south) * CELL / HEIGHT
    cells = (
        with_place(seen, question.days.known_at)
        .order_by()
        .annotate(
            column=Floor((F("lon") - frame.box.west) / across),
            row=Floor((F("lat") - frame.box.south) / up),
        )
        .values("column", "row")
        .annotate(
            middle_lon=Avg("lon"),
            middle_lat=Avg("lat"),
            code=Min("project__code"),
            name=Min("project__name"),
            **{f"light_{each}": Count("pk", filter=Q(light=each)) for each in LightChoice},
        )
        .order_by("row", "column")
    )
    return apart(_mark(cell, frame, across, up) for cell in cells)


def _mark(cell: dict[str, Any], frame: Frame, across: float, up: float) -> Mark:
    west = frame.box.west + cell["column"] * across
    south = frame.box.south + cell["row"] * up
    return Mark(
        x=frame.x(cell["middle_lon"]),
        y=frame.y(cell["middle_lat"]),
        lights=Counter({each.value: cell[f"light_{each}"] for each in LightChoice}),
        code=cell["code"],
        name=cell["name"],
        box=Box(west, south, west + across, south + up),
    )


def _pin(mark: Mark) -> Pin:
    worn = [each for each in LightChoice if mark.lights[each.value]]
    if mark.number == 1:
        words = f"{mark.name}：{worn[0].label}，{LIGHT_WORDS[Light(worn[0].value)]}"
    else:
        each = "、".join(f"{light.label} {mark.lights[light.value]}" for light in worn)
        words = f"{mark.number} 个项目：{each}"
    return Pin(mark, worn[0].value, words)


@dataclass(frozen=True)
class Picture:
    """A tile with its address."""

    tile: Tile
    address: str


def _tiles(frame: Frame) -> Iterator[Picture]:
    for tile in frame.tiles():
        names: Sequence[tuple[str, int]] = (
            ("{z}", tile.zoom),
            ("{x}", tile.column),
            ("{y}", tile.row),
        )
        address = settings.KUANCHENG_TILES
        for name, value in names:
            address = address.replace(name, str(value))
        yield Picture(tile, address)
