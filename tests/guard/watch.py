"""What a request wrote: the tables, by what was sent to the database, and all of it, hashed."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

WRITING = re.compile(
    r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)"?', re.I
)

EXEMPT = re.compile(
    r"django_session|django_admin_log|axes_\w+|throttles_\w+|audit_\w+|reports_frontpage|reports_seenproject|"
    r"sqlite_sequence|django_tasks_database_\w+"
)
"""Sessions, visits, the audit and the counters of failed logins: written by any request."""

USED = ("last_used_at", "last_login", "last_used_ip", "read_at")
"""Columns that say when something was used, and no more."""


class Writes:
    """The tables that were written since the last `taken()`."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        found = WRITING.match(str(sql))
        # SQLite counts the rows of INSERT … RETURNING only once they are fetched.
        inserted = str(sql).lstrip()[:6].upper() == "INSERT"
        changed = inserted or context["cursor"].rowcount != 0
        if found and changed and not EXEMPT.fullmatch(found[1]):
            set_only = re.search(r"\bSET\b(.*?)(?:\bWHERE\b|$)", str(sql), re.I | re.S)
            columns = set(re.findall(r'"(\w+)"\s*=', set_only[1])) if set_only else set()
            if not columns or not columns <= set(USED):
                self.tables.add(found[1])
        return answer

    def taken(self) -> frozenset[str]:
        """Which they are; forgotten then."""
        tables, self.tables = frozenset(self.tables), set()
        return tables


@contextmanager
def watched() -> Iterator[Writes]:
    """Sees every statement of the default connection meanwhile."""
    writes = Writes()
    with connection.execute_wrapper(writes):
        yield writes


def digest() -> dict[str, str]:
    """Of every row of each table that is not exempt, by the table; columns of use left out."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if EXEMPT.fullmatch(table):
                continue
            described = connection.introspection.get_table_description(cursor, table)
            names = [f'"{each.name}"' for each in described if each.name not in USED]
            cursor.execute(f'SELECT {", ".join(names)} FROM "{table}"')  # noqa: S608
            rows = sorted(map(repr, cursor.fetchall()))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
