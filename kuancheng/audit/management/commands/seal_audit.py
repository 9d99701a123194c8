"""`manage.py seal_audit`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kuancheng.audit.chain.sealing import HeadDiffers, resume_head, seal
from kuancheng.audit.choices import Act
from kuancheng.audit.recording import record


class Command(BaseCommand):
    """Puts into the chain what it does not hold yet; a worker does so every ten seconds."""

    help = "把还没有封存的审计记录接入哈希链，并在库外留存链尾。后台任务每 10 秒自动做一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new-head",
            action="store_true",
            help="恢复备份以后用：以库中现有的链为准重新留存链尾，原来留存的另存备查",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_head"]:
            end = resume_head()
            words = f"以第 {end.length} 环为准重新留存链尾"
            record(Act.CHAIN_RESUMED, words=words, detail={"digest": end.digest})
            self.stdout.write(f"已{words}，原来的留存另存为带时间的文件。")
        try:
            sealed = seal(everything=True)
        except HeadDiffers as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"封存 {sealed} 条。")
