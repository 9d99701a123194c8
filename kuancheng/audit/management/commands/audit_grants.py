"""`manage.py audit_grants`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from kuancheng.audit.chain.privileges import statements


class Command(BaseCommand):
    """Says, or does, what lets a role of PostgreSQL run the site and only add to the audit."""

    help = (
        "PostgreSQL：让网站所用的数据库账号对审计表只能追加和读取，其余各表照常；"
        "由表的所有者（DATABASE_OWNER_URL）在每次 migrate 之后运行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", required=True, help="网站所用的数据库账号")
        parser.add_argument("--run", action="store_true", help="直接执行；不加时只打印语句")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite 没有数据库账号；要限制只能追加，请用 PostgreSQL。")
        found = statements(options["role"])
        if not options["run"]:
            self.stdout.write("".join(f"{each};\n" for each in found), ending="")
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for each in found:
                cursor.execute(each)
        self.stdout.write(f"账号 {options['role']} 对审计表现在只能追加和读取。")
