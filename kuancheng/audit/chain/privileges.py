"""PostgreSQL: the site's role may add to the audit and read it, and cannot change what is there."""

from django.apps import apps
from django.db import connection

TABLES = tuple(model._meta.db_table for model in apps.get_app_config("audit").get_models())

ASKED = """
SELECT c.relname
FROM pg_class c
WHERE c.oid = ANY(ARRAY(SELECT to_regclass(name) FROM unnest(%s::text[]) AS name)::oid[])
  AND (has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE')
       OR has_table_privilege(c.oid, 'TRUNCATE') OR has_any_column_privilege(c.oid, 'UPDATE')
       OR pg_has_role(c.relowner, 'MEMBER'))
ORDER BY c.relname
"""


def changeable() -> list[str] | None:
    """The audit's tables that the present role could change, its owner's ones too; None on SQLite.

    One query.
    """
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [list(TABLES)])
        return [name for (name,) in cursor.fetchall()]


def statements(role: str) -> list[str]:
    """What the owner says so that a role may run the site, and only add to the audit.

    To be said again after each migration: it makes tables.
    """
    quoted = connection.ops.quote_name(role.replace('"', '""'))
    audit = ", ".join(connection.ops.quote_name(each) for each in TABLES)
    rows, numbers = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
    return [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE CREATE ON SCHEMA public FROM {quoted}",
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {quoted}",
        f"GRANT {numbers} ON ALL SEQUENCES IN SCHEMA public TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} ON TABLES TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {numbers} ON SEQUENCES TO {quoted}",
        f"REVOKE ALL ON {audit}, django_migrations FROM PUBLIC",
        f"REVOKE ALL ON {audit}, django_migrations FROM {quoted}",
        f"GRANT SELECT, INSERT ON {audit} TO {quoted}",
        f"GRANT SELECT ON django_migrations TO {quoted}",
    ]
