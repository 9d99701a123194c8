"""Every door counts a list as it stood on the day asked, and as it was known: against a recount.

Projects join, leave and come back on days at random, recorded on other days at random. What was
recorded when is kept here apart, and counted again by plain loops.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from kuancheng.access.roles import REVIEWER
from projects.choices import Measure
from projects.models import Listing, Programme, Project, Target
from projects.services.lists.listings import correct, join, leave, strike, undo_leave
from tests import factories
from tests.clock import on
from tests.only import ON_POSTGRESQL

pytestmark = pytest.mark.django_db

CODE = "kc-test"
TODAY = date(2024, 10, 15)
FIRST = date(2024, 1, 1)
Stays = dict[int, tuple[int, date, date | None]]
"""By the stay's id: its project, its first and last day."""


@dataclass
class Book:
    """What was on record at the end of each day of October, written down beside the services."""

    amounts: dict[int, Decimal | None] = field(default_factory=dict)
    stays: Stays = field(default_factory=dict)
    evenings: dict[date, Stays] = field(default_factory=dict)

    def on_it(self, as_of: date, known_at: date | None) -> set[int]:
        """The projects on the list on that day, as known then or now."""
        known = self.stays
        if known_at is not None:
            past = [day for day in self.evenings if day <= known_at]
            known = self.evenings[max(past)] if past else {}
        return {
            project
            for project, since, until in known.values()
            if since <= as_of and (until is None or as_of <= until)
        }

    def counted(self, as_of: date, known_at: date | None) -> tuple[int, Decimal]:
        """How many are on it, and what they add up to; not reported adds nothing."""
        found = self.on_it(as_of, known_at)
        return len(found), sum((self.amounts[each] or Decimal(0) for each in found), Decimal(0))


def moved_at_random(seed: int) -> Book:
    """Six projects on a list, one to come; for ten days one of them is moved, or a day corrected."""
    random, book, office = Random(seed), Book(), factories.user(REVIEWER)
    with on(1):
        amounts = [Decimal(number * 1_000 + 7) for number in range(1, 7)]
        projects = [factories.project(total_investment=each) for each in (*amounts, None)]
        programme = factories.programme(*projects[:5], code=CODE)
        for order, (measure, unit) in enumerate(
            ((Measure.PROJECT_COUNT, "个"), (Measure.TOTAL_INVESTMENT, "万元"))
        ):
            name = measure.label
            Target.objects.create(
                programme=programme, order=order, name=name, measure=measure, unit=unit
            )
    factories.project(total_investment=Decimal(5))  # on no list, ever
    book.amounts = {each.pk: each.total_investment for each in projects}
    book.stays = {each.pk: _as_written(each) for each in Listing.objects.all()}
    book.evenings[date(2024, 10, 1)] = deepcopy(book.stays)
    for day in range(2, 14):
        with on(day):
            _move(random, programme, projects, book, office)
        book.evenings[date(2024, 10, day)] = deepcopy(book.stays)
    return book


def _as_written(stay: Listing) -> tuple[int, date, date | None]:
    return stay.project_id, stay.since, stay.until


def _move(
    random: Random, programme: Programme, projects: list[Project], book: Book, office: Any
) -> None:
    """One project out, in, back, or mended; what is refused, by chance, is not written down."""
    project = random.choice(projects)
    day = FIRST + timedelta(days=random.randrange(0, 320))
    stays = Listing.objects.filter(programme=programme, project=project)
    still = stays.filter(until=None).first()
    ended = stays.exclude(until=None).order_by("-since").first()
    if still is None and ended is not None and random.random() < 0.3:
        made = undo_leave(listing=ended, why="撤销", actor=office, approved=True)
    elif still is None:
        since = max(day, ended.until + timedelta(days=1)) if ended and ended.until else day
        made = join(
            programme=programme,
            project=project,
            since=since,
            reason="added",
            document="8号",
            actor=office,
            approved=True,
        )
    elif ended is None and random.random() < 0.15:
        book.stays.pop(still.pk)
        strike(listing=still, why="误登", actor=office, approved=True)
        return
    elif ended is None and random.random() < 0.2:
        made = correct(
            listing=still, values={"since": day}, why="抄错", actor=office, approved=True
        )
    else:
        until = max(day, still.since)
        made = leave(
            listing=still,
            until=until,
            reason="withdrawn",
            document="9号",
            actor=office,
            approved=True,
        )
    book.stays[made.pk] = _as_written(made)


