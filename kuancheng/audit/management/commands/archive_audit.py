"""`manage.py archive_audit`"""

import re
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kuancheng.audit.chain.archiving import NotArchived, archive, months_before
from kuancheng.audit.chain.privileges import changeable
from kuancheng.audit.chain.sealing import HeadDiffers, seal
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record


class Command(BaseCommand):
    """Moves what is old into sealed files, which stay part of the chain; run by a timer each month."""

    help = (
        "把较早的审计记录转入封存的归档文件（仍是审计链的一部分），再从库中移出；最近六个月的不动。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--older-than",
            metavar="N月|N天",
            help="早于多久的，例如 12m 或 200d；默认按 KUANCHENG_AUDIT_MONTHS，不少于六个月",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if changeable() == []:
            raise CommandError(
                "本程序所用的数据库账号只能追加审计记录，不能归档：请设置 DATABASE_OWNER_URL 后运行。"
            )
        before = _before(options["older_than"] or f"{settings.KUANCHENG_AUDIT_MONTHS}m")
        try:
            seal(everything=True)
            made = archive(before)
        except (NotArchived, HeadDiffers) as error:
            raise CommandError(str(error)) from None
        for each in made:
            words = f"{each.file_name}，第 {each.first_place}—{each.last_place} 环"
            record(Act.ARCHIVED, subject=each, words=words, detail={"sha256": each.file_digest})
            self.stdout.write(f"已归档 {words}，SHA-256 {each.file_digest}")
        if not made:
            self.stdout.write("没有需要归档的记录。")


def _before(text: str) -> datetime:
    """The moment that so long ago was. CommandError for what is no length of time."""
    found = re.fullmatch(r"([0-9]{1,4})([md])", text)
    if not found:
        raise CommandError(f"--older-than 应形如 12m（月）或 200d（天），现在是“{text}”。")
    number, now = int(found[1]), timezone.now()
    return months_before(now, number) if found[2] == "m" else now - timedelta(days=number)
