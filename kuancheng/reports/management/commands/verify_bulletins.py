"""`manage.py verify_bulletins`"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kuancheng.reports.judging.bulletin.verifying import (
    Verified,
    chain_faults,
    head_digest,
    verified,
)

SHOWN = 20
"""So many differences of one bulletin are named; the rest is counted."""


class Command(BaseCommand):
    """Recomputes every issued bulletin from history, checks the chain and the files. Writes nothing.

    Fails where anything differs, after naming all of it.
    """

    help = (
        "核验已发月通报：按发布时所知从历史重算每个数字，核对哈希链和文件摘要；有差异时退出码为 1。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        faults = chain_faults()
        for fault in faults:
            self.stdout.write(f"哈希链：{fault}")
        found = 0
        wrong = len(faults)
        for each in verified():
            found += 1
            wrong += len(each.differences) + len(each.files)
            self._say(each)
        self.stdout.write(f"核验 {found} 期，最后一期摘要 {head_digest() or '（无）'}")
        if wrong:
            raise CommandError(f"核验没有通过：有 {wrong} 处不一致。")
        self.stdout.write("全部一致。")

    def _say(self, each: Verified) -> None:
        if each.whole:
            self.stdout.write(f"{each.name}：一致")
        for difference in each.differences[:SHOWN]:
            self.stdout.write(
                f"{each.name}：“{difference.label}”发布时为 {difference.old}，"
                f"重算为 {difference.new}"
            )
        if len(each.differences) > SHOWN:
            self.stdout.write(f"{each.name}：另有 {len(each.differences) - SHOWN} 处不同")
        for file in each.files:
            self.stdout.write(f"{each.name}：文件 {file}")
