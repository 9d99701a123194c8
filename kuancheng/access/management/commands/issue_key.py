"""`manage.py issue_key <user> --name N --scope read [--reads internal] [--days 365]`"""

from argparse import ArgumentParser
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kuancheng.access.keys import issue_key
from kuancheng.access.models import ApiKey, User
from kuancheng.records.classes import DataClass


class Command(BaseCommand):
    """Issues an API key and prints it once, alone on the last line of stdout."""

    help = "为账号签发一个接口密钥。密钥只显示这一次，在输出的最后一行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="登录名")
        parser.add_argument("--name", required=True, help="用途，例如“市平台取数”")
        parser.add_argument("--scope", choices=ApiKey.Scope.values, default=ApiKey.Scope.READ)
        parser.add_argument(
            "--reads",
            choices=DataClass.values,
            default=DataClass.INTERNAL.value,
            help="可读到哪一级：public 公开，internal 内部（默认，人名只留姓），sensitive 敏感",
        )
        parser.add_argument("--days", type=int, default=365, help="有效天数，默认 365")

    def handle(
        self, *, username: str, name: str, scope: str, reads: str, days: int, **options: object
    ) -> None:
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"没有登录名为“{username}”的有效账号。")
        if not 1 <= days <= 3660:
            raise CommandError("--days 应在 1 到 3660 之间。")
        try:
            record, key = issue_key(
                issuer=User.objects.system(),
                user=user,
                name=name,
                scope=scope,
                reads=reads,
                expires_at=timezone.now() + timedelta(days=days),
            )
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        expiry = timezone.localtime(record.expires_at)
        self.stderr.write(
            f"已为 {user} 签发“{record.name}”（{record.get_scope_display()}，"
            f"可读到“{record.get_reads_display()}”），"
            f"{expiry:%Y-%m-%d} 到期。密钥只显示这一次："
        )
        if record.waiting:
            self.stderr.write(
                "可写的密钥须由账号本人或一位系统管理员在“变更申请”里确认，确认以后才能用。"
            )
        self.stdout.write(key)
