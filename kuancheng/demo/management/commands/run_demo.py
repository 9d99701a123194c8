"""`manage.py run_demo`"""

import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from kuancheng.audit.chain import keeping
from kuancheng.demo.key import demo_key
from kuancheng.demo.portfolio import is_loaded
from kuancheng.demo.together import run_together

HOST = "127.0.0.1"
KEY_FILE = settings.VAR_DIR / "demo_key"


class Command(BaseCommand):
    """Sets the demo up where that has not been done, and serves it with a worker beside it."""

    help = "准备演示库，启动网站和后台任务；任何一个停止，另一个随之停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="端口，默认 8000")
        parser.add_argument("--only-prepare", action="store_true", help="只准备演示库，不启动")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["only_prepare"]:
            self._prepare()
        else:
            self._serve(options["port"])

    def _prepare(self) -> None:
        """Silent where nothing is left to do: what follows it owns the output."""
        call_command("migrate", verbosity=0)
        if not is_loaded():
            _forget_former_audit()
            call_command("load_demo", stdout=self.stderr)

    def _serve(self, port: int) -> None:
        _refuse_taken(port)
        call_command("migrate", verbosity=0)
        if not is_loaded():
            _forget_former_audit()
        call_command("load_demo", stdout=self.stdout)
        call_command("collectstatic", interactive=False, verbosity=0)
        self._say_where(port)
        connections.close_all()
        code = run_together([_server(port), _worker()])
        if code:
            raise CommandError("网站或后台任务意外停止，已全部停止。", returncode=code)

    def _say_where(self, port: int) -> None:
        address = f"http://{HOST}:{port}/"
        key = demo_key(KEY_FILE)
        if key:
            self.stdout.write("接口取数（只读密钥，启动后可直接运行）：")
            self.stdout.write(f'  curl -H "Authorization: Bearer {key}" {address}api/v1/progress/')
        self.stdout.write(f"打开 {address} （Ctrl+C 停止）")
        self.stdout.flush()


def _forget_former_audit() -> None:
    """A new demo begins a new chain: the head of one that was thrown away says nothing of it."""
    keeping.put_aside(keeping.NOTES, f"{timezone.now():%Y%m%dT%H%M%S}")


def _refuse_taken(port: int) -> None:
    """Before anything is done: neither a second server nor a second worker is wanted."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except (OSError, OverflowError):
        raise CommandError(
            f"端口 {port} 不能使用（可能已被占用，例如演示已在运行）。请换一个：make demo PORT=8123"
        ) from None


def _server(port: int) -> list[str]:
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--no-ws"]
    serve = ["-m", "granian", *options, "--blocking-threads", "4", "kuancheng.wsgi:application"]
    return [sys.executable, *serve]


def _worker() -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--grace", "5"]
