"""`manage.py work`"""

import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kuancheng.jobs.worker import Worker


class Command(BaseCommand):
    """Runs what waits in the background, until it is told to stop."""

    help = "运行后台任务（Excel 导入等），直到收到停止信号。可以同时运行几个；须与网站共用一个文件目录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="做完现有的任务就退出")
        parser.add_argument(
            "--grace", type=float, default=60.0, help="停止时最多等手头的任务多少秒，默认 60"
        )
        parser.add_argument("--poll", type=float, default=1.0, help="没有任务时隔几秒再看，默认 1")

    def handle(self, *args: Any, **options: Any) -> None:
        log = logging.getLogger("kuancheng.jobs")
        log.setLevel(logging.INFO if options["verbosity"] else logging.WARNING)
        worker = Worker(poll=options["poll"], grace=options["grace"])
        worker.obey_signals()
        worker.run(once=options["once"])
