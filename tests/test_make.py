"""`make demo` and `make manage`, really run in a copy of the site."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.only import on_sqlite

pytestmark = [
    pytest.mark.long,
    on_sqlite,
]

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", ".*_cache", "__pycache__", ".hypothesis")
FEW = 3
OURS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "DJANGO_",
    "KUANCHENG_",
    "MAKE",
    "MFLAGS",
)


@dataclass
class Site:
    """A copy of the site in a folder of its own."""

    folder: Path

    def command(self, *arguments: str) -> list[str]:
        """`make`, from anywhere, without installing anything."""
        return ["make", "-C", str(self.folder), "-o", ".venv/bin/.installed-run", *arguments]

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command("--no-print-directory", *arguments),
            cwd="/",
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def manage(self, arguments: str) -> subprocess.CompletedProcess[str]:
        return self.make("manage", f"ARGS={arguments}")


def _environment() -> dict[str, str]:
    """As in a fresh terminal: nothing of the test's own settings, nothing of the make above it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A folder whose name needs quotes; the demo is loaded by the first command that needs it.

    A demo of few projects: what the whole of it gives is tests/demo's affair.
    """
    folder = tmp_path_factory.mktemp("make") / "调度 系统"
    shutil.copytree(settings.BASE_DIR, folder, ignore=LEFT_OUT)
    for surplus in sorted((folder / "fixtures/demo/projects").iterdir())[FEW:]:
        surplus.unlink()
    (folder / ".venv").symlink_to(sys.prefix)
    return Site(folder)


@dataclass
class Demo:
    """A running demo, its output so far in a file."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int
    output: Path

    def said(self) -> str:
        return self.output.read_text()

    def processes(self) -> dict[str, int]:
        """The server and the worker that are there, each by its number; the elder where it forked."""
        found: dict[str, int] = {}
        for pid in sorted(
            int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()
        ):
            words = _words(pid, self.folder)
            if "granian" in words:
                found.setdefault("server", pid)
            elif "work" in words:
                found.setdefault("worker", pid)
        return found

    def answer(self, path: str, **headers: str) -> int:
        """The status of what the server answers; 0 where there is none."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


def _words(pid: int, folder: Path) -> list[str]:
    """The command line of a process of that site; empty for any other."""
    try:
        if Path(f"/proc/{pid}/cwd").readlink() != folder:
            return []
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


@pytest.fixture
def demo(site: Site, tmp_path: Path) -> Iterator[Demo]:
    """`make demo`, up and answering."""
    port, output = free_port(), tmp_path / "output"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            site.command("demo", f"PORT={port}"),
            cwd="/",
            env=_environment() | {"PYTHONUNBUFFERED": "1"},
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Demo(site.folder, process, port, output)
    try:
        _wait(lambda: running.answer("/healthz") == 200 and "已启动" in running.said(), running)
        yield running
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=60)
        print(running.said())


def _wait(happened: Callable[[], bool], running: Demo) -> None:
    deadline = time.monotonic() + 240
    while not happened():
        assert running.process.poll() is None, running.said()
        assert time.monotonic() < deadline, running.said()
        time.sleep(0.1)


def test_demo_serves_works_and_prints_a_line_that_reads_the_api(site: Site, demo: Demo) -> None:
    assert set(demo.processes()) == {"server", "worker"}
    (line,) = re.findall(r"curl .*", demo.said())
    program, option, header, address = shlex.split(line)
    assert (program, option) == ("curl", "-H")
    assert urlsplit(address).netloc == f"127.0.0.1:{demo.port}"
    assert demo.answer(urlsplit(address).path) == 401
    assert demo.answer(urlsplit(address).path, **dict([header.split(": ")])) == 200
    taken = site.make("demo", f"PORT={demo.port}")
    assert taken.returncode == 2
    assert f"端口 {demo.port} 不能使用" in taken.stderr
    assert set(demo.processes()) == {"server", "worker"}
    assert demo.answer("/healthz") == 200
    # A signal to make alone, as a service manager sends it.
    os.kill(demo.process.pid, signal.SIGTERM)
    demo.process.wait(timeout=60)
    assert demo.processes() == {}


def test_ctrl_c_stops_both_and_the_next_demo_prints_the_same_key(site: Site, demo: Demo) -> None:
    key = (site.folder / "var" / "demo_key").read_text().strip()
    assert f"Bearer {key}" in demo.said()
    os.killpg(demo.process.pid, signal.SIGINT)
    demo.process.wait(timeout=60)
    assert demo.processes() == {}
    assert "Traceback" not in demo.said()


def test_worker_that_dies_takes_the_server_along(demo: Demo) -> None:
    os.kill(demo.processes()["worker"], signal.SIGKILL)
    assert demo.process.wait(timeout=60) == 2
    assert "Error 137" in demo.said()
    assert demo.processes() == {}


def lines(*names: str) -> list[str]:
    """The `make manage` lines of those documents."""
    found = []
    for name in names:
        text = (settings.BASE_DIR / name).read_text("utf-8")
        found += re.findall(r'make manage ARGS="([^"]+)"', text)
    return found


@pytest.mark.parametrize("arguments", lines("README.md", "docs/deployment.md"))
def test_line_of_the_documents_works_as_printed(site: Site, arguments: str) -> None:
    ran = site.manage(arguments)
    assert ran.returncode == 0, ran.stderr


def test_documents_have_such_lines() -> None:
    assert "issue_key xitong --name N --scope read" in lines("README.md")


def test_command_owns_the_output(site: Site) -> None:
    ran = site.manage("issue_key xitong --name '市平台 取数' --scope read")
    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(r"kc_[\w-]+\n", ran.stdout)
    assert "“市平台 取数”" in ran.stderr


def test_arguments_arrive_as_a_shell_would_read_them(site: Site) -> None:
    ran = site.manage("""shell -c 'print("两 个; #", "$HOME $(x) %", "a\\\\b")'""")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith("两 个; # $HOME $(x) % a\\b\n")


def test_failure_of_the_command_is_makes_failure(site: Site) -> None:
    failed = site.manage("issue_key nobody --name N")
    assert failed.returncode == 2
    assert failed.stdout == ""
    assert "没有登录名为“nobody”的有效账号" in failed.stderr
    assert "Error 1" in failed.stderr


def test_no_arguments_list_the_commands(site: Site) -> None:
    helped = site.make("manage")
    assert helped.returncode == 0
    assert "issue_key" in helped.stdout
