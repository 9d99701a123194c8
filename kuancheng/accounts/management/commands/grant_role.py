"""`manage.py grant_role <user> --role 系统管理员 --reason "…"`"""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from kuancheng.access.models import User
from kuancheng.access.roles import ROLES
from kuancheng.accounts.granting import roles_of, write_account

SHORTEST = 4


class Command(BaseCommand):
    """Gives a role where no second administrator could: by whoever holds the machine, audited."""

    help = "没有第二位系统管理员时，由掌管服务器的人直接任命角色；写入账号历史和审计日志。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="登录名")
        parser.add_argument("--role", required=True, choices=ROLES, help="角色")
        parser.add_argument("--reason", required=True, help="为什么，依据什么")

    def handle(self, *, username: str, role: str, reason: str, **options: object) -> None:
        account = User.objects.filter(username=username, is_active=True).first()
        if account is None:
            raise CommandError(f"没有登录名为“{username}”的有效账号。")
        if len(reason.strip()) < SHORTEST:
            raise CommandError("请用 --reason 写明理由，至少 4 个字。")
        roles = {*roles_of(account), role}
        try:
            write_account(
                account=account,
                roles=roles,
                active=None,
                why=f"服务器命令任命：{reason.strip()}",
                actor=User.objects.system(),
            )
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"已任命 {account}（{username}）为“{role}”。")
