"""`manage.py verify_audit`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kuancheng.audit.chain.keeping import NOTHING, read_head
from kuancheng.audit.chain.privileges import changeable
from kuancheng.audit.chain.sealing import HeadDiffers, seal
from kuancheng.audit.chain.standing import LATE
from kuancheng.audit.chain.verifying import Verdict, verify
from kuancheng.audit.choices import Act, Outcome
from kuancheng.audit.recording import record
from kuancheng.records.chain import Head


class Command(BaseCommand):
    """Follows the chain from its first entry, through the archives, to the heads kept elsewhere.

    Fails where anything was tampered with, after naming it, the first broken link first.
    """

    help = (
        "核对审计链：归档与库中记录逐环核对摘要，并与库外留存的链尾对照；有改动、删除、插入、截尾时"
        "指出第一处，退出码为 1。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="文件|位置:摘要",
            help="另处留存的链尾：head.json 的副本，或“位置:摘要”；可以给几个",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        noted = [_head(each) for each in options["head"]]
        self._seal()
        verdict = verify(noted)
        self._say(verdict)
        told = f"{verdict.head.length} 环，{verdict.count} 处不符"
        outcome = Outcome.DONE if verdict.whole else Outcome.FAILED
        record(Act.VERIFIED, words=told, detail={"faults": verdict.faults[:5]}, outcome=outcome)
        if not verdict.whole:
            raise CommandError(f"核对没有通过：{verdict.faults[0]}。")
        self.stdout.write("全部一致。")

    def _seal(self) -> None:
        try:
            seal(everything=True)
        except HeadDiffers:
            self.stdout.write("库外留存的链尾与库中不符，没有更新留存的链尾。")

    def _say(self, verdict: Verdict) -> None:
        for fault in verdict.faults:
            self.stdout.write(fault)
        if verdict.count > len(verdict.faults):
            self.stdout.write(f"……共 {verdict.count} 处不符")
        head = verdict.head
        self.stdout.write(
            f"审计链 {head.length} 环，其中归档 {verdict.archives} 份；"
            f"链尾 {head.length}:{head.digest or '（无）'}"
        )
        oldest = verdict.oldest_unsealed
        if oldest and timezone.now() - oldest > LATE:
            self.stdout.write(
                f"提示：有 {verdict.unsealed} 条记录没有封存，最早的在 {oldest:%F %T}。"
            )
        if changeable():
            self.stdout.write(
                "提示：本程序所用的数据库账号还能修改审计表，请按部署文档“审计”一节另设只能追加的账号。"
            )


def _head(text: str) -> Head:
    """A head as given: a file, or a place and its digest. CommandError for neither."""
    place, colon, digest = text.partition(":")
    if colon and place.isascii() and place.isdecimal() and digest:
        return Head(int(place), digest)
    file = Path(text).resolve()
    try:
        head = read_head(str(file)) if file.is_file() else NOTHING
    except (OSError, ValueError):
        head = NOTHING
    if head == NOTHING:
        raise CommandError(f"“{text}”既不是 head.json 的副本，也不是“位置:摘要”。")
    return head
