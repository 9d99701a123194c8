"""`python -m tests.bench [--sizes 45 1000] [--databases sqlite]`: what each door costs.

Every size gets an empty database of its own: an SQLite file, or a PostgreSQL that lives for the
run. Requests are made in the process, without a network.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests import postgres

SIZES = (45, 1_000, 10_000)
LARGEST = 100_000
"""Measured on PostgreSQL only, and not everything: see `run.LARGE`."""
SEVERAL = (45, 5_000)
"""The sizes at which a league and a bulletin are measured, alone."""
ALONE = ("league", "bulletin")
ONLY = ("matters", *ALONE)
DATABASES = ("sqlite", "postgresql")
HEADER = (
    "| database | projects | target | queries | median ms | p95 ms | bytes "
    "| bare SQL + JSON ms | ratio |\n|---|--:|---|--:|--:|--:|--:|--:|--:|"
)


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database, gone afterwards."""
    if kind == "postgresql":
        with postgres.server() as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="kuancheng-bench-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


def main() -> int:
    """Prints the table; 1 when a part of it could not be measured."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+")
    parser.add_argument("--databases", choices=DATABASES, nargs="+", default=DATABASES)
    parser.add_argument("--only", choices=ONLY, help="leave out all but these")
    asked = parser.parse_args()
    print(HEADER, flush=True)
    failed = False
    for kind in asked.databases:
        for size, only in _parts(kind, asked.sizes, asked.only):
            with database(kind) as url:
                command = [sys.executable, "-m", "tests.bench.run", str(size)]
                command += [only] if only else []
                environment = os.environ | {"DATABASE_URL": url}
                failed |= bool(subprocess.run(command, env=environment, check=False).returncode)
    return int(failed)


def _parts(kind: str, sizes: list[int] | None, only: str | None) -> list[tuple[int, str]]:
    """Which portfolios are generated, and what alone is measured on each; "" for the rest."""
    usual = SIZES if kind == "sqlite" else (*SIZES, LARGEST)
    if only in ALONE:
        return [(size, only) for size in sizes or SEVERAL]
    found = [(size, only or "") for size in sizes or usual]
    return found if only else found + [(size, each) for each in ALONE for size in sizes or SEVERAL]


if __name__ == "__main__":
    sys.exit(main())
