"""`manage.py daily_monitor`"""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kuancheng import clock
from kuancheng.notices import services as notices
from kuancheng.records.forward import ClockBehind
from kuancheng.reports.monitoring import asking, monitor, permits, telling


class Command(BaseCommand):
    """Keeps the day's lights, says what changed, and tells people of it.

    Safe to run twice, in parallel, and again after it was cut off.
    """

    help = "日监测：留存当天每个项目的亮灯，比较昨天，写通知。可重复执行，也可补记过去某天。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--date", help="补记哪一天（YYYY-MM-DD），不填为今天")
        parser.add_argument("--no-notices", action="store_true", help="不写通知")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        day = self._day(options["date"], today)
        try:
            ran = monitor.run(day, today=today, on_progress=self._progress)
        except ClockBehind as error:
            raise CommandError(str(error)) from None
        summary = monitor.Summary.from_json(ran.run.summary)
        self.stdout.write(
            f"{day} 日监测完成：{ran.run.projects} 个项目，本次新写 {ran.written} 行，"
            f"用时 {ran.run.seconds} 秒；转红 {len(summary.red)}，转黄 {len(summary.yellow)}，"
            f"恢复 {len(summary.recovered)}，七天内到期节点 {summary.due_count} 个。"
        )
        self.stdout.write(
            f"事项：当天催办单、督办单 {summary.orders} 份，升级 {summary.escalated} 件。"
        )
        if ran.mended:
            self.stdout.write(f"注意：有 {ran.mended} 行与登记的事实不符，已按事实改正。")
        if day == today and not options["no_notices"]:
            told = telling.tell_day(ran.run) + asking.tell_answers(day)
            told += permits.tell_permits(day)
            self.stdout.write(f"通知：写了 {told} 条。")
        notices.tidy()

    def _day(self, text: str | None, today: date) -> date:
        try:
            day = clock.parse_day(text) if text else today
        except ValueError:
            raise CommandError(f"--date 应为存在的日期 YYYY-MM-DD，现在是“{text}”。") from None
        if day > today:
            raise CommandError(f"{day} 还没有到，今天是 {today}。")
        return day

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"  {done} / {total}")
