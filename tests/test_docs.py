"""The units in docs/ name commands that exist."""

import configparser
import subprocess
import sys

import pytest
from django.conf import settings

UNITS = settings.BASE_DIR / "docs" / "systemd"


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read_string((UNITS / name).read_text("utf-8"))
    return found


def test_daily_monitor_of_the_unit_is_a_command() -> None:
    words = unit("kuancheng-daily-monitor.service")["Service"]["ExecStart"].split()
    assert words[0].endswith(".venv/bin/python")
    help_text = subprocess.run(
        [sys.executable, *words[1:], "--help"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        env={"DEBUG": "1", "DATABASE_URL": "sqlite://:memory:", "PATH": ""},
    )
    assert "--date" in help_text.stdout


def test_timer_starts_the_unit_every_morning_and_makes_up_for_a_missed_one() -> None:
    timer = unit("kuancheng-daily-monitor.timer")["Timer"]
    assert timer["OnCalendar"] == "*-*-* 06:00:00 Asia/Shanghai"
    assert timer["Persistent"] == "true"


@pytest.mark.parametrize("name", ["kuancheng.service", "kuancheng-daily-monitor.service"])
def test_units_may_write_only_where_the_site_keeps_its_files(name: str) -> None:
    service = unit(name)["Service"]
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"].endswith("/var")
