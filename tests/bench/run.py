"""`python -m tests.bench.run SIZE`: one portfolio in the empty database of DATABASE_URL."""

import os
import sys
from time import perf_counter

import django
from django.core.management import call_command
from django.db import connection


def main(size: int) -> None:
    """Migrates, generates, measures, and prints rows of the bench's table."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    from tests.bench import imports, measure, portfolio, schedules

    call_command("migrate", verbosity=0)
    start = perf_counter()
    portfolio.generate(size)
    print(f"generated {size} projects in {perf_counter() - start:.1f} s", file=sys.stderr)
    day = measure.measure_daily()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("ANALYZE")
    place = f"| {connection.vendor} | {size:,} "
    for each in measure.measure():
        print(
            f"{place}| `{each.path}` | {each.queries} | {each.middle:.1f} | {each.p95:.1f} "
            f"| {each.size:,} | {each.bare:.2f} | {each.ratio:.1f}× |"
        )
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
    print(
        f"{place}| daily.ensure, whole portfolio | | {day.seconds * 1000:,.0f} | | | | "
        f"peak {day.peak:.1f} MiB |",
        flush=True,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
