"""`python -m tests.bench.run SIZE`: one portfolio in the empty database of DATABASE_URL."""

import os
import sys
from time import perf_counter

import django
from django.core.management import call_command
from django.db import connection

LARGE = 100_000
"""From this size on only the monitor and the sorted lists are measured."""


WITH_MATTERS = 1_000
"""The size of the portfolio whose matters are measured."""


def main(size: int, only: str = "") -> None:
    """Migrates, generates, measures, and prints rows of the bench's table; `only` of these."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    from tests.bench import imports, measure, monitoring, portfolio, schedules

    call_command("migrate", verbosity=0)
    start = perf_counter()
    portfolio.generate(size)
    print(f"generated {size} projects in {perf_counter() - start:.1f} s", file=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    place = f"| {connection.vendor} | {size:,} "
    if only:
        ONLY[only](place)
        return
    for ran in monitoring.measure_monitoring():
        queries = "" if ran.queries is None else f"{ran.queries:,}"
        peak = "" if ran.peak is None else f"peak {ran.peak:.0f} MiB"
        print(f"{place}| {ran.name} | {queries} | {ran.seconds * 1000:,.0f} | | | | {peak} |")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("ANALYZE")
    for each in measure.measure(sorted_only=size >= LARGE):
        print(
            f"{place}| `{each.path}` | {each.queries} | {each.middle:.1f} | {each.p95:.1f} "
            f"| {each.size:,} | {each.bare:.2f} | {each.ratio:.1f}× |",
            flush=True,
        )
    if size >= LARGE:
        return
    for timed in schedules.measure_schedules():
        print(
            f"{place}| {timed.name} | {timed.queries} | {timed.middle:.1f} | {timed.p95:.1f} "
            "| | | |"
        )
    for step in imports.measure_imports():
        print(
            f"{place}| {step.name} | {step.queries:,} | {step.seconds * 1000:,.0f} | | | | "
            f"peak {step.peak:.1f} MiB |",
            flush=True,
        )
    if size == WITH_MATTERS:
        _print_matters(place)


def _print_matters(place: str) -> None:
    """Two rows a door: with few matters, and with many against them (the clock, and the CPU)."""
    from tests.bench import matters

    for few, many in matters.measure_matters():
        for each in (few, many):
            grown = (
                f"{each.middle / few.middle:.1f}×, CPU {each.cpu:.1f} ms {each.cpu / few.cpu:.1f}×"
            )
            print(
                f"{place}| `{each.path}`, {each.matters:,} matters | {each.queries} "
                f"| {each.middle:.1f} | {each.p95:.1f} | {each.size:,} | | {grown} |",
                flush=True,
            )


def _print_league(place: str) -> None:
    """One row a league; the bare time is that of its own statements."""
    from tests.bench import league

    for each in league.measure_league():
        print(
            f"{place}| {each.name} | {each.queries} | {each.middle:.1f} | {each.p95:.1f} "
            f"| {each.size:,} | {each.bare:.1f} | {each.middle / each.bare:.1f}×, "
            f"CPU {each.cpu:.0f} ms, peak {each.peak:.1f} MiB |",
            flush=True,
        )


def _print_bulletins(place: str) -> None:
    """A row each for draft, submit and issue."""
    from tests.bench import bulletin

    for ran in bulletin.measure_bulletins():
        print(
            f"{place}| {ran.name} | {ran.queries:,} | {ran.seconds * 1000:,.0f} | | | | "
            f"peak {ran.peak:.1f} MiB |",
            flush=True,
        )


ONLY = {"matters": _print_matters, "league": _print_league, "bulletin": _print_bulletins}
"""What can be measured alone."""


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