def pages(client: Client, asked: dict[str, str]) -> Iterator[tuple[str, int, Decimal]]:
    """What the pages say: door, projects, their sum; a sum that nobody reported is 0."""
    by_list = asked | {"programme": CODE}
    listed = client.get("/", by_list).context
    yield "list", listed["totals"].projects, listed["totals"].total_investment or Decimal(0)
    yield "list's targets", *_targets(listed["targets"])
    seen = client.get("/overview/", by_list).context
    yield "overview", seen["totals"].projects, seen["totals"].total_investment or Decimal(0)
    yield "overview's targets", *_targets(seen["standings"][0].targets)
    response: Any = client.get("/progress.xlsx", by_list)
    rows = list(load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0].values)
    head = next(number for number, row in enumerate(rows) if "编号" in row)
    place = next(at for at, word in enumerate(rows[head]) if "总投资" in str(word))
    code = rows[head].index("编号")
    body = [row for row in rows[head + 1 :] if str(row[code] or "").startswith("T-")]
    told: Any = [row[place] for row in body]
    yield "export", len(body), _sum(Decimal(str(each)) for each in told if each != "—")
    roster = client.get(f"/programmes/{CODE}/", asked).context["standing"]
    yield "roster", roster.count, roster.total or Decimal(0)
    chart = client.get("/wall-chart/", by_list).context["rows"]
    yield "wall chart", len(chart), _sum(row.status.total_investment for row in chart)


def _sum(amounts: Any) -> Decimal:
    return sum((each or Decimal(0) for each in amounts), Decimal(0))


def _targets(targets: Any) -> tuple[int, Decimal]:
    count, total = targets
    return int(count.actual), total.actual or Decimal(0)


def answers(client: Client, asked: dict[str, str]) -> Iterator[tuple[str, int, Decimal]]:
    """What the API says that can be asked as known on a day, too."""
    by_list = asked | {"programme": CODE}
    rows = client.get("/api/v1/progress/", by_list).json()["results"]
    yield "progress", len(rows), _amounts(rows)
    summary = client.get("/api/v1/progress/summary/", by_list).json()
    yield "summary", summary["projects"], Decimal(summary["total_investment"] or 0)
    grouped = client.get("/api/v1/progress/summary/", asked | {"group_by": "programme"}).json()
    ours = [each for each in grouped["groups"] if each["key"] and each["key"]["id"] == CODE]
    if ours:
        yield "group", ours[0]["projects"], Decimal(ours[0]["total_investment"] or 0)
    else:
        yield "group", 0, Decimal(0)


def register(client: Client, asked: dict[str, str]) -> Iterator[tuple[str, int, Decimal]]:
    """What the register's API says of a day."""
    by_list = asked | {"programme": CODE}
    rows = client.get("/api/v1/projects/", by_list).json()["results"]
    yield "register", len(rows), _amounts(rows)
    named = client.get("/api/v1/projects/", asked).json()["results"]
    ours = [row for row in named if [each["code"] for each in row["programmes"]] == [CODE]]
    yield "register's lists", len(ours), _amounts(ours)
    told = client.get(f"/api/v1/programmes/{CODE}/", asked).json()
    count, total = (target["actual"] for target in told["targets"])
    yield "programme's targets", int(Decimal(count)), Decimal(total or 0)
    stays = client.get("/api/v1/listings/", by_list).json()["results"]
    codes = [stay["project"]["code"] for stay in stays]
    assert told["projects_listed"] == len(codes)
    assert all(stay["current"] for stay in stays)
    found = Project.objects.filter(code__in=codes).values_list("total_investment", flat=True)
    yield "listings", len(codes), sum((each or Decimal(0) for each in found), Decimal(0))


def _amounts(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["total_investment"] or 0) for row in rows), Decimal(0))


@pytest.mark.parametrize("seed", [7] if ON_POSTGRESQL else [1])
def test_each_door_counts_the_list_as_it_stood_and_was_known(client: Client, seed: int) -> None:
    book = moved_at_random(seed)
    client.force_login(factories.user(REVIEWER))
    wrong, seen = [], set[tuple[int, Decimal]]()
    with on(15):
        for as_of in (date(2024, 2, 10), date(2024, 6, 30), TODAY):
            for known_at in (None, date(2024, 10, 4), date(2024, 10, 9)):
                asked = {"as_of": as_of.isoformat()}
                asked |= {"known_at": known_at.isoformat()} if known_at else {}
                expected = book.counted(as_of, known_at)
                seen.add(expected)
                doors = [*pages(client, asked), *answers(client, asked)]
                located = client.get("/map/", asked | {"programme": CODE}).context["counts"]
                assert located.every == expected[0]
                if known_at is None:
                    doors += register(client, asked)
                wrong += [
                    (as_of, known_at, door, found, expected)
                    for door, *found in doors
                    if tuple(found) != expected
                ]
        assert wrong == []
        there = client.get("/admin/projects/project/", {"programme": CODE}).context["cl"]
        assert there.result_count == book.counted(TODAY, None)[0]
    assert len(seen) > 4, "the days must differ, or nothing is shown"
