"""The process that runs jobs, one after the other, for weeks."""

import logging
import os
import signal
import sys
import time
from datetime import UTC, datetime
from types import FrameType

from django.conf import settings
from django.db import Error, close_old_connections, reset_queries

from kuancheng.audit.chain.rounds import Rounds
from kuancheng.jobs import heartbeat, runner, services

log = logging.getLogger("kuancheng.jobs")

LONGEST_PAUSE = 30.0
"""Seconds between two tries to reach a database that is away, at most."""

TIDY_EVERY = 24 * 3600.0

STOPPING = "收到停止信号：手头的任务最多再做 {:g} 秒，再发一次立即停止。\n"
"""Written past the logging, whose stream a signal may have interrupted."""


class Worker:
    """Takes what is due, looks after what other workers left, and rests when there is nothing.

    `poll` is how long it rests, `grace` how long a job may go on once the worker is to end.
    """

    def __init__(self, *, poll: float = 1.0, grace: float = 60.0) -> None:
        self.name = services.worker_name("worker")
        self.poll, self.grace = poll, grace
        self._ends_at: float | None = None
        self._looked = self._tidied = float("-inf")
        self._stumbled = 0
        self._audit = Rounds()

    def obey_signals(self) -> None:
        """SIGTERM and Ctrl+C end the worker in order; a second one ends it at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def stop(self) -> None:
        """Takes no further job; the one at work has its grace."""
        self._ends_at = time.monotonic() + self.grace

    def run(self, *, once: bool = False) -> None:
        """Works until it is stopped, or `once`: until nothing is due any more."""
        file = heartbeat.worker_file(self.name)
        heartbeat.begin(file, {"name": self.name, "started": datetime.now(tz=UTC).isoformat()})
        log.info("后台进程 %s 已启动。", self.name)
        with heartbeat.beating(file):
            while self._ends_at is None:
                worked = self._turn()
                if once and not worked and not self._stumbled:
                    break
                if not worked:
                    self._rest(min(self.poll * 2**self._stumbled, LONGEST_PAUSE))
        log.info("后台进程 %s 已停止。", self.name)

    def _turn(self) -> bool:
        """Does what is next; False when there was nothing to do, or no database to ask."""
        close_old_connections()
        reset_queries()
        try:
            self._look_after_others()
            job = runner.claim_next(self.name)
            if job is not None:
                log.info("开始：%s（%s，第 %d 次）", job, job.pk, job.attempts)
                runner.run(job, self._is_over)
                log.info("结束：%s（%s）", job, job.pk)
        except (Error, OSError):
            # A full disk also shuts the folder of the signs of life.
            self._stumble()
            return False
        self._stumbled = 0
        return job is not None

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._ends_at is None and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))  # a signal does not shorten a sleep

    def _look_after_others(self) -> None:
        now = time.monotonic()
        if now - self._looked > settings.KUANCHENG_JOB_LEASE / 3:
            runner.recover_lost()
            self._looked = now
        if now - self._tidied > TIDY_EVERY:
            services.delete_old()
            self._tidied = now
        self._audit.turn()

    def _stumble(self) -> None:
        if not self._stumbled:
            log.exception("数据库不可用，后台进程 %s 等待后再试。", self.name)
        self._stumbled = min(self._stumbled + 1, 10)
        close_old_connections()

    def _is_over(self) -> bool:
        return self._ends_at is not None and time.monotonic() >= self._ends_at

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._ends_at is not None:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.stop()
        os.write(sys.stderr.fileno(), STOPPING.format(self.grace).encode())
