"""`python -m tests.upgrade.fixture v0.2.0`: the database of DATABASE_URL, kept as that release's.

To be run once a release, on the demo's database as the release's commit made it: `migrate`,
`load_demo`, `daily_monitor`, `issue_key`, and in the admin one record of each kind that the loader
does not make (it says which tables are empty). Rows are read and written through the models as the
migrations recorded in the database had them, never through today's, so that a fixture stays what
it is while the models move on, and goes into SQLite and PostgreSQL alike. Passwords, sessions and
attempts to log in are left out; of the kept days only some are taken.
"""

import gzip
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

FOLDER = Path(__file__).parent

RELEASES = sorted(
    (path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz")),
    key=lambda name: [int(number) for number in re.findall(r"\d+", name)],
)
"""Of which a database is kept, the oldest first."""

LEFT_OUT = ("sessions.", "axes.", "admin.")
NO_PASSWORD = "!"
EVERY = 14
"""Of the days with kept rows the last is taken, and each so many days before."""

Target = tuple[str, str]


@dataclass(frozen=True)
class Release:
    """A database: the last migration of each app, and its rows.

    `tables`: by model label, the columns and the rows, values as JSON has them.
    """

    name: str
    targets: list[Target]
    tables: dict[str, dict[str, Any]]


def read(name: str) -> Release:
    """A release's database as it was kept."""
    with gzip.open(FOLDER / f"{name}.json.gz", "rt", encoding="utf-8") as stream:
        found = json.load(stream)
    return Release(name, [(app, last) for app, last in found["targets"]], found["tables"])


def historical(targets: list[Target]) -> list[Any]:
    """The models that those migrations made, and their tables of many to many."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    loader = MigrationExecutor(connection).loader
    models = loader.project_state(list(targets)).apps.get_models(include_auto_created=True)
    return [each for each in models if each._meta.managed and not each._meta.proxy]


def fill(release: Release) -> None:
    """Replaces all rows of a database that was migrated to the release's targets by its own."""
    from django.core.management.color import no_style
    from django.db import connection, transaction

    models = historical(release.targets)
    with transaction.atomic():
        for model in models:
            model._base_manager.all()._raw_delete(connection.alias)
        for model in models:
            if table := release.tables.get(model._meta.label):
                _insert(model, table)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _insert(model: Any, table: dict[str, Any]) -> None:
    fields = [_field(model, name) for name in table["columns"]]
    for field in fields:
        # Moments of saving are the release's, not the test's.
        if hasattr(field, "auto_now"):
            field.auto_now = field.auto_now_add = False
    columns = [field.attname for field in fields]
    rows = [
        model(**dict(zip(columns, map(value, fields, row), strict=True))) for row in table["rows"]
    ]
    model._base_manager.bulk_create(rows, batch_size=500)


def _field(model: Any, attname: str) -> Any:
    return next(field for field in model._meta.concrete_fields if field.attname == attname)


def value(field: Any, kept: Any) -> Any:
    """A kept value as the field has it in Python."""
    return kept if field.get_internal_type() == "JSONField" else field.to_python(kept)


def keep(name: str) -> Path:
    """Writes the database in use as a release's. ValueError where it holds more than the demo."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    applied = MigrationRecorder(connection).applied_migrations()
    last = list(dict(sorted(applied)).items())
    models = {each._meta.label: each for each in historical(last)}
    if models["projects.Project"]._base_manager.filter(is_demo=False).exists():
        raise ValueError("only the demo's database may be kept: this one holds other projects")
    labels = [label for label in sorted(models) if not label.startswith(LEFT_OUT)]
    tables = {label: _table(models[label]) for label in labels}
    print("empty:", *(label for label, table in tables.items() if not table["rows"]))
    path = FOLDER / f"{name}.json.gz"
    kept = {"targets": last, "tables": tables}
    text = json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return path


def _table(model: Any) -> dict[str, Any]:
    rows = model._base_manager.order_by("pk")
    if model._meta.label == "reports.DailyStatus":
        days = sorted(set(rows.values_list("date", flat=True)))
        rows = rows.filter(date__in=days[::-EVERY])
    columns = [field.attname for field in model._meta.concrete_fields]
    found = [list(row) for row in rows.values_list(*columns)]
    if "password" in columns:
        place = columns.index("password")
        for row in found:
            row[place] = NO_PASSWORD
    return {"columns": columns, "rows": found}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuancheng.settings")
    django.setup()
    print(keep(sys.argv[1]))
